"""Which part of a reward list is looked at is said by the address, so that it can be kept and sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.http import urlencode

from largesse.orders.rewards.choosing import Show


class Look(NamedTuple):
    """What is shown of which spree: `spree` is its promotion, empty the first one."""

    spree: str = ""
    show: Show = Show.ALL
    words: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Look:
        """What an address asks for; what it can't mean is as if it were not said."""
        show, page = query.get("show", ""), query.get("page", "")
        return cls(
            query.get("spree", ""),
            Show(show) if show in set(Show) else Show.ALL,
            query.get("q", "").strip(),
            int(page) if page.isdecimal() and len(page) < 6 else 1,
        )

    @property
    def query(self) -> str:
        """The same as the end of an address: empty, or from its question mark on."""
        said = {
            "spree": self.spree,
            "show": "" if self.show is Show.ALL else self.show.value,
            "q": self.words,
            "page": "" if self.page == 1 else str(self.page),
        }
        found = {name: value for name, value in said.items() if value}
        return f"?{urlencode(found)}" if found else ""
