"""Payments: a value voucher pays, then credit accounts; no price and no tax changes (VO-30, SP-13)."""

from __future__ import annotations

from largesse.engine.offers.voucher import Voucher
from largesse.engine.quoted import Consumption, Payment
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    voucher = pricing.voucher
    if (voucher is None or voucher.value is None) and not pricing.cart.credit:
        return
    payable = (
        sum(line.net for line in pricing.lines)
        + sum(tax.added for tax in pricing.taxes)
        + pricing.shipping
    )
    if voucher is not None and voucher.value is not None:
        payable -= _by_voucher(pricing, voucher, voucher.value, payable)
    for account in sorted(pricing.cart.credit):
        payable -= _by_credit(pricing, account, payable)


def _by_voucher(pricing: Pricing, voucher: Voucher, value: int, payable: int) -> int:
    """What a value voucher pays of what is payable: all of it, or refused."""
    refusal = _refusal_of(pricing, voucher, payable)
    if refusal is not None:
        pricing.refusals.append(refusal)
        return 0
    used = min(value, payable)
    pricing.payments.append(Payment("value_voucher", voucher.number, used, value - used))
    pricing.consumptions.append(Consumption("voucher", voucher.number))
    return used


def _refusal_of(pricing: Pricing, voucher: Voucher, payable: int) -> Refusal | None:
    money = pricing.book.currency.format
    if payable < voucher.minimum:
        return Refusal(
            voucher.number,
            RefusalCode.MINIMUM_NOT_REACHED,
            f"Voucher {voucher.number} needs an order of {money(voucher.minimum)}, "
            f"this one comes to {money(payable)}.",
            voucher.minimum,
            payable,
            "money",
        )
    if not payable:
        told = f"Nothing is left that voucher {voucher.number} could pay."
        return Refusal(voucher.number, RefusalCode.NOTHING_TO_GIVE, told)
    return None


def _by_credit(pricing: Pricing, account: str, payable: int) -> int:
    """What a credit account pays: never more than was asked for, or than it has left (SP-13)."""
    asked = pricing.cart.credit[account]
    if not asked:
        return 0
    customer, balance = pricing.cart.customer, pricing.facts.credit.get(account)
    if customer is None:
        told = f"{_named(account)} needs to know who the customer is."
        pricing.refusals.append(Refusal(account, RefusalCode.CUSTOMER_NEEDED, told))
        return 0
    if balance is None or balance.left <= 0:
        money = pricing.book.currency.format
        told = f"{_named(account)} was to pay {money(asked)}; nothing is left on it."
        refusal = Refusal(account, RefusalCode.NO_CREDIT_LEFT, told, asked, 0, "money")
        pricing.refusals.append(refusal)
        return 0
    if not payable:
        told = f"{_named(account)} was to pay, and nothing is left to pay."
        pricing.refusals.append(Refusal(account, RefusalCode.NOTHING_TO_GIVE, told))
        return 0
    used = min(asked, balance.left, payable)
    pricing.payments.append(Payment("credit_account", account, used))
    taken = Consumption("credit", account, used, customer.id, balance.given)
    pricing.consumptions.append(taken)
    return used


def _named(account: str) -> str:
    return f"Credit account {account}" if account else "The main credit account"
