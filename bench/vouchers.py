"""QU-6: a million vouchers generated and stored; one scanned, and lists of them, with millions stored.

`python -m bench QU-6` has a million. `python -m bench.vouchers 10` has ten, on both databases; one that
is named after it has them alone.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

from bench.databases import postgresql, sqlite
from bench.figures import Figure

MILLION = 1_000_000
SCANS = 500
SOLD = 2_000
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def figures(millions: int = 1, only: str = "") -> Iterator[Figure]:
    """On both databases, or on the one that is named."""
    for name, made in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        if only and only.casefold() != name.casefold():
            continue
        with made() as url:
            yield from _of(url, name, millions)


def _of(url: str, name: str, millions: int) -> Iterator[Figure]:
    print(f"making {millions:,} million vouchers: {name} ...", file=sys.stderr)
    seconds = json.loads(_run(url, "make", str(millions)))
    what = f"million vouchers generated and stored, {name}"
    yield Figure("QU-6", f"a {what}", seconds[0], "s", 60)
    if millions > 1:
        yield Figure("QU-6", f"the last {what}", seconds[-1], "s", 60)
    told = json.loads(_run(url, "read"))
    stored = f"{millions} million vouchers, {name}"
    yield Figure("QU-6", f"{stored}: one scanned, median", median(told["scans"]), "ms", 10)
    p99 = sorted(told["scans"])[len(told["scans"]) * 99 // 100]
    yield Figure("QU-6", f"{stored}: the same, p99", p99, "ms", 10)
    for page, milliseconds in told["pages"].items():
        yield Figure("QU-6", f"{stored}: {page}", milliseconds, "ms")


def _run(url: str, *words: str) -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "largesse.server.settings",
        "LARGESSE_DATABASE": url,
    }
    command = [sys.executable, "-m", "bench.vouchers", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return done.stdout


# --- in the process --------------------------------------------------------------------------------


def make(millions: int) -> list[float]:
    """A book a million, each assigned to a partner; the seconds that making each took."""
    from django.core.management import call_command
    from django.db import connection

    from largesse.catalog.models import Product
    from largesse.crm.models import Customer, Partner
    from largesse.offers.vouchers import assigning, books

    call_command("migrate", verbosity=0)
    Product.objects.create(sku="MUG", name="Mug", price=1250)
    Customer.objects.create(number="anna", name="Anna")
    partner = Partner.objects.create(code="cafe", name="Café")
    spans = []
    for nth in range(millions):
        started = time.perf_counter()
        book = books.begin_random(MILLION, at=AT, by="bench", percent=100_000, label=f"Book {nth}")
        books.make_rest(book)
        spans.append(time.perf_counter() - started)
        assigning.assign(book.first, MILLION, partner, last=book.last, at=AT, by="bench")
    if connection.vendor == "postgresql":
        # As its own housekeeping does before long.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return spans


def read() -> dict[str, Any]:
    """Milliseconds: scans, each of another number, priced; and pages of the back office."""
    numbers = some_numbers(SCANS + SOLD)
    _scan(numbers[0])
    scans = [_milliseconds(partial(_scan, number)) for number in numbers[:SCANS]]
    _sell(numbers[SCANS:])
    return {"scans": scans, "pages": _pages(numbers)}


def _scan(number: str) -> None:
    """A cart is priced with a number that was just scanned."""
    from largesse.orders.quoting import priced

    if not priced(_cart(number)).quote.consumptions:
        raise RuntimeError(f"{number} gave nothing")


def some_numbers(count: int) -> list[str]:
    """Numbers from all over what is stored."""
    from largesse.offers.models import Voucher, VoucherBook

    chance = random.Random(1)
    found: list[str] = []
    for book in VoucherBook.objects.all():
        places = chance.sample(range(1, book.made + 1), count)
        rows = Voucher.objects.filter(book=book, position__in=places)
        found += rows.values_list("number", flat=True)
    chance.shuffle(found)
    return found[:count]


def _cart(number: str) -> Any:
    from largesse.engine.cart import Cart, CartLine, Channel, Customer

    return Cart(
        (CartLine("1", "MUG"),),
        at=AT,
        customer=Customer("anna"),
        codes=(number,),
        channel=Channel.TILL,
    )


def _sell(numbers: Sequence[str]) -> None:
    """Orders, so that the pages have something to tell."""
    from largesse.orders.answers import Deed
    from largesse.orders.placing import place

    for nth, number in enumerate(numbers):
        place(_cart(number), Deed(key=f"bench-{nth}", body=b"", at=AT, actor="bench"))


def _pages(numbers: Sequence[str]) -> dict[str, float]:
    from django.conf import settings
    from django.test import Client

    from largesse.business.models import User

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    base = "/back-office/offers"
    asked = {
        "the list of vouchers": f"{base}/voucher/",
        "those that are redeemed": f"{base}/voucher/?state=redeemed",
        "those of a partner": f"{base}/voucher/?partner=cafe",
        "void ones, of which there are none": f"{base}/voucher/?state=void",
        "a search by a number": f"{base}/voucher/?q={numbers[0]}",
        "a search by the beginning of numbers": f"{base}/voucher/?q=DV1",
        "the report by partner and book": f"{base}/voucherbook/report/",
    }
    client.get(asked["the list of vouchers"])
    return {what: _milliseconds(partial(_opened, client, url)) for what, url in asked.items()}


def _opened(client: Any, url: str) -> None:
    status = client.get(url).status_code
    if status != 200:
        raise RuntimeError(f"{url} answered {status}")


def _milliseconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


def main(*words: str) -> None:
    if words[0] in ("make", "read"):
        import django

        django.setup()
        told = make(int(words[1])) if words[0] == "make" else read()
        print(json.dumps(told))
        return
    for figure in figures(int(words[0]), *words[1:]):
        print(figure.line(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
