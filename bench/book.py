"""QU-6: 100,000 promotions in the records: the book compiled by a fresh process, and one changed while
another process serves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Any

from bench.databases import postgresql, sqlite
from bench.figures import Figure
from bench.neutral import promotion_of
from bench.workload import generate

PROMOTIONS = 100_000
GROUPS = 5_000
CHANGES = 11
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def figures() -> Iterator[Figure]:
    """On both databases: the neutral workload's promotions, sharing the product groups of the first."""
    with sqlite() as url:
        yield from _of(url, "SQLite")
    with postgresql() as url:
        yield from _of(url, "PostgreSQL")


def _of(url: str, name: str) -> Iterator[Figure]:
    print(f"storing {PROMOTIONS:,} promotions: {name} ...", file=sys.stderr)
    _run(url, "store")
    told = json.loads(_run(url, "compile"))
    what = f"{PROMOTIONS:,} promotions, {name}"
    yield Figure("QU-6", f"{what}: compiled, CPU time", told["seconds"], "s", 10)
    yield Figure("QU-6", f"{what}: memory of the book", told["megabytes"], "MB", 400)
    late = json.loads(_run(url, "change"))
    yield Figure("QU-6", f"{what}: one changed, live in another process, median", median(late), "s")
    yield Figure("QU-6", f"{what}: the same, the slowest", max(late), "s", 1)


def _run(url: str, *words: str) -> str:
    command = [sys.executable, "-m", "bench.book", *words]
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=_environment(url)
    ).stdout


def _environment(url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "largesse.server.settings",
        "LARGESSE_DATABASE": url,
    }


# --- each in a process of its own --------------------------------------------------------------------


def store() -> None:
    """The neutral workload's promotions; the first ones' product groups are shared by the others."""
    from django.core.management import call_command
    from django.db import transaction

    from largesse.catalog.models import Product, ProductGroup
    from largesse.engine.formats.writer import listed
    from largesse.engine.money import Currency
    from largesse.offers import promotions
    from largesse.offers.book_log import publish
    from largesse.offers.contents import Kind

    call_command("migrate", verbosity=0)
    workload = generate(PROMOTIONS, "sparse")
    named = workload["promotions"][:GROUPS]
    with transaction.atomic():
        Product.objects.bulk_create(
            (Product(sku=p["sku"], name=p["sku"], price=p["price"]) for p in workload["catalogue"]),
            batch_size=30,
        )
        keys = dict(Product.objects.values_list("sku", "pk"))
        made = [ProductGroup(code=p["id"], title=p["id"]) for p in named]
        ProductGroup.objects.bulk_create(made, batch_size=100)
        members = ProductGroup.products.through._default_manager
        members.bulk_create(
            (
                members.model(productgroup_id=group.pk, product_id=keys[sku])
                for group, p in zip(made, named, strict=True)
                for sku in p["skus"]
            ),
            batch_size=300,
        )
        publish(Kind.PRODUCT, list(keys))
        publish(Kind.GROUP, [group.code for group in made])
    definitions = []
    for i, p in enumerate(workload["promotions"]):
        said = json.dumps(listed(promotion_of({**p, "skus": []}), Currency("USD")))
        definition: dict[str, Any] = json.loads(
            said.replace(f'": "{p["id"]}"', f'": "{named[i % GROUPS]["id"]}"')
        )
        definitions.append({**definition, "code": p["id"]})
    for i in range(0, len(definitions), 10_000):
        promotions.revise_all(definitions[i : i + 10_000], by=None, at=AT)


def compile_book() -> dict[str, float]:
    """CPU seconds and megabytes of this process until it can price, with the book's hash."""
    from largesse.offers.current import current

    before, started = _megabytes(), time.process_time()
    book = current().book
    assert len(book.promotions) == PROMOTIONS
    assert book.content_hash
    return {"seconds": time.process_time() - started, "megabytes": _megabytes() - before}


def _megabytes() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def change() -> list[float]:
    """Seconds from the commit of a change until another process that is asked all the time has it."""
    from django.db import transaction

    from largesse.offers import promotions
    from largesse.offers.models import Promotion

    url = os.environ["LARGESSE_DATABASE"]
    command = [sys.executable, "-m", "bench.book", "serve"]
    spans = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=_environment(url)
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        for i in range(CHANGES):
            promotion = Promotion.objects.get(code=f"P{i:05}")
            with transaction.atomic():
                definition = {**promotions.definition_of(promotion), "title": f"Changed {i}"}
                promotions.revise(definition, by=None, at=AT)
            committed = time.time()
            spans.append(float(server.stdout.readline()) - committed)
    return spans


def serve() -> None:
    """Say when each change is there, and its hash, as a quote has it."""
    from largesse.offers.current import current

    print("ready", current().version, flush=True)
    for i in range(CHANGES):
        while current().book.promotions[f"P{i:05}"].title != f"Changed {i}":
            time.sleep(0.01)
        assert current().book.content_hash
        print(time.time(), flush=True)


def main(word: str) -> None:
    import django

    django.setup()
    match word:
        case "store":
            store()
        case "compile":
            print(json.dumps(compile_book()))
        case "change":
            print(json.dumps(change()))
        case "serve":
            serve()
        case _:
            sys.exit(f"no {word}")


if __name__ == "__main__":
    main(*sys.argv[1:])
