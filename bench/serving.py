"""QU-5: the whole server over HTTP, beside bare endpoints and bare SQL, in turn in one run.

A rate of quotes is told by the server's CPU second, which neither a busy machine nor the client beside
it stretches; placing mostly waits for the disk, so there it is the clock's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from statistics import median
from typing import Any

from bench import load
from bench.figures import Figure
from bench.floor import CLIENTS
from bench.servers import Server, granian, largesse, postgresql, store_at
from bench.store import GIFT, HOT, VOUCHERS

ROUNDS = 3
SECONDS = 4.0
QUOTING = 16
"""Connections that ask for quotes."""

_numbers = count()


def figures() -> Iterator[Figure]:
    """Quotes on SQLite, placing on both engines."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        store = store_at(url)
        with largesse(url, workers=1) as ours:
            yield from _quotes(ours, store)
        yield from _placing("SQLite", url, store)
    with postgresql() as url:
        yield from _placing("PostgreSQL", url, store_at(url))


# --- quotes ----------------------------------------------------------------------------------------


def _quotes(ours: Server, store: dict[str, Any]) -> Iterator[Figure]:
    requests = [
        load.post("/v1/quotes", _cart(cart), f"Authorization: Bearer {store['secret']}\r\n")
        for cart in store["carts"]
    ]
    bare = [load.post("/v1/quotes", _cart(cart)) for cart in store["carts"]]
    with (
        granian("bench.peers.http_ninja", "wsgi") as ninja,
        granian("bench.peers.http_starlette", "asgi") as starlette,
    ):
        servers = {"ours": ours, "ninja": ninja, "starlette": starlette}
        rates: dict[str, list[float]] = {name: [] for name in servers}
        runs: list[load.Load] = []
        for name, server in servers.items():
            load.run(server.port, QUOTING, 1.0, load.repeated(requests if name == "ours" else bare))
        for _ in range(ROUNDS):
            for name, server in servers.items():
                before = server.cpu_seconds()
                asked = requests if name == "ours" else bare
                run = load.run(server.port, QUOTING, SECONDS, load.repeated(asked))
                _only(run, 200)
                rates[name].append(len(run.latencies) / (server.cpu_seconds() - before))
                if name == "ours":
                    runs.append(run)
    rate = {name: median(found) for name, found in rates.items()}
    what = "quotes of 20 lines, 1,000 offers"
    yield Figure("QU-5", f"{what}: requests a server CPU second", rate["ours"], "1/s")
    ratio = median(a / b for a, b in zip(rates["ours"], rates["ninja"], strict=True))
    yield Figure("QU-5", f"{what} ÷ django-ninja constant", ratio, "times", 3, at_most=False)
    ratio = median(a / b for a, b in zip(rates["ours"], rates["starlette"], strict=True))
    yield Figure("QU-5", f"{what} ÷ Starlette + msgspec constant", ratio, "times", 0.4, False)
    yield Figure("QU-5", f"{what}: p50", median(r.percentile(0.5) for r in runs), "ms")
    yield Figure("QU-5", f"{what}: p99", median(r.percentile(0.99) for r in runs), "ms")


def _cart(cart: list[list[Any]]) -> bytes:
    return json.dumps({"lines": [{"sku": s, "quantity": n} for s, n in cart]}).encode()


# --- placing ---------------------------------------------------------------------------------------


def _placing(engine: str, url: str, store: dict[str, Any]) -> Iterator[Figure]:
    for hot in (False, True):
        what = f"placing, {engine}, {'a hot account' if hot else 'a voucher each'}"
        ratios, runs = [], []
        with largesse(url, workers=2) as server:
            load.run(server.port, CLIENTS, 1.0, _orders(store, hot))
            for _ in range(ROUNDS):
                floor = _floor(url, store, hot)
                run = load.run(server.port, CLIENTS, SECONDS, _orders(store, hot))
                _only(run, 201)
                runs.append(run)
                ratios.append(run.rate / floor)
        yield Figure("QU-5", f"{what}: orders a second", median(r.rate for r in runs), "1/s")
        goal = 1.0 if hot else 0.5
        yield Figure("QU-5", f"{what} ÷ bare SQL", median(ratios), "times", goal, at_most=False)
        yield Figure("QU-5", f"{what}: p50", median(r.percentile(0.5) for r in runs), "ms")
        yield Figure("QU-5", f"{what}: p99", median(r.percentile(0.99) for r in runs), "ms")


def _orders(store: dict[str, Any], hot: bool) -> Iterator[bytes]:
    for n in _numbers:
        lines = [{"sku": s, "quantity": q} for s, q in store["carts"][n % 20][:5]]
        order: dict[str, Any] = {"customer": "bench", "lines": lines}
        if hot:
            lines.append({"sku": GIFT, "quantity": 1, "allotment": HOT})
        else:
            order["codes"] = [f"BENCH{n % VOUCHERS:06}"]
        key = f"Idempotency-Key: bench-{os.getpid()}-{n}\r\n"
        headers = f"Authorization: Bearer {store['secret']}\r\n{key}"
        yield load.post("/v1/orders", json.dumps(order).encode(), headers)


def _floor(url: str, store: dict[str, Any], hot: bool) -> float:
    answer = subprocess.run(
        [sys.executable, "-m", "bench.floor", url, "hot" if hot else "cold", str(SECONDS)],
        input=json.dumps(store["carts"]).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return float(json.loads(answer.stdout))


def _only(run: load.Load, status: int) -> None:
    """A figure of refused requests would mean nothing."""
    if set(run.statuses) != {status}:
        raise RuntimeError(f"the server answered {run.statuses}, not {status} alone")
