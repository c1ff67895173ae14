"""The floor of placing: the same rows as an order's, by the simplest SQL on bare connections.

No guard, no lock order, no pricing, no HTTP. `python -m bench.floor URL hot|cold SECONDS` reads carts
as JSON and prints the orders a second. On PostgreSQL each order is a pipeline with a commit of its own,
on SQLite a transaction behind one lock.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from largesse.ledger.plan import Grant, Hold, Plan

CLIENTS = 64
PREPARED = 4_000

Statement = tuple[str, Sequence[Any]]


def statements(plan: Plan, digest: bytes) -> Iterator[Statement]:
    """The rows of one order: its event, its own rows, and for each hold a counter and a transfer."""
    event = plan.event
    columns = (
        "id",
        "order_id",
        "number",
        "kind",
        "key",
        "body_hash",
        "answer",
        "day",
        "at",
        "actor",
    )
    values = [getattr(event, column) for column in columns]
    yield _insert("ledger_event", (*columns, "reason", "digest"), [*values, event.reason, digest])
    for insert in plan.inserts:
        for row in insert.rows:
            sealed = [digest if type(v).__name__ == "Placeholder" else v for v in row]
            yield _insert(insert.table, insert.columns, sealed)
    for change in plan.changes:
        sets = ", ".join(f"{column} = %s" for column in change.new)
        yield f"UPDATE {change.table} SET {sets} WHERE id = %s", [*change.new.values(), change.id]
    for hold in plan.movements:
        if isinstance(hold, Grant):
            yield _insert(
                "ledger_account",
                ("id", "kind", "owner", "asset", "granted", "held", "posted", "seq"),
                [hold.account.id, *hold.account, hold.amount, 0, 0, 1],
            )
            continue
        assert isinstance(hold, Hold)
        yield (
            "UPDATE ledger_account SET held = held + %s, seq = seq + 1 WHERE id = %s",
            [hold.amount, hold.account.id],
        )
        yield _insert(
            "ledger_transfer",
            ("id", "event_id", "kind", "source_id", "target_id", "asset", "amount", "day"),
            [hold.id, event.id, "entry", hold.target.id, hold.account.id, hold.account.asset,
             hold.amount, event.day],
        )  # fmt: skip


def _insert(table: str, columns: Sequence[str], values: Sequence[Any]) -> Statement:
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values


def plans(carts: list[list[tuple[str, int]]], hot: bool) -> list[list[Statement]]:
    """Orders worked out beforehand, so that only the writing is measured."""
    from largesse.offers.vouchers import taking
    from largesse.orders.answers import Deed
    from largesse.orders.models import Order
    from largesse.orders.placing import Sale, order_plan
    from largesse.orders.quoting import priced

    sale = Sale(state=lambda _: Order.State.PLACED)
    found = []
    for n in range(PREPARED):
        cart = engine_cart(carts, n, hot)
        # A second each: so many in one would share numbers, which are a second and some chance.
        at = cart.at + timedelta(seconds=n)
        deed = Deed(key=f"floor-{os.getpid()}-{n}", body=b"", at=at, actor="bench")
        taken = taking(cart.codes)
        plan = order_plan(
            priced(cart),
            deed,
            Order.State.PLACED,
            sale,
            changes=taken.changes,
            grants=taken.grants,
        )
        found.append(list(statements(plan, b"\0" * 32)))
    return found


def engine_cart(carts: list[list[tuple[str, int]]], n: int, hot: bool) -> Any:
    """The n-th cart: five lines, and a voucher of its own or a gift that all want."""
    from bench.store import GIFT, HOT, VOUCHERS, now
    from largesse.engine.cart import Cart, CartLine, Customer

    lines = [
        CartLine(str(i), sku, units) for i, (sku, units) in enumerate(carts[n % len(carts)][:5])
    ]
    if hot:
        lines.append(CartLine("gift", GIFT, 1, allotment=HOT))
    codes = () if hot else (f"BENCH{VOUCHERS - 1 - n:06}",)
    return Cart(tuple(lines), at=now(), customer=Customer("bench"), codes=codes)


def on_postgresql(orders: list[list[Statement]], seconds: float) -> float:
    """Orders a second over 64 connections."""
    import psycopg
    from django.db import connection

    parameters = connection.get_connection_params()
    wanted = {k: v for k, v in parameters.items() if k not in ("cursor_factory", "context")}

    def work(take: Callable[[], list[Statement] | None]) -> None:
        with psycopg.connect(**wanted, autocommit=True) as bare:
            bare.prepare_threshold = 0
            while (order := take()) is not None:
                with bare.pipeline(), bare.transaction():
                    for text, values in order:
                        bare.execute(text, values)

    return _rate(orders, seconds, work)


def on_sqlite(path: str, orders: list[list[Statement]], seconds: float) -> float:
    """Orders a second of 64 threads, one at a time."""
    lock = threading.Lock()

    @contextmanager
    def opened() -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(path, isolation_level=None, timeout=20)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        yield connection
        connection.close()

    adapted = [
        [(text.replace("%s", "?"), [_adapted(v) for v in values]) for text, values in order]
        for order in orders
    ]

    def work(take: Callable[[], list[Statement] | None]) -> None:
        with opened() as bare:
            while (order := take()) is not None:
                with lock:
                    bare.execute("BEGIN IMMEDIATE")
                    for text, values in order:
                        bare.execute(text, values)
                    bare.execute("COMMIT")

    return _rate(adapted, seconds, work)


def _adapted(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    return str(value) if hasattr(value, "isoformat") else value


def _rate(orders: Any, seconds: float, work: Callable[[Any], None]) -> float:
    waiting = iter(orders)
    lock = threading.Lock()
    until = time.perf_counter() + seconds
    count = 0

    def take() -> Any:
        nonlocal count
        with lock:
            if time.perf_counter() > until:
                return None
            order = next(waiting, None)
            count += order is not None
            return order

    started = time.perf_counter()
    threads = [threading.Thread(target=work, args=(take,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - started)


def main(url: str, hot: str, seconds: str) -> None:
    os.environ["LARGESSE_DATABASE"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "largesse.server.settings")
    import django

    django.setup()
    from django.conf import settings

    carts = json.load(sys.stdin)
    orders = plans(carts, hot == "hot")
    if url.startswith("sqlite"):
        rate = on_sqlite(settings.DATABASES["default"]["NAME"], orders, float(seconds))
    else:
        rate = on_postgresql(orders, float(seconds))
    print(json.dumps(rate))


if __name__ == "__main__":
    main(*sys.argv[1:])
