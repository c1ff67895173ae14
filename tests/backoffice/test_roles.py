"""Who may open which page of the back office, as one table (QU-40)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from largesse.backoffice.roles import DEEDS, RECORDS, ROLES, after_migrations, permissions_of
from largesse.backoffice.site import site
from largesse.business.models import User
from tests.backoffice.conftest import ClientOf
from tests.orders.store import cart, deed, id_of
from tests.words import spec

M, A, C, R, S, U, D = (
    "Merchandiser", "Approver", "Cashier", "Rep", "Support", "Auditor", "Administrator",
)  # fmt: skip
ALL = {M, A, C, R, S, U, D}

SEES = {
    "catalog_product": ALL,
    "catalog_productgroup": ALL - {C},
    "catalog_location": {M, A, S, U, D},
    "crm_customer": ALL - {R},
    "crm_tag": ALL - {R},
    "crm_organization": {M, A, S, U, D},
    "crm_partner": {M, A, S, U, D},
    "offers_exclusiongroup": {M, A, S, U, D},
    "offers_action": {M, A, S, U, D},
    "offers_condition": {M, A, S, U, D},
    "offers_promotion": ALL - {C},
    "offers_deal": ALL - {C},
    "offers_voucher": {M, A, S, U, D},
    "offers_voucherbook": {M, A, S, U, D},
    "offers_singleusecode": {M, A, S, U, D},
    "offers_allotment": {M, A, S, U, D},
    "orders_order": ALL - {R},
    "orders_refund": ALL - {R},
    "orders_party": ALL - {C},
    "ledger_event": {M, A, S, U, D},
    "ledger_account": {M, A, U, D},
    "backoffice_creditaccount": ALL - {R},
    "business_business": {M, U, D},
    "business_user": {U, D},
    "auth_group": {U, D},
    "api_apikey": {U, D},
}
ADDS = {
    "catalog_product": {M, D},
    "catalog_productgroup": {M, D},
    "catalog_location": {D},
    "crm_customer": {C, S, D},
    "crm_tag": {M, S, D},
    "crm_organization": {M, D},
    "crm_partner": {M, D},
    "offers_exclusiongroup": {M, D},
    "offers_action": {M, D},
    "offers_condition": {M, D},
    "offers_promotion": {M, D},
    "offers_deal": {M, D},
    "offers_voucher": {M, D},
    "offers_voucherbook": {M, D},
    "offers_singleusecode": {M, D},
    "offers_allotment": {M, D},
    "orders_order": set(),
    "orders_refund": set(),
    "orders_party": {R, S, D},
    "ledger_event": set(),
    "ledger_account": set(),
    "backoffice_creditaccount": set(),
    "business_business": set(),
    "business_user": {D},
    "auth_group": {D},
    "api_apikey": {D},
}
CHANGES = {
    **{name: roles for name, roles in ADDS.items() if name != "api_apikey"},
    "crm_customer": {S, D},
    "business_business": {D},
    "offers_voucher": set(),
    "offers_voucherbook": set(),
}
DELETES = {
    "catalog_product": {M, D},
    "catalog_productgroup": {M, D},
    "catalog_location": {D},
    "crm_customer": {D},
    "crm_tag": {M, D},
    "crm_organization": {D},
    "crm_partner": {D},
    "offers_exclusiongroup": {M, D},
}
PAGES = {
    "admin:index": ALL,
    "admin:find": ALL,
    "admin:settings": ALL,
    "admin:configuration": {M, U, D},
    "admin:ledger_event_offer_costs": {M, A, S, U, D},
    "admin:ledger_event_export_transfers": {M, A, S, U, D},
    "admin:offers_voucherbook_report": {M, A, S, U, D},
    "admin:backoffice_creditaccount_give": {A, S, D},
    **{
        f"admin:offers_voucherbook_{name}": {M, D}
        for name in ("random", "run", "hand_out", "assign", "upload")
    },
}
MAY = {
    "post": {A, C, S, D},
    "place": {A, C, S, D},
    "cancel": {A, S, D},
    "refund": {A, S, D},
    "approve": {A, D},
    "decline": {A, D},
}


def opened(role: str, name: str, *args: Any) -> bool:
    """Whether the view at an address lets someone of a role in. It isn't rendered: that is slow, and
    test_pages does it once for each page.
    """
    match = resolve(reverse(name, args=args))
    request = RequestFactory(SERVER_NAME="localhost").get(reverse(name, args=args))
    request.user = User.objects.get(username=role.lower())
    request.session = {}  # type: ignore[assignment]
    try:
        answer = match.func(request, *match.args, **match.kwargs)
    except PermissionDenied:
        return False
    assert answer.status_code == 200 or not answer["Location"].startswith("/back-office/login/")
    return True


def test_the_table_has_every_page_of_records():
    names = {f"{model._meta.app_label}_{model._meta.model_name}" for model in site._registry}
    assert names == set(SEES) == set(ADDS)


@spec("QU-40")
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_the_lists_forms_and_exports_that_the_table_says(
    role: str, client_of: ClientOf
):
    client_of(role)
    for name, roles in SEES.items():
        assert opened(role, f"admin:{name}_changelist") == (role in roles), name
        assert opened(role, f"admin:{name}_export") == (role in roles), name
        assert opened(role, f"admin:{name}_add") == (role in ADDS[name]), name
    for name, roles in PAGES.items():
        assert opened(role, name) == (role in roles), name


@spec("QU-40")
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_changes_and_deletes_what_the_table_says(role: str, client_of: ClientOf, rf: Any):
    client_of(role)
    for model, admin in site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        request = rf.get("/")
        request.user = User.objects.get(username=role.lower())
        assert admin.has_change_permission(request) == (role in CHANGES.get(name, set())), name
        assert admin.has_delete_permission(request) == (role in DELETES.get(name, set())), name
        row = model._default_manager.first()
        if row is not None:
            assert opened(role, f"admin:{name}_change", row.pk) == (role in SEES[name]), name
            assert opened(role, f"admin:{name}_history", row.pk) == (role in SEES[name]), name
            if role not in DELETES.get(name, set()):
                assert not opened(role, f"admin:{name}_delete", row.pk), name


@spec("QU-40")
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_acts_on_orders_as_the_table_says(role: str, client_of: ClientOf):
    from largesse.orders.placing import place

    order = id_of(place(cart("1 MUG"), deed()))
    client_of(role)
    assert opened(role, "admin:orders_order_explain", order) == (role in SEES["orders_order"])
    for name, roles in MAY.items():
        assert opened(role, f"admin:orders_order_{name}", order) == (role in roles), name


@spec("QU-40")
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("role", ROLES)
def test_only_an_administrator_turns_settings(role: str, client_of: ClientOf):
    sent = {"name": "hide_organization_allotments_tab", "value": "on"}
    answer = client_of(role).post(reverse("admin:configuration"), sent)
    assert (answer.status_code == 302) == (role == D)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["admin:index", "admin:find", "admin:settings", "admin:orders_order_changelist"]
)
def test_who_is_not_signed_in_or_no_staff_is_asked_to_sign_in(name: str):
    client = Client(SERVER_NAME="localhost")
    assert client.get(reverse(name))["Location"].startswith("/back-office/login/")
    client.force_login(User.objects.create(username="shopper"))
    assert client.get(reverse(name))["Location"].startswith("/back-office/login/")


@pytest.mark.django_db
def test_making_the_roles_again_changes_nothing_and_keeps_what_a_business_added():
    cashier = Group.objects.get(name="Cashier")
    extra = Group.objects.get(name="Merchandiser").permissions.get(codename="add_product")
    cashier.permissions.add(extra)
    after_migrations(using="default")
    held = set(cashier.permissions.values_list("codename", flat=True))
    assert held == {name.split(".")[1] for name in permissions_of("Cashier")} | {"add_product"}
    assert Group.objects.count() == len(ROLES)


@pytest.mark.django_db
def test_every_permission_of_the_table_exists():
    for role in ROLES:
        held = Group.objects.get(name=role).permissions
        assert held.count() == len(list(permissions_of(role))), role
    assert set(DEEDS) == set(ROLES)
    assert all(len(letters) == len(ROLES) for letters in RECORDS.values())


@spec("QU-40")
def test_an_administrator_can_not_touch_an_owner(client_of: ClientOf):
    boss = User.objects.create(username="boss", is_staff=True, is_superuser=True)
    client = client_of("Administrator")
    answer = client.post(reverse("admin:business_user_change", args=[boss.pk]), {"username": "me"})
    assert answer.status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[boss.pk])).status_code == 403
