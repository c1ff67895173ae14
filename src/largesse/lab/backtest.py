"""A backtest prices past orders against a book: what it would have given, had it been live.

Behaviour is held fixed: everybody buys what they bought. Orders are priced in chunks, each by
itself, and what a chunk adds up to is a `Tally`; tallies are sums of whole numbers, so that the
result is the same whatever the chunks, the workers and the machines.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from multiprocessing.context import BaseContext

from msgspec import Struct, field

from largesse.engine.book import OfferBook
from largesse.engine.facts import NO_FACTS
from largesse.engine.faults import Faults
from largesse.engine.pricing import price
from largesse.engine.window import Calendar, Period, micros
from largesse.lab.history import EPOCH, CartMaker, Chunk, History, HistoryFault, Lines

OfferWeek = tuple[str, str, date]
"""A stage, an offer's code, and the first day of a week."""


class OfferSums(Struct):
    """What an offer did; amounts in minor units. `gross` is of all the orders that it touched."""

    cost: int = 0
    orders: int = 0
    units: int = 0
    gross: int = 0

    def add(self, other: OfferSums) -> None:
        self.cost += other.cost
        self.orders += other.orders
        self.units += other.units
        self.gross += other.gross


class WeekSums(Struct):
    """What happened in a week; amounts in minor units.

    `recorded_discount` is what the business itself gave then: retail discounts and coupon match.
    """

    orders: int = 0
    lines: int = 0
    orders_touched: int = 0
    gross: int = 0
    discount: int = 0
    recorded_discount: int = 0
    unproven: int = 0
    """Orders whose best combination of offers was not proven within the solver's steps."""

    def add(self, other: WeekSums) -> None:
        self.orders += other.orders
        self.lines += other.lines
        self.orders_touched += other.orders_touched
        self.gross += other.gross
        self.discount += other.discount
        self.recorded_discount += other.recorded_discount
        self.unproven += other.unproven


class Tally(Struct):
    """Sums over priced orders, by offer and week, and by week."""

    offers: dict[OfferWeek, OfferSums] = field(default_factory=dict)
    weeks: dict[date, WeekSums] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        for offer_week, offer_sums in other.offers.items():
            self.offers.setdefault(offer_week, OfferSums()).add(offer_sums)
        for week, week_sums in other.weeks.items():
            self.weeks.setdefault(week, WeekSums()).add(week_sums)


class Weeks:
    """The business's week of an instant, found anew only when the instants leave the last one."""

    def __init__(self, calendar: Calendar):
        self._calendar = calendar
        self._start = self._end = 0
        self._week = date.min

    def of(self, at: int) -> date:
        """The first day of the week in which an instant lies, in microseconds since 1970."""
        if not self._start <= at < self._end:
            instant = EPOCH + timedelta(microseconds=at)
            start = self._calendar.since(Period.WEEK, instant)
            self._week = start.date()
            self._start = micros(start)
            self._end = micros(self._calendar.midnight(self._week + timedelta(days=7)))
        return self._week


def price_chunk(book: OfferBook, carts: CartMaker, lines: Lines) -> Tally:
    """Price every order of some lines; HistoryFault names an order that can't be priced."""
    tally = Tally()
    offers, weeks = tally.offers, tally.weeks
    week_of = Weeks(book.catalog.calendar).of
    for begin, end in lines.spans():
        cart = carts.cart(lines, begin, end)
        try:
            quote = price(book, cart, NO_FACTS)
        except Faults as faults:
            raise HistoryFault(f"order {cart.id}: {faults.faults[0]}") from None
        week = week_of(lines.at[begin])
        sums = weeks.get(week)
        if sums is None:
            sums = weeks[week] = WeekSums()
        sums.orders += 1
        sums.lines += end - begin
        sums.gross += quote.gross
        sums.discount += quote.discount
        sums.recorded_discount += sum(lines.retail_discount[begin:end])
        sums.recorded_discount += sum(lines.coupon_match[begin:end])
        sums.unproven += not quote.proven
        touched = set()
        for adjustment in quote.adjustments:
            key = (adjustment.stage.value, adjustment.offer, week)
            of_offer = offers.get(key)
            if of_offer is None:
                of_offer = offers[key] = OfferSums()
            of_offer.cost += adjustment.amount
            of_offer.units += adjustment.units
            if key not in touched:
                touched.add(key)
                of_offer.orders += 1
                of_offer.gross += quote.gross
        sums.orders_touched += bool(touched)
    return tally


