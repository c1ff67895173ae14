"""The engine asks nothing of the world: no clock, no chance, no files, no network."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "src/largesse/engine"

FORBIDDEN_MODULES = {"os", "pathlib", "random", "secrets", "socket", "time"}
FORBIDDEN_NAMES = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "io.open",
}


def impurities(source: str) -> list[str]:
    """What a module's source takes from the world, as `line: name`, in the order of the lines.

    A function of a forbidden name counts where it is mentioned, called or not: handed on as a
    default factory, a clock is read all the same. Only plain `open` must be called to count, for
    it is also a good name for a value.
    """
    tree = ast.parse(source)
    imports = list(_imports(tree))
    meanings = {bound: name for _, bound, name in imports}
    found = {(line, name) for line, _, name in imports if _root(name) in FORBIDDEN_MODULES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            name = _meaning(node, meanings)
            if name in FORBIDDEN_NAMES:
                found.add((node.lineno, name))
        elif isinstance(node, ast.Call) and _meaning(node.func, meanings) == "open":
            found.add((node.lineno, "open"))
    return [f"{line}: {name}" for line, name in sorted(found)]


def _imports(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """For each name that an import binds: its line, the name, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or _root(alias.name)
                yield node.lineno, bound, alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield node.lineno, alias.asname or alias.name, f"{node.module}.{alias.name}"


def _root(name: str) -> str:
    return name.partition(".")[0]


def _meaning(node: ast.expr, imported: dict[str, str]) -> str:
    """The dotted name that an expression stands for; empty when it is no such name."""
    if isinstance(node, ast.Name):
        return imported.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_meaning(node.value, imported)}.{node.attr}"
    return ""


MODULES = sorted(ENGINE.rglob("*.py"))


def test_there_is_an_engine_to_look_at():
    assert MODULES


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_the_engine_is_pure(module):
    assert impurities(module.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import random", "1: random"),
        ("import os.path", "1: os"),
        ("import time as t", "1: time"),
        ("def f():\n    from pathlib import Path", "2: pathlib.Path"),
        ("from socket import *", "1: socket.*"),
        ("from datetime import datetime\nx = datetime.now()", "2: datetime.datetime.now"),
        ("from datetime import datetime as d\nx = d.utcnow()", "2: datetime.datetime.utcnow"),
        ("import datetime as dt\nx = dt.datetime.now(dt.UTC)", "2: datetime.datetime.now"),
        ("from datetime import datetime\nx = datetime.today()", "2: datetime.datetime.today"),
        ("from datetime import date\nx = date.today()", "2: datetime.date.today"),
        (
            "from datetime import date\nx = field(default_factory=date.today)",
            "2: datetime.date.today",
        ),
        ("with open('prices') as file: ...", "1: open"),
        ("from io import open as o\no('prices')", "2: io.open"),
    ],
)
def test_what_the_engine_may_not_do_is_found(source, found):
    assert found in impurities(source)


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.fromisoformat('2026-01-01')",
        "from . import time",
        "from largesse.engine.window import Window\nx = Window.now",
        "def f(voucher):\n    return voucher.open()",
        "def f(start, *, open=0):\n    return open if start is None else start",
    ],
)
def test_what_the_engine_may_do_is_left_alone(source):
    assert impurities(source) == []
