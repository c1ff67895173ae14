"""The dashboard tells what the journal tells, each card to those who may open the list behind it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from largesse.backoffice.dashboard import costliest, outstanding
from largesse.backoffice.dashboard.budgets import budgets
from largesse.backoffice.dashboard.figures import KINDS, OFFERED, Figures, figures
from largesse.backoffice.dashboard.period import PERIODS, Days
from largesse.backoffice.dashboard.plot import LOOKS, plot
from largesse.backoffice.dashboard.sheet import HEAD
from largesse.backoffice.roles import ROLES
from largesse.catalog.models import Product
from largesse.crm.models import Organization, Partner
from largesse.engine.cart import CartLine, Channel
from largesse.engine.money import Currency
from largesse.ledger import reading
from largesse.ledger.accounts import Kind
from largesse.offers import allotments, vouchers
from largesse.offers.models import Deal
from largesse.offers.vouchers import assigning, books, ending
from largesse.orders.models import Order
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from largesse.orders.voucher_report import report, total
from tests.backoffice.conftest import ClientOf
from tests.orders import deals
from tests.orders.deals import CHOSEN, on_deal, tier
from tests.orders.offers import TENTH, on_offer
from tests.orders.referrals import by, people, referred
from tests.orders.referrals import on_offer as deals_on_offer
from tests.orders.store import AT, cart, deed, done, id_of, lines
from tests.words import money, spec

pytestmark = pytest.mark.usefixtures("store")

USD = Currency.of("USD")
JUNE = Days(date(2026, 6, 1), date(2026, 6, 30))
NOW = datetime(2026, 6, 30, 16, tzinfo=UTC)
"""Noon of the last of June in New York."""


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return NOW


def at(day: int, hour: int = 16, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def sold(*asked: str | CartLine, when: datetime = AT, **fields: Any) -> UUID:
    """An order that is placed and posted at an instant."""
    order = id_of(place(cart(*asked, at=when, **fields), deed(at=when)))
    done(post(order, deed(at=when)))
    return order


def returned(order: UUID, said: str = "", *, when: datetime) -> None:
    done(refund(order, deed(at=when), lines(said) if said else None))


def told(days: Days = JUNE) -> Figures:
    return figures(days, "USD")


@pytest.fixture
def trade(store: None) -> None:
    """A month with all kinds of offers, returns, and what no offer gave."""
    on_deal(tier("free_stock", units=1, amount="30.00"), of="hats", **CHOSEN)
    sold("3 MUG", when=at(2))
    sold("1 POT", codes=("DV1",), when=at(3))
    sold(CartLine("1", "POT", 2, allotment="SCHOOL-POTS"), "3 MUG", when=at(3))
    given_away = sold("2 HAT", giveaways=deals.given("2 MUG"), when=at(9))
    whole = sold("6 MUG", when=at(9))
    part = sold("3 POT", "3 MUG", when=at(20))
    sold(CartLine("1", "HAT", 1, less=500), assign="manual", when=at(21))
    sold("1 TEA", when=at(22))
    returned(whole, when=at(22))
    returned(part, "2: 1", when=at(25))
    returned(given_away, "1: 1", when=at(25))
    # What was sold in May comes back in June.
    returned(sold("3 MUG", when=at(20, month=5)), when=at(26))


def balances(days: Days) -> Counter[Kind]:
    """What the ledger's own sums say that each kind of offer cost."""
    sums: Counter[Kind] = Counter()
    for each in reading.totals(KINDS, since=days.first, until=days.after):
        sums[each.account.kind] += each.balance
    return sums


# --- what the journal says ---------------------------------------------------------------------------


@spec("IF-35", "JO-4")
@pytest.mark.usefixtures("trade")
def test_the_days_of_the_table_come_to_what_the_journal_comes_to():
    for period in PERIODS:
        days = period.until(JUNE.last)
        found, booked = told(days), balances(days)
        assert {kind: found.of(kind) for kind in KINDS if found.of(kind)} == {
            kind: amount for kind, amount in booked.items() if amount
        }
        assert found.sums.given == sum(booked.values())
        assert found.before.given == sum(balances(days.before).values())
        for day in found.days:
            assert day.sums.given == sum(balances(Days(day.day, day.day)).values())
    assert set(told().kinds) == {
        Kind.PROMOTIONS, Kind.PARTNER_VOUCHERS, Kind.ALLOTMENTS, Kind.GIVEAWAY_STOCK, Kind.MANUAL,
    }  # fmt: skip


