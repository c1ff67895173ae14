"""Every page of the back office opens, and says what to do where there are no records."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from largesse.backoffice.site import site
from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Customer
from tests.orders.store import cart, deed, id_of
from tests.words import spec


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


@spec("IF-30", "IF-38")
@pytest.mark.django_db
def test_an_empty_list_says_what_its_records_are_for(owner: Client):
    for model, admin in site._registry.items():
        if not model._default_manager.exists():
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            assert admin.purpose in page(owner, f"{name}_changelist").replace("&#x27;", "'")
            assert "Nothing found" in page(owner, f"{name}_changelist", p="1", q="zzz") or (
                not admin.search_fields
            )


@spec("IF-30")
@pytest.mark.usefixtures("store")
def test_every_record_has_its_pages(owner: Client):
    from largesse.orders.placing import place

    place(cart("2 MUG"), deed())
    for model in site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        page(owner, f"{name}_changelist")
        row = model._default_manager.first()
        if row is not None and name not in ("ledger_account", "orders_refund"):
            page(owner, f"{name}_change", row.pk)
            page(owner, f"{name}_history", row.pk)


@spec("QU-40", "QU-45")
@pytest.mark.usefixtures("store")
def test_pages_of_records_need_no_inline_script_or_style(owner: Client):
    product = Product.objects.get(sku="MUG")
    for name, *args in (
        ("catalog_product_changelist",),
        ("catalog_product_change", product.pk),
        ("catalog_productgroup_add",),
        ("orders_order_changelist",),
        ("index",),
    ):
        text = page(owner, name, *args)
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text
        assert " onclick=" not in text


@spec("IF-30")
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("name", "most"),
    [("catalog_product", 13), ("crm_customer", 14), ("catalog_productgroup", 14)],
)
def test_a_page_of_a_long_list_asks_no_more_than_a_short_one(
    name: str, most: int, owner: Client, django_assert_max_num_queries: Any
):
    Product.objects.bulk_create(
        Product(sku=f"P{i}", name=f"Thing {i}", price=i) for i in range(1000)
    )
    Customer.objects.bulk_create(Customer(number=f"C{i}", name=f"Buyer {i}") for i in range(1000))
    ProductGroup.objects.bulk_create(ProductGroup(code=f"g{i}", title=f"G {i}") for i in range(100))
    with django_assert_max_num_queries(most):
        page(owner, f"{name}_changelist")


@spec("OR-1")
@pytest.mark.usefixtures("store")
def test_a_page_of_orders_asks_no_more_for_fifty_than_for_one(
    owner: Client, django_assert_max_num_queries: Any
):
    from largesse.orders.placing import place

    for _ in range(8):
        place(cart("1 MUG"), deed())
    for name, most in (
        ("orders_order_changelist", 14),
        ("ledger_event_changelist", 14),
        ("ledger_account_changelist", 14),
    ):
        with django_assert_max_num_queries(most):
            page(owner, name)


@spec("QU-44")
@pytest.mark.usefixtures("store")
def test_an_export_has_the_rows_that_the_search_left_and_no_formula(owner: Client):
    Product.objects.create(sku="=1+1", name="=HYPERLINK(1)", price=123456)
    answer = owner.get(reverse("admin:catalog_product_export"), {"q": "HYPER"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = csv.reader(text.splitlines())
    found = dict(zip(head, row, strict=True))
    assert found["SKU"] == "'=1+1"
    assert found["Name"] == "'=HYPERLINK(1)"
    assert found["Selling price"] == "1234.56"
    assert LogEntry.objects.get().object_repr == "1 products"


@spec("QU-40")
@pytest.mark.usefixtures("store")
def test_the_numbers_of_vouchers_are_shown_whole_to_those_who_may_see_them(client_of: Any):
    for role, whole in (("Merchandiser", True), ("Support", False), ("Auditor", False)):
        client = client_of(role)
        answer = client.get(reverse("admin:offers_voucher_export"))
        text = b"".join(answer.streaming_content).decode()
        assert ("DV1," in text) == whole
        assert (">DV1<" in page(client, "offers_voucher_changelist")) == whole
        assert ("Nothing found" not in page(client, "offers_voucher_changelist", q="DV")) == whole


@spec("IF-30")
@pytest.mark.usefixtures("store")
def test_a_history_shows_who_changed_what_in_the_units_that_people_read(owner: Client):
    mug = Product.objects.get(sku="MUG")
    sent = {
        **{
            field.name: "" if getattr(mug, field.name) is None else getattr(mug, field.name)
            for field in Product._meta.concrete_fields
        },
        "price": "1,300.50",
        "floor": "0",
        "active": "on",
        "parts-TOTAL_FORMS": "0",
        "parts-INITIAL_FORMS": "0",
        "options-TOTAL_FORMS": "0",
        "options-INITIAL_FORMS": "0",
        "ProductGroup_products-TOTAL_FORMS": "0",
        "ProductGroup_products-INITIAL_FORMS": "0",
        **{f"other_{i}": "0" for i in range(1, 5)},
        **{f"volume_{i}": "0" for i in range(1, 5)},
    }
    answer = owner.post(reverse("admin:catalog_product_change", args=[mug.pk]), sent)
    assert answer.status_code == 302, answer.content.decode()
    mug.refresh_from_db()
    assert mug.price == 130050
    text = page(owner, "catalog_product_history", mug.pk)
    assert "<del>12.50</del>" in text
    assert "<ins>1,300.50</ins>" in text
    assert "owner" in text


@spec("IF-30")
@pytest.mark.usefixtures("store")
def test_a_wrong_amount_is_told_beside_its_field(owner: Client):
    answer = owner.post(reverse("admin:catalog_product_add"), {"price": "12.345"})
    assert "has more than 2 decimals of USD" in answer.content.decode()
    assert not Product.objects.filter(price=12345).exists()


@spec("AL-4")
@pytest.mark.usefixtures("store")
def test_many_products_are_assigned_to_a_group_at_once(owner: Client):
    pot = Product.objects.get(sku="POT")
    url = reverse("admin:catalog_productgroup_add")
    sent = {"title": "Gifts", "code": "gifts", "products": [str(pot.pk)], "more": "MUG, HAT\nNONE"}
    assert "No product has the SKU or barcode NONE." in owner.post(url, sent).content.decode()
    assert owner.post(url, {**sent, "more": "MUG\nHAT", "is_default": "on"}).status_code == 302
    group = ProductGroup.objects.get(code="gifts")
    assert set(group.products.values_list("sku", flat=True)) == {"MUG", "HAT", "POT"}
    assert group.is_default


@spec("AL-3", "AL-4")
@pytest.mark.usefixtures("store")
def test_the_default_moves_to_the_group_that_takes_it(owner: Client):
    ProductGroup.objects.filter(code="mugs").update(is_default=True)
    sent = {"title": "Gifts", "code": "gifts", "is_default": "on"}
    answer = owner.post(reverse("admin:catalog_productgroup_add"), sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert ProductGroup.objects.get(is_default=True).code == "gifts"


@spec("IF-30")
@pytest.mark.usefixtures("store")
def test_one_search_finds_orders_customers_products_and_promotions(owner: Client, client_of: Any):
    from largesse.orders.models import Order
    from largesse.orders.placing import place

    number = Order.objects.get(pk=id_of(place(cart("1 MUG"), deed()))).number
    for words, told in ((number, number), ("anna", "Anna"), ("HAT", "Hat"), ("LOYAL", "LOYAL")):
        assert told in page(owner, "find", q=words)
    assert "Nothing found" in page(client_of("Rep"), "find", q=number)
    assert "Nothing found" in page(owner, "find", q="zzzz")


@spec("JO-4", "IF-35")
@pytest.mark.usefixtures("store")
def test_what_an_offer_cost_is_told_from_the_journal(owner: Client):
    from largesse.orders.placing import place
    from largesse.orders.posting import post
    from largesse.orders.refunding import refund

    order = id_of(place(cart("3 MUG"), deed()))
    post(order, deed())
    days = {"from": "2026-06-01", "to": "2026-06-01"}
    assert "12.50" in page(owner, "ledger_event_offer_costs", **days)
    assert "MUGS-3-FOR-2" in page(owner, "ledger_event_offer_costs", **days)
    refund(order, deed())
    assert "Nothing given in this period" in page(owner, "ledger_event_offer_costs", **days)
