"""What the documentation shows is what happens: its files, commands and Python are run."""

import re
import shlex
from collections.abc import Iterator
from doctest import ELLIPSIS, DocTestParser, DocTestRunner, OutputChecker
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from largesse.engine.actions import ACTIONS
from largesse.engine.benefits import BENEFITS
from largesse.engine.conditions import CONDITIONS
from largesse.engine.refusals import RefusalCode
from tests.cli.command import run

spec = pytest.mark.spec

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [
    page
    for page in sorted(DOCS.rglob("*.md"))
    if page.relative_to(DOCS).parts[0] not in ("spec", "reference")
]
FENCE = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```', re.M | re.S
)
DOCTEST_FLAGS = ELLIPSIS


class Block(NamedTuple):
    """A block of code of a page; one with a title is a file."""

    language: str
    title: str | None
    text: str


class Command(NamedTuple):
    """A command of a console, and what it prints."""

    line: str
    output: str


def blocks(page: Path) -> Iterator[Block]:
    for found in FENCE.finditer(page.read_text("utf-8")):
        yield Block(found["language"], found["title"], found["text"])


def commands(text: str) -> Iterator[Command]:
    for shown in re.split(r"^\$ ", text, flags=re.M)[1:]:
        line, _, output = shown.partition("\n")
        yield Command(line, output)


def try_command(command: Command) -> None:
    """Run a command and compare what it prints; `> file` writes it to the file."""
    program, *words = shlex.split(command.line)
    assert program == "largesse", command.line
    if ">" in words:
        *words, _, target = words
        answer = run(*words)
        Path(target).write_bytes(answer.stdout_bytes)
        assert command.output == ""
        return
    answer = run(*words)
    assert OutputChecker().check_output(command.output, answer.output, ELLIPSIS), (
        f"{command.line} printed\n{answer.output}"
    )


@spec("IF-1", "IF-10")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_a_page_shows_what_happens(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    python = ""
    for block in blocks(page):
        if block.title is not None:
            Path(block.title).write_text(block.text, "utf-8")
        elif block.language == "console":
            for command in commands(block.text):
                try_command(command)
        elif block.language == "python":
            python += block.text + "\n"
    test = DocTestParser().get_doctest(python, {}, page.name, str(page), 0)
    said: list[str] = []
    DocTestRunner(optionflags=DOCTEST_FLAGS).run(test, out=said.append)

    assert "".join(said) == ""


def test_there_are_pages():
    assert len(PAGES) > 10


def test_every_page_is_in_the_navigation():
    text = re.sub(r"!!python\S+", "", (DOCS.parent / "mkdocs.yml").read_text("utf-8"))
    nav = str(yaml.safe_load(text)["nav"])

    assert [page for page in PAGES if str(page.relative_to(DOCS)) not in nav] == []


def test_the_reference_has_every_kind_and_every_refusal():
    reference = pytest.importorskip("tools.reference").pages()

    for kind in CONDITIONS:
        assert f"## `{kind}`" in reference["reference/conditions.md"]
    for kind in ACTIONS:
        assert f"## `{kind}`" in reference["reference/actions.md"]
    for kind in BENEFITS:
        assert f"## `{kind}`" in reference["reference/benefits.md"]
    for code in RefusalCode:
        assert f"| `{code.value}` | " in reference["reference/refusals.md"]


def test_no_page_names_a_path_of_a_machine():
    for page in PAGES:
        assert not re.search(r"(?<![\w.])/(?:home|tmp|root|work|Users)/", page.read_text("utf-8"))
