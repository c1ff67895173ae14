"""The shape of a value type: its fields, their types, defaults and meanings, from which all formats
derive.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache, reduce
from inspect import cleandoc, getdoc, getsource
from operator import or_
from textwrap import dedent
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct


class Shape(NamedTuple):
    """One field: `unit` is "money" or "percent" where the number is one of these."""

    name: str
    type: Any
    required: bool
    default: Any


@cache
def fields_of(struct: type[Struct]) -> tuple[Shape, ...]:
    """The fields of a value type, in their order."""
    hints = get_type_hints(struct, include_extras=True)
    return tuple(
        Shape(f.name, hints[f.name], f.required, _default(f))
        for f in msgspec.structs.fields(struct)
    )


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not NODEFAULT:
        return field.default
    if field.default_factory is not NODEFAULT:
        return field.default_factory()
    return NODEFAULT


def without_none(hint: Any) -> tuple[Any, bool]:
    """The type without None, and whether None was allowed."""
    if get_origin(hint) in (Union, UnionType):
        rest = [a for a in get_args(hint) if a is not NoneType]
        if len(rest) < len(get_args(hint)):
            return reduce(or_, rest), True
    return hint, False


def unit_of(hint: Any) -> str | None:
    """ "money" or "percent" for a number annotated as such."""
    return hint.__metadata__[0] if get_origin(hint) is Annotated else None


@cache
def docs_of(struct: type[Struct]) -> Mapping[str, str]:
    """The meaning of each field: the docstring under it, in the class or a base of it."""
    docs: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        if not issubclass(base, Struct) or base is Struct:
            continue
        (node,) = ast.parse(dedent(getsource(base))).body
        assert isinstance(node, ast.ClassDef)
        for field, text in zip(node.body, node.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
            ):
                docs[field.target.id] = cleandoc(str(text.value.value))
    return docs


def summary(struct: type[Struct]) -> str:
    """What a value type is: its docstring."""
    return getdoc(struct) or ""
