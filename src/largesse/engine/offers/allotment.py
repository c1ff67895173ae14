"""An allotment is a count of free units of one product that an organization's people may use."""

from __future__ import annotations

from msgspec import Struct

from largesse.engine.window import ALWAYS, Window


class Allotment(Struct, frozen=True, kw_only=True):
    """Free units of `product` for `organization`; how many are left is a fact (AL-1, AL-7)."""

    code: str
    """What identifies the allotment; unique."""
    product: str
    """The product whose units are free."""
    organization: str
    """The organization whose people may use it."""
    title: str = ""
    """What people call it."""
    window: Window = ALWAYS
    """When it holds."""
    members_only: bool = False
    """Whether only members of the organization may use it."""
    revision: int = 1
    """Which version of the allotment this is."""
