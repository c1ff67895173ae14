"""What becomes of a link that somebody changes by one character."""

from __future__ import annotations

from collections.abc import Iterator

OTHERS = "aB9-_./~ é\0"
"""What is put in: letters of both cases, digits, what addresses are made of, what none has."""


def changed(text: str) -> Iterator[str]:
    """A text with each of its characters left out, doubled, in the other case and replaced, and with
    one put in at every place.
    """
    for i in range(len(text) + 1):
        before, here, after = text[:i], text[i : i + 1], text[i + 1 :]
        for each in ("", here * 2, here.swapcase(), *OTHERS, *(other + here for other in OTHERS)):
            yield before + each + after
