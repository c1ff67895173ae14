"""The percentage voucher on the order: after all other discounts, on what they left (VO-10)."""

from __future__ import annotations

from largesse.engine.cart import Channel
from largesse.engine.money import part_of, share_out
from largesse.engine.offers.voucher import Voucher, VoucherStatus
from largesse.engine.quoted import Adjustment, Consumption
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stage import Stage
from largesse.engine.stages.pricing_state import Pricing

_STATUS_REFUSALS = {
    VoucherStatus.CREATED: (
        RefusalCode.VOUCHER_NOT_ASSIGNED,
        "has not been assigned to a partner yet",
    ),
    VoucherStatus.REDEEMED: (RefusalCode.VOUCHER_REDEEMED, "has been used"),
    VoucherStatus.VOID: (RefusalCode.VOUCHER_VOID, "has been made void"),
    VoucherStatus.EXPIRED: (RefusalCode.VOUCHER_EXPIRED, "has expired"),
}


def run(pricing: Pricing) -> None:
    """Settle which voucher the order uses, and apply it if it is a percentage voucher."""
    for code in pricing.codes:
        voucher = pricing.facts.vouchers.get(code)
        if voucher is None:
            continue
        refusal = _refusal(pricing, voucher)
        if refusal is not None:
            pricing.refusals.append(refusal)
        else:
            pricing.voucher = voucher
    if pricing.voucher is not None and pricing.voucher.percent is not None:
        _discount(pricing, pricing.voucher, pricing.voucher.percent)


def _discount(pricing: Pricing, voucher: Voucher, rate: int) -> None:
    """Σ line nets × p, rounded once and spread over the lines: the rest is Σ line nets × (1 − p).

    What is chosen against sprees is left out, also where the buyer pays a part of it (ST-2).
    """
    lines = pricing.lines
    nets = [line.net for line in lines]
    rooms = [sum(line.room(lot) for lot in line.lots) for line in lines]
    for line in pricing.chosen:
        nets[line.index] = rooms[line.index] = 0
    wanted = part_of(sum(nets), rate, half_even=pricing.book.currency.half_even)
    shares = share_out(wanted, nets, rooms)
    if not any(shares):
        pricing.refusals.append(_nothing(voucher))
        return
    pricing.nets_before_voucher = nets
    pricing.consumptions.append(Consumption("voucher", voucher.number))
    cut = wanted if sum(shares) < wanted else None
    for line, share in zip(lines, shares, strict=True):
        if not share:
            continue
        parts = share_out(
            share, [lot.net for lot in line.lots], [line.room(lot) for lot in line.lots]
        )
        line.hold(tuple(lot.less(part) for lot, part in zip(line.lots, parts, strict=True)))
        pricing.adjustments.append(
            Adjustment(
                Stage.VOUCHER,
                voucher.number,
                1,
                line.id,
                line.units,
                share,
                f"Voucher {voucher.number}",
                "percentage_voucher",
                cut_from=cut,
            )
        )


def _nothing(voucher: Voucher) -> Refusal:
    return Refusal(
        voucher.number,
        RefusalCode.NOTHING_TO_GIVE,
        f"Nothing is left that voucher {voucher.number} could take off.",
    )


def _refusal(pricing: Pricing, voucher: Voucher) -> Refusal | None:
    """Why a voucher can't be used on this order, the voucher's own state first (VO-1, BI-2)."""
    number, cart = voucher.number, pricing.cart
    if voucher.status in _STATUS_REFUSALS:
        code, what = _STATUS_REFUSALS[voucher.status]
        return Refusal(number, code, f"Voucher {number} {what}.")
    if voucher.expires is not None and cart.at >= voucher.expires:
        return Refusal(number, RefusalCode.VOUCHER_EXPIRED, f"Voucher {number} has expired.")
    if voucher.customer is not None and (
        cart.customer is None or cart.customer.id != voucher.customer
    ):
        return Refusal(
            number, RefusalCode.OTHER_CUSTOMER, f"Voucher {number} belongs to another customer."
        )
    if pricing.voucher is not None:
        return Refusal(
            number,
            RefusalCode.ONE_VOUCHER_PER_ORDER,
            f"One voucher an order; {pricing.voucher.number} is on it.",
        )
    if voucher.till_only and cart.channel is not Channel.TILL:
        return Refusal(number, RefusalCode.TILL_ONLY, f"Voucher {number} is taken at the till.")
    if (voucher.percent is not None or voucher.till_only) and cart.customer is None:
        return Refusal(
            number,
            RefusalCode.CUSTOMER_NEEDED,
            f"Voucher {number} needs the customer on the order.",
        )
    return None
