"""What a face tells its shell: where one can go, whose pages these are, who is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from largesse.pages.figures import initials


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One place to go.

    `icon` names a symbol of icons.svg. Entries of one `group` stand together under its name; those
    without one come first. `badge` counts what waits there for the reader; 0 and None show nothing.
    `also` are beginnings of further addresses that belong to it.
    """

    label: str
    icon: str
    url: str
    group: str = ""
    badge: int | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a record, beside its others; `listed` is how many things it lists."""

    label: str
    url: str
    listed: int | None = None


@dataclass(frozen=True, slots=True)
class BellNotice:
    """Something that the reader has not read; posting to its `url` opens what it is about."""

    text: str
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Bell:
    """The newest notices that the reader has not read, and how many there are in all."""

    notices: tuple[BellNotice, ...]
    count: int


@dataclass(frozen=True, slots=True)
class OfficeShell:
    """What stands around every page of the back office: the template variable `office`.

    A search field is shown where there is a `search_url`; it sends `q` there. With a `palette_url` it
    opens the palette, which asks there for what it lists as one types.
    """

    entries: tuple[NavEntry, ...]
    user_name: str = ""
    user_role: str = ""
    home_url: str = "/"
    search_url: str = ""
    palette_url: str = ""
    search_hint: str = "Search orders, offers, customers"
    sign_out_url: str = ""
    help_url: str = ""
    bell: Bell | None = None

    @property
    def initials(self) -> str:
        """One or two letters for the disc beside the name."""
        return initials(self.user_name)


@dataclass(frozen=True, slots=True)
class ShopShell:
    """What stands around every page of the shop: the template variable `shop`.

    `groups` are the product groups of the menu, `foot` the links at the bottom. Without
    `account_name` the account link reads "Sign in".
    """

    business: str
    groups: tuple[NavEntry, ...] = ()
    home_url: str = "/"
    search_url: str = ""
    cart_url: str = ""
    cart_count: int = 0
    account_url: str = ""
    account_name: str = ""
    foot: tuple[NavEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as a page shows it: `here` is true of the one that the page belongs to."""

    entry: NavEntry
    here: bool


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Entries under one heading; the first group may have none."""

    name: str
    entries: tuple[ShownEntry, ...]


def shown(entries: Iterable[NavEntry], path: str) -> tuple[ShownGroup, ...]:
    """Entries by group, groups in the order of their first entry, with the current one marked: the
    entry whose address is the longest beginning of `path`.
    """
    listed = tuple(entries)
    names = list(dict.fromkeys(entry.group for entry in listed))
    ordered = sorted(listed, key=lambda entry: names.index(entry.group))
    current = current_url(listed, path)
    return tuple(
        ShownGroup(name, tuple(ShownEntry(entry, entry.url == current) for entry in group))
        for name, group in groupby(ordered, key=lambda entry: entry.group)
    )


def current_url(entries: Iterable[NavEntry], path: str) -> str | None:
    """The address of the entry that `path` belongs to, or None.

    >>> orders = NavEntry("Orders", "receipt-text", "/office/orders/")
    >>> current_url([orders], "/office/orders/S-1/"), current_url([orders], "/office/")
    ('/office/orders/', None)
    """
    found = [
        (len(start), entry.url)
        for entry in entries
        for start in (entry.url, *entry.also)
        if path.startswith(start)
    ]
    return max(found, default=(0, None))[1]