@spec("IF-35", "JO-4")
@pytest.mark.usefixtures("trade")
def test_what_offers_cost_by_kind_and_by_offer_agree():
    found = told()
    offers = costliest.by_offer(found.costs)
    assert sum(offer.given for offer in offers) == found.sums.given
    for kind in KINDS:
        assert sum(offer.by_kind.get(kind, 0) for offer in offers) == found.of(kind)
    assert [offer.given for offer in offers] == sorted((o.given for o in offers), reverse=True)


@spec("IF-35", "JO-4")
@pytest.mark.usefixtures("trade")
def test_sales_are_what_the_journal_sold_and_those_with_an_offer_a_part_of_them():
    found = told()
    (sales,) = reading.totals([Kind.SALES], since=JUNE.first, until=JUNE.after)
    assert found.sums.sales == -sales.balance
    without = money("32.00") + money("35.00")  # Tea, and a hat at a price by hand.
    discounts = sum(found.of(kind) for kind in OFFERED)
    assert found.sums.offered == found.sums.sales - discounts - without - money("5.00")


@spec("IF-35")
def test_a_day_is_one_of_the_business():
    sold("3 MUG", when=at(2, hour=2))  # Ten in the evening of the first, in New York.
    assert [day.day for day in told().days if day.sums.given] == [date(2026, 6, 1)]


@spec("IF-35")
def test_a_return_counts_on_its_own_day_also_where_its_order_is_older():
    order = sold("3 MUG", when=at(20, month=5))
    returned(order, when=at(10))
    (day,) = (day for day in told().days if day.sums.given)
    assert (day.day, day.sums.given) == (date(2026, 6, 10), -money("12.50"))
    assert day.sums.offered == -money("25.00")


@spec("IF-35")
def test_what_is_taken_off_by_hand_is_given_by_no_offer():
    sold(CartLine("1", "HAT", 1, less=500), when=at(5))
    sums = told().sums
    assert (sums.given, sums.offered) == (money("5.00"), 0)


@spec("IF-35")
@pytest.mark.parametrize("orders", [1, 6])
def test_figures_are_two_queries_however_many_orders_and_days(
    orders: int, django_assert_num_queries: Any
):
    for n in range(orders):
        sold("3 MUG", when=at(1 + n))
    for period in PERIODS:
        with django_assert_num_queries(2):
            told(period.until(JUNE.last))


# --- the plot ----------------------------------------------------------------------------------------


@spec("IF-35")
@pytest.mark.usefixtures("trade")
def test_bars_are_as_high_as_what_was_given_and_stand_on_each_other():
    days = told().days
    picture = plot(days, USD)
    first, last = picture.ticks[0], picture.ticks[-1]
    high, low = (float(tick.text.replace(",", "").replace("−", "-")) for tick in (last, first))
    a_dollar = (float(first.y) - float(last.y)) / (high - low)
    for day, bar in zip(days, picture.bars, strict=True):
        amounts = {LOOKS[kind]: amount for kind, amount in day.by_kind.items() if amount}
        assert {piece.look for piece in bar.pieces} == set(amounts)
        for piece in bar.pieces:
            height = a_dollar * abs(amounts[piece.look]) / 100
            assert float(piece.height) == pytest.approx(max(height - 0.8, 0.6), abs=0.2)
            below = float(piece.y) >= float(picture.floor) - 0.1
            assert below == (amounts[piece.look] < 0)


@spec("IF-35")
@pytest.mark.parametrize(("period", "labels"), [(PERIODS[0], 7), (PERIODS[1], 6), (PERIODS[2], 7)])
def test_days_below_the_plot_are_few_enough_to_be_read(period: Any, labels: int):
    bars = plot(told(period.until(JUNE.last)).days, USD).bars
    assert len(bars) == period.length
    assert sum(bool(bar.label) for bar in bars) == labels
    assert float(bars[-1].strip_x) + float(bars[-1].strip_width) == pytest.approx(676)


# --- the costliest offers ----------------------------------------------------------------------------


def cards(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get(reverse("admin:index"), query)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.context["cards"]
    return found


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("admin:index"), query)
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("&#x27;", "'").replace("\xa0", " ")


