"""Icons are symbols of one sheet; a name that is not in it is a mistake of the page."""

from __future__ import annotations

import difflib
import functools
import re
from pathlib import Path

SHEET = "pages/icons.svg"

_SYMBOL = re.compile(r'<symbol id="i-([a-z0-9-]+)"')


@functools.cache
def names() -> frozenset[str]:
    """Every icon that a page may use."""
    sheet = Path(__file__).with_name("static") / SHEET
    return frozenset(_SYMBOL.findall(sheet.read_text(encoding="utf-8")))


def known(name: str) -> str:
    """The name that staff chose for a product; a parcel where the sheet has no such icon."""
    return name if name in names() else "package"


def checked(name: str) -> str:
    """The name, if the sheet has it; LookupError says which names are like it."""
    if name in names():
        return name
    near = ", ".join(difflib.get_close_matches(name, names(), cutoff=0.4))
    raise LookupError(f'there is no icon "{name}" in {SHEET}; near it: {near or "nothing"}')
