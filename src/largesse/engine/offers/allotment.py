"""An allotment is a count of free units of one product that an organization's people may use."""

from __future__ import annotations

from msgspec import Struct

from largesse.engine.window import ALWAYS, Window


class Allotment(Struct, frozen=True, kw_only=True):
    """Free units of `product` for `organization`; how many are left is a fact (AL-1, AL-7)."""

    code: str
    product: str
    organization: str
    title: str = ""
    window: Window = ALWAYS
    members_only: bool = False
    revision: int = 1
