"""The Complete Journey becomes a history that reconciles to the cent, or nothing at all."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from largesse.lab import complete_journey
from largesse.lab.complete_journey import find_source, import_complete_journey, reconcile
from largesse.lab.history import History, HistoryFault
from tests.lab.shop import ROWS, write_source

spec = pytest.mark.spec


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out" / "history"


def rows(folder: Path, file: str) -> list[dict]:
    return pq.read_table(folder / file).to_pylist()


def altered(column: str, value: object, *, row: int = 0) -> list[list]:
    """The made-up transactions with one cell changed."""
    changed = [list(cells) for cells in ROWS]
    names = ("household", "store", "basket", "product", "quantity", "sales", "retail")
    changed[row][names.index(column)] = value
    return changed


@spec("QU-4")
def test_every_cent_of_the_source_stands_among_the_lines_or_the_oddities(source, out):
    imported = import_complete_journey(source, out)

    assert {f.name: (f.source, f.lines, f.oddities) for f in imported.reconciliation} == {
        "orders": (6, 5, 1),
        "lines": (8, 6, 2),
        "customers": (3, 3, 0),
        "products": (5, 4, 1),
        "gross": (3616, 3601, 15),
        "retail_discount": (781, 776, 5),
        "coupon_discount": (400, 100, 300),
        "coupon_match": (15, 15, 0),
        "sales": (2820, 2810, 10),
    }
    assert all(figure.difference == 0 for figure in imported.reconciliation)
    assert imported.index == History.open(out).index


@spec("QU-4")
def test_the_shelf_price_is_what_was_paid_and_what_the_shop_gave(source, out):
    import_complete_journey(source, out)
    cart = History.open(out).find("102")

    assert cart is not None
    assert [(line.sku, line.quantity, line.gross) for line in cart.lines] == [("501", 1, 165)]
    assert cart.at.isoformat() == "2017-02-01T04:30:00+00:00"


def test_a_line_of_quantity_0_is_listed_with_its_amounts_and_not_priced(source, out):
    import_complete_journey(source, out)
    history = History.open(out)
    apart = [row for row in rows(out, "oddities.parquet") if row["kind"] == "quantity_zero"]

    assert [(row["order"], row["sku"], row["sales"], row["coupon_discount"]) for row in apart] == [
        ("100", "503", 0, 100),
        ("105", "503", 10, 200),
    ]
    assert apart[1]["sentence"] == (
        "Quantity 0 can't be priced; sales 0.10 and coupon 2.00 are kept here alone."
    )
    cart = history.find("100")
    assert cart is not None
    assert [line.sku for line in cart.lines] == ["501", "502"]
    assert history.find("105") is None


def test_other_oddities_are_listed_and_stay_among_the_lines(source, out):
    imported = import_complete_journey(source, out)

    assert imported.index.oddities == {
        "coupon_above_sale": 1,
        "in_thousandths": 1,
        "no_sale": 1,
        "quantity_zero": 2,
        "unknown_product": 1,
    }
    free = History.open(out).find("103")
    assert free is not None
    assert [(line.quantity, line.gross) for line in free.lines] == [(3, 597)]


def test_fuel_in_thousandths_of_a_gallon_is_a_weighed_product(source, out):
    import_complete_journey(source, out)
    products = {row["sku"]: row for row in rows(out, "products.parquet")}
    cart = History.open(out).find("101")

    assert cart is not None
    assert [(line.quantity, line.gross) for line in cart.lines] == [(Decimal("8.963"), 2240)]
    assert (products["900"]["quantity_decimals"], products["900"]["price"]) == (3, 250)
    assert (products["501"]["quantity_decimals"], products["501"]["price"]) == (0, 170)


def test_products_have_titles_that_people_can_read(source, out):
    import_complete_journey(source, out)
    titles = {row["sku"]: row["title"] for row in rows(out, "products.parquet")}

    assert titles == {
        "501": "Condensed Soup, 10.5 OZ",
        "502": "Sandwich Cookies",
        "503": "Drug Gm",
        "777": "Product 777",
        "900": "Gasoline",
    }


def test_months_are_the_business_s_own(source, out):
    import_complete_journey(source, out)

    assert [row["order"] for row in rows(out, "lines/2017-01.parquet")] == [
        "100", "100", "101", "102",
    ]  # fmt: skip
    assert [row["order"] for row in rows(out, "lines/2017-02.parquet")] == ["103", "104"]


def test_households_are_tagged_with_their_campaigns_and_what_is_known(source, out):
    import_complete_journey(source, out)
    cart = History.open(out).find("100")

    assert cart is not None
    assert cart.customer is not None
    assert cart.customer.tags == {
        "campaign-13", "campaign-8", "age-65-plus", "income-35-49k", "marital-married",
        "household-size-2", "household-2-adults-no-kids", "kids-0",
    }  # fmt: skip


def test_campaigns_and_their_coupons_are_carried_over(source, out):
    import_complete_journey(source, out)

    assert [row["campaign"] for row in rows(out, "campaigns.parquet")] == ["8", "13"]
    assert rows(out, "coupons.parquet") == [
        {"campaign": "13", "coupon": "10000085207", "sku": "501"},
        {"campaign": "13", "coupon": "10000085207", "sku": "502"},
    ]


def add_a_cent(folder: Path) -> None:
    """Make one line of the first month a cent dearer."""
    path = folder / "lines/2017-01.parquet"
    table = pq.read_table(path)
    sales = table.column("sales")
    dearer = pa.array([sales[0].as_py() + 1, *sales[1:].to_pylist()], pa.int64())
    place = table.schema.get_field_index("sales")
    pq.write_table(table.set_column(place, table.schema.field("sales"), dearer), path)


@spec("QU-4")
def test_a_cent_too_much_is_found(source, out):
    import_complete_journey(source, out)
    add_a_cent(out)

    with pytest.raises(
        HistoryFault, match=r"differs from the source: sales 2,821 instead of 2,820"
    ):
        reconcile(source, out)


@spec("QU-4")
def test_a_line_too_few_is_found(source, out):
    import_complete_journey(source, out)
    path = out / "lines/2017-02.parquet"
    table = pq.read_table(path)
    pq.write_table(table.filter(pc.not_equal(table.column("order"), "104")), path)

    with pytest.raises(HistoryFault, match=r"orders 5 instead of 6; lines 7 instead of 8"):
        reconcile(source, out)


def test_an_import_that_does_not_reconcile_leaves_nothing(source, out, monkeypatch):
    write = complete_journey.write_oddities

    def write_and_spoil(db, folder):
        add_a_cent(folder)
        return write(db, folder)

    monkeypatch.setattr(complete_journey, "write_oddities", write_and_spoil)

    with pytest.raises(HistoryFault, match="sales"):
        import_complete_journey(source, out)
    assert list(out.parent.iterdir()) == []


def test_an_import_that_fails_leaves_the_history_that_was_there(source, out, monkeypatch):
    before = import_complete_journey(source, out).index
    monkeypatch.setattr(complete_journey, "write_products", lambda db, folder: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        import_complete_journey(source, out, force=True)
    assert History.open(out).index == before
    assert list(out.parent.iterdir()) == [out]


def test_an_import_twice_gives_the_same_bytes(source, out, tmp_path):
    import_complete_journey(source, out)
    import_complete_journey(source, tmp_path / "again")

    for path in sorted(out.rglob("*.*")):
        again = tmp_path / "again" / path.relative_to(out)
        assert path.read_bytes() == again.read_bytes(), path.name


def test_what_exists_is_overwritten_only_by_force_and_only_if_it_is_a_history(source, out):
    import_complete_journey(source, out)
    with pytest.raises(HistoryFault, match="exists already"):
        import_complete_journey(source, out)
    import_complete_journey(source, out, force=True)

    other = out.parent / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(HistoryFault, match="is no history"):
        import_complete_journey(source, other, force=True)
    assert (other / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize(
    ("transactions", "fault"),
    [
        (altered("sales", -1.0), r"row 1 \(basket 100, product 501\) has a negative quantity"),
        (altered("quantity", -2, row=1), r"row 2 .* has a negative quantity or amount"),
        (altered("retail", 0.005), r"row 1 .* is no whole number of cents"),
        (altered("sales", float("nan")), r"row 1 .* is no whole number of cents"),
        (altered("household", None), r"row 1 .* lacks a value"),
        (altered("store", 999), r"basket 100 has more than one household, store or instant"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(tmp_path, out, transactions, fault):
    source = write_source(tmp_path / "source", transactions)

    with pytest.raises(HistoryFault, match=fault):
        import_complete_journey(source, out)
    assert not out.exists()


def test_a_file_or_column_that_is_missing_is_named(source, out):
    (source / "coupons.parquet").unlink()
    with pytest.raises(HistoryFault, match=r"coupons\.parquet"):
        import_complete_journey(source, out)

    pq.write_table(pa.table({"coupon_upc": [1], "product_id": [1]}), source / "coupons.parquet")
    with pytest.raises(HistoryFault, match=r"coupons\.parquet: lacks the column campaign_id"):
        import_complete_journey(source, out)


@pytest.mark.soak
@spec("QU-4")
def test_the_whole_journey_reconciles(out):
    imported = import_complete_journey(find_source(), out)
    recorded = imported.index.recorded

    assert (recorded.orders, recorded.lines) == (155_848, 1_469_307)
    assert (recorded.customers, recorded.products) == (2_469, 68_509)
    assert recorded.sales == 459_603_958
    assert recorded.retail_discount == 79_165_064
    assert recorded.coupon_discount == 2_635_990
    assert recorded.coupon_match == 454_265
    assert all(figure.difference == 0 for figure in imported.reconciliation)
