"""What to do first in a business that has sold nothing and offers nothing."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from largesse.business.models import Business
from largesse.catalog.models import Product
from largesse.offers.models import Allotment, Deal, Promotion, Voucher
from largesse.orders.models import Order


class Step(NamedTuple):
    """Something to do; `url` is empty for those who may not do it. The next one is the first that
    isn't done.
    """

    title: str
    sentence: str
    button: str
    icon: str
    url: str
    is_done: bool
    is_next: bool = False


class _Way(NamedTuple):
    view: str
    permission: str


_SET_UP: Final = _Way("admin:business_business_add", "business.change_business")
_ADD_PRODUCT: Final = _Way("admin:catalog_product_add", "catalog.add_product")
_ADD_PROMOTION: Final = _Way("admin:offers_promotion_add", "offers.add_promotion")
_SELL: Final = (_Way("till:till", "till.add_sale"), _Way("rep:start", "orders.add_cart"))


def first_steps(request: HttpRequest) -> tuple[Step, ...]:
    """The steps; none once there is an order or an offer."""
    if _has_started():
        return ()
    steps = _steps(request)
    after = next((step for step in steps if not step.is_done), None)
    return tuple(step._replace(is_next=step is after) for step in steps)


def _has_started() -> bool:
    started: tuple[type[Model], ...] = (Order, Promotion, Deal, Voucher, Allotment)
    return any(model._default_manager.exists() for model in started)


def _steps(request: HttpRequest) -> tuple[Step, ...]:
    return (
        Step(
            "The business",
            "Its name, currency and time zone. The currency stays once there are amounts.",
            "Set it up",
            "landmark",
            _url(request, _SET_UP),
            Business.objects.exists(),
        ),
        Step(
            "Products",
            "What is sold: SKU, name and price. They can also come through the API.",
            "Add product",
            "package",
            _url(request, _ADD_PRODUCT),
            Product.objects.exists(),
        ),
        Step(
            "An offer",
            "What a promotion gives, when, and to whom, with a preview while you build it.",
            "Add promotion",
            "badge-percent",
            _url(request, _ADD_PROMOTION),
            is_done=False,
        ),
        Step(
            "A first order",
            "Sell something. What its offers cost stands here once it is posted.",
            "Enter an order",
            "shopping-bag",
            next(filter(None, (_url(request, way) for way in _SELL)), ""),
            is_done=False,
        ),
    )


def _url(request: HttpRequest, way: _Way) -> str:
    return reverse(way.view) if request.user.has_perm(way.permission) else ""
