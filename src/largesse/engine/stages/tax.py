"""Tax: a rate by location and tax class on the taxable amount of each line, rounded once a line
(ST-5).
"""

from __future__ import annotations

from largesse.engine.catalog import Location
from largesse.engine.measures import scaled
from largesse.engine.money import ONE, round_div
from largesse.engine.running import Line
from largesse.engine.stages.pricing_state import LineTax, Pricing


def run(pricing: Pricing) -> None:
    location = pricing.location
    if location is None or not location.tax:
        return
    pricing.taxes.extend([tax_of(pricing, line, location) for line in pricing.lines])


def tax_of(pricing: Pricing, line: Line, location: Location) -> LineTax:
    """What a line owes at a location, as the stages so far left it.

    The scaled taxable amount is lowered in proportion by a line discount, a deal and a percentage
    voucher.
    """
    half_even = pricing.book.currency.half_even
    numerator, denominator = scaled(line, "taxable", for_tax=True, half_even=half_even), 1
    wanted = pricing.cart.lines[line.index] if line.index < len(pricing.cart.lines) else None
    if wanted is not None and wanted.less and line.gross:
        numerator, denominator = numerator * (line.gross - wanted.less), denominator * line.gross
    before, after = pricing.nets_on_deals.get(line.index, (0, 0))
    if before:
        numerator, denominator = numerator * after, denominator * before
    if pricing.nets_before_voucher and pricing.nets_before_voucher[line.index]:
        numerator *= line.net
        denominator *= pricing.nets_before_voucher[line.index]
    taxable = round_div(numerator, denominator, half_even=half_even)
    rate = location.tax.get(line.product.tax_class, 0)
    if location.prices_include_tax:
        return LineTax(taxable, 0, round_div(taxable * rate, ONE + rate, half_even=half_even))
    return LineTax(taxable, round_div(taxable * rate, ONE, half_even=half_even), 0)
