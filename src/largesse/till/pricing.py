"""A sale at a till, priced: prices are the book's, never the page's (QU-43)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from msgspec.structs import replace

from largesse.business.models import Business
from largesse.catalog.models import Product
from largesse.crm.models import Customer
from largesse.crm.values import active_buyer
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, CartLine, Channel
from largesse.engine.offers.voucher import Voucher
from largesse.engine.quote import Quote
from largesse.engine.refusals import Refusal
from largesse.engine.running import times_quantity
from largesse.offers.current import current
from largesse.orders.credit.names import accounts_of
from largesse.orders.credit.paying import balances
from largesse.orders.quoting import quote
from largesse.orders.repricing import priced_again
from largesse.till.counter import Counter
from largesse.till.models import Sale
from largesse.till.ringing import Rings, Rung, rings_of


@dataclass(frozen=True)
class Work:
    """The sale that a till shows, priced at one instant."""

    counter: Counter
    sale: Sale | None
    now: datetime
    business: Business

    @cached_property
    def kept(self) -> Rings:
        return rings_of(self.sale)

    @cached_property
    def rings(self) -> Rings:
        """What is kept, without the lines that are no longer sold."""
        return self.kept if self.is_sold else sold(self.kept, self.book)

    @property
    def gone(self) -> tuple[Rung, ...]:
        return tuple(line for line in self.kept.lines if line not in self.rings.lines)

    @cached_property
    def book(self) -> OfferBook:
        return current().book

    @property
    def customer(self) -> Customer | None:
        return self.sale.customer if self.sale is not None else None

    @cached_property
    def cart(self) -> Cart:
        return self.cart_of(self.rings)

    @property
    def is_sold(self) -> bool:
        return self.sale is not None and self.sale.state == Sale.State.SOLD

    @cached_property
    def quote(self) -> Quote:
        """What the sale comes to now; of one that was sold, what it was sold at."""
        if self.sale is not None and self.sale.order is not None:
            return priced_again(self.sale.order)
        return quote(self.cart)

    def cart_of(self, rings: Rings) -> Cart:
        """The cart that some lines, codes and a voucher make, for this sale's customer, now."""
        codes = (*rings.codes, rings.voucher) if rings.voucher else rings.codes
        customer = self.customer
        return Cart(
            tuple(self._line(line) for line in rings.lines),
            at=self.now,
            currency=self.business.currency,
            id=self.sale.public_id if self.sale is not None else "till",
            customer=active_buyer(id=customer.id) if customer is not None else None,
            location=self.counter.location.code,
            channel=Channel.TILL,
            codes=codes,
            credit=rings.credit,
        )

    def _line(self, line: Rung) -> CartLine:
        less = 0
        if line.discount is not None:
            less = line.discount.off(self.gross_of(line), line.quantity, self.business.money)
        return CartLine(line.id, line.sku, line.quantity, gross=line.gross, less=less)

    def gross_of(self, line: Rung) -> int:
        """What a line costs before all discounts, in minor units."""
        if line.gross is not None:
            return line.gross
        price = self.book.catalog.products[line.sku].price
        return times_quantity(price, line.quantity, half_even=self.business.half_even)

    # --- the voucher -------------------------------------------------------------------------------

    @property
    def voucher(self) -> Voucher | None:
        """The voucher on the sale, as the records have it."""
        return self.quote.facts.vouchers.get(self.rings.voucher)

    @property
    def voucher_refusal(self) -> Refusal | None:
        """Why the voucher on the sale does nothing yet."""
        number = self.rings.voucher
        return next((each for each in self.quote.refusals if each.offer == number), None)

    @property
    def is_locked(self) -> bool:
        """Whether line discounts are locked: a percentage voucher is on the sale (VO-11)."""
        voucher = self.voucher
        return voucher is not None and voucher.percent is not None

    # --- credit --------------------------------------------------------------------------------------

    @cached_property
    def credit_paid(self) -> Mapping[str, int]:
        """What credit accounts of the customer pay of the sale, by their names."""
        return {p.code: p.amount for p in self.quote.payments if p.kind == "credit_account"}

    @cached_property
    def credit_left(self) -> Mapping[str, int]:
        """What credit accounts of the customer have left beyond what they pay of the sale, by name."""
        customer = self.cart.customer
        if customer is None or self.is_sold:
            return {}
        currency = self.business.currency
        found = balances(customer.id, accounts_of(customer.id, currency), currency)
        left = {name: each.left - self.credit_paid.get(name, 0) for name, each in found.items()}
        return {name: amount for name, amount in left.items() if amount > 0}

    # --- what is to pay ------------------------------------------------------------------------------

    @property
    def left_to_pay(self) -> int:
        """What is due and not yet taken, in minor units; negative where too much was taken."""
        return self.quote.due - self.rings.taken

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """The records of all products that the quote has."""
        skus = {line.sku for line in self.quote.lines}
        return {row.sku: row for row in Product.objects.filter(sku__in=skus)} if skus else {}


def sold(rings: Rings, book: OfferBook) -> Rings:
    """What is held, without the lines that the book does not sell."""
    products = book.catalog.products
    return replace(rings, lines=tuple(line for line in rings.lines if line.sku in products))