@spec("IF-35", "JO-4")
@pytest.mark.usefixtures("trade", "today")
def test_the_costliest_offers_are_told_by_title_with_their_orders_and_share(owner: Client):
    rows = {row.title: row for row in cards(owner)["costliest"]}
    pots, mugs, cafe = rows["Pots"], rows["3 mugs for 2"], rows["Café"]
    assert (pots.given, pots.orders, pots.kinds) == (money("200.00"), 1, "Allotments")
    assert (cafe.given, cafe.orders, cafe.of_sales) == (money("20.00"), 1, "20.0\xa0%")
    # Of four orders in June one came back whole, a mug of another, and one of May's.
    assert (mugs.given, mugs.orders) == (money("20.83"), 4)
    deal = Deal.objects.get(code="DEAL")
    assert rows["DEAL"].url == reverse("admin:offers_deal_change", args=[deal.pk])


@spec("IF-35", "JO-4")
@pytest.mark.usefixtures("trade", "today")
def test_the_list_behind_the_costliest_offers_comes_to_what_was_given(owner: Client):
    found = cards(owner)
    answer = owner.get(found["costs_url"].replace("&amp;", "&"))
    costs = answer.context["costs"]
    assert sum(cost["amount"] for cost in costs) == found["figures"].sums.given
    assert {cost["title"] for cost in costs} >= {row.title for row in found["costliest"]}
    assert {"Café", "Pots", "Taken off by hand"} <= {cost["title"] for cost in costs}


@spec("IF-35")
@pytest.mark.usefixtures("today")
def test_an_offer_that_gave_in_two_ways_is_one_offer(owner: Client):
    on_deal(tier("free_stock", units=1, amount="30.00"), of="hats", **CHOSEN)
    order = sold("2 HAT", giveaways=deals.given("2 MUG"), when=at(9))
    found = told().costs
    assert {cost.kind for cost in found} == {Kind.GIVEAWAY_STOCK}
    more = found[0]._replace(kind=Kind.DEALS, amount=500)
    (offer,) = costliest.by_offer((*found, more))
    assert offer.given == Order.objects.get(id=order).discount + 500


@spec("IF-35")
@pytest.mark.usefixtures("today")
def test_a_return_leaves_the_share_of_an_offer_as_it_was(owner: Client):
    order = sold("2 POT", codes=("DV1",), when=at(3))
    returned(order, "1: 1", when=at(4))
    (row,) = cards(owner)["costliest"]
    assert (row.given, row.of_sales) == (money("20.00"), "20.0\xa0%")


# --- budgets -----------------------------------------------------------------------------------------


@spec("IF-35", "PR-5")
@pytest.mark.usefixtures("today")
def test_limits_are_told_the_nearest_to_its_end_first(owner: Client):
    on_offer(code="WIDE", title="Wide", budget="500.00")
    hats = {**TENTH, "include": "hats"}
    on_offer(hats, code="TIGHT", title="Tight", max_uses=5, budget="9000.00", ends="2026-08-01")
    on_offer(hats, code="OVER", title="Over", max_uses=9, ends="2026-06-10", priority=-1)
    on_offer(hats, code="FREE", title="Free of limits", priority=-1)
    for _ in range(4):
        done(place(cart("1 POT", "1 HAT"), deed()))  # What is held is used as well.
    found = budgets(NOW, USD)
    assert [(row.promotion.code, row.used, row.most, row.percent) for row in found.rows] == [
        ("TIGHT", "4", "5", 80),
        ("WIDE", "40.00", "500.00", 8),
    ]
    assert [row.is_near for row in found.rows] == [True, False]
    assert "1 use left, until 1 Aug 2026" in page(owner)
    listed = owner.get(reverse("admin:offers_promotion_changelist"), {"limit": "now"})
    codes = {row.code for row in listed.context["cl"].result_list}
    assert codes == {"TIGHT", "WIDE"}
    assert found.promotions == 2
    assert '?limit=now">All 2</a>' in page(owner)


@spec("IF-30")
def test_promotions_are_filtered_by_whether_they_are_limited(owner: Client):
    on_offer(code="LIMITED", max_uses=5)
    url = reverse("admin:offers_promotion_changelist")
    for value, listed in (("any", True), ("none", False)):
        found = owner.get(url, {"limit": value}).context["cl"].result_list
        assert ("LIMITED" in {row.code for row in found}) == listed


# --- what is outstanding -----------------------------------------------------------------------------


