"""A process of its own that works on databases beside their servers: sets up, reads, checks the books.

It is told what to do in lines of JSON on its standard input, and answers each with one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.concurrency.running import environment


class Office:
    """The process, and a database that it works on: `office.left(kind="rights:voucher", ...)`."""

    def __init__(self, url: str, process: subprocess.Popen[str] | None = None):
        self._url = url
        self._process = process or subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=environment(
                LARGESSE_DATABASE=url, DJANGO_SETTINGS_MODULE="largesse.server.settings"
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def on(self, url: str) -> Office:
        """The same process, for another database."""
        return Office(url, self._process)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in TASKS:
            raise AttributeError(name)
        return lambda **said: self._do(name, said)

    def _do(self, name: str, said: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([self._url, name, said]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the office has died")
        failed, answer = json.loads(line)
        if failed:
            raise RuntimeError(answer)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


# --- in the process --------------------------------------------------------------------------------


def open_shop(allotments: Mapping[str, int]) -> str:
    """The small business of `tests.orders.store` in an empty database, with free pots for the school by
    the code of their allotment; the secret of an API key.
    """
    from datetime import UTC, datetime

    from largesse.api import keys
    from largesse.api.scopes import Scope
    from largesse.server.schema import bring_up_to_date
    from tests.orders.store import set_up

    bring_up_to_date()
    now = datetime.now(UTC)
    set_up()
    for code, units in allotments.items():
        grant_units(code, units)
    _, secret = keys.create("clients", list(Scope), now, requests_per_minute=10_000_000)
    return secret


def grant_units(code: str, units: int) -> None:
    """A new allotment of pots for the school. A server knows it within a second."""
    from datetime import UTC, datetime

    from largesse.catalog.models import Product, ProductGroup
    from largesse.crm.models import Organization
    from largesse.offers import allotments

    allotments.grant(
        Organization.objects.get(code="school"),
        Product.objects.get(sku="POT"),
        units,
        f"Pots of {code}",
        at=datetime.now(UTC),
        by="office",
        product_group=ProductGroup.objects.get(code="pots"),
        code=code,
    )


def lower(code: str) -> bool:
    """Take a unit off the quantity of an allotment; whether it could still be spared."""
    from datetime import UTC, datetime

    from largesse.engine.faults import Faults
    from largesse.offers import allotments
    from largesse.offers.models import Allotment

    allotment = Allotment.objects.get(code=code)
    quantity = allotments.units_of(allotment).granted - 1
    try:
        allotments.set_quantity(allotment, quantity, at=datetime.now(UTC), by="office")
    except Faults:
        return False
    return True


def uses(code: str) -> list[list[int]]:
    """The free units of each order that used an allotment, and what it is due, in minor units."""
    from largesse.offers.models import Allotment
    from largesse.orders.allotment_uses import every_use

    found = every_use(Allotment.objects.get(code=code))
    return sorted([use.units, use.order.due] for use in found if use.units)


def grant_voucher(number: str) -> None:
    """A new voucher that takes 20 % off."""
    from datetime import UTC, datetime

    from largesse.offers import vouchers

    vouchers.create([number], at=datetime.now(UTC), by="office", percent=200_000)


def make_book(count: int, first: str = "") -> dict[str, Any]:
    """A book whose numbers a partner has: random ones, or a run; its id and its numbers."""
    from datetime import UTC, datetime

    from largesse.crm.models import Partner
    from largesse.offers.vouchers import assigning, books

    at = datetime.now(UTC)
    cafe, _ = Partner.objects.get_or_create(code="cafe", defaults={"name": "Café"})
    if first:
        book = books.make_run(first, count, at=at, by="office", partner=cafe, percent=200_000)
    else:
        book = books.begin_random(count, at=at, by="office", percent=200_000)
        books.make_rest(book)
        assigning.assign(book.first, count, cafe, last=book.last, at=at, by="office")
    rows = book.vouchers.order_by("position").values_list("number", flat=True)
    return {"id": book.public_id, "numbers": list(rows)}


def promote(code: str, **fields: Any) -> None:
    """A promotion that takes a tenth off pots, for carts with its code. A server knows it within a
    second.
    """
    from datetime import UTC, datetime

    from largesse.offers import promotions

    tenth = {"kind": "discount_order_line", "percent": 10, "include": "pots"}
    if not fields.get("single_use_codes"):
        fields["promo_code"] = code
    definition = {"code": code, "actions": [tenth], **fields}
    promotions.revise(definition, by=None, at=datetime.now(UTC))


def give_credit(account: str, amount: str) -> None:
    """Credit on an account of Anna's, given by an order of hers that is posted."""
    from datetime import UTC, datetime
    from uuid import uuid4

    from largesse.offers import promotions
    from largesse.orders.answers import Deed
    from largesse.orders.placing import place
    from largesse.orders.posting import post
    from tests.orders.store import cart, done, id_of

    now = datetime.now(UTC)
    action = {"kind": "award_credit", "account": account, "amount": amount}
    definition = {"code": account, "promo_code": account, "actions": [action]}
    promotions.revise(definition, by=None, at=now)
    wanted = cart("1 MUG", codes=(account,), at=datetime.now(UTC))
    order_id = id_of(place(wanted, Deed(key=uuid4().hex, body=b"", at=now, actor="office")))
    done(post(order_id, Deed(key=uuid4().hex, body=b"", at=now, actor="office")))


