"""Carts in files: priced, explained, priced again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from largesse.cli.json_output import AsJson, only, print_json
from largesse.cli.stopping import needs, stop

if TYPE_CHECKING:
    from largesse.engine.cart import Cart
    from largesse.engine.explain import Explanation
    from largesse.engine.formats.document import Document
    from largesse.engine.quote import Quote

File = Annotated[
    Path, typer.Argument(help="A JSON or YAML document with products, offers and carts.")
]
WhichCart = Annotated[
    str | None, typer.Option("--cart", help="The id of one cart, if the file has several.")
]


def price(
    file: File,
    cart: WhichCart = None,
    as_json: AsJson = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="Say what each rule costs the buyer.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check the proof that lines are on the best deals.")
    ] = False,
) -> None:
    """Price the carts of a file, and print a receipt of each."""
    document = _read(file)
    quotes = {chosen.id: _priced(document, chosen) for chosen in _carts(document, file, cart)}
    told = [
        "\n".join([id, *(() if as_json else [quote.receipt()]), *(_rules(quote) if rules else ())])
        for id, quote in quotes.items()
    ]
    if as_json:
        _print_quotes(*quotes.values())
    if rules or not as_json:
        typer.echo("\n\n".join(told), err=as_json)
    if check:
        for id, quote in quotes.items():
            _check(id, quote, as_message=as_json)


def _rules(quote: Quote) -> list[str]:
    """What each rule costs the buyer (BE-2)."""
    said = {
        "pick": "the pick for line",
        "one_deal_a_line": "one deal a line",
        "no_splitting": "lines are not split",
        "exclusion_group": "exclusion group",
    }
    return [
        f"costs {'' if rule.proven else 'at least '}{quote.format(rule.cost)}: "
        f"{said[rule.rule]} {rule.subject}".rstrip()
        for rule in quote.restrictions
    ]


def _check(id: str, quote: Quote, *, as_message: bool) -> None:
    """Add up the certificate of the assignment; stops where it does not hold (BE-1)."""
    proof = quote.assignment
    wrong = proof.check()
    if wrong:
        stop(f"{id}: {'; '.join(wrong)}")
    bound = quote.format(proof.checked_bound)
    typer.echo(
        f"{id}: deals bring {quote.format(proof.value)}, and no plan brings more than {bound}: checked",
        err=as_message,
    )


def explain(
    file: File,
    offer: Annotated[str, typer.Argument(help="The code of an offer, or a voucher number.")],
    cart: WhichCart = None,
    as_json: AsJson = False,
) -> None:
    """Say what an offer did to each cart, or why it did nothing."""
    from largesse.engine.formats.writer import explanation_plain

    document = _read(file)
    told: list[dict[str, Any]] = []
    for chosen in _carts(document, file, cart):
        quote = _priced(document, chosen)
        try:
            explanation = quote.explain(offer)
        except KeyError:
            book = document.book
            known = ", ".join([*sorted(book.promotions), *sorted(book.deals)][:8])
            stop(f"{file}: no offer {offer!r}; the offers are {known}")
        if as_json:
            plain = explanation_plain(explanation, quote)
            told.append({"cart": chosen.id, "currency": quote.currency, **plain})
            continue
        typer.echo(f"{chosen.id}: {offer}")
        for line in _explained(explanation, quote):
            typer.echo(f"  {line}")
    if as_json:
        print_json(only(told))


def _explained(explanation: Explanation, quote: Quote) -> list[str]:
    """What an offer did to a cart, or why it did nothing."""
    from largesse.engine.refusals import units_of

    said = [
        f"took {quote.format(adjustment.amount)} off line {adjustment.line} "
        f"({units_of(adjustment.units)}, {adjustment.stage} stage)"
        for adjustment in explanation.adjustments
    ]
    said += _brought(explanation, quote)
    if explanation.refusal is not None:
        said.append(f"not applied ({explanation.refusal.code}): {explanation.refusal.sentence}")
    elif any(payment.code == explanation.offer for payment in quote.payments):
        said.append("pays a part of what is due")
    return said


def _brought(explanation: Explanation, quote: Quote) -> list[str]:
    """What an offer brings beside what it took off lines."""
    said = [
        f"credits {quote.format(credit.amount)} to {credit.owner} once the order is posted"
        for credit in explanation.credits
    ]
    said += [f"gives a right to {right.promotion}" for right in explanation.rights]
    deal = explanation.deal
    if deal is not None:
        said.append(f"is on line {', '.join(deal.lines)}")
        if deal.credit:
            credit, used = quote.format(deal.credit), quote.format(deal.used)
            said.append(f"gives {credit} to give stock away, of which {used} is used")
        if deal.referred:
            said.append("is applied without its trigger, to be approved")
    spree = explanation.spree
    if spree is not None:
        of = spree.basis_said(quote.book.currency)
        award = f"{quote.format(spree.award)} to spend{f', {of}' if of else ''}"
        said.append(f"gives {award}; {quote.format(spree.given)} is spent")
    return said


def reprice(
    quote: Annotated[
        Path, typer.Argument(help="A quote that `price --json` printed, or a history.")
    ],
    book: Annotated[Path, typer.Argument(help="The document with the offers that priced it.")],
    order: Annotated[
        str | None, typer.Option("--order", help="The order of the history to price.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Price a past order again, to the same bytes.

    A stored quote is compared with the new one; the exit code is 1 if they differ. An order of a
    history is priced and its quote printed, as JSON in any case.
    """
    from largesse.engine.faults import Faults
    from largesse.engine.formats.stored import price_again
    from largesse.files import in_file

    document = _read(book)
    if quote.is_dir():
        if order is None:
            stop(f"{quote}: is a history; name one of its orders with --order")
        _print_quotes(_of_history(quote, order, document))
        return
    try:
        stored = quote.read_bytes()
    except OSError as error:
        stop(f"{quote}: {error.strerror or error}")
    try:
        fresh = price_again(stored, document.book)
    except Faults as faults:
        stop(str(in_file(faults, str(quote), stored.decode())))
    except ValueError as wrong:
        stop(f"{quote}: {wrong}")
    now = fresh.to_json()
    is_same, total = now == stored, fresh.format(fresh.total)
    differences = [] if is_same else _differences(stored.decode(), now.decode())
    if as_json:
        found = {"quote": str(quote), "same": is_same, "currency": fresh.currency, "total": total}
        print_json({**found, "differences": differences})
    elif is_same:
        typer.echo(f"{quote}: the same to the byte, {total} {fresh.currency}")
    else:
        typer.echo("\n".join([f"{quote}: differs", *differences]))
    if not is_same:
        raise typer.Exit(1)


