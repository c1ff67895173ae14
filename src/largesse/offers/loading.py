"""Values become records: those that are there are changed, the others made, with their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from largesse.catalog import models as catalog
from largesse.catalog.values import group_values, location_values, product_values
from largesse.crm import models as crm
from largesse.engine.cart import Customer
from largesse.engine.catalog import MEASURES, Location, Product, ProductGroup
from largesse.engine.faults import Fault, Faults
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.promotion import ExclusionGroup
from largesse.offers import allotments, models
from largesse.offers.book_log import in_chunks

_COLUMNS = (
    "name", "price", "list_price", "barcode", "floor", "tax_class", "quantity_decimals", *MEASURES,
)  # fmt: skip


# --- the catalogue ---------------------------------------------------------------------------------


def products(values: Iterable[Product]) -> list[str]:
    """Products with their measures and components; the SKUs of those that changed."""
    wanted = {v.sku: msgspec.structs.replace(v, name=v.name or v.sku) for v in values}
    changed: dict[str, Product] = {}
    for chunk in in_chunks(wanted):
        held = {v.sku: v for v in product_values(catalog.Product.objects.filter(sku__in=chunk))}
        new = [wanted[sku] for sku in chunk if held.get(sku) != wanted[sku]]
        _store_products(new)
        changed |= {value.sku: value for value in new}
    _store_kits(changed)
    return list(changed)


def _store_products(values: Iterable[Product]) -> None:
    wanted = {value.sku: value for value in values}
    held = {each.sku: each for each in catalog.Product.objects.filter(sku__in=list(wanted))}
    new = {sku: catalog.Product(sku=sku) for sku in wanted if sku not in held}
    for sku, record in {**held, **new}.items():
        value = wanted[sku]
        for name in _COLUMNS:
            setattr(record, name, getattr(value.measures if name in MEASURES else value, name))
        record.barcode = value.barcode or ""
    bulk_create_with_history(list(new.values()), catalog.Product, batch_size=30)
    bulk_update_with_history(list(held.values()), catalog.Product, _COLUMNS, batch_size=30)


def _store_kits(values: Mapping[str, Product]) -> None:
    """Once all products are there, for a kit may come before what it is made of."""
    kits = [value for value in values.values() if value.components]
    for chunk in in_chunks(values):
        catalog.KitComponent.objects.filter(kit__sku__in=chunk).delete()
    keys = _keys(sku for kit in kits for sku in (kit.sku, *kit.components))
    catalog.KitComponent.objects.bulk_create(
        (
            catalog.KitComponent(kit_id=keys[kit.sku], component_id=keys[sku], units=units)
            for kit in kits
            for sku, units in kit.components.items()
        ),
        batch_size=200,
    )


def _keys(skus: Iterable[str]) -> dict[str, UUID]:
    return {
        sku: key
        for chunk in in_chunks(skus)
        for sku, key in catalog.Product.objects.filter(sku__in=chunk).values_list("sku", "pk")
    }


def locations(values: Iterable[Location]) -> list[str]:
    """Locations with their tax tables; the codes of those that changed."""
    changed = []
    for value in values:
        record = catalog.Location.objects.filter(code=value.code).first()
        if record is not None and next(iter(location_values([record]))) == value:
            continue
        record = record or catalog.Location(code=value.code)
        record.title = value.title or value.code
        record.prices_include_tax = value.prices_include_tax
        record.floor_margin = value.floor_margin
        record.save()
        record.tax_rates.exclude(tax_class__in=value.tax).delete()
        for tax_class, rate in value.tax.items():
            record.tax_rates.update_or_create(tax_class=tax_class, defaults={"rate": rate})
        changed.append(value.code)
    return changed


def groups(values: Iterable[ProductGroup]) -> list[str]:
    """Product groups with their products; the codes of those that changed."""
    changed = []
    for value in values:
        found = catalog.ProductGroup.objects.filter(code=value.code)
        before = next(group_values(found), None)
        title = value.title or value.code
        wanted = (value.products, title, value.location)
        if before is not None and (before.products, before.title, before.location) == wanted:
            continue
        location = catalog.Location.objects.get(code=value.location) if value.location else None
        record, _ = catalog.ProductGroup.objects.update_or_create(
            code=value.code, defaults={"title": title, "location": location}
        )
        _store_members(record, before.products if before else frozenset(), value.products)
        changed.append(value.code)
    return changed


def _store_members(
    group: catalog.ProductGroup, before: frozenset[str], after: frozenset[str]
) -> None:
    members = catalog.ProductGroup.products.through._default_manager
    for chunk in in_chunks(before - after):
        members.filter(productgroup=group, product__sku__in=chunk).delete()
    rows = _keys(after - before).values()
    members.bulk_create(
        (members.model(productgroup_id=group.pk, product_id=key) for key in rows), batch_size=400
    )


# --- who buys --------------------------------------------------------------------------------------


def customers(values: Iterable[Customer]) -> None:
    """Customers with their tags and organizations, which are made where they are not there yet."""
    for value in values:
        record, _ = crm.Customer.objects.update_or_create(
            number=value.id,
            defaults={"type": value.type.value},
            create_defaults={"type": value.type.value, "name": value.id},
        )
        record.tags.set(crm.Tag.objects.get_or_create(name=tag)[0] for tag in sorted(value.tags))
        record.organizations.set(organization(code) for code in sorted(value.organizations))


def organization(code: str) -> crm.Organization:
    """The organization, called by its code if it is new."""
    return crm.Organization.objects.get_or_create(code=code, defaults={"name": code})[0]


def partner(code: str) -> crm.Partner:
    """The partner, called by its code if it is new."""
    return crm.Partner.objects.get_or_create(code=code, defaults={"name": code})[0]


def customer(number: str) -> crm.Customer:
    """The customer, called by its number if it is new."""
    return crm.Customer.objects.get_or_create(number=number, defaults={"name": number})[0]


# --- offers ----------------------------------------------------------------------------------------


def exclusion_groups(values: Iterable[ExclusionGroup]) -> list[str]:
    """Exclusion groups; the codes of all of them."""
    codes = []
    for value in values:
        models.ExclusionGroup.objects.update_or_create(
            code=value.code, defaults={"mode": value.mode.value, "order": value.order}
        )
        codes.append(value.code)
    return codes


def new_allotment(value: Allotment, left: int, at: datetime, by: str) -> models.Allotment:
    """An allotment with so many units. Raises `Faults`."""
    product = catalog.Product.objects.get(sku=value.product)
    return allotments.grant(
        organization(value.organization),
        product,
        left,
        value.title or value.code,
        at=at,
        by=by,
        product_group=_group_with(product),
        starts=value.window.start,
        ends=value.window.end,
        members_only=value.members_only,
        code=value.code,
    )


def _group_with(product: catalog.Product) -> catalog.ProductGroup:
    """A file names none: the default group if it has the product, or the first, or a new one."""
    held = product.groups.order_by("-is_default", "code").first()
    if held is not None:
        return held
    group, _ = catalog.ProductGroup.objects.get_or_create(
        code=f"only-{product.sku}"[:64], defaults={"title": product.name[:120]}
    )
    group.products.add(product)
    return group


def changed_allotment(record: models.Allotment, value: Allotment) -> None:
    """The record as the value has it, under a new revision if that is different. Raises `Faults`."""
    if (record.product.sku, record.organization.code) != (value.product, value.organization):
        told = f"{record.code} is for {record.product.sku} and {record.organization.code}, and stays so"
        raise Faults([Fault("product", value.product, told)])
    new: dict[str, Any] = {
        "title": value.title or value.code,
        "starts": value.window.start,
        "ends": value.window.end,
        "members_only": value.members_only,
    }
    if any(getattr(record, name) != now for name, now in new.items()):
        for name, now in new.items():
            setattr(record, name, now)
        record.revision += 1
        record.save()
