"""Vouchers in the back office: books made, assigned, looked at; who sees numbers."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from largesse.catalog.models import Location
from largesse.crm.models import Partner
from largesse.engine.cart import Channel
from largesse.offers import vouchers
from largesse.offers.models import BookEvent, SheetUpload, Voucher, VoucherBook
from largesse.offers.vouchers import books
from tests.backoffice.conftest import ClientOf
from tests.orders.offers import bought
from tests.sheets.files import xlsx
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:offers_voucherbook_{name}", args=args)


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&#x27;", "'")


def made(client: Client, name: str, **fields: Any) -> VoucherBook:
    answer = client.post(address(name), fields)
    assert answer.status_code == 302, text_of(answer)
    return VoucherBook.objects.order_by("-id")[0]


def whole(client: Client, count: int = 20, **fields: Any) -> VoucherBook:
    """A book of random numbers that is made."""
    book = made(client, "random", count=count, **fields)
    client.post(address("progress", book.pk))
    book.refresh_from_db()
    assert book.is_complete
    return book


def numbers(book: VoucherBook) -> list[str]:
    return list(book.vouchers.order_by("position").values_list("number", flat=True))


def cafe() -> Partner:
    return Partner.objects.get(code="cafe")


# --- books -------------------------------------------------------------------------------------------


@spec("VO-13")
def test_numbers_are_made_while_the_page_shows_how_far_they_are(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "SLICE", 100)
    book = made(owner, "random", count=300, label="Spring mailing", percent="20")
    page = text_of(owner.get(reverse("admin:offers_voucherbook_change", args=[book.pk])))
    assert "Making numbers" in page
    assert "0 of 300" in page

    answer = owner.post(address("progress", book.pk))

    assert 'value="200"' in text_of(answer)
    answer = owner.post(address("progress", book.pk))
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert Voucher.objects.filter(book=book, percent=200_000).count() == 300


@spec("VO-13", "QU-40")
def test_the_zip_is_sent_and_the_book_s_page_tells_who_took_it(owner: Client) -> None:
    book = whole(owner, 1_500)

    answer = owner.get(address("numbers", book.pk))

    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert len(packed.namelist()) == 2
    page = text_of(owner.get(reverse("admin:offers_voucherbook_change", args=[book.pk])))
    assert "Numbers exported" in page
    assert "owner" in page.split("Who looked at the numbers")[1]


@spec("VO-17")
def test_the_last_number_is_shown_and_the_assignment_confirmed_with_it(owner: Client) -> None:
    book = whole(owner)
    listed = numbers(book)
    asked = {"first": listed[2].lower(), "count": 5, "percent": "15", "partner": cafe().pk}

    shown = text_of(owner.post(address("assign"), asked))

    assert f'last-number">{listed[6]}' in shown
    assert not book.ranges.exists()
    wrong = text_of(owner.post(address("assign"), {**asked, "last": listed[7]}))
    assert f"that is {listed[6]}" in wrong
    assert not book.ranges.exists()
    assert owner.post(address("assign"), {**asked, "last": listed[6]}).status_code == 302
    assert vouchers.voucher_values([listed[6]])[listed[6]].partner == "cafe"
    page = text_of(owner.get(reverse("admin:offers_voucherbook_change", args=[book.pk])))
    assert "15\xa0%" in page
    assert listed[6] in page


@spec("VO-15", "VO-16")
def test_runs_are_made_and_handed_out_or_refused_with_the_collision_named(owner: Client) -> None:
    run = made(owner, "run", first="ab1", count=5)
    assert (run.first, run.last) == ("AB0000001", "AB0000005")
    said = {"first": "AB3", "count": 5, "percent": "10", "partner": cafe().pk}
    text = text_of(owner.post(address("hand_out"), said))
    assert "leads to AB0000003, which is the number of another voucher" in text
    book = made(owner, "hand_out", **{**said, "first": "PR1"})
    assert vouchers.voucher_values([book.last])[book.last].status == "assigned"
    text = text_of(owner.post(address("hand_out"), {"first": "PR9", "count": 1, "percent": "1"}))
    assert "Choose a partner, or add one." in text


@spec("VO-18")
def test_a_partner_is_added_on_the_spot_where_the_location_may(owner: Client) -> None:
    said = {"first": "AB1", "count": 2, "percent": "10", "new_partner": "Gym"}
    text = text_of(owner.post(address("hand_out"), said))
    assert "Choose the location that adds the partner." in text
    vienna = Location.objects.get(code="vienna")
    refused = owner.post(address("hand_out"), {**said, "new_partner_in": vienna.pk})
    assert "Select a valid choice" in text_of(refused)
    assert not Partner.objects.filter(name="Gym").exists()

    Location.objects.filter(code="vienna").update(promotional_partner=True)
    book = made(owner, "hand_out", **said, new_partner_in=vienna.pk)

    gym = Partner.objects.get(name="Gym")
    assert (gym.added_in, book.ranges.get().partner) == ("vienna", gym)


@spec("VO-18")
def test_partners_are_added_in_ticked_locations_only_and_found_from_everywhere(
    owner: Client,
) -> None:
    url = reverse("admin:crm_partner_add")
    said = {"name": "Gym", "code": "gym", "added_in": "vienna", "active": "on"}
    assert "vienna is not one of the available choices" in text_of(owner.post(url, said))
    Location.objects.filter(code="vienna").update(promotional_partner=True)
    assert owner.post(url, said).status_code == 302
    assert Partner.objects.get(code="gym").added_in == "vienna"
    found = owner.get(
        reverse("admin:autocomplete"),
        {"term": "gy", "app_label": "offers", "model_name": "voucher", "field_name": "partner"},
    )
    assert [each["text"] for each in found.json()["results"]] == ["Gym"]


@spec("VO-1")
def test_numbers_are_made_void_and_expire_and_the_book_keeps_why(owner: Client) -> None:
    book = whole(owner, percent="10")
    first = numbers(book)[0]
    said = {"first": first, "count": 5, "reason": "lost in the mail"}
    assert owner.post(address("void", book.pk), said).status_code == 302
    assert book.vouchers.filter(state="void").count() == 5
    owner.post(address("expiry", book.pk), {"last_day": "2026-12-31"})
    book.refresh_from_db()
    assert book.expires is not None
    page = text_of(owner.get(reverse("admin:offers_voucherbook_change", args=[book.pk])))
    assert "lost in the mail" in page
    assert "31 Dec 2026" in page
    assert owner.post(address("void", book.pk), {"reason": "all"}).status_code == 302
    assert not book.vouchers.exclude(state="void").exists()


@spec("VO-19")
def test_a_number_is_drawn_for_a_person_once(owner: Client) -> None:
    book = made(owner, "hand_out", first="SM1", count=3, percent="10", partner=cafe().pk)
    for told in ("gets", "already has"):
        page = owner.post(address("draw", book.pk), {"person": "@anna"}, follow=True)
        assert f"@anna {told} SM0000001." in text_of(page)


@spec("VO-40", "QU-40")
def test_labels_are_a_pdf(owner: Client) -> None:
    book = made(owner, "hand_out", first="SM1", count=3, percent="10", partner=cafe().pk)
    said = {"first": "SM0000001", "count": 3, "paper": "l7160", "skip": 0}
    answer = owner.post(address("labels", book.pk), said)
    assert answer.content.startswith(b"%PDF")
    other = made(owner, "run", first="AB1", count=3)
    assert "is in another book" in text_of(owner.post(address("labels", other.pk), said))


# --- sheets ------------------------------------------------------------------------------------------


def uploads(client: Client, *rows: list[Any]) -> SheetUpload:
    file = io.BytesIO(xlsx([["Number", "Worth", "Partner"], *rows]))
    file.name = "cards.xlsx"
    answer = client.post(address("upload"), {"sheet": file})
    assert answer.status_code == 302, text_of(answer)
    return SheetUpload.objects.order_by("-id")[0]


@spec("VO-32")
def test_a_sheet_is_uploaded_looked_at_mended_written_and_undone(owner: Client) -> None:
    kept = uploads(owner, ["GC1", 25, "cafe"], ["GC2", "ten", ""], ["-GC3", 5, ""])
    page = address("sheet", kept.pk)
    text = text_of(owner.get(page))
    assert "1 row can be written, 2 can’t" in text
    assert "Value: 'ten' is not" in text
    mend = b"".join(owner.get(address("bad_rows", kept.pk)).streaming_content)  # type: ignore[attr-defined]
    assert b"GC2,ten," in mend
    assert b"'-GC3" in mend

    done = owner.post(page, {"write": "1"}, follow=True)

    assert "1 voucher made." in text_of(done)
    book = VoucherBook.objects.get(kind="sheet")
    assert vouchers.voucher_values(["GC1"])["GC1"].value == 2500
    assert owner.get(page).status_code == 302
    owner.post(address("undo", book.pk))
    assert not Voucher.objects.filter(number="GC1").exists()


@spec("VO-32")
def test_columns_are_chosen_and_remembered(owner: Client) -> None:
    kept = uploads(owner, ["x", 25, "GC1"])
    page = address("sheet", kept.pk)
    said = {"number": "Partner", "value": "Worth", "preset": "Gift cards"}
    assert owner.post(page, said).status_code == 302
    assert "1 row can be written" in text_of(owner.get(page))
    wrong = text_of(owner.post(page, {"number": "Nowhere"}))
    assert "Number is no column of the sheet." in wrong
    assert "Value has no column." in wrong
    again = uploads(owner, ["x", 25, "GC9"])
    assert again.mapping == {"number": "Partner", "value": "Worth"}


@spec("QU-44")
def test_what_is_no_sheet_is_told_beside_its_field(owner: Client) -> None:
    file = io.BytesIO(b"PK\x03\x04nothing")
    file.name = "cards.xlsx"
    assert "Sheet is damaged." in text_of(owner.post(address("upload"), {"sheet": file}))


# --- the list and the page of one ---------------------------------------------------------------------


@spec("VO-6")
def test_a_voucher_s_page_tells_its_life_its_order_and_its_bookings(owner: Client) -> None:
    order = bought("1 POT", "1 HAT", codes=("DV1",), channel=Channel.TILL)
    voucher = Voucher.objects.get(number="DV1")
    url = reverse("admin:offers_voucher_change", args=[voucher.pk])

    text = text_of(owner.get(url))

    for told in ("Redeemed", "Main street", "Anna", "ines", "Pot", "−20.00", "−8.00", "Café"):
        assert told in text, told
    assert reverse("admin:orders_order_change", args=[order]) in text
    assert "Discounts, partner vouchers" in text
    assert "symbol-code128" in text
    assert "symbol-qr" in text


@spec("VO-1")
def test_one_voucher_is_assigned_expires_and_is_made_void(owner: Client) -> None:
    vouchers.create(["A"], at=NOW, by="ines", value=500, state=Voucher.State.CREATED)
    voucher = Voucher.objects.get(number="A")

    def does(name: str, **fields: Any) -> str:
        url = reverse(f"admin:offers_voucher_{name}", args=[voucher.pk])
        return text_of(owner.post(url, fields, follow=True))

    assert "Assigned to Café." in does("assign", partner=cafe().pk)
    assert "31 Dec 2030" in does("expiry", last_day="2030-12-31")
    assert "The voucher is void." in does("void", reason="torn")
    assert "is void already" in does("void", reason="torn")


@spec("VO-20")
def test_the_list_is_paged_by_keys_in_every_order_and_never_counted(
    owner: Client, django_assert_max_num_queries: Any
) -> None:
    book = whole(owner, 130, percent="10")
    listed = numbers(book)
    url: str | None = f"{reverse('admin:offers_voucher_changelist')}?book={book.pk}"
    seen: list[str] = []
    pages = 0
    while url:
        with django_assert_max_num_queries(18):
            page = owner.get(url)
        found = [row.number for row in page.context["cl"].result_list]
        seen += found
        pages += 1
        after = page.context["cl"].after_address
        url = f"{reverse('admin:offers_voucher_changelist')}{after}" if after else None
    assert seen == listed
    assert pages == 3
    last = owner.get(f"{reverse('admin:offers_voucher_changelist')}?book={book.pk}&after=100")
    before = last.context["cl"].before_address
    back = owner.get(reverse("admin:offers_voucher_changelist") + before)
    assert [row.number for row in back.context["cl"].result_list] == listed[50:100]


@spec("VO-20")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "lo"}, {"LOST"}),
        ({"q": "cafe"}, set()),
        ({"q": "Café"}, {"DV1", "GV1"}),
        ({"state": "void"}, {"LOST"}),
        ({"state": "redeemed"}, {"DV1"}),
        ({"state": "assigned"}, {"GV1"}),
        ({"kind": "value"}, {"GV1", "LOST"}),
        ({"partner": "cafe", "kind": "percentage"}, {"DV1"}),
        ({"after": "nonsense"}, {"DV1", "GV1", "LOST"}),
        ({"book": "nonsense"}, {"DV1", "GV1", "LOST"}),
    ],
)
def test_vouchers_are_searched_and_filtered(
    owner: Client, query: dict[str, str], found: set[str]
) -> None:
    vouchers.create(["LOST"], at=NOW, by="ines", value=500, state=Voucher.State.VOID)
    bought("1 POT", codes=("DV1",))

    page = owner.get(reverse("admin:offers_voucher_changelist"), query)

    assert {row.number for row in page.context["cl"].result_list} == found


@spec("VO-1")
def test_vouchers_are_made_void_from_the_list_but_for_the_used(owner: Client) -> None:
    bought("1 POT", codes=("DV1",))
    chosen = list(Voucher.objects.values_list("pk", flat=True))
    said = {"action": "make_void", "_selected_action": chosen}
    page = owner.post(reverse("admin:offers_voucher_changelist"), said, follow=True)
    assert "1 voucher made void." in text_of(page)
    assert vouchers.voucher_values(["DV1"])["DV1"].status == "redeemed"


# --- who sees what -----------------------------------------------------------------------------------


@spec("QU-40")
def test_each_look_at_a_book_s_numbers_is_kept_with_who_it_was(
    owner: Client, client_of: ClientOf
) -> None:
    book = whole(owner)
    url = f"{reverse('admin:offers_voucher_changelist')}?book={book.pk}"

    def looks() -> list[tuple[str, str]]:
        events = book.events.filter(kind__in=BookEvent.ACCESSES)
        return list(events.order_by("id").values_list("kind", "by"))

    client_of("Support").get(url)
    assert looks() == []
    client_of("Merchandiser").get(url)
    client_of("Merchandiser").get(url + "&after=10")
    assert looks() == [("seen", "merchandiser")]
    voucher = book.vouchers.all()[0]
    owner.get(reverse("admin:offers_voucher_change", args=[voucher.pk]))
    owner.get(reverse("admin:offers_voucher_export"))
    assert looks() == [("seen", "merchandiser"), ("seen", "owner"), ("exported", "owner")]


@spec("QU-40")
def test_who_may_not_see_numbers_sees_none_and_takes_none_away(
    owner: Client, client_of: ClientOf
) -> None:
    book = whole(owner, percent="10")
    first = numbers(book)[0]
    support = client_of("Support")
    for url in (
        reverse("admin:offers_voucherbook_change", args=[book.pk]),
        reverse("admin:offers_voucher_changelist"),
        reverse("admin:offers_voucher_change", args=[book.vouchers.get(position=1).pk]),
    ):
        text = text_of(support.get(url))
        assert first not in text
        assert "symbol-qr" not in text
    for name in ("numbers", "labels", "draw", "void", "expiry"):
        assert support.get(address(name, book.pk)).status_code == 403, name
    for name in ("progress", "undo"):
        assert support.post(address(name, book.pk)).status_code == 403, name


@spec("QU-40")
def test_cashiers_can_not_make_vouchers(client_of: ClientOf) -> None:
    cashier = client_of("Cashier")
    for name in ("random", "run", "hand_out", "assign", "upload"):
        assert cashier.post(address(name), {}).status_code == 403, name
    assert cashier.post(reverse("admin:offers_voucher_add"), {}).status_code == 403
    assert not VoucherBook.objects.exists()


# --- the report --------------------------------------------------------------------------------------


@spec("VO-20")
def test_the_report_is_a_page_a_csv_file_and_a_workbook(owner: Client) -> None:
    import csv

    from largesse.sheets.reading import read

    bought("1 POT", codes=("DV1",))
    text = text_of(owner.get(address("report")))
    assert "88.00" in text
    assert "20.00" in text
    Partner.objects.filter(code="cafe").update(name="=HYPERLINK()")

    answer = owner.get(address("report"), {"as": "csv"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["Partner"], row["Book"]) == ("'=HYPERLINK()", "Single vouchers")
    assert (row["Redeemed"], row["Sales"], row["Cost per sale"]) == ("1", "88.0", "20.0")
    sheet = read("report.xlsx", owner.get(address("report"), {"as": "xlsx"}).content)
    assert sheet.rows[0].cells[0] == "=HYPERLINK()"
    assert sheet.rows[0].cells[6] == "88"
    assert "88.00" not in text_of(owner.get(address("report"), {"until": "2026-05-31"}))