def _of_history(folder: Path, order: str, document: Document) -> Quote:
    from largesse.engine.faults import Faults
    from largesse.engine.pricing import price as price_cart

    with needs("history"):
        from largesse.lab.history import History, HistoryFault
    try:
        cart = History.open(folder).find(order, frozenset(document.book.catalog.locations))
    except HistoryFault as fault:
        stop(str(fault))
    if cart is None:
        stop(f"{folder}: no order {order!r} that can be priced")
    try:
        return price_cart(document.book, cart, document.facts(cart))
    except Faults as faults:
        stop("\n".join(f"{folder}: order {order}: {fault}" for fault in faults.faults))


def _differences(before: str, after: str) -> list[str]:
    from difflib import unified_diff

    return list(
        unified_diff(before.splitlines(), after.splitlines(), "stored", "now", lineterm="", n=1)
    )


def _read(file: Path) -> Document:
    from largesse.engine.faults import Faults
    from largesse.files import read_document

    try:
        return read_document(file)
    except Faults as faults:
        stop(str(faults))
    except OSError as error:
        stop(f"{file}: {error.strerror or error}")


def _carts(document: Document, file: Path, wanted: str | None) -> list[Cart]:
    found = [cart for cart in document.carts if wanted in (None, cart.id)]
    if not found:
        ids = ", ".join(cart.id for cart in document.carts)
        what = f"no cart {wanted!r}; the carts are {ids}" if document.carts else "has no carts"
        stop(f"{file}: {what}")
    return found


def _priced(document: Document, cart: Cart) -> Quote:
    from largesse.engine.pricing import price as price_cart

    return price_cart(document.book, cart, document.facts(cart))


def _print_quotes(*quotes: Quote) -> None:
    """Print quotes in the file format: what there is one of, to the byte, or an array."""
    from msgspec import Raw

    print_json(only([Raw(quote.to_json()) for quote in quotes]))
