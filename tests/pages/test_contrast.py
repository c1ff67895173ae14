"""Every pair of colours that carries meaning is told apart by readers with low vision (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import largesse.pages

SHEET = Path(largesse.pages.__file__).parent / "static" / "pages" / "tokens.css"
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {name: (light, dark) for name, light, dark in TOKEN.findall(SHEET.read_text("utf-8"))}

GROUNDS = ("canvas", "surface", "sunken", "raised", "hover")
STATES = ("good", "warn", "bad", "info")
SOFT = ("accent-soft", "plain-soft", *(f"{state}-soft" for state in STATES))
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent-ink") for ground in GROUNDS),
    *((state, f"{state}-soft") for state in (*STATES, "plain")),
    *((state, ground) for state in STATES for ground in ("surface", "canvas")),
    *((ink, soft) for ink in ("ink", "ink-2") for soft in SOFT),
    *(("ink-3", soft) for soft in ("accent-soft", "good-soft")),
    *(("on-accent", fill) for fill in ("accent", "accent-hover", "accent-press", "bad-fill")),
    ("accent-ink", "accent-soft"),
    ("surface", "ink"),
]
GRAPHICS = [
    *((mark, ground) for mark in ("edge", "focus") for ground in GROUNDS),
    *(("accent-mark", ground) for ground in ("surface", "canvas", "accent-soft", "plain-soft")),
    *((f"plot-{n}", "surface") for n in range(1, 8)),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ratios(front: str, back: str) -> tuple[float, ...]:
    return tuple(contrast(a, b) for a, b in zip(TOKENS[front], TOKENS[back], strict=True))


@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_stands_out_from_its_ground_in_both_themes(front, back):
    assert min(ratios(front, back)) >= 4.5


@pytest.mark.parametrize(("front", "back"), GRAPHICS)
def test_edges_and_marks_stand_out_from_their_ground_in_both_themes(front, back):
    assert min(ratios(front, back)) >= 3
