"""The demo business: what is in it, that it is the same by seed, and that its books agree."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest

from largesse.engine.actions import ACTIONS
from largesse.engine.conditions import CONDITIONS
from largesse.server.demo import goods, promotions
from largesse.server.demo.people import people
from tests.databases import committed_database
from tests.words import spec

__all__ = ["committed_database"]

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def kinds(definition: object) -> set[str]:
    """The kinds of conditions and actions in a definition, however deep."""
    if isinstance(definition, dict):
        own = {definition["kind"]} if "kind" in definition else set()
        return own.union(*map(kinds, definition.values()))
    if isinstance(definition, (list, tuple)):
        return set().union(*map(kinds, definition))
    return set()


@spec("IF-10")
def test_its_promotions_use_every_kind_of_condition_and_action():
    shared = (promotions.SHARED_CONDITIONS, promotions.SHARED_ACTIONS)
    made = [*promotions.promotions(TODAY), *shared]
    assert kinds(made) == set(CONDITIONS) | set(ACTIONS)


@spec("IF-10")
def test_its_promotions_use_every_field():
    used = {name for each in promotions.promotions(TODAY) for name in each}

    assert used >= {
        "stage", "starts", "ends", "active", "priority", "channels", "locations", "target",
        "exclusion_group", "cumulative", "promo_code", "conditions", "actions", "suggest",
        "single_use_codes", "max_uses", "max_uses_per_customer", "max_uses_per_day", "budget",
    }  # fmt: skip
    modes = {mode for _, _, mode, _ in promotions.EXCLUSION_GROUPS}
    assert modes == {"stack", "first", "best", "lowest"}


def test_its_300_products_have_names_and_icons_of_their_own():
    shelf = [*goods.goods()]
    drawn = open_icons()

    assert len(shelf) + len(goods.KITS) >= 300
    assert max(Counter(good.sku for good in shelf).values()) == 1
    assert max(Counter(good.name for good in shelf).values()) == 1
    assert {good.icon for good in shelf} <= drawn
    assert {icon for _, _, _, icon in goods.KITS} <= drawn
    skus = {good.sku for good in shelf}
    assert {sku for parts in goods.KITS.values() for sku in parts} <= skus


def open_icons() -> set[str]:
    import re
    from pathlib import Path

    import largesse.pages

    sheet = Path(largesse.pages.__file__).parent / "static/pages/icons.svg"
    return set(re.findall(r'id="i-([\w-]+)"', sheet.read_text("utf-8")))


def test_nobody_in_it_has_the_name_or_number_of_another():
    everyone = list(people(Random(1), 380, 20))

    for field in ("number", "name", "email"):
        assert len({getattr(person, field) for person in everyone}) == 400, field
    assert sum(person.is_distributor for person in everyone) == 20


def below_zero():
    """The customers whose accounts are below zero."""
    from largesse.ledger.models import Account
    from largesse.orders.credit.accounts import told, with_balances

    accounts = with_balances(Account.objects.all()).filter(balance__lt=0)
    return [account.customer.name for account in told(accounts) if account.customer]


@pytest.mark.django_db(transaction=True)
@spec("IF-10", "AC-8", "JO-4", "QU-10", "QU-28")
def test_a_year_goes_through_the_use_cases_and_the_books_agree(committed_database):
    from largesse.ledger.checking import check as check_journal
    from largesse.orders.checking.orders import check as check_orders
    from largesse.orders.models import Order, Part
    from largesse.server.demo import build

    sign_ins = build(seed=1, orders=120, now=NOW, step=lambda *_: None)

    assert [who.role for who in sign_ins][:2] == ["administrator", "merchandiser"]
    assert Order.objects.filter(party=None).count() == 120
    states = Counter(Order.objects.values_list("state", flat=True))
    assert states["posted"] > 80
    assert states["placed"] > 0, "somebody has an order to send off"
    assert states["refunded"] + states["partly_refunded"] > 0
    assert not Order.objects.filter(placed_at__gt=NOW).exists()
    assert Part.objects.filter(stage="allotment").exists()
    assert Part.objects.filter(stage="voucher").exists()
    assert any(p["kind"] == "credit_account" for o in Order.objects.all() for p in o.payments)
    assert below_zero() == ["Ada Nwosu"]
    assert check_journal() == ()
    assert check_orders() == ()
    assert given() >= {
        "TRY-OUR-SOAP", "BIRTHDAY-5", "CHOOSE-A-GIFT", "SHIPPED-FREE", "POSTCARD",
        "LETTER-READERS", "COME-AGAIN", "PARTY-HOSTS", "HOST-TENTH",
    }  # fmt: skip


@spec("IF-10", "SP-1", "SP-5", "SP-7", "SP-8", "SP-11", "SP-12")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("day", range(21, 28))
def test_its_parties_are_open_or_have_a_host_who_chooses_or_was_rewarded(
    day: int, committed_database
):
    """On whatever day of the week it is made."""
    from largesse.ledger.checking import check as check_journal
    from largesse.orders.checking.orders import check as check_orders
    from largesse.orders.models import Party
    from largesse.orders.parties.drafting import draft_of, to_price
    from largesse.orders.parties.report import report
    from largesse.orders.quoting import quote
    from largesse.server.demo import build

    now = NOW.replace(day=day)
    build(seed=day, orders=5, now=now, step=lambda *_: None)

    parties = {party.state: party for party in Party.objects.select_related("host", "location")}
    assert set(parties) == {"open", "closed", "rewarded"}
    assert set(Party.objects.values_list("rep__user__username", flat=True)) == {"rep"}
    assert report(parties["open"], at=now).totals.orders == 3

    choosing = parties["closed"]
    assert (choosing.host.name, choosing.held_on) == ("Hannah Osei", date(2026, 11, day - 7))
    found = quote(to_price(choosing, draft_of(choosing).choices, now=now))
    (spree,) = found.sprees
    assert (spree.base, spree.award, spree.selected, spree.excess) == (128460, 12846, 10050, 2796)
    assert (found.tax, found.due) == (515, 515)
    assert found.refusals == ()

    after = report(parties["rewarded"], at=now)
    assert after.frozen
    assert after.carried_over == after.award - after.spent > 0
    assert after.settled.open > 0
    assert check_journal() == ()
    assert check_orders() == ()


def given() -> set[str]:
    """The promotions that gave something to an order of the year, at once or later."""
    import msgspec

    from largesse.orders.models import Order

    found: set[str] = set()
    for text in Order.objects.values_list("quote", flat=True):
        quote = msgspec.json.decode(text)
        for name in ("adjustments", "credits", "rights"):
            found |= {each["offer"] for each in quote.get(name, ())}
    return found


@pytest.mark.django_db(transaction=True)
@spec("AC-8", "PR-8")
def test_the_preferred_customers_discount_is_made_of_shared_parts(committed_database):
    from largesse.offers import parts
    from largesse.offers.models import Action, Condition, Promotion
    from largesse.offers.promotions import definition_of
    from largesse.server.demo import build

    build(seed=1, orders=0, now=NOW, step=lambda *_: None)

    preferred = Promotion.objects.get(code="PREFERRED-15")
    said = definition_of(preferred)
    assert [each["name"] for each in said["conditions"]] == ["bought-preferred-upgrade"]
    assert [each["name"] for each in said["actions"]] == ["preferred-customer-discount"]
    for part in (
        Action.objects.get(name="preferred-customer-discount"),
        Condition.objects.get(name="bought-preferred-upgrade"),
    ):
        assert list(parts.used_by(part)) == [preferred]


@spec("AC-8")
@pytest.mark.django_db(transaction=True)
def test_a_preferred_customer_pays_15_percent_less_but_not_for_the_upgrade(committed_database):
    from largesse.crm.models import Customer
    from largesse.crm.values import customer_value
    from largesse.engine.cart import Cart, CartLine, Channel
    from largesse.orders.answers import Deed, Done
    from largesse.orders.models import Order
    from largesse.orders.placing import place
    from largesse.orders.posting import post
    from largesse.orders.quoting import quote
    from largesse.server.demo import build

    build(seed=1, orders=0, now=NOW, step=lambda *_: None)
    buyer = customer_value(Customer.objects.get(name="Harriet Lowe"))

    def cart(*skus: str) -> Cart:
        lines = tuple(CartLine(str(i), sku) for i, sku in enumerate(skus))
        return Cart(lines, NOW, customer=buyer, location="pearl-street", channel=Channel.TILL)

    assert quote(cart("VG-040")).net == 3000

    bought = place(cart("PU-001"), Deed(key="u1", body=b"", at=NOW, actor="test")).answer
    assert isinstance(bought, Done)
    order = Order.by_public_id(bought.order).id
    assert isinstance(post(order, Deed(key="u2", body=b"", at=NOW, actor="t")).answer, Done)

    assert quote(cart("VG-040")).net == 2550
    assert quote(cart("VG-040", "PU-001")).net == 2550 + 2500


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_makes_the_same_year(committed_database):
    from largesse.orders.models import Order
    from largesse.server.demo.offers import Held
    from largesse.server.demo.year import Year

    def told() -> list[object]:
        orders = Order.objects.filter(party=None).order_by("placed_at", "id")
        return list(
            orders.values_list("placed_at", "state", "channel", "gross", "discount", "total")
        )

    from django.db import transaction

    from largesse.server.demo import build

    build(seed=7, orders=0, now=NOW, step=lambda *_: None)

    class Undo(Exception):
        pass

    years = []
    for _ in range(2):
        try:
            with transaction.atomic():
                Year(Random(7), NOW, Held({"none": []}, [])).run(30, lambda _: None)
                years.append(told())
                raise Undo
        except Undo:
            pass

    assert years[0] == years[1]
    assert len(years[0]) == 30
