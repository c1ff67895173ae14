"""Shipping method: how the order is shipped (CO-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.one_of import OneOf
from largesse.engine.refusals import RefusalCode

if TYPE_CHECKING:
    from largesse.engine.cart import Cart


class ByShippingMethod(OneOf, frozen=True, kw_only=True, eq=False):
    """The order is shipped by one of some methods."""

    kind: ClassVar[str] = "shipping_method"
    label: ClassVar[str] = "Shipping method"
    field: ClassVar[str] = "methods"
    noun: ClassVar[str] = "shipping method"
    preposition: ClassVar[str] = "shipped by"
    refusal: ClassVar[RefusalCode] = RefusalCode.OTHER_SHIPPING_METHOD

    methods: frozenset[str]
    """The shipping methods, as carts name them."""

    def word(self, cart: Cart) -> str | None:
        return cart.shipping_method
