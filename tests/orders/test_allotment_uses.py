"""Who used an allotment, what came back, and what organizations used in a time (AL-9, AL-10, AL-13)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Customer, Organization
from largesse.engine.cart import CartLine
from largesse.engine.money import Currency
from largesse.engine.window import Period
from largesse.ledger.accounts import Kind
from largesse.ledger.reading import totals
from largesse.offers import allotment_links, allotments
from largesse.offers.models import Allotment
from largesse.orders.allotment_uses import (
    Figures,
    State,
    Usage,
    Use,
    every_use,
    given,
    summary,
    usage,
    uses,
)
from largesse.orders.allotment_uses.report import HEAD, sheet_rows
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.models import Order
from largesse.orders.placing import place, place_held, reserve
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.orders.store import AT, cart, deed, done, id_of, later, lines
from tests.words import money, spec

pytestmark = pytest.mark.usefixtures("store")

USD = Currency.of("USD")
POTS = "SCHOOL-POTS"


@pytest.fixture
def pots(store: None) -> Allotment:
    return Allotment.objects.get(code=POTS)


@pytest.fixture
def school(pots: Allotment) -> Organization:
    return pots.organization


def free(units: int = 1, allotment: str = POTS, sku: str = "POT") -> CartLine:
    return CartLine("1", sku, units, allotment=allotment)


def takes(units: int = 1, *, posted: bool = True, at=AT, allotment: str = POTS, **fields) -> UUID:
    """An order that takes free units, posted at the same instant or not."""
    sku = Allotment.objects.get(code=allotment).product.sku
    order_id = id_of(place(cart(free(units, allotment, sku), at=at, **fields), deed(at=at)))
    if posted:
        done(post(order_id, deed(at=at)))
    return order_id


def more(code: str, sku: str, units: int = 50, organization: str = "school") -> Allotment:
    """Another allotment, of an organization that is made where there is none yet."""
    owner, _ = Organization.objects.get_or_create(
        code=organization, defaults={"name": organization.capitalize()}
    )
    product = Product.objects.get(sku=sku)
    group = ProductGroup.objects.get(code=f"{sku.lower()}s")
    title = f"Free {product.name}s"
    return allotments.grant(
        owner, product, units, title, product_group=group, code=code, at=AT, by="ines"
    )


def only(allotment: Allotment) -> Use:
    (use,) = uses(allotment).rows
    return use


def state(allotment: Allotment) -> tuple[State, int, int]:
    use = only(allotment)
    return use.state, use.units, use.units_returned


# --- the list ----------------------------------------------------------------------------------------


@spec("AL-9")
def test_a_use_tells_who_on_which_order_when_and_how_many_units(pots):
    order_id = takes(2)

    use = only(pots)
    assert use.buyer == ("Anna", "anna", "")
    assert (use.order.id, use.order.number, use.at) == (
        order_id,
        Order.objects.get().number,
        AT,
    )
    assert (use.units, use.units_returned, use.back_at, use.state) == (2, 0, None, State.USED)


@spec("AL-9")
def test_more_units_than_are_left_use_those_that_were(pots):
    takes(5)

    assert only(pots).units == 3


@spec("AL-9")
def test_a_guest_is_told_as_the_order_does(pots):
    paid = {"contact": {"name": "Ruth Bergman", "email": "ruth@example.com"}}
    done(place(cart(free(), buyer=None), deed(), payment=paid))
    takes(buyer=None)

    told = [use.buyer for use in uses(pots).rows]
    assert told == [("Guest", "", ""), ("Ruth Bergman", "", "ruth@example.com")]


@spec("AL-9")
def test_reserved_units_are_told_as_such_until_the_order_is_placed(pots):
    held = id_of(reserve(cart(free(2)), deed(), minutes=10))
    assert state(pots) == (State.RESERVED, 2, 0)

    done(place_held(held, deed()))
    assert state(pots) == (State.USED, 2, 0)


@spec("AL-9")
def test_a_reservation_that_never_became_an_order_is_no_use(pots):
    id_of(reserve(cart(free()), deed(), minutes=10))
    expire_lapsed(later(minutes=11))
    done(cancel(id_of(reserve(cart(free()), deed(), minutes=10)), deed()))

    assert uses(pots).rows == ()
    assert allotments.units_of(pots).left == 3


@spec("AL-9")
def test_a_cancelled_order_stays_in_the_list_with_nothing_used(pots):
    order_id = takes(2, posted=False)
    done(cancel(order_id, deed(at=later(days=1))))

    assert state(pots) == (State.CANCELLED, 0, 0)
    assert only(pots).back_at == later(days=1)


@spec("AL-9", "AL-10")
def test_units_that_come_back_are_told_with_when_however_often_the_refund_is_sent(pots):
    order_id = takes(3)

    for _ in range(3):
        done(refund(order_id, deed("once", at=later(days=1)), lines("1: 1")))
        assert state(pots) == (State.PARTLY_RETURNED, 2, 1)
    assert only(pots).back_at == later(days=1)

    done(refund(order_id, deed(at=later(days=2))))
    assert state(pots) == (State.RETURNED, 0, 3)
    assert only(pots).back_at == later(days=2)
    assert allotments.units_of(pots).left == 3


@spec("AL-9", "AL-10")
def test_a_refund_of_charged_units_alone_returns_none(pots):
    order_id = takes(4)
    done(refund(order_id, deed(), lines("1: 1")))

    assert state(pots) == (State.USED, 3, 0)


@spec("AL-9")
def test_uses_are_found_by_a_part_of_the_name_or_of_the_order_number(pots):
    Customer.objects.create(number="ruth", name="Ruth Bergman", email="ruth@example.com")
    paid = {"contact": {"name": "Gustav", "email": "g@example.org"}}
    done(place(cart(free(), buyer=None), deed(), payment=paid))
    ruths = takes(buyer="ruth")
    takes()

    def found(q: str) -> list[str]:
        return [use.buyer.name for use in uses(pots, q=q).rows]

    assert found("berg") == found("RUTH@") == ["Ruth Bergman"]
    assert found(Order.objects.get(id=ruths).number) == ["Ruth Bergman"]
    assert found("gust") == found("g@ex") == ["Gustav"]
    assert found("nobody") == []
    assert found(" ") == ["Anna", "Ruth Bergman", "Gustav"]


@spec("AL-9")
def test_a_list_is_read_page_by_page_and_says_how_many_there_are(
    pots, django_assert_max_num_queries
):
    allotments.set_quantity(pots, 30, at=AT, by="ines")
    orders = [takes(posted=n % 2 == 0) for n in range(12)]
    done(refund(orders[0], deed()))

    first = uses(pots, limit=5)
    second = uses(pots, limit=5, after=first.after)
    with django_assert_max_num_queries(4):
        third = uses(pots, limit=5, after=second.after)

    read = [use.order.id for page in (first, second, third) for use in page.rows]
    assert read == orders[::-1]
    assert (first.total, third.after) == (12, None)
    assert [use.order.id for use in every_use(pots)] == read


def test_uses_of_other_allotments_are_in_other_lists(pots):
    mugs = more("MUGS", "MUG")
    takes(2, allotment="MUGS")

    assert uses(pots).rows == ()
    assert only(mugs).units == 2


@spec("AL-12")
def test_shipping_and_options_are_charged_and_the_price_with_its_tax_is_not(pots):
    engraving = Product.objects.create(sku="ENGRAVING", name="Engraving", price=800)
    option = CartLine("2", engraving.sku, 1)
    order_id = id_of(place(cart(free(), option, shipping=money("7.00")), deed()))
    done(post(order_id, deed()))

    order = Order.objects.get(id=order_id)
    assert (order.net, order.tax, order.shipping) == (800, 80, 700)
    assert order.due == money("15.80")
    assert usage().figures == Figures(used=1, value_used=money("100.00"))


# --- the report --------------------------------------------------------------------------------------


def told(found: Usage) -> dict[tuple[str, str], Figures]:
    return {
        (each.organization.code, line.product.sku): line.figures
        for each in found.organizations
        for line in each.lines
    }


@spec("AL-13")
def test_the_report_tells_units_and_value_by_organization_and_product(pots):
    more("MUGS", "MUG")
    more("CLUB-MUGS", "MUG", organization="club")
    more("MORE-MUGS", "MUG", organization="club")
    takes(2)
    takes(3, allotment="MUGS")
    takes(1, allotment="CLUB-MUGS")
    takes(4, allotment="MORE-MUGS")

    found = usage()
    assert told(found) == {
        ("club", "MUG"): Figures(used=5, value_used=money("62.50")),
        ("school", "MUG"): Figures(used=3, value_used=money("37.50")),
        ("school", "POT"): Figures(used=2, value_used=money("200.00")),
    }
    assert [each.figures.given for each in found.organizations] == [6250, 23750]
    assert found.figures == Figures(used=10, value_used=money("300.00"))
    booked = totals([Kind.ALLOTMENTS])
    assert found.figures.given == sum(each.balance for each in booked)


@spec("AL-13")
def test_returned_units_and_those_not_posted_yet_are_told_apart(pots):
    order_id = takes(2)
    done(refund(order_id, deed(), lines("1: 1")))
    takes(1, posted=False)

    figures = usage().figures
    assert (figures.used, figures.returned, figures.net, figures.held) == (2, 1, 1, 1)
    assert (figures.value_used, figures.value_returned) == (money("200.00"), money("100.00"))
    assert figures.given == money("100.00")
    units = allotments.units_of(pots)
    assert figures.net + figures.held == units.posted + units.held


@spec("AL-13")
def test_a_period_has_what_was_booked_on_its_days_of_the_business(pots):
    # New York's midnight is four hours after that of UTC.
    evening = AT.replace(hour=3)
    order_id = takes(2, at=evening)
    done(refund(order_id, deed(at=later(days=31)), lines("1: 1")))

    def of(since: date, until: date) -> tuple[int, int, int]:
        figures = usage(since=since, until=until).figures
        return figures.used, figures.returned, figures.given

    assert of(date(2026, 5, 31), date(2026, 6, 1)) == (2, 0, 20000)
    assert of(date(2026, 6, 1), date(2026, 7, 1)) == (0, 0, 0)
    assert of(date(2026, 7, 1), date(2026, 8, 1)) == (0, 1, -10000)


@spec("AL-13")
def test_a_report_is_divided_into_days_or_months_whose_sums_are_the_whole(pots):
    for days in (0, 1, 40):
        takes(at=AT + timedelta(days=days))

    def steps(step: Period) -> list[tuple[date | None, int]]:
        (each,) = usage(step=step).organizations
        assert each.figures == usage().figures
        return [(line.first_day, line.figures.used) for line in each.lines]

    assert steps(Period.CALENDAR_MONTH) == [(date(2026, 6, 1), 2), (date(2026, 7, 1), 1)]
    assert len(steps(Period.DAY)) == 3
    assert steps(Period.CALENDAR_YEAR) == [(date(2026, 1, 1), 3)]


@spec("AL-13")
def test_a_report_can_be_of_one_organization_or_product(pots, school):
    more("CLUB-MUGS", "MUG", organization="club")
    more("MUGS", "MUG")
    for code in (POTS, "CLUB-MUGS", "MUGS"):
        takes(allotment=code)

    assert set(told(usage(organization=school))) == {("school", "POT"), ("school", "MUG")}
    assert set(told(usage(product=pots.product))) == {("school", "POT")}
    assert usage(organization=Organization.objects.create(code="new", name="New")) == (
        (),
        Figures(),
    )


@spec("AL-13")
def test_a_sheet_has_every_line_and_the_sums(pots):
    more("MUGS", "MUG")
    more("CLUB-MUGS", "MUG", organization="club")
    for code in (POTS, "MUGS", "CLUB-MUGS"):
        takes(2, allotment=code)

    rows = [list(row) for row in sheet_rows(usage(), USD)]
    assert all(len(row) == len(HEAD) for row in rows)
    assert rows == [
        ["Club", "Mug", "MUG", "", 2, 0, 2, 0, 25.0],
        ["School", "Mug", "MUG", "", 2, 0, 2, 0, 25.0],
        ["School", "Pot", "POT", "", 2, 0, 2, 0, 200.0],
        ["School", "All products", "", "", 4, 0, 4, 0, 225.0],
        ["All organizations", "All products", "", "", 6, 0, 6, 0, 250.0],
    ]


def test_the_report_takes_four_queries_however_much_was_used(pots, django_assert_max_num_queries):
    for _ in range(3):
        takes()
    with django_assert_max_num_queries(5):
        usage()


# --- in a few figures --------------------------------------------------------------------------------


@spec("AL-9", "AL-6")
def test_the_figures_of_an_organization_add_up_with_its_lists(pots, school):
    mugs = more("MUGS", "MUG", 10)
    done(refund(takes(2), deed(), lines("1: 1")))
    takes(4, posted=False, allotment="MUGS")
    _, _, sku, token = allotment_links.ensured_path(mugs, at=AT, by="ines").split("/")
    for changed in ("", "", "x"):
        allotment_links.opened(sku, token + changed, at=AT)

    figures = summary(school, at=AT)
    assert figures._asdict() == {
        "available": 2 + 6,
        "allotments": 2,
        "used": 1 + 4,
        "returned": 1,
        "given": money("100.00"),
        "opened": 2,
        "altered": 1,
    }
    every = [use for each in (pots, mugs) for use in every_use(each)]
    assert sum(use.units for use in every) == figures.used
    assert sum(use.units_returned for use in every) == figures.returned


@spec("AL-9")
def test_units_of_a_closed_allotment_or_one_that_is_over_are_not_available(pots, school):
    over = more("MUGS", "MUG", 10)
    Allotment.objects.filter(pk=over.pk).update(ends=AT)
    assert summary(school, at=AT).available == 3

    allotments.close(pots)
    found = summary(school, at=AT)
    assert (found.available, found.allotments) == (0, 0)


@spec("AL-13")
def test_what_was_given_this_year_begins_with_the_business_s_first_of_january(pots, school):
    new_year = AT.replace(year=2027, month=1, day=1, hour=5)  # midnight in New York
    takes(1, at=new_year - timedelta(seconds=1))
    takes(2, at=new_year)

    assert summary(school, at=new_year).given == money("200.00")
    assert given(school, None, date(2027, 1, 1)) == money("100.00")
    assert given(school, None, None) == money("300.00")