def of_partners(now: datetime = NOW) -> dict[str, tuple[int, str]]:
    found = outstanding.vouchers(now, USD)
    assert found.out == sum(row.out for row in found.rows)
    return {row.partner.code: (row.out, row.redeemed.replace("\xa0", " ")) for row in found.rows}


@spec("IF-35", "VO-20")
def test_vouchers_are_out_until_they_are_used_void_or_over():
    gym = Partner.objects.create(code="gym", name="Gym")
    book = books.make_run("G001", 10, at=AT, by="ines", percent=100_000, partner=gym)
    vouchers.create(["OLD"], percent=100_000, partner=gym, at=AT, by="ines", expires=at(5))
    vouchers.create(["NEW"], value=500, partner=gym, at=AT, by="ines", expires=at(5, month=7))
    assert of_partners(AT) == {"gym": (12, "0.0 %"), "cafe": (2, "0.0 %")}
    assert of_partners() == {"gym": (11, "0.0 %"), "cafe": (2, "0.0 %")}
    third, fourth = (book.vouchers.get(position=n) for n in (3, 4))
    sold("1 POT", codes=(third.number,), channel=Channel.TILL)
    place(cart("1 POT", codes=("DV1",)), deed())
    ending.void_one(fourth, at=AT, by="ines", reason="lost")
    assert of_partners() == {"gym": (9, "8.3 %"), "cafe": (1, "50.0 %")}
    used = {each.partner.code: each.figures.redeemed for each in report() if each.partner}
    assert used == {"gym": 1, "cafe": 1}
    ending.set_expiry(book, at(15), at=AT, by="ines")
    assert of_partners() == {"gym": (1, "8.3 %"), "cafe": (1, "50.0 %")}


@spec("IF-35", "VO-20")
def test_numbers_that_nobody_was_handed_are_not_out():
    gym = Partner.objects.create(code="gym", name="Gym")
    book = books.begin_random(6, at=AT, by="ines")
    books.make_rest(book)
    assert "gym" not in of_partners()
    first, last = (book.vouchers.get(position=n).number for n in (2, 4))
    assigning.assign(first, 3, gym, last=last, at=AT, by="ines", percent=150_000)
    (row,) = (row for row in outstanding.vouchers(NOW, USD).rows if row.partner == gym)
    assert (row.out, row.gives) == (3, "15\xa0%")
    assert total(each.figures for each in report()).assigned == 5


@spec("IF-35", "AL-9")
@pytest.mark.usefixtures("today")
def test_allotments_are_outstanding_while_units_are_left_and_they_run(owner: Client):
    school = Organization.objects.get(code="school")
    mug = Product.objects.get(sku="MUG")
    group = mug.groups.get()
    ended = allotments.grant(
        school, mug, 9, "Mugs", product_group=group, ends=at(5), at=AT, by="ines"
    )
    sold(CartLine("1", "POT", 1, allotment="SCHOOL-POTS"), when=at(2))
    found = cards(owner)["allotments"]
    (row,) = found.rows
    assert (row.organization, row.allotments, row.left) == (school, 1, 2)
    assert (row.used, found.left) == ("33.3\xa0%", 2)
    query = {"state": "available", "organization__id__exact": str(school.pk)}
    listed = owner.get(reverse("admin:offers_allotment_changelist"), query)
    assert listed.status_code == 200
    assert ended not in listed.context["cl"].result_list
    assert f"?state=available&amp;organization__id__exact={school.pk}" in page(owner)


# --- what waits --------------------------------------------------------------------------------------


@spec("IF-35", "DE-8")
def test_what_waits_for_approval_leads_to_the_deeds_of_those_who_may(client_of: ClientOf):
    deals_on_offer()
    people()
    order = id_of(referred())
    own = id_of(referred(actor="approver"))
    text = page(client_of("Approver"))
    for name in ("approve", "decline", "change"):
        assert f'href="{reverse(f"admin:orders_order_{name}", args=[order])}"' in text
    assert "Opening order, 100.00 of 300.00 at list price" in text
    assert "Rita asks 30.00 credit" in text
    assert "1 order waits for you" in text
    assert str(own) not in text
    assert "Waiting for approval" not in page(client_of("Support"))


@spec("IF-35", "DE-8")
def test_an_order_referred_by_hand_tells_its_note(client_of: ClientOf):
    from largesse.orders.referring import refer

    people()
    refer(cart("1 POT"), by("rita", reason="60 days to pay"), by_user=True)
    text = page(client_of("Approver"))
    assert "Referred by hand" in text
    assert "Rita: “60 days to pay”" in text


