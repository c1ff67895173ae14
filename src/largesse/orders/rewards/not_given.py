"""No order is made of a quote that gives less than was chosen: each such choice is told, with what to
remove of it (DE-13, SP-7).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from largesse.engine.quote import Quote
from largesse.engine.refusals import Refusal, RefusalCode, units_of
from largesse.orders.answers import FieldError, Refused


class Chosen(NamedTuple):
    """Units of a product that the buyer chose against what an offer gives to choose with."""

    offer: str
    sku: str
    units: int


def not_given(
    quote: Quote,
    chosen: Sequence[Chosen],
    *,
    refused_by: Collection[RefusalCode],
    code: str,
    field: str,
) -> Refused | None:
    """Why an order can't be made: one error for each choice of the cart's `field` of which units are
    not on the order. None where the quote refuses none by these codes.
    """
    refusals = [each for each in quote.refusals if each.code in refused_by]
    if not refusals:
        return None
    errors = tuple(_errors(quote, chosen, refusals, field))
    return Refused(
        code=code,
        message=" ".join(dict.fromkeys(each.sentence for each in refusals)),
        field=errors[0].field if errors else field,
        errors=errors,
    )


def _errors(
    quote: Quote, chosen: Sequence[Chosen], refusals: Sequence[Refusal], field: str
) -> Iterator[FieldError]:
    """An offer's refusals come in the order of the choices that they are about."""
    given: Counter[tuple[str | None, str]] = Counter()
    for line in quote.lines:
        if line.bonus or line.spree:
            given[line.added_by, line.sku] += line.units
    told: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        told[refusal.offer].append(refusal)
    for place, (offer, sku, units) in enumerate(chosen):
        fits = min(units, given[offer, sku])
        given[offer, sku] -= fits
        too_many = units - fits
        if too_many and told[offer]:
            why = told[offer].pop(0).sentence
            said = why.replace("; remove it.", f"; remove {units_of(too_many)} of it.")
            yield FieldError(f"{field}[{place}]", str(units), said)
