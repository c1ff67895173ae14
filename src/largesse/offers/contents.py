"""What the log of the book says of a record: its content in the file format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from django.db.models import Q

from largesse.business import values as business_values
from largesse.business.models import Business
from largesse.catalog import values as catalog_values
from largesse.catalog.models import Location, Product, ProductGroup
from largesse.engine.formats.writer import canonical, listed
from largesse.engine.offers.allotment import Allotment as AllotmentValue
from largesse.engine.offers.promotion import ExclusionGroup as ExclusionGroupValue
from largesse.engine.offers.promotion import GroupMode
from largesse.engine.window import Window
from largesse.offers.models import (
    Allotment,
    BookEntry,
    DealRevision,
    ExclusionGroup,
    PromotionRevision,
)

Kind = BookEntry.Kind
Found = Iterator[tuple[str, Any]]


def contents(kind: Kind, codes: Collection[str] | None) -> dict[str, str]:
    """The contents of the records with these codes, or of all; those that don't count are absent.

    A product or location that is not active, or a closed allotment, is in no book.
    """
    return {code: canonical(found).decode() for code, found in _FINDERS[kind](codes)}


def _named(field: str, codes: Collection[str] | None) -> Q:
    return Q() if codes is None else Q(**{f"{field}__in": codes})


def _business(codes: Collection[str] | None) -> Found:
    return (("", business_values.header(each)) for each in Business.objects.all())


def _products(codes: Collection[str] | None) -> Found:
    products = Product.objects.filter(_named("sku", codes), active=True)
    money = business_values.currency()
    for value in catalog_values.product_values(products):
        yield value.sku, listed(value, money)


def _groups(codes: Collection[str] | None) -> Found:
    money = business_values.currency()
    groups = ProductGroup.objects.filter(_named("code", codes))
    for value in catalog_values.group_values(groups):
        yield value.code, listed(value, money)


def _locations(codes: Collection[str] | None) -> Found:
    money = business_values.currency()
    locations = Location.objects.filter(_named("code", codes), active=True)
    for value in catalog_values.location_values(locations.prefetch_related("tax_rates")):
        yield value.code, listed(value, money)


def _exclusion_groups(codes: Collection[str] | None) -> Found:
    money = business_values.currency()
    for group in ExclusionGroup.objects.filter(_named("code", codes)):
        value = ExclusionGroupValue(group.code, GroupMode(group.mode), group.order)
        yield group.code, listed(value, money)


def _promotions(codes: Collection[str] | None) -> Found:
    return _latest(PromotionRevision, codes)


def _deals(codes: Collection[str] | None) -> Found:
    return _latest(DealRevision, codes)


def _latest(
    revisions: type[PromotionRevision] | type[DealRevision], codes: Collection[str] | None
) -> Found:
    code_of = f"{revisions.of}__code"
    latest = revisions.latest().filter(_named(code_of, codes))
    found = latest.values_list(code_of, "number", "definition")
    for code, number, definition in found.iterator():
        yield code, {**definition, "revision": number}


def _allotments(codes: Collection[str] | None) -> Found:
    money = business_values.currency()
    allotments = Allotment.objects.filter(_named("code", codes), closed=False)
    for allotment in allotments.select_related("product", "organization"):
        value = AllotmentValue(
            code=allotment.code,
            product=allotment.product.sku,
            organization=allotment.organization.code,
            title=allotment.title,
            window=Window(allotment.starts, allotment.ends),
            members_only=allotment.members_only,
            revision=allotment.revision,
        )
        yield allotment.code, listed(value, money)


_FINDERS: Final[Mapping[Kind, Callable[[Collection[str] | None], Found]]] = {
    Kind.BUSINESS: _business,
    Kind.PRODUCT: _products,
    Kind.GROUP: _groups,
    Kind.LOCATION: _locations,
    Kind.EXCLUSION_GROUP: _exclusion_groups,
    Kind.PROMOTION: _promotions,
    Kind.DEAL: _deals,
    Kind.ALLOTMENT: _allotments,
}
