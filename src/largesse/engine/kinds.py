"""Kinds register by existing: a module in the package with one class of the base."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules
from typing import Any, TypeVar

Kind = TypeVar("Kind")


def kinds_in(package: str, path: Iterable[str], base: type[Kind]) -> dict[str, type[Kind]]:
    """Every class of `base` in the package's modules by its `kind`, in alphabetical order."""
    found: dict[str, type[Any]] = {}
    for module in iter_modules(path):
        members = vars(import_module(f"{package}.{module.name}"))
        for member in members.values():
            if isclass(member) and issubclass(member, base) and "kind" in vars(member):
                found[vars(member)["kind"]] = member
    return dict(sorted(found.items()))
