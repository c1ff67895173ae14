"""Named settings change how Largesse works for one business; each has a default until somebody sets it.

`value(HIDE_ALLOTMENTS_TAB)` reads one row by its key, so that a change holds from the next request on,
in every process (AL-2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from msgspec import Struct

from largesse.business.models import Setting

Value = TypeVar("Value", bool, int)


class Named(Struct, Generic[Value], frozen=True, kw_only=True):
    """A setting that staff can find by its title and sentence."""

    name: str
    """What the record of it is called; never changes."""
    section: str
    """Where the page lists it."""
    title: str
    sentence: str
    """What is different when it is set."""
    default: Value

    def matches(self, words: str) -> bool:
        """Whether each of some words stands in what the page says of it."""
        text = f"{self.section} {self.title} {self.sentence}".casefold()
        return all(word in text for word in words.casefold().split())


HIDE_ALLOTMENTS_TAB: Final = Named[bool](
    name="hide_organization_allotments_tab",
    section="Organizations",
    title="Hide organization allotments tab",
    sentence="An organization's page shows no Allotments tab. Allotments and their links keep working.",
    default=False,
)

REPS_PICK_DEALS: Final = Named[bool](
    name="reps_pick_deals",
    section="Deals",
    title="Reps pick deals for lines",
    sentence="A rep may pick another deal for a line than the best choice, or none.",
    default=True,
)
REPS_REFER_ORDERS: Final = Named[bool](
    name="reps_refer_orders",
    section="Deals",
    title="Reps refer orders",
    sentence="A rep may apply a deal without its trigger; the order is held until it is approved.",
    default=True,
)
CHARGE_BACK_UNEARNED: Final = Named[bool](
    name="charge_back_unearned",
    section="Deals",
    title="Charge back what returns leave unearned",
    sentence="A return below a deal's trigger pays back less by what the deal gave for it.",
    default=False,
)

CASHIERS_DISCOUNT_LINES: Final = Named[bool](
    name="cashiers_discount_lines",
    section="Till",
    title="Cashiers discount lines",
    sentence="A cashier may take something off a line by hand, with a reason.",
    default=True,
)
CASHIERS_REFUND: Final = Named[bool](
    name="cashiers_refund",
    section="Till",
    title="Cashiers refund receipts",
    sentence="A cashier may give back what was sold, by its receipt.",
    default=True,
)

SETTINGS: Final[Mapping[str, Named[bool]]] = {
    setting.name: setting
    for setting in (
        HIDE_ALLOTMENTS_TAB,
        REPS_PICK_DEALS,
        REPS_REFER_ORDERS,
        CHARGE_BACK_UNEARNED,
        CASHIERS_DISCOUNT_LINES,
        CASHIERS_REFUND,
    )
}


def value(setting: Named[Value]) -> Value:
    """What a setting is now: one look-up by key."""
    stored = Setting.objects.filter(name=setting.name).values_list("value", flat=True).first()
    return stored if isinstance(stored, type(setting.default)) else setting.default


def get(name: str) -> bool:
    """What the setting of a name is now. Raises KeyError for a name that no setting has."""
    return value(SETTINGS[name])


def change(setting: Named[Value], new: Value) -> bool:
    """Set it; whether that changed anything. Its history keeps who did it, and when."""
    if value(setting) == new:
        return False
    Setting.objects.update_or_create(name=setting.name, defaults={"value": new})
    return True
