"""What every page of the shop shares: its shell, the visitor, and the instant of the request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from largesse.business.models import Business
from largesse.catalog.models import Location, ProductGroup
from largesse.engine import cart as engine
from largesse.orders.models import Cart
from largesse.pages.navigation import NavEntry, ShopShell
from largesse.shop import carts
from largesse.shop.at_party import party_of
from largesse.shop.changing import Change, change, release
from largesse.shop.lines import Wanted
from largesse.shop.visitor import Visitor, remember_cart, shop_location, visitor_of


@dataclass(frozen=True)
class Visit:
    """One request to the shop. The clock is read here, once, and nowhere below."""

    request: HttpRequest
    now: datetime

    @classmethod
    def of(cls, request: HttpRequest) -> Visit:
        return cls(request, timezone.now())

    @cached_property
    def visitor(self) -> Visitor:
        return visitor_of(self.request, self.now)

    @cached_property
    def business(self) -> Business:
        return Business.current()

    @cached_property
    def location(self) -> Location | None:
        return shop_location()

    def cart(self, kept: carts.Kept, id: str = "") -> engine.Cart:
        """A cart of this visitor, to be priced."""
        party = party_of(kept)
        return carts.to_price(
            kept,
            now=self.now,
            business=self.business,
            location=self.location,
            customer=self.visitor.customer,
            party=party.number if party is not None else None,
            id=id,
        )

    def change(self, to: Change) -> carts.Kept:
        """Change the visitor's cart, whatever else is done to it at the same moment; what was kept
        before. What the change raises is raised; then the cart is as it was.
        """
        cart, before = change(self.visitor, to, self.now)
        self._goes_on_with(cart)
        return before

    def release(self, reason: str) -> None:
        """Give back what is held for the visitor's cart."""
        self._goes_on_with(release(self.visitor, self.now, reason))

    def _goes_on_with(self, cart: Cart | None) -> None:
        # The rest of the request goes by the cart as it is now.
        vars(self)["visitor"] = replace(self.visitor, cart=cart)

    def show(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """A page in the shop's shell, in the business's time zone."""
        told = {
            "shop": self._shell(),
            "visitor": self.visitor,
            "at_party": party_of(self.visitor.kept),
            "currency": self.business.currency,
            **(context or {}),
        }
        with timezone.override(self.business.calendar.zone):
            response = render(self.request, f"shop/{template}", told, status=status)
        remember_cart(self.request, response, self.visitor)
        return response

    def _shell(self) -> ShopShell:
        groups = ProductGroup.objects.filter(in_shop=True).order_by("title")
        return ShopShell(
            business=self.business.name,
            groups=tuple(
                NavEntry(group.title, "tag", reverse("shop:group", args=[group.code]))
                for group in groups[:8]
            ),
            home_url=reverse("shop:products"),
            search_url=reverse("shop:products"),
            cart_url=reverse("shop:cart"),
            cart_count=_items(self.visitor.kept.lines),
            account_url=reverse("shop:account"),
            account_name=self._account_name(),
        )

    def _account_name(self) -> str:
        visitor = self.visitor
        if visitor.customer is not None:
            return visitor.customer.name.split()[0]
        if visitor.user is not None:
            return visitor.user.get_short_name() or visitor.user.get_username()
        return ""


def _items(lines: tuple[Wanted, ...]) -> int:
    """A weighed line counts as one item."""
    return sum(line.units for line in lines)
