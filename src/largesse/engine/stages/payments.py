"""Payments: a value voucher pays a part; it changes no price and no tax (VO-30)."""

from __future__ import annotations

from largesse.engine.quote import Consumption, Payment
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    voucher = pricing.voucher
    if voucher is None or voucher.value is None:
        return
    payable = (
        sum(line.net for line in pricing.lines)
        + sum(tax.added for tax in pricing.taxes)
        + pricing.shipping
    )
    money = pricing.book.currency.format
    if payable < voucher.minimum:
        pricing.refusals.append(
            Refusal(
                voucher.number,
                RefusalCode.MINIMUM_NOT_REACHED,
                f"Voucher {voucher.number} needs an order of {money(voucher.minimum)}, "
                f"this one comes to {money(payable)}.",
                voucher.minimum,
                payable,
                "money",
            )
        )
        return
    if not payable:
        pricing.refusals.append(
            Refusal(
                voucher.number,
                RefusalCode.NOTHING_TO_GIVE,
                f"Nothing is left that voucher {voucher.number} could pay.",
            )
        )
        return
    used = min(voucher.value, payable)
    pricing.payments.append(Payment("value_voucher", voucher.number, used, voucher.value - used))
    pricing.consumptions.append(Consumption("voucher", voucher.number))