class Bench(Struct, frozen=True):
    """All that a worker needs to price any chunk."""

    history: History
    book: OfferBook
    carts: CartMaker

    @classmethod
    def of(cls, history: History, book: OfferBook) -> Bench:
        """HistoryFault if the book can't price the history."""
        _refuse_mismatch(history, book)
        return cls(history, book, history.carts(frozenset(book.catalog.locations)))

    def price(self, chunk: Chunk) -> Tally:
        lines = self.history.read(chunk)
        with _no_collection():
            return price_chunk(self.book, self.carts, lines)


Done = Callable[[int], None]
"""Told how many more orders are priced."""


def run(
    history: History,
    book: OfferBook,
    *,
    orders: int | None = None,
    jobs: int | None = None,
    done: Done = lambda orders: None,
) -> Tally:
    """Price a history, or its first `orders` orders, on `jobs` cores; None is all of each."""
    bench = Bench.of(history, book)
    chunks = list(history.chunks(orders))
    jobs = min(jobs or _cores(), len(chunks))
    tally = Tally()
    if jobs <= 1:
        for chunk in chunks:
            tally.add(bench.price(chunk))
            done(chunk.orders)
        return tally
    with ProcessPoolExecutor(jobs, _processes(), _set_up, (bench,)) as pool:
        futures: dict[Future[Tally], Chunk] = {
            pool.submit(_price, chunk): chunk for chunk in chunks
        }
        try:
            for future in as_completed(futures):
                tally.add(future.result())
                done(futures[future].orders)
        except BrokenProcessPool:
            raise HistoryFault(
                "a worker was killed, perhaps for want of memory; try fewer --jobs"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return tally


def run_on_ray(
    history: History,
    book: OfferBook,
    *,
    orders: int | None = None,
    done: Done = lambda orders: None,
) -> Tally:
    """The same on a Ray cluster: the one that RAY_ADDRESS names, or one on this machine.

    The history's folder must be readable under the same path on every node; the book is sent there.
    """
    import ray

    bench = Bench.of(history, book)
    chunks = list(history.chunks(orders))
    tally = Tally()
    started_here = not ray.is_initialized()
    if started_here:
        ray.init(log_to_driver=False, logging_level="ERROR")
    try:
        worker = ray.remote(num_cpus=1)(_RayWorker)
        shared = ray.put(bench)
        count = min(len(chunks), int(ray.cluster_resources().get("CPU", 1)))
        pool = ray.util.ActorPool([worker.remote(shared) for _ in range(count)])
        for orders_priced, part in pool.map_unordered(
            lambda actor, chunk: actor.price.remote(chunk), chunks
        ):
            tally.add(part)
            done(orders_priced)
    finally:
        if started_here:
            ray.shutdown()
    return tally


class _RayWorker:
    """One core of the cluster, with the book in memory."""

    def __init__(self, bench: Bench):
        self.bench = bench
        _keep()

    def price(self, chunk: Chunk) -> tuple[int, Tally]:
        return chunk.orders, self.bench.price(chunk)


_benches: list[Bench] = []
"""In a worker process, the one that it was given."""


def _processes() -> BaseContext:
    """Forked workers share the compiled book with their parent; elsewhere it is sent to each."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _set_up(bench: Bench) -> None:
    # An interrupt is the parent's to answer: it cancels what has not begun.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _benches[:] = [bench]
    _keep()


def _keep() -> None:
    """Take all that is there out of the collector's sight: the book never goes."""
    gc.collect()
    gc.freeze()


def _price(chunk: Chunk) -> Tally:
    return _benches[0].price(chunk)


@contextmanager
def _no_collection() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_mismatch(history: History, book: OfferBook) -> None:
    if history.index.currency != book.currency.code:
        raise HistoryFault(
            f"the history is in {history.index.currency} and the book in {book.currency.code}"
        )
    lacking = [sku for sku in history.skus() if sku not in book.catalog.products]
    if lacking:
        raise HistoryFault(
            f"the book lacks {len(lacking):,} of the history's products: {_few(lacking)}"
        )
    sample = datetime(2000, 1, 3, tzinfo=UTC)
    asking = sorted(
        code
        for code, promotion in book.promotions.items()
        if any([*c.history(sample, book.catalog.calendar), *c.asks()] for c in promotion.conditions)
    )
    if asking:
        raise HistoryFault(
            f"the book asks about earlier purchases, which a backtest can't answer yet: "
            f"{_few(asking)}"
        )
    limited = sorted(code for code, promotion in book.promotions.items() if promotion.limits)
    if limited:
        raise HistoryFault(
            f"the book limits how much is given, which a backtest doesn't count yet: {_few(limited)}"
        )


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _cores() -> int:
    """How many cores this process may use, where the system says so."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
