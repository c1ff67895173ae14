"""Records that are saved or deleted one by one are logged in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver

from largesse.business.models import Business
from largesse.catalog.models import KitComponent, Location, Product, ProductGroup, TaxRate
from largesse.offers.book_log import publish
from largesse.offers.contents import Kind
from largesse.offers.deals import DEALS
from largesse.offers.models import Allotment, ExclusionGroup
from largesse.offers.promotions import PROMOTIONS

_KINDS: dict[type, Kind] = {
    Product: Kind.PRODUCT,
    ProductGroup: Kind.GROUP,
    Location: Kind.LOCATION,
    ExclusionGroup: Kind.EXCLUSION_GROUP,
    Allotment: Kind.ALLOTMENT,
}


def _log_record(instance: Any, **_: Any) -> None:
    publish(_KINDS[type(instance)], [getattr(instance, instance.code_field)])


for _model in _KINDS:
    post_save.connect(_log_record, sender=_model, dispatch_uid="largesse.offers")
    post_delete.connect(_log_record, sender=_model, dispatch_uid="largesse.offers")


@receiver([post_save, post_delete], sender=Business)
def _log_business(**_: Any) -> None:
    if publish(Kind.BUSINESS, [""]) is not None:
        PROMOTIONS.set_spans()
        DEALS.set_spans()


@receiver([post_save, post_delete], sender=KitComponent)
def _log_kit(instance: KitComponent, **_: Any) -> None:
    publish(Kind.PRODUCT, [instance.kit.sku])


@receiver([post_save, post_delete], sender=TaxRate)
def _log_tax(instance: TaxRate, **_: Any) -> None:
    publish(Kind.LOCATION, [instance.location.code])


@receiver(m2m_changed, sender=ProductGroup.products.through)
def _log_members(
    instance: ProductGroup | Product, action: str, reverse: bool, pk_set: set[Any] | None, **_: Any
) -> None:
    """A group's products changed: told of the group, or of a product and its groups."""
    if action == "pre_clear" and reverse:
        _remember_groups(instance)
    if not action.startswith("post_"):
        return
    if isinstance(instance, ProductGroup):
        publish(Kind.GROUP, [instance.code])
    elif action == "post_clear":
        _log_remembered_groups(instance)
    else:
        groups = ProductGroup.objects.filter(pk__in=pk_set or ())
        publish(Kind.GROUP, list(groups.values_list("code", flat=True)))


@receiver(pre_delete, sender=Product)
def _remember_groups(instance: Any, **_: Any) -> None:
    instance.groups_before = list(instance.groups.values_list("code", flat=True))


@receiver(post_delete, sender=Product)
def _log_remembered_groups(instance: Any, **_: Any) -> None:
    """A deleted product has left its groups, without a word of theirs."""
    publish(Kind.GROUP, instance.groups_before)
