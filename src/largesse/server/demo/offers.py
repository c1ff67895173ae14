"""What Alder & Finch has on offer: promotions, deals, partners' vouchers, organizations' allotments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from largesse.business.models import User
from largesse.business.values import calendar
from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Organization
from largesse.offers import allotments, codes, deals, parts
from largesse.offers.models import ExclusionGroup, Promotion, SingleUseCode
from largesse.offers.promotions import revise, revise_all
from largesse.server.demo import promotions, vouchers
from largesse.server.demo.deals import deals as trade_deals
from largesse.server.demo.promotions.rewards import POSTCARDS

ALLOTMENTS: Final = (
    # organization, code, title, sku, group, units, members only, from which day, for how many
    ("northside-pta", "VOLUNTEER-MUGS", "Volunteer mugs", "MG-201", "mugs", 60, False, -300, None),
    ("northside-pta", "FIELD-TRIP", "Field trip tees", "TE-201", "spirit-wear", 120, False, -80, 270),
    ("northside-pta", "TEACHER-APRONS", "Teacher aprons", "AP-2041", "classroom", 40, True, -99, None),
    ("northside-pta", "SPRING-FAIR", "Spring fair candles", "CN-112", "fundraiser", 30, False, 100, 60),
    ("library-friends", "LIBRARY-TOTES", "Library totes", "TB-118", "classroom", 150, False, -150, 380),
)  # fmt: skip

CREATED: Final = timedelta(days=380)
"""How long before the last day the offers were set up."""


class Held(NamedTuple):
    """What buyers hold: the numbers of vouchers by partner, and the codes of postcards."""

    vouchers: dict[str, list[str]]
    postcards: list[str]


def make(chance: Random, now: datetime, today: date, step: Callable[[int, int], None]) -> Held:
    """Everything on offer; what buyers hold of it."""
    merchandiser = User.objects.get(username="merchandiser")
    _make_promotions(merchandiser, now, today)
    step(1, 3)
    held = Held(vouchers.make(chance, now - CREATED, now), _print_postcards(now))
    step(2, 3)
    _make_allotments(now, today)
    step(3, 3)
    return held


def _make_promotions(by: User, now: datetime, today: date) -> None:
    for code, title, mode, order in promotions.EXCLUSION_GROUPS:
        ExclusionGroup.objects.create(code=code, title=title, mode=mode, order=order)
    first: dict[str, Any] = {"by": by, "at": now - CREATED, "reason": "set up"}
    parts.revise_all("condition", promotions.SHARED_CONDITIONS, **first)
    parts.revise_all("action", promotions.SHARED_ACTIONS, **first)
    made = list(promotions.promotions(today))
    revise_all(made, **first)
    deals.revise_all(list(trade_deals(today)), **first)
    boards = next(each for each in made if each["code"] == "AUTUMN-BOARDS")
    longer = (today + timedelta(days=20)).isoformat()
    revise(
        {**boards, "ends": longer},
        by=by,
        at=now - timedelta(days=12),
        reason="ten days more, they sell",
    )


def _print_postcards(now: datetime) -> list[str]:
    """A batch of single-use codes, one for each postcard of a mailing."""
    batch, _ = codes.generate(
        Promotion.objects.get(code=POSTCARDS),
        240,
        at=now - CREATED,
        by="Ines Kowal",
        prefix="FINCH-",
        label="Autumn postcards",
        ends=now + timedelta(days=45),
    )
    found = SingleUseCode.objects.filter(batch=batch).order_by("id")
    return list(found.values_list("code", flat=True))


def _make_allotments(now: datetime, today: date) -> None:
    midnight = calendar().midnight
    for organization, code, title, sku, group, units, members_only, start, days in ALLOTMENTS:
        first = today + timedelta(days=start)
        allotments.grant(
            Organization.objects.get(code=organization),
            Product.objects.get(sku=sku),
            units,
            title,
            at=now - CREATED,
            by="Ines Kowal",
            product_group=ProductGroup.objects.get(code=group),
            starts=midnight(first),
            ends=None if days is None else midnight(first + timedelta(days=days)),
            members_only=members_only,
            code=code,
        )