def paid_by_credit(account: str) -> list[int]:
    """What a credit account pays of each order that lives, in minor units."""
    from largesse.orders.models import Order

    alive = Order.objects.exclude(state__in=[Order.State.CANCELLED, Order.State.REFUNDED])
    payments = (each for order in alive for each in order.payments if each["code"] == account)
    return sorted(each["amount"] for each in payments)


def in_cart(cart: str) -> dict[str, Any]:
    """What a cart of the shop holds, by its shown id, and what the order that holds its prices has."""
    from largesse.orders.models import Cart

    kept = Cart.by_public_id(cart)
    held = kept.order.lines.all() if kept.order is not None else None
    return {
        "units": {line["sku"]: line.get("quantity", 1) for line in kept.lines},
        "codes": sorted(kept.codes),
        # Rows have thousandths.
        "held": None if held is None else {line.sku: line.quantity // 1000 for line in held},
    }


def units_in_carts(customer: str) -> list[dict[str, Any]]:
    """The units in each cart of a customer, whose e-mail address it is, by SKU."""
    from largesse.orders.models import Cart

    rows = Cart.objects.filter(customer__email=customer).values_list("lines", flat=True)
    return [{line["sku"]: line.get("quantity", 1) for line in lines} for lines in rows]


def carts() -> int:
    """How many carts there are."""
    from largesse.orders.models import Cart

    return Cart.objects.count()


def offer_deal() -> None:
    """A deal that asks for three pots, gives credit for mugs, and may be referred."""
    from datetime import UTC, datetime

    from largesse.offers import deals
    from tests.orders.referrals import OPENING

    deals.revise(OPENING, by=None, at=datetime.now(UTC))


def refer(voucher: str) -> str:
    """An order of a pot with a voucher, without the trigger of that deal, by Rita; its id as shown."""
    from datetime import UTC, datetime
    from uuid import uuid4

    from largesse.orders.answers import Deed
    from largesse.orders.referring import refer
    from tests.orders.referrals import asking
    from tests.orders.store import done

    now = datetime.now(UTC)
    deed = Deed(key=uuid4().hex, body=b"", at=now, actor="rita")
    return done(refer(asking(mugs=2, codes=(voucher,), at=now), deed)).order


def states(voucher: str) -> list[str]:
    """The states of the orders that a voucher was entered on, sorted."""
    from largesse.orders.models import Order, Part

    parts = Part.objects.filter(offer=voucher).values("order_line__order")
    return sorted(Order.objects.filter(id__in=parts).values_list("state", flat=True))


def make_code(promotion: str) -> str:
    """A single-use code of a promotion."""
    from datetime import UTC, datetime

    from largesse.offers import codes
    from largesse.offers.models import Promotion

    of = Promotion.objects.get(code=promotion)
    batch, _ = codes.generate(of, 1, at=datetime.now(UTC), by="office")
    return batch.codes.get().code


def discounts(code: str) -> list[int]:
    """What each order that lives has got by a promotion, in minor units."""
    from largesse.orders.models import Order, Part

    parts = Part.objects.filter(offer=code)
    alive = parts.exclude(
        order_line__order__state__in=[Order.State.CANCELLED, Order.State.REFUNDED]
    )
    return sorted(alive.values_list("amount", flat=True))


def used(promotion: str, limit: str) -> int:
    """What is used or held of a promotion's limit."""
    from largesse.engine.facts import LimitQuery
    from largesse.offers import limits

    query = LimitQuery(promotion, limit)  # type: ignore[arg-type]
    return limits.used([query])[query]


def check() -> list[str]:
    """All that the journal and the orders differ in."""
    from largesse.ledger.checking import check as check_ledger
    from largesse.offers.vouchers.checking import check as check_vouchers
    from largesse.orders.checking.orders import check as check_orders

    found = (*check_ledger(), *check_orders(), *check_vouchers())
    return [str(finding) for finding in found]


def left(kind: str, owner: str, asset: str) -> int:
    """What a limited account can still give."""
    from largesse.ledger import reading
    from largesse.ledger.accounts import Account, Kind

    account = Account(Kind(kind), owner, asset)
    return reading.left([account])[account]


def orders_by_key() -> dict[str, list[str]]:
    """The orders that were made under each key of the API, by their ids as they are shown."""
    from largesse.ids import public_id
    from largesse.ledger.models import Event
    from largesse.orders.models import Order

    made: dict[str, list[str]] = {}
    rows = Event.objects.filter(number=1).order_by().values_list("key", "order_id")
    for key, order_id in rows:
        made.setdefault(key.removeprefix("api:"), []).append(public_id(Order.prefix, order_id))
    return made


def order_count() -> int:
    from largesse.orders.models import Order

    return Order.objects.count()


def leave() -> None:
    """Nothing: to be here is to have left the last database, which may then be copied."""


def unguard() -> None:
    """Take the guard of limited accounts out of a PostgreSQL database: a bug to be found."""
    _run("ALTER TABLE ledger_account DROP CONSTRAINT account_limit")


def guard() -> None:
    """Put it back, for what is written from now on."""
    limit = "CHECK (held + posted <= granted) NOT VALID"
    _run(f"ALTER TABLE ledger_account ADD CONSTRAINT account_limit {limit}")


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


TASKS: Final[Mapping[str, Callable[..., Any]]] = {
    task.__name__: task
    for task in (
        open_shop,
        check,
        grant_units,
        lower,
        uses,
        grant_voucher,
        make_book,
        promote,
        make_code,
        give_credit,
        paid_by_credit,
        in_cart,
        units_in_carts,
        carts,
        offer_deal,
        refer,
        states,
        discounts,
        used,
        left,
        orders_by_key,
        order_count,
        unguard,
        guard,
        leave,
    )
}


def main() -> None:
    import django

    django.setup()
    from django.db import close_old_connections, connection

    at = ""
    for line in sys.stdin:
        url, name, said = json.loads(line)
        try:
            if url != at:
                _move(url)
                at = url
            answer = [False, TASKS[name](**said)]
        except Exception as error:
            answer = [True, f"{type(error).__name__}: {error}"]
            connection.close()
        close_old_connections()
        print(json.dumps(answer), flush=True)


def _move(url: str) -> None:
    """Work on another database from now on, and leave nothing open at the last one."""
    from django.conf import settings
    from django.db import connection, connections

    from largesse.ledger.sqlite_writer import end_writers
    from largesse.offers.current import forget
    from largesse.server.database import database_settings

    end_writers()
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
    settings.DATABASES["default"] = database_settings(url, settings.SCHEMA)
    del connections["default"]
    del connections.settings
    connections._settings = settings.DATABASES  # type: ignore[attr-defined]
    forget()


if __name__ == "__main__":
    main()