# --- the page ----------------------------------------------------------------------------------------


@spec("IF-35")
@pytest.mark.usefixtures("today")
def test_the_period_stands_in_the_address_and_is_compared_with_the_one_before(owner: Client):
    sold("3 MUG", when=at(27))
    sold("6 MUG", when=at(20))
    week = page(owner, period="7-days")
    assert re.search(r'href="\?period=7-days" aria-current="true">7 days<', week)
    assert "-50.0 %".replace("-", "−") + "</span> on the 7 days before" in week
    assert "33.3 % of sales, as before" in week
    month = page(owner)
    assert re.search(r'href="\?period=30-days" aria-current="true">30 days<', month)
    assert "none in the 30 days before" in month
    assert page(owner, period="for-ever").count("aria-current") == month.count("aria-current")


@spec("IF-35")
@pytest.mark.usefixtures("trade", "today")
def test_the_plot_has_a_table_whose_last_row_is_its_sum(owner: Client):
    text = page(owner)
    (table,) = re.findall(
        r'<table class="tbl tbl-plain"><thead><tr><th>Day</th>.*?</table>', text, re.S
    )

    def cells(row: str) -> list[str]:
        return [re.sub("<[^>]+>", "", each) for each in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]

    head, *rows, foot = (cells(row) for row in re.findall(r"<tr.*?</tr>", table, re.S))
    assert head[:2] == ["Day", "Promotions"]
    assert head[-2:] == ["Given", "Sales with an offer"]
    assert len(rows) == 30
    for nth in range(1, len(head)):
        amounts = [row[nth].replace("−", "-").replace(",", "") for row in rows]
        shown = sum(money(each) for each in amounts if each != "–")
        assert shown == money(foot[nth].replace(",", ""))
    assert foot[-2] == f"{told().sums.given / 100:.2f}"


@spec("IF-35", "QU-44")
@pytest.mark.usefixtures("trade", "today")
def test_the_days_are_taken_away_as_csv_and_as_a_workbook(owner: Client):
    url = reverse("admin:index")
    answer = owner.get(url, {"period": "30-days", "as": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, *rows = csv.reader(text.splitlines())
    assert tuple(head) == HEAD
    assert [row[0] for row in rows] == [day.isoformat() for day in JUNE.each()]
    given = HEAD.index("Given")
    assert sum(money(f"{float(row[given]):.2f}") for row in rows) == told().sums.given
    book = load_workbook(io.BytesIO(owner.get(url, {"as": "xlsx"}).content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert [tuple(map(str, sheet[0])), len(sheet)] == [HEAD, 31]
    assert [row[given] for row in sheet[1:]] == [float(row[given]) for row in rows]
    assert LogEntry.objects.count() == 2


M, A, C, R, S, U, D = ROLES
SEES = {
    "by_day": {M, A, S, U, D},
    "costliest": {M, A, S, U, D},
    "to_post": {M, A, C, S, U, D},
    "budgets": {M, A, R, S, U, D},
    "vouchers": {M, A, S, U, D},
    "allotments": {M, A, S, U, D},
}


@spec("IF-35", "QU-40")
@pytest.mark.parametrize("role", ROLES)
def test_each_card_is_for_those_who_may_open_its_list(role: str, client_of: ClientOf):
    sold("3 MUG", when=datetime.now(UTC))
    client = client_of(role)
    found = cards(client)
    for name, roles in SEES.items():
        assert (name in found) == (role in roles), name
    assert (found.get("approvals") is not None) == (role in {A, D})
    assert client.get(reverse("admin:index"), {"as": "csv"}).status_code == (
        200 if role in SEES["by_day"] else 403
    )
    for url in set(re.findall(r'href="(/back-office/[^"#]*)"', page(client))):
        assert client.get(url.replace("&amp;", "&")).status_code == 200, url


@spec("IF-35", "IF-38")
@pytest.mark.usefixtures("today")
def test_the_page_asks_no_more_for_many_orders_than_for_few(
    owner: Client, django_assert_max_num_queries: Any
):
    for n in range(8):
        sold("3 MUG", "1 POT", when=at(20 + n), codes=("DV1",) if not n else ())
    with django_assert_max_num_queries(45):
        page(owner)
