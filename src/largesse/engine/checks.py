"""What a cart must be like to be priced; all that is wrong is told at once (BI-1, MO-6)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches

from largesse.engine.book import OfferBook
from largesse.engine.cart import UNITS_MAX, Cart, CartLine
from largesse.engine.catalog import Product
from largesse.engine.faults import Fault
from largesse.engine.money import AMOUNT_MAX, Currency
from largesse.engine.running import times_quantity


def cart_faults(book: OfferBook, cart: Cart) -> list[Fault]:
    """Every fault of a cart, in the order of its fields; none for a cart that can be priced."""
    faults: list[Fault] = []
    products = book.catalog.products
    ids: set[str] = set()
    has_options = False
    for i, line in enumerate(cart.lines):
        product = products.get(line.sku)
        if product is None or line.id in ids or not _is_plain(line, product):
            faults.extend(_line_faults(f"lines[{i}]", line, product, ids, book))
            has_options |= line.option_of is not None
        ids.add(line.id)
    if has_options:
        faults.extend(_option_faults(cart))
    if cart.currency != book.currency.code:
        faults.append(
            Fault(
                "currency",
                cart.currency,
                f"{cart.currency!r} is not the book's currency, {book.currency.code}",
            )
        )
    if cart.at.tzinfo is None:
        faults.append(
            Fault("at", cart.at.isoformat(), "has no time zone; write it like 2026-11-21T10:30:00Z")
        )
    if cart.location is not None and cart.location not in book.catalog.locations:
        faults.append(
            Fault(
                "location",
                cart.location,
                f"no location {cart.location!r}{_did_you_mean(cart.location, book.catalog.locations)}",
            )
        )
    if not _is_amount(cart.shipping):
        faults.append(Fault("shipping", cart.shipping, _amount_rule(book.currency)))
    for i, code in enumerate(cart.codes):
        if not code.strip() or len(code) > 64:
            faults.append(Fault(f"codes[{i}]", code, "a code has 1 to 64 characters"))
    faults.extend(_credit_faults(cart, book.currency))
    if cart.host_reward and cart.party is None:
        faults.append(Fault("host_reward", True, "a host reward order names its party"))
    if cart.sprees:
        faults.extend(_spree_faults(cart, book))
    return faults


def _option_faults(cart: Cart) -> Iterator[Fault]:
    """The options that go with no line of the cart, or with another option."""
    is_option = {line.id: line.option_of is not None for line in cart.lines}
    for i, line in enumerate(cart.lines):
        named = line.option_of
        if named is None:
            continue
        if named not in is_option:
            what = f"no line of the cart has the id {named!r}"
        elif is_option[named]:
            what = f"{named!r} is an option itself; an option goes with a line that is none"
        else:
            continue
        yield Fault(f"lines[{i}].option_of", named, what)


def _credit_faults(cart: Cart, currency: Currency) -> Iterator[Fault]:
    for account, most in cart.credit.items():
        if len(account) > 64:
            yield Fault("credit", account, "the name of a credit account has up to 64 characters")
        elif not _is_amount(most):
            yield Fault(f"credit.{account}", most, _amount_rule(currency))


def _spree_faults(cart: Cart, book: OfferBook) -> Iterator[Fault]:
    """What is wrong with what is chosen against sprees; what they do not pay for is no fault (SP-7)."""
    seen: set[tuple[str, str]] = set()
    worth = 0
    for i, choice in enumerate(cart.sprees):
        place, named = f"sprees[{i}]", (choice.promotion, choice.sku)
        if named in seen:
            what = f"{choice.sku!r} is chosen twice for {choice.promotion}; say its units once"
            yield Fault(f"{place}.sku", choice.sku, what)
        seen.add(named)
        wrong = [Fault(f"{place}.{n}", getattr(choice, n), told) for n, told in choice.faults()]
        yield from wrong
        product = book.catalog.products.get(choice.sku)
        worth += 0 if product is None or wrong else product.price * choice.units
    if worth > AMOUNT_MAX:
        most = book.currency.format(AMOUNT_MAX)
        yield Fault("sprees", len(seen), f"what is chosen comes to more than {most} together")


def _is_plain(line: CartLine, product: Product) -> bool:
    """The quick answer for an ordinary line; anything else is looked at closely."""
    quantity, gross = line.quantity, line.gross
    if type(quantity) is not int or product.quantity_decimals or line.less:
        return False
    if gross is None:
        gross = product.price * quantity
    if type(gross) is not int or line.unit_price is not None or line.option_of is not None:
        return False
    return 0 < quantity <= UNITS_MAX and 0 <= gross <= AMOUNT_MAX


def _line_faults(
    place: str, line: CartLine, product: Product | None, ids: set[str], book: OfferBook
) -> Iterator[Fault]:
    if line.id in ids:
        yield Fault(
            f"{place}.id", line.id, f"{line.id!r} is the id of an earlier line; ids are unique"
        )
    if product is None:
        products = book.catalog.products
        hint = _did_you_mean(line.sku, products) if len(products) < 5000 else ""
        yield Fault(f"{place}.sku", line.sku, f"no product {line.sku!r}{hint}")
    told = list(_quantity_faults(place, line, product))
    for name in ("unit_price", "gross", "less"):
        amount = getattr(line, name)
        if amount is not None and not _is_amount(amount):
            told.append(Fault(f"{place}.{name}", amount, _amount_rule(book.currency)))
    if line.unit_price is not None and line.gross is not None:
        what = "a line has a unit price or a gross, not both"
        told.append(Fault(f"{place}.gross", line.gross, what))
    yield from told
    if product is not None and not told:
        yield from _sum_faults(place, line, product, book.currency)


def _sum_faults(
    place: str, line: CartLine, product: Product, currency: Currency
) -> Iterator[Fault]:
    """What is wrong with the sums of a line whose single fields are sound."""
    price = product.price if line.unit_price is None else line.unit_price
    gross = line.gross
    if gross is None:
        gross = times_quantity(price, line.quantity, half_even=currency.half_even)
    if gross > AMOUNT_MAX:
        most = currency.format(AMOUNT_MAX)
        yield Fault(f"{place}.quantity", line.quantity, f"the line comes to more than {most}")
    elif line.less > gross:
        yield Fault(
            f"{place}.less",
            line.less,
            f"takes {currency.format(line.less)} off a line of {currency.format(gross)}",
        )


def _quantity_faults(place: str, line: CartLine, product: Product | None) -> Iterator[Fault]:
    quantity = line.quantity
    # A product of a document that is refused may say a number of decimals that none has.
    decimals = 3 if product is None else max(0, min(product.quantity_decimals, 3))
    rule = (
        f"a quantity is more than 0 and at most {UNITS_MAX:,}"
        if not decimals
        else f"a quantity is more than 0, at most {UNITS_MAX:,}, with up to {decimals} decimals"
    )
    if type(quantity) is int or (isinstance(quantity, Decimal) and quantity.is_finite()):
        if not 0 < quantity <= UNITS_MAX:
            yield Fault(f"{place}.quantity", quantity, rule)
        elif type(quantity) is not int and not decimals:
            yield Fault(f"{place}.quantity", quantity, f"{line.sku} is sold in whole units")
        elif quantity != round(Decimal(quantity), decimals):
            yield Fault(f"{place}.quantity", quantity, rule)
    else:
        yield Fault(f"{place}.quantity", quantity, f"{quantity!r} is not an exact number; {rule}")


def _is_amount(value: object) -> bool:
    return type(value) is int and 0 <= value <= AMOUNT_MAX


def _amount_rule(currency: Currency) -> str:
    return f"an amount is a whole number of minor units from 0 to {currency.format(AMOUNT_MAX)}"


def _did_you_mean(word: str, known: object) -> str:
    close = get_close_matches(word, list(known), n=1)  # type: ignore[call-overload]
    return f"; did you mean {close[0]!r}?" if close else ""
