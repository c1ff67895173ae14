"""Who may see and do what: seven roles, each a Django group, written in one table (QU-40).

Letters say what a role may do with a kind of record: v view, a add, c change, d delete. They are what a
role has after every migration; other permissions that a business gave its groups stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.db.models import Q

ROLES: Final = (
    "Merchandiser",
    "Approver",
    "Cashier",
    "Rep",
    "Support",
    "Auditor",
    "Administrator",
)

#                             Merchandiser Approver Cashier Rep  Support Auditor Administrator
RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "catalog.product":       ("vacd",      "v",     "v",    "v", "v",    "v",    "vacd"),
    "catalog.kitcomponent":  ("vacd",      "v",     "v",    "v", "v",    "v",    "vacd"),
    "catalog.productoption": ("vacd",      "v",     "v",    "v", "v",    "v",    "vacd"),
    "catalog.productgroup":  ("vacd",      "v",     "",     "v", "v",    "v",    "vacd"),
    "catalog.location":      ("v",         "v",     "",     "",  "v",    "v",    "vacd"),
    "catalog.taxrate":       ("v",         "v",     "",     "",  "v",    "v",    "vacd"),
    "crm.customer":          ("v",         "v",     "va",   "",  "vac",  "v",    "vacd"),
    "crm.tag":               ("vacd",      "v",     "v",    "",  "vac",  "v",    "vacd"),
    "crm.organization":      ("vac",       "v",     "",     "",  "v",    "v",    "vacd"),
    "crm.partner":           ("vac",       "v",     "",     "",  "v",    "v",    "vacd"),
    "offers.exclusiongroup": ("vacd",      "v",     "",     "",  "v",    "v",    "vacd"),
    "offers.action":         ("vac",       "v",     "",     "",  "v",    "v",    "vac"),
    "offers.condition":      ("vac",       "v",     "",     "",  "v",    "v",    "vac"),
    "offers.promotion":      ("vac",       "v",     "",     "v", "v",    "v",    "vac"),
    "offers.deal":           ("vac",       "v",     "",     "v", "v",    "v",    "vac"),
    "offers.voucher":        ("vac",       "v",     "",     "",  "v",    "v",    "vac"),
    "offers.voucherbook":    ("vac",       "v",     "",     "",  "v",    "v",    "vac"),
    "offers.singleusecode":  ("vac",       "v",     "",     "",  "v",    "v",    "vac"),
    "offers.allotment":      ("vac",       "v",     "",     "",  "v",    "v",    "vac"),
    "orders.cart":           ("",          "",      "",     "vacd", "",    "",     "vacd"),
    "orders.order":          ("v",         "v",     "v",    "",  "v",    "v",    "v"),
    "orders.refund":         ("v",         "v",     "v",    "",  "v",    "v",    "v"),
    "orders.party":          ("v",         "v",     "",     "vac", "vac", "v",   "vacd"),
    "orders.correction":     ("v",         "v",     "",     "v", "v",    "v",    "v"),
    "till.sale":             ("",          "",      "va",   "",  "",     "",     "vacd"),
    "ledger.event":          ("v",         "v",     "",     "",  "v",    "v",    "v"),
    "ledger.transfer":       ("v",         "v",     "",     "",  "v",    "v",    "v"),
    "ledger.account":        ("v",         "v",     "",     "",  "",     "v",    "v"),
    "backoffice.creditaccount": ("v",      "v",     "v",    "",  "v",    "v",    "v"),
    "business.business":     ("v",         "",      "",     "",  "",     "v",    "vc"),
    "business.setting":      ("v",         "",      "",     "",  "",     "v",    "vc"),
    "business.user":         ("",          "",      "",     "",  "",     "v",    "vac"),
    "auth.group":            ("",          "",      "",     "",  "",     "v",    "vac"),
    "api.apikey":               ("",          "",      "",     "",  "",     "v",    "vac"),
}  # fmt: skip

DEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Merchandiser": ("see_voucher_numbers",),
    "Approver": (
        "post_order",
        "cancel_order",
        "refund_order",
        "approve_order",
        "settle_correction",
        "give_credit",
    ),
    "Cashier": ("post_order",),
    "Rep": (),
    "Support": ("post_order", "cancel_order", "refund_order", "give_credit"),
    "Auditor": (),
    "Administrator": (
        "post_order",
        "cancel_order",
        "refund_order",
        "approve_order",
        "see_voucher_numbers",
        "settle_correction",
        "give_credit",
    ),
}

_VERBS: Final = {"v": "view", "a": "add", "c": "change", "d": "delete"}


def permissions_of(role: str) -> Iterator[str]:
    """The permissions of a role, as in `catalog.view_product`."""
    column = ROLES.index(role)
    for label, letters in RECORDS.items():
        app, model = label.split(".")
        for letter in letters[column]:
            yield f"{app}.{_VERBS[letter]}_{model}"
    for deed in DEEDS[role]:
        yield f"backoffice.{deed}"


def after_migrations(using: str, **_: Any) -> None:
    """Make the roles, and give each what the table says; done again, it changes nothing."""
    from django.contrib.auth.models import Group, Permission

    for config in _concerned():
        # Django makes the permissions of each app after this signal of it; some come later than ours.
        create_permissions(config, verbosity=0, using=using)
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.using(using)
        .filter(_any_of(config.label for config in _concerned()))
        .values_list("pk", "content_type__app_label", "codename")
    }
    for role in ROLES:
        group, _made = Group.objects.using(using).get_or_create(name=role)
        group.permissions.add(*(known[name] for name in permissions_of(role) if name in known))


def _concerned() -> list[AppConfig]:
    labels = {label.split(".")[0] for label in RECORDS} | {"backoffice"}
    return [config for config in apps.get_app_configs() if config.label in labels]


def _any_of(labels: Iterable[str]) -> Q:
    return Q(content_type__app_label__in=list(labels))
