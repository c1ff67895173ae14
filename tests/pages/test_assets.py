"""Nothing comes from outside, nothing is written into a page, others’ works have their licences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import largesse
from largesse.pages import icons, unfold
from tests.words import spec

SOURCE = Path(largesse.__file__).parent
STATIC = SOURCE / "pages" / "static" / "pages"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
SHEETS = sorted(SOURCE.rglob("static/**/*.css"))


def named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@spec("QU-45")
@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_no_style_or_script_is_written_into_a_template(template):
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+=[\"']", text)
    assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/json\"))", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_every_icon_that_a_template_names_is_there(template):
    named_icons = set(re.findall(r'{% icon "([^"]+)"', template.read_text("utf-8")))
    assert named_icons <= icons.names()


@pytest.mark.parametrize("path", [*TEMPLATES, *SHEETS], ids=named)
def test_no_page_asks_another_server(path):
    text = path.read_text("utf-8").replace("http://www.w3.org/", "")
    text = re.sub(r"xmlns='http:[^']*'", "", text)
    assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(https?:)?//", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_every_file_that_a_sheet_names_is_there(sheet):
    urls = re.findall(r'url\("(?!data:)([^")]+)"\)', sheet.read_text("utf-8"))
    assert [url for url in urls if not (sheet.parent / url).is_file()] == []


@pytest.mark.parametrize(
    ("work", "licence", "words"),
    [
        ("icons.svg", "icons-LICENSE.txt", "ISC"),
        ("fonts/hanken-grotesk-latin.woff2", "fonts/hanken-grotesk-OFL.txt", "SIL OPEN FONT"),
        ("vendor/htmx-2.0.11.min.js", "vendor/htmx-LICENSE.txt", "Zero-Clause BSD"),
        ("vendor/alpine-csp-3.17.4.min.js", "vendor/alpine-csp-LICENSE.txt", "MIT licence"),
    ],
)
def test_what_others_made_lies_beside_its_licence(work, licence, words):
    assert (STATIC / work).is_file()
    assert words.lower() in (STATIC / licence).read_text("utf-8").lower()


def test_unfold_has_the_same_colours_by_setting_and_by_sheet():
    sheet = (STATIC / "unfold.css").read_text("utf-8")
    for name, steps in unfold.COLORS.items():
        for step, colour in steps.items():
            assert f"--color-{name}-{step}: {colour};" in sheet


def test_every_custom_property_that_a_sheet_uses_is_defined():
    ours = [path for path in SHEETS if path.parent == STATIC]
    text = "".join(path.read_text("utf-8") for path in ours)
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) - defined == set()
