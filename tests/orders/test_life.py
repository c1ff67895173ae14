"""An order from its quote to its refund (OR-1 to OR-6)."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest

from largesse.engine.faults import Faults
from largesse.ledger.accounts import Kind
from largesse.offers.models import Voucher
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.models import Order
from largesse.orders.placing import place, place_held, reserve
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from largesse.orders.refunding import refund
from tests.orders.journal import left
from tests.orders.store import (
    AT,
    cart,
    changed,
    deed,
    done,
    id_of,
    later,
    lines,
    order_of,
    refused,
)
from tests.words import money, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@spec("OR-1")
def test_an_order_goes_from_placed_to_posted_to_refunded_and_each_step_is_recorded() -> None:
    placed = place(cart("3 MUG"), deed(reason="bought"))
    order_id = id_of(placed)
    done(post(order_id, deed(reason="shipped")))
    done(refund(order_id, deed(reason="broken"), lines("1: 1")))
    done(refund(order_id, deed(reason="all broken")))
    from largesse.ledger.reading import events_of

    told = [(e.kind, e.actor, e.reason) for e in events_of(order_id)]
    assert told == [
        ("order.placed", "ines", "bought"),
        ("order.posted", "ines", "shipped"),
        ("order.refunded", "ines", "broken"),
        ("order.refunded", "ines", "all broken"),
    ]
    assert Order.objects.get(id=order_id).state == Order.State.REFUNDED


@spec("OR-2")
def test_a_quote_consumes_nothing() -> None:
    for _ in range(2):
        assert quote(cart("1 POT", codes=("DV1",))).consumptions
    assert not Voucher.objects.get(number="DV1").opened


@spec("OR-2", "MO-4")
def test_placing_consumes_every_voucher_and_unit_of_the_quote() -> None:
    from largesse.engine.cart import CartLine

    free = CartLine("1", "POT", 2, allotment="SCHOOL-POTS")
    placed = order_of(place(cart(free, "1 HAT", codes=("DV1",)), deed()))
    assert left(Kind.ALLOTMENT, "SCHOOL-POTS", "unit") == 1
    assert left(Kind.VOUCHER, "DV1", "use") == 0
    assert placed.due == money("35.20")


@spec("OR-2", "AL-8")
def test_a_price_that_became_worse_is_told_and_nothing_is_placed() -> None:
    confirmed = quote(cart("1 POT", codes=("DV1",))).due
    place(cart("1 HAT", codes=("DV1",)), deed())
    worse = changed(place(cart("1 POT", codes=("DV1",)), deed(), confirmed_due=confirmed))
    assert (worse.confirmed, worse.due) == (money("88.00"), money("110.00"))
    assert msgspec.json.decode(worse.quote)["due"] == "110.00"
    assert Order.objects.count() == 1


@spec("OR-2")
def test_a_price_that_became_better_is_taken() -> None:
    placed = place(cart("1 POT", codes=("DV1",)), deed(), confirmed_due=money("200.00"))
    assert done(placed).due == money("88.00")


@spec("OR-3")
def test_the_same_key_and_body_place_once_and_are_answered_alike() -> None:
    first = place(cart("1 POT", codes=("DV1",)), deed("k", body=b"a"), confirmed_due=8800)
    again = place(cart("1 POT", codes=("DV1",)), deed("k", body=b"a"), confirmed_due=8800)
    assert again.answer == first.answer
    assert (first.repeated, again.repeated) == (False, True)
    assert Order.objects.count() == 1


@spec("OR-3")
def test_the_same_key_with_another_body_is_refused() -> None:
    done(place(cart("1 POT"), deed("k", body=b"a")))
    other = place(cart("2 POT"), deed("k", body=b"b"))
    assert refused(other).code == "idempotency_key_reused"
    assert Order.objects.count() == 1


@spec("OR-3")
def test_a_refusal_is_repeated_under_its_key_even_when_it_could_be_done_by_now() -> None:
    order_id = id_of(place(cart("1 POT"), deed()))
    assert refused(refund(order_id, deed("k"))).code == "wrong_state"
    done(post(order_id, deed()))
    assert refused(refund(order_id, deed("k"))).code == "wrong_state"
    done(refund(order_id, deed()))


@spec("OR-3", "BI-1")
def test_a_cart_with_faults_keeps_no_answer_unless_its_key_was_placed_before() -> None:
    from largesse.catalog.models import Product

    with pytest.raises(Faults):
        place(cart("1 NOTHING"), deed("k"))
    first = place(cart("1 POT"), deed("k"))
    for pot in Product.objects.filter(sku="POT"):
        pot.active = False
        pot.save()
    assert place(cart("1 POT"), deed("k")).answer == first.answer


@spec("OR-4")
def test_a_reserved_order_keeps_its_price_and_its_voucher_until_it_is_placed() -> None:
    held = reserve(cart("1 POT", codes=("DV1",)), deed(), minutes=15)
    assert left(Kind.VOUCHER, "DV1", "use") == 0
    placed = place_held(id_of(held), deed(at=later(minutes=14)), payment={"method": "card"})
    assert done(placed).state == "placed"
    assert expire_lapsed(later(minutes=16)) == 0


@spec("OR-4")
def test_a_reservation_lapses_by_itself_and_gives_everything_back() -> None:
    held = reserve(cart("1 POT", codes=("DV1",)), deed(), minutes=15)
    assert expire_lapsed(later(minutes=14)) == 0
    assert expire_lapsed(later(minutes=15)) == 1
    assert expire_lapsed(later(minutes=15)) == 0
    assert left(Kind.VOUCHER, "DV1", "use") == 1
    too_late = place_held(id_of(held), deed(at=later(minutes=16)))
    assert refused(too_late).code == "wrong_state"


@spec("OR-4")
def test_a_lapsed_reservation_is_not_placed_even_before_it_was_swept() -> None:
    held = reserve(cart("1 POT"), deed(), minutes=15)
    late = place_held(id_of(held), deed(at=later(minutes=15)))
    assert refused(late).code == "hold_lapsed"


@spec("OR-5")
def test_cancelling_gives_back_everything() -> None:
    order_id = id_of(place(cart("1 POT", codes=("DV1",)), deed()))
    assert done(cancel(order_id, deed())).state == "cancelled"
    assert left(Kind.VOUCHER, "DV1", "use") == 1
    assert refused(post(order_id, deed())).code == "wrong_state"


@spec("OR-5")
def test_a_posted_order_is_refunded_not_cancelled() -> None:
    order_id = id_of(place(cart("1 POT"), deed()))
    done(post(order_id, deed()))
    told = refused(cancel(order_id, deed()))
    assert "is posted; only one that is not posted yet can be cancelled" in told.message


@spec("OR-5", "MO-4")
def test_refunds_in_parts_give_back_what_was_paid_to_the_cent() -> None:
    order_id = id_of(place(cart("7 MUG", "1 HAT", codes=("DV1",)), deed()))
    done(post(order_id, deed()))
    total = Order.objects.get(id=order_id).total
    parts = [done(refund(order_id, deed(), lines("1: 1"))).refund_total for _ in range(7)]
    parts.append(done(refund(order_id, deed(), lines("2: 1"))).refund_total)
    assert sum(parts) == total
    assert Order.objects.get(id=order_id).state == Order.State.REFUNDED


@spec("OR-5")
def test_no_more_is_refunded_than_was_sold_and_all_faults_are_told() -> None:
    order_id = id_of(place(cart("2 MUG", "1 HAT"), deed()))
    done(post(order_id, deed()))
    done(refund(order_id, deed(), lines("1: 1")))
    told = refused(refund(order_id, deed(), lines("1: 2, 2: 0, 9: 1")))
    assert [(e.field, e.message) for e in told.errors] == [
        ("lines.1", "1 of line 1 can still be refunded, not 2"),
        ("lines.2", "is 1 unit or more"),
        ("lines.9", f"order {order_of_id(order_id).number} has no line 9"),
    ]


def order_of_id(order_id: UUID) -> Order:
    return Order.objects.get(id=order_id)


@spec("OR-5", "VO-6")
def test_a_voucher_can_be_used_again_after_a_full_refund_and_not_after_a_part() -> None:
    order_id = id_of(place(cart("2 MUG", codes=("DV1",)), deed()))
    done(post(order_id, deed()))
    done(refund(order_id, deed(), lines("1: 1")))
    assert left(Kind.VOUCHER, "DV1", "use") == 0
    done(refund(order_id, deed()))
    assert left(Kind.VOUCHER, "DV1", "use") == 1


@spec("AL-10")
def test_refunded_free_units_go_back_to_their_allotment_once() -> None:
    from largesse.engine.cart import CartLine

    order_id = id_of(place(cart(CartLine("1", "POT", 4, allotment="SCHOOL-POTS")), deed()))
    done(post(order_id, deed()))
    assert left(Kind.ALLOTMENT, "SCHOOL-POTS", "unit") == 0
    assert done(refund(order_id, deed("a"), lines("1: 1"))).refund_total == money("110.00")
    assert left(Kind.ALLOTMENT, "SCHOOL-POTS", "unit") == 0
    for _ in range(3):
        assert done(refund(order_id, deed("b"), lines("1: 2"))).refund_total == 0
    assert left(Kind.ALLOTMENT, "SCHOOL-POTS", "unit") == 2


@spec("CO-3")
def test_prior_orders_count_once_posted_and_refunded_units_drop_out() -> None:
    def saved() -> int:
        return quote(cart("1 POT", at=later(days=1))).discount

    order_id = id_of(place(cart("1 HAT"), deed()))
    assert saved() == 0
    done(post(order_id, deed()))
    assert saved() == money("10.00")
    done(refund(order_id, deed(), lines("1: 1")))
    assert saved() == 0


@spec("EX-4", "BE-20")
def test_an_order_of_the_past_is_priced_again_to_the_same_bytes() -> None:
    from largesse.catalog.models import Product
    from largesse.orders.repricing import priced_again

    order = order_of(place(cart("3 MUG", "1 POT", codes=("DV1",)), deed()))
    mug = Product.objects.get(sku="MUG")
    mug.price = 9900
    mug.save()
    assert priced_again(order).to_json(near_misses=False).decode() == order.quote
    assert quote(cart("3 MUG", at=AT)).gross == 3 * 9900
