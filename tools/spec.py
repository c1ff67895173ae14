"""Every statement of the specification, with the number of tests that show it.

Tests are counted as pytest collects them, soak tests included, so a mention in a comment or in a
test that is skipped or expected to fail counts for nothing. The cases of a parametrized test are
one test. Run by `make spec`; takes the folders of the tests and of the specification.
"""

import argparse
import contextlib
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

STATEMENT = re.compile(r"^- \*\*([A-Z]{2}-\d+)\*\*", re.MULTILINE)
SHOWS_NOTHING = ("skip", "xfail")


class Reference(NamedTuple):
    """One test that says it shows one statement."""

    test: str
    statement: str


def statements(folder: Path) -> list[str]:
    """The ids of all statements, in the order of the numbered files and of their lines.

    Raises ValueError when an id stands twice.
    """
    files = sorted(folder.glob("[0-9]*.md"), key=lambda file: int(file.name.split("-")[0]))
    ids = [found for file in files for found in STATEMENT.findall(file.read_text("utf-8"))]
    twice = [found for found, times in Counter(ids).items() if times > 1]
    if twice:
        raise ValueError(f"{folder}: {', '.join(twice)} stands more than once")
    return ids


def references(items: Iterable[pytest.Item]) -> Iterator[Reference]:
    """What the collected tests say they show.

    Raises ValueError for a mark that names no id.
    """
    for item in items:
        if any(item.get_closest_marker(mark) for mark in SHOWS_NOTHING):
            continue
        test = item.nodeid.partition("[")[0]
        for mark in item.iter_markers("spec"):
            if not mark.args or mark.kwargs or not all(isinstance(arg, str) for arg in mark.args):
                raise ValueError(f"{test}: spec() takes ids, such as spec('MO-1')")
            yield from (Reference(test, statement) for statement in mark.args)


def unknown(said: Iterable[Reference], known: Iterable[str]) -> list[Reference]:
    """The references to statements that the specification does not have."""
    known = set(known)
    return sorted({reference for reference in said if reference.statement not in known})


def collected(folder: Path) -> list[pytest.Item]:
    """All tests below the folder, none run and none left out.

    Raises ValueError, with what pytest said, when a test can't be collected.
    """

    class Collection:
        items: tuple[pytest.Item, ...] = ()

        @pytest.hookimpl(tryfirst=True)
        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            # First of all, because `-m "not soak"` takes tests out in this same hook.
            self.items = tuple(items)

    collection = Collection()
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(["--collect-only", "-q", str(folder)], plugins=[collection])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise ValueError(said.getvalue())
    return list(collection.items)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="?", type=Path, default=Path("tests"))
    parser.add_argument("spec", nargs="?", type=Path, default=Path("docs/spec"))
    folders = parser.parse_args()
    try:
        known = statements(folders.spec)
        said = set(references(collected(folders.tests)))
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 1
    for reference in (wrong := unknown(said, known)):
        print(f"{reference.test}: no statement {reference.statement}", file=sys.stderr)
    shown = Counter(reference.statement for reference in said)
    for statement in known:
        print(f"{statement}\t{shown[statement]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
