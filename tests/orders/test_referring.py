"""An order with a deal applied without its trigger waits for another person (DE-8, DE-14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from largesse.business import configuration
from largesse.business.models import User
from largesse.engine.cart import CartLine
from largesse.engine.faults import Faults
from largesse.ledger.accounts import Kind
from largesse.ledger.reading import events_of
from largesse.orders import notices
from largesse.orders.answers import Answered
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.models import Notice, Order
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.referring import approve, approvers, decline, history, place_pending, refer
from largesse.orders.repricing import priced_again
from tests.orders.journal import left
from tests.orders.referrals import (
    asking,
    by,
    given,
    notices_of,
    on_offer,
    people,
    referred,
    user,
)
from tests.orders.store import cart, changed, done, id_of, later, order_of, refused
from tests.words import money, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]


@pytest.fixture
def office(store: None) -> None:
    """The small business with its deals, a rep and two approvers; its books balance in the end."""
    on_offer()
    people()


def states(order: Order) -> list[tuple[str, str, str]]:
    """Who brought an order, and the forms before it, from where to where."""
    return [(each.by, each.before, each.after) for each in history(order)]


# --- to refer --------------------------------------------------------------------------------------


@spec("DE-8")
def test_a_deal_without_its_trigger_is_held_referred_and_says_who_asked_whom() -> None:
    order = order_of(referred(approver="dana"))
    assert order.state == Order.State.REFERRED
    assert (order.requested_by, order.approver) == ("rita", "dana")
    assert order.held_until is None


@spec("DE-8")
def test_a_referred_order_holds_what_it_uses_and_never_lapses() -> None:
    order_id = id_of(referred(asking(codes=("DV1",))))
    assert left(Kind.VOUCHER, "DV1", "use") == 0
    assert expire_lapsed(later(days=400)) == 0
    done(decline(order_id, by("dana", reason="too little")))
    assert left(Kind.VOUCHER, "DV1", "use") == 1


@spec("DE-8")
@pytest.mark.parametrize("make", [place, lambda c, d: reserve(c, d, minutes=5)])
def test_such_an_order_is_neither_placed_nor_reserved_without_approval(
    make: Callable[..., Answered],
) -> None:
    no = refused(make(asking(), by("rita")))
    assert no.code == "referral_needed"
    assert no.message.startswith("Opening order: applied without the trigger")
    assert not Order.objects.exists()


@spec("DE-8")
def test_an_order_that_needs_no_approval_can_be_referred_by_hand_only() -> None:
    plain = cart("1 POT")
    assert refused(refer(plain, by("rita"))).code == "approval_not_needed"
    by_hand = order_of(refer(plain, by("rita"), by_user=True))
    assert by_hand.state == Order.State.REFERRED_BY_USER
    # Where it is needed, who asks makes no difference.
    assert order_of(referred(by_user=True)).state == Order.State.REFERRED


@spec("DE-8")
def test_a_met_trigger_needs_no_approval() -> None:
    assert done(place(asking(3), by("rita"))).state == "placed"


@spec("DE-8")
def test_where_the_administrator_allows_no_referral_it_is_refused() -> None:
    configuration.change(configuration.REPS_REFER_ORDERS, False)
    assert refused(referred()).code == "referral_not_allowed"


@spec("DE-8")
def test_an_answer_stays_when_referral_is_no_longer_allowed() -> None:
    first = refer(asking(), by("rita", "k"))
    configuration.change(configuration.REPS_REFER_ORDERS, False)
    again = refer(asking(), by("rita", "k"))
    assert (again.answer, again.repeated) == (first.answer, True)


@spec("DE-8", "DE-13")
def test_what_would_be_lost_on_the_way_to_the_approver_is_told_instead() -> None:
    over = refused(referred(asking(credit=2000, mugs=2)))
    assert over.errors[0].field == "giveaways[0]"
    assert "remove 1 unit" in over.message
    lost = refused(referred(cart(CartLine("1", "HAT", 1, deal="OPENING"))))
    assert (lost.code, lost.field) == ("deals_refused", "lines")
    on_offer({**TRADE_CLOSED})
    closed = cart(CartLine("1", "HAT", 6, deal="TRADE"), referred={"TRADE": 0})
    assert refused(referred(closed)).field == "referred"


TRADE_CLOSED: dict[str, Any] = {
    "code": "TRADE",
    "sets": [{"products": "hats"}],
    "tiers": [{"min_units": 6, "benefit": {"kind": "percentage", "percent": 10}}],
    "referable": False,
}


@spec("DE-8")
def test_who_is_asked_is_somebody_else_who_may_approve() -> None:
    assert [each.username for each in approvers("rita")] == ["omar", "dana"]
    assert [each.username for each in approvers("dana")] == ["omar"]
    user("gone", is_active=False)
    for wrong in ("rita", "gone", "nobody"):
        no = refused(referred(approver=wrong))
        assert (no.code, no.errors[0].field) == ("approver_unknown", "approver")
    assert refused(referred(actor="dana", approver="dana")).code == "approver_unknown"


@spec("OR-3", "BI-1")
def test_a_cart_that_cannot_be_priced_is_no_referral() -> None:
    with pytest.raises(Faults):
        refer(cart("1 NOTHING"), by("rita"), by_user=True)


# --- to approve and to decline ---------------------------------------------------------------------


@spec("DE-8", "OR-1")
def test_another_person_approves_and_the_order_is_then_placed_at_its_price() -> None:
    order = order_of(referred(asking(mugs=2)))
    assert done(approve(order.id, by("dana", reason="once"))).state == "pending"
    placed = done(place_pending(order.id, by("rita"), payment={"method": "card"}))
    assert (placed.state, placed.due) == ("placed", order.due)
    assert done(post(order.id, by("omar"))).state == "posted"
    assert [(each.kind, each.by, each.note) for each in history(order)] == [
        ("order.referred", "rita", "for their second shop"),
        ("order.approved", "dana", "once"),
        ("order.placed", "rita", ""),
        ("order.posted", "omar", ""),
    ]
    assert states(order) == [
        ("rita", "draft", "referred"),
        ("dana", "referred", "pending"),
        ("rita", "pending", "placed"),
        ("omar", "placed", "posted"),
    ]


@spec("DE-8")
def test_nobody_approves_or_declines_what_they_referred_themselves() -> None:
    order_id = id_of(referred(actor="dana"))
    assert refused(approve(order_id, by("dana"))).code == "own_referral"
    assert refused(approve(order_id, by("dana"), credits={"OPENING": 100})).code == "own_referral"
    assert refused(decline(order_id, by("dana", reason="no"))).code == "own_referral"
    assert Order.objects.get().state == Order.State.REFERRED


@spec("DE-8")
def test_a_note_is_needed_to_decline() -> None:
    order_id = id_of(referred())
    for blank in ("", "  "):
        no = refused(decline(order_id, by("dana", reason=blank)))
        assert (no.code, no.field) == ("note_needed", "reason")
    assert done(decline(order_id, by("dana", reason="Reach 270.00."))).state == "declined"


@spec("DE-8")
def test_a_decision_is_taken_once() -> None:
    order_id = id_of(referred())
    done(approve(order_id, by("dana", "k")))
    assert approve(order_id, by("dana", "k")).repeated
    for late in (
        approve(order_id, by("omar")),
        approve(order_id, by("omar"), credits={"OPENING": 100}),
        decline(order_id, by("omar", reason="no")),
    ):
        assert refused(late).code == "wrong_state"
    assert refused(place_pending(id_of(referred()), by("rita"))).code == "wrong_state"


@spec("DE-8", "OR-5")
@pytest.mark.parametrize("decided", ["", "approved", "declined"])
def test_a_referred_order_is_cancelled_in_any_state_and_gives_everything_back(decided: str) -> None:
    order_id = id_of(referred(asking(codes=("DV1",), mugs=2)))
    if decided == "approved":
        done(approve(order_id, by("dana")))
    if decided == "declined":
        done(decline(order_id, by("dana", reason="no")))
    assert done(cancel(order_id, by("rita"))).state == "cancelled"
    assert left(Kind.VOUCHER, "DV1", "use") == 1


def test_what_is_no_order_is_not_decided_about() -> None:
    from largesse.ids import uuid7

    for answered in (
        approve(uuid7(), by("dana")),
        approve(uuid7(), by("dana"), credits={"OPENING": 1}),
        decline(uuid7(), by("dana", reason="no")),
        refer(asking(), by("rita"), replaces=uuid7()),
    ):
        assert refused(answered).code == "order_unknown"


# --- less credit -----------------------------------------------------------------------------------


@spec("DE-14")
def test_the_approver_gives_less_credit_and_what_no_longer_fits_is_cut() -> None:
    first = order_of(referred(asking(credit=5000, mugs=4, codes=("DV1",))))
    assert given(first) == {"MUG": 4}
    answered = approve(first.id, by("dana", reason="half"), credits={"OPENING": 2600})
    less = order_of(answered)
    assert less.state == Order.State.PENDING
    assert (less.replaces_id, less.requested_by) == (first.id, "rita")
    assert given(less) == {"MUG": 2}
    assert done(answered).note == (
        "Credit for Opening order 26.00 instead of 50.00. Given away no longer: 2 × Mug."
    )
    assert less.total == first.total
    # The voucher went from the old order to the new one.
    assert left(Kind.VOUCHER, "DV1", "use") == 0
    first.refresh_from_db()
    assert first.state == Order.State.CANCELLED
    assert states(less) == [
        ("rita", "draft", "referred"),
        ("dana", "referred", "cancelled"),
        ("dana", "referred", "pending"),
    ]
    done(place_pending(less.id, by("rita")))
    done(post(less.id, by("omar")))


@spec("DE-14")
def test_less_credit_changes_nothing_else_even_where_prices_have_changed_since() -> None:
    from largesse.catalog.models import Product

    first = order_of(referred(asking(hats=1)))
    for hat in Product.objects.filter(sku="HAT"):
        hat.price = 9900
        hat.save()
    less = order_of(approve(first.id, by("dana"), credits={"OPENING": 0}))
    assert (less.total, less.placed_at) == (first.total, first.placed_at)
    assert priced_again(less).deals[0].credit == 0


@spec("DE-14")
def test_the_credit_that_was_asked_for_is_never_raised() -> None:
    order_id = id_of(referred(asking(credit=2000)))
    no = refused(approve(order_id, by("dana"), credits={"OPENING": 2001, "TRADE": 0}))
    assert no.code == "credit_raised"
    assert [(each.field, each.message) for each in no.errors] == [
        ("credits.OPENING", "20.00 was asked for; give that or less"),
        ("credits.TRADE", "this deal is not referred on the order"),
    ]
    # The same credit is no change.
    answered = approve(order_id, by("dana"), credits={"OPENING": 2000})
    assert id_of(answered) == order_id


@spec("DE-14", "OR-3")
def test_an_approval_with_less_credit_is_done_once() -> None:
    order_id = id_of(referred())
    first = approve(order_id, by("dana", "k"), credits={"OPENING": 1000})
    again = approve(order_id, by("dana", "k"), credits={"OPENING": 1000})
    assert (again.answer, again.repeated) == (first.answer, True)
    assert Order.objects.count() == 2


@spec("DE-14", "DE-15")
def test_a_requester_can_not_give_away_more_than_the_credit_asked_for() -> None:
    assert refused(referred(asking(credit=1250, mugs=2))).errors
    assert given(order_of(referred(asking(credit=1250, mugs=1)))) == {"MUG": 1}


# --- to edit ---------------------------------------------------------------------------------------


@spec("DE-8")
@pytest.mark.parametrize("decided", ["", "approved", "declined"])
def test_editing_refers_again_and_the_old_form_is_cancelled(decided: str) -> None:
    old = order_of(referred(asking(codes=("DV1",))))
    if decided == "approved":
        done(approve(old.id, by("dana")))
    if decided == "declined":
        done(decline(old.id, by("dana", reason="Reach 270.00.")))
    new = order_of(refer(asking(2, codes=("DV1",)), by("rita"), replaces=old.id))
    old.refresh_from_db()
    assert (old.state, new.state) == (Order.State.CANCELLED, Order.State.REFERRED)
    assert new.replaces_id == old.id
    # What the old form held was there for the new one.
    assert "DV1" in {part.offer for line in new.lines.all() for part in line.parts.all()}
    assert states(new)[-1] == ("rita", decided_state(decided), "referred")


def decided_state(decided: str) -> str:
    return {"": "referred", "approved": "pending", "declined": "declined"}[decided]


@spec("DE-8")
def test_an_edit_that_needs_no_approval_any_more_is_placed() -> None:
    old = order_of(referred())
    new = order_of(place(asking(3), by("rita"), replaces=old.id))
    old.refresh_from_db()
    assert (old.state, new.state, new.replaces_id) == ("cancelled", "placed", old.id)


@spec("DE-8", "OR-3")
def test_an_edit_is_made_once_for_its_key() -> None:
    old = order_of(referred())
    first = refer(asking(2), by("rita", "k"), replaces=old.id)
    again = refer(asking(2), by("rita", "k"), replaces=old.id)
    assert (again.answer, again.repeated) == (first.answer, True)
    other = refer(asking(1), by("rita", "k", body=b"other"), replaces=old.id)
    assert refused(other).code == "idempotency_key_reused"
    assert Order.objects.count() == 2


@spec("DE-8", "OR-2")
def test_an_edit_that_is_refused_leaves_the_order_as_it_was() -> None:
    old = order_of(referred(asking(codes=("DV1",))))
    assert refused(place(asking(2), by("rita", "k"), replaces=old.id)).code == "referral_needed"
    changed(place(asking(3), by("rita"), confirmed_due=money("1.00"), replaces=old.id))
    with pytest.raises(Faults):
        refer(cart("1 NOTHING"), by("rita"), by_user=True, replaces=old.id)
    old.refresh_from_db()
    assert old.state == Order.State.REFERRED
    assert left(Kind.VOUCHER, "DV1", "use") == 0
    # The refusal is the answer of its key.
    assert place(asking(3), by("rita", "k"), replaces=old.id).repeated


@spec("DE-8")
def test_what_is_placed_or_cancelled_is_not_edited() -> None:
    placed = id_of(place(cart("1 POT"), by("rita")))
    cancelled = id_of(referred())
    done(cancel(cancelled, by("rita")))
    for order_id in (placed, cancelled):
        assert refused(refer(asking(), by("rita"), replaces=order_id)).code == "wrong_state"


class Crash(Exception):
    """The process ends here."""


@spec("DE-8", "OR-3", "QU-22")
@pytest.mark.parametrize("where", ["between", "after"])
def test_a_crash_while_an_order_is_replaced_loses_nothing_and_doubles_nothing(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.orders import placing

    old = order_of(referred(asking(codes=("DV1",))))
    wanted = asking(2, codes=("DV1",))

    def crash(*_: Any, **__: Any) -> Any:
        raise Crash

    if where == "between":
        # The old form is cancelled, and the new one not made yet.
        monkeypatch.setattr(placing, "order_plan", crash)
    else:
        # Both are done, and nobody has heard of it.
        monkeypatch.setattr(notices, "mail", crash)
    with pytest.raises(Crash):
        refer(wanted, by("rita", "k"), replaces=old.id)
    monkeypatch.undo()
    old.refresh_from_db()
    assert old.state == ("referred" if where == "between" else "cancelled")
    again = refer(wanted, by("rita", "k"), replaces=old.id)
    assert again.repeated == (where == "after")
    old.refresh_from_db()
    assert (old.state, order_of(again).replaces_id) == ("cancelled", old.id)
    assert Order.objects.count() == 2
    assert [event.kind for event in events_of(old.id)] == ["order.referred", "order.replaced"]


# --- notices ---------------------------------------------------------------------------------------


@spec("DE-8")
def test_who_is_asked_and_who_asked_are_told_with_the_note() -> None:
    order = order_of(referred(approver="dana"))
    asked = f"Rita asks you to approve order {order.number}. “for their second shop”"
    assert notices_of("dana") == [asked]
    done(decline(order.id, by("dana", reason="Reach 270.00 and I approve it.")))
    why = f"Dana declined order {order.number}. “Reach 270.00 and I approve it.”"
    assert notices_of("rita") == [why]
    assert notices_of("omar") == []
    # It is decided: who was asked need not look any more.
    assert notices_of("dana") == []


@spec("DE-8", "DE-14")
def test_the_requester_is_told_of_less_credit_and_what_was_cut() -> None:
    order_id = id_of(referred(asking(mugs=2)))
    new = order_of(approve(order_id, by("omar", reason="half"), credits={"OPENING": 1500}))
    assert notices_of("rita") == [
        f"omar approved order {new.number}. “half Credit for Opening order 15.00 instead of 30.00. "
        "Given away no longer: 1 × Mug.”"
    ]


def test_a_notice_is_read_once_and_by_its_user_alone() -> None:
    done(decline(id_of(referred()), by("dana", reason="no")))
    notice = Notice.objects.get()
    rita, dana = (User.objects.get(username=name) for name in ("rita", "dana"))
    assert not notices.read(notice, dana, later(minutes=1))
    assert notices.read(notice, rita, later(minutes=1))
    assert not notices.read(notice, rita, later(minutes=2))
    assert notices_of("rita") == []


def test_mail_goes_to_those_with_an_address_once_the_deed_is_committed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = order_of(referred(approver="dana"))
        done(approve(order.id, by("dana", "k")))
        approve(order.id, by("dana", "k"))
    assert [(each.to, each.subject) for each in mail.outbox] == [
        (["dana@example.com"], f"Order {order.number} waits for your approval"),
        (["rita@example.com"], f"Order {order.number} was approved"),
    ]


def test_mail_that_cannot_be_sent_undoes_nothing(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(notices, "send_mail", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        order_id = id_of(referred(approver="dana"))
    assert Order.objects.get(id=order_id).state == Order.State.REFERRED


# --- what the check finds --------------------------------------------------------------------------


@spec("DE-8", "JO-4")
def test_the_check_finds_an_own_approval_and_a_replaced_order_that_lives() -> None:
    from largesse.orders.checking.orders import check

    order = order_of(referred())
    done(approve(order.id, by("dana")))
    Order.objects.filter(id=order.id).update(requested_by="dana")
    assert [str(each) for each in check()] == [
        f"order {order.number}: dana referred it, and approved it too"
    ]
    Order.objects.filter(id=order.id).update(requested_by="rita")
    other = order_of(referred())
    Order.objects.filter(id=other.id).update(replaces=order.id)
    assert [str(each) for each in check()] == [
        f"order {other.number}: it replaces order {order.number}, which is pending"
    ]
    Order.objects.filter(id=other.id).update(replaces=None)
