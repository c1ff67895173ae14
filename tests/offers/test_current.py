"""The current book of a process, and the books of the past."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction

import largesse as lg
from largesse.business.models import Business
from largesse.engine.book import OfferBook
from largesse.engine.formats.stored import price_again
from largesse.offers import book_log, checking, current, promotions
from largesse.offers.contents import Kind
from largesse.offers.models import BookEntry, BookVersion, ExclusionGroup, PromotionRevision
from tests.databases import in_processes
from tests.offers.store import (
    AT,
    group,
    off_group,
    on_group,
    product,
    revise,
    revise_deal,
    ten_percent,
)
from tests.words import cart, spec

T = TypeVar("T")


def in_thread(call):
    """What a call answers in another thread, with a connection of its own."""
    found = []

    def run() -> None:
        try:
            found.append(call())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    (answer,) = found
    return answer


def compiled_afresh() -> OfferBook:
    current.forget()
    return current.current(fresh=True).book


def discount(book: OfferBook, *lines: str) -> int:
    return lg.price(book, cart(*lines)).discount


# --- now -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_empty_database_has_an_empty_book():
    assert current.current() == (current.current().book, 0)
    assert current.current().book.promotions == {}


@pytest.mark.django_db
@spec("QU-6")
def test_a_transaction_sees_its_own_changes_at_once():
    product("MUG", 1000)
    revise(ten_percent())
    assert discount(current.current().book, "1 MUG") == 100

    revise(on_group("TEN", group("none").code))
    assert discount(current.current().book, "1 MUG") == 0


@spec("QU-6")
def test_nobody_else_sees_a_change_before_it_is_committed(committed):
    product("MUG", 1000)
    seen = current.current().version

    with transaction.atomic():
        revise(ten_percent())
        assert "TEN" in current.current().book.promotions
        if connection.vendor == "postgresql":
            assert in_thread(lambda: current.current(fresh=True).version) == seen
        held = current._process.held
        assert held is not None
        assert "TEN" not in held.built.book.promotions

    assert "TEN" in in_thread(current.current).book.promotions


def test_a_change_that_was_rolled_back_leaves_no_trace(committed):
    product("MUG", 1000)
    with transaction.atomic():
        revise(ten_percent("LOST"))
        assert "LOST" in current.current().book.promotions
        transaction.set_rollback(True)

    assert "LOST" not in current.current(fresh=True).book.promotions
    # The next change has the version that was rolled back.
    with transaction.atomic():
        revise(ten_percent("KEPT"))
        assert set(current.current().book.promotions) == {"KEPT"}
    assert set(current.current().book.promotions) == {"KEPT"}


def test_a_change_of_this_process_is_in_its_book_as_soon_as_it_is_committed(committed):
    product("MUG", 1000)
    current.current()

    revise(ten_percent())

    assert "TEN" in current.current().book.promotions


def test_between_two_looks_the_book_costs_no_query(committed, django_assert_num_queries):
    product("MUG", 1000)
    current.current()

    with django_assert_num_queries(0):
        for _ in range(100):
            current.current()


def test_a_log_that_went_back_is_read_anew(committed):
    product("MUG", 1000)
    revise(ten_percent("LOST"))
    current.current()
    # As from a backup of before the promotion, to which something else came.
    last = book_log.newest().version
    BookEntry.objects.filter(version=last).delete()
    BookVersion.objects.update(version=last - 1)
    product("HAT", 4000)

    assert current.current(fresh=True).version == last
    assert current.current().book.promotions == {}
    assert set(current.current().book.catalog.products) == {"MUG", "HAT"}


def test_many_changes_are_applied_beside_and_the_old_book_serves_meanwhile(committed, monkeypatch):
    monkeypatch.setattr(current, "MANY", 4)
    product("MUG", 1000)
    old = current.current()
    promotions.revise_all([ten_percent(code) for code in "ABCD"], by=None, at=AT)

    with current._process.lock:
        assert current.current() == old
    assert current.current() == old
    for thread in threading.enumerate():
        if thread.name == "book":
            thread.join()
    assert set(current.current().book.promotions) == {"A", "B", "C", "D"}


@spec("QU-6")
def test_of_a_burst_after_a_pause_nobody_gets_the_old_book(committed):
    product("MUG", 1000)
    current.current()
    revise(ten_percent("NEW"))
    # Nobody has asked for long; then several ask at once.
    current._process.look_at = time.monotonic() - 60
    seen: list[set[str]] = []

    def ask() -> None:
        seen.append(set(current.current().book.promotions))
        connection.close()

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert seen == [{"NEW"}] * 8


@spec("QU-6")
def test_a_connection_that_sees_the_past_does_not_bring_the_book_back(committed):
    product("MUG", 1000)
    product("HAT", 4000)
    current.current()
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite keeps what a connection sees while it reads rows one by one")
    with connection.cursor() as reading:
        # While rows are left to be read, the connection sees the database as it was.
        reading.execute("SELECT id FROM catalog_product")
        reading.fetchone()
        in_a_thread(lambda: revise(ten_percent("NEW")))
        assert in_a_thread(lambda: set(current.current().book.promotions)) == {"NEW"}
        current._process.look_at = 0.0

        assert set(current.current().book.promotions) == {"NEW"}


def in_a_thread(work: Callable[[], T]) -> T:
    def alone() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(alone).result()


# --- changed piece by piece, it is the book compiled afresh ------------------------------------------


def story() -> Iterator[None]:
    """Changes of every kind, one after the other."""
    Business.objects.create(name="Shop", currency="USD")
    mug, hat = product("MUG", 1000), product("HAT", 4000)
    yield
    mugs = group("mugs", mug)
    yield
    revise(on_group("MUGS", "mugs"))
    yield
    revise(ten_percent("ALL", priority=3, promo_code="SPRING"))
    yield
    mugs.products.add(hat)
    yield
    ExclusionGroup.objects.create(code="x", mode="first")
    revise(ten_percent("ALL", exclusion_group="x"))
    yield
    mug.price = 1100
    mug.save()
    yield
    revise(ten_percent("ALL", active=False))
    yield
    hat.active = False
    hat.save()
    yield
    shop = Business.current()
    shop.half_even = True
    shop.save()
    yield
    revise_deal(off_group("TRADE", "mugs", required=["MUG"]))
    yield
    revise_deal(off_group("TRADE", "mugs", 20, manual=True))
    yield
    mugs.products.remove(hat)
    yield
    revise({"code": "MUGS", **{k: v for k, v in ten_percent().items() if k != "code"}})
    revise_deal(off_group("TRADE", group("others", mug).code))
    mugs.delete()
    yield


@spec("QU-6")
def test_a_book_changed_step_by_step_is_the_book_compiled_afresh(committed):
    for _ in story():
        changed = current.current().book
        assert changed.content_hash == compiled_afresh().content_hash
        for lines in (["2 MUG"], ["1 MUG", "1 HAT"]):
            if "HAT" in lines[-1] and "HAT" not in changed.catalog.products:
                continue
            asked = cart(*lines, codes=["spring"])
            afresh = compiled_afresh()
            assert lg.price(changed, asked).to_json() == lg.price(afresh, asked).to_json()


@spec("QU-6")
def test_a_changed_product_group_reaches_the_promotions_that_name_it(committed):
    mug, hat = product("MUG", 1000), product("HAT", 4000)
    mugs = group("mugs", mug)
    revise(on_group("MUGS", "mugs"))
    assert discount(current.current().book, "1 MUG", "1 HAT") == 100

    mugs.products.add(hat)
    assert discount(current.current().book, "1 MUG", "1 HAT") == 500

    mugs.products.remove(mug)
    assert discount(current.current().book, "1 MUG", "1 HAT") == 400


# --- what is broken is left out ----------------------------------------------------------------------


def broken(code: str, content: str | None) -> None:
    """An entry that no use case would write."""
    BookVersion.objects.get_or_create(id=1)
    book_log._append([book_log.Entry(Kind.PROMOTION, code, content)])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        "[]",
        '{"code": "BAD", "actions": []}',
        '{"code": "BAD", "actions": [{"kind": "discount_order_line", "percent": "x"}]}',
        '{"code": "BAD", "actions": [{"kind": "buy_x_get_y", "buy": 1, "products": "nowhere"}]}',
    ],
    ids=["text", "list", "no action", "no percentage", "unknown group"],
)
def test_a_broken_promotion_is_left_out_alone_logged_and_found(content, caplog):
    product("MUG", 1000)
    revise(ten_percent())
    with caplog.at_level(logging.ERROR):
        broken("BAD", content)

        assert set(current.current().book.promotions) == {"TEN"}

    assert "BAD is left out of the book" in caplog.text
    assert any(
        finding.code == "BAD" and "is broken and left out of the book" in finding.message
        for finding in checking.check()
    )
    revise(ten_percent("NEXT"))
    assert set(current.current().book.promotions) == {"TEN", "NEXT"}


@pytest.mark.django_db
def test_a_promotion_is_left_out_while_the_product_that_it_adds_is_not_sold():
    gift = product("GIFT", 500)
    adds = {
        "kind": "discount_order_line",
        "apply_to": "new_item",
        "product": "GIFT",
        "percent": 100,
    }
    product("MUG", 1000)
    revise({"code": "FREE", "actions": [adds]})
    revise(ten_percent())
    assert set(current.current().book.promotions) == {"FREE", "TEN"}

    gift.active = False
    gift.save()
    assert set(current.current().book.promotions) == {"TEN"}
    product("HAT", 4000)
    assert set(current.current().book.promotions) == {"TEN"}
    assert [finding.code for finding in checking.check()] == ["FREE"]

    gift.active = True
    gift.save()
    assert set(current.current().book.promotions) == {"FREE", "TEN"}
    assert checking.check() == ()


# --- the past --------------------------------------------------------------------------------------


@spec("EX-4")
def test_the_book_of_any_version_has_the_content_hash_that_it_had(committed):
    hashes = {}
    for _ in story():
        book, version = current.current()
        hashes[version] = book.content_hash

    past = {version: current.book_at(version).content_hash for version in hashes}
    assert past == hashes
    current.forget()
    again = {version: current.book_at(version).content_hash for version in reversed(hashes)}
    assert again == hashes


@pytest.mark.django_db
@spec("EX-4")
def test_a_quote_of_the_past_is_priced_again_to_the_same_bytes():
    mug = product("MUG", 1000)
    mugs = group("mugs", mug)
    revise(on_group("MUGS", "mugs"))
    then = current.current()
    quote = lg.price(then.book, cart("3 MUG"))
    mug.price = 1
    mug.save()
    mugs.products.clear()
    revise(ten_percent("MUGS"))

    again = price_again(quote.to_json(), current.book_at(then.version))

    assert again.to_json() == quote.to_json()
    assert lg.price(current.current().book, cart("3 MUG")).to_json() != quote.to_json()


@pytest.mark.django_db
def test_a_version_that_the_log_does_not_have_has_no_book():
    product("MUG")

    with pytest.raises(LookupError, match="no version 4711"):
        current.book_at(4711)


@pytest.mark.django_db
@spec("PR-8")
def test_the_revision_of_a_promotion_is_the_one_that_its_adjustments_name():
    product("MUG", 1000)
    revise(ten_percent())
    revise(ten_percent(priority=1))

    quote = lg.price(current.current().book, cart("1 MUG"))

    assert [a.revision for a in quote.adjustments] == [2]
    assert PromotionRevision.objects.count() == 2


# --- more than one process ---------------------------------------------------------------------------


@spec("QU-11", "QU-6")
def test_what_one_process_changes_the_others_have_without_being_told(committed):
    product("MUG", 1000)
    codes = {"BY-0", "BY-1"}

    def serve(nth: int) -> int:
        revise(ten_percent(f"BY-{nth}"))
        until = time.monotonic() + 20
        while not codes <= set(current.current().book.promotions) and time.monotonic() < until:
            time.sleep(0.01)
        return len(current.current().book.promotions)

    current.current()

    assert in_processes(2, serve) == [2, 2]
