"""No file makes the reader hang, fill the memory, or end in anything but faults (BI-1)."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from largesse import Faults, read_document
from tests.formats.documents import SMALL

spec = pytest.mark.spec

SECONDS = 10
MEMORY = 1 << 30


def refused(tmp_path: Path, content: str | bytes, name: str = "shop.yaml") -> str:
    """What is said of a file that can't be read as a document."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Faults) as found:
        read_document(file)
    assert found.value.faults
    assert all(line.startswith(str(file)) for line in str(found.value).splitlines())
    return str(found.value)


def limited(file: Path) -> subprocess.CompletedProcess[str]:
    """The command's answer to a file, with little memory and little time."""
    return subprocess.run(
        [sys.executable, "-c", "from largesse.cli import main; main()", "price", str(file)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )


@spec("BI-1")
@pytest.mark.parametrize("content", ["", " \n\n", "# nothing but a remark\n", "---\n", "null"])
def test_an_empty_file(tmp_path, content):
    assert "a document is an object with fields" in refused(tmp_path, content)


@spec("BI-1")
@pytest.mark.parametrize("content", ["[]", "5", "just words", '"text"', "- a\n- b"])
def test_a_file_that_is_no_object(tmp_path, content):
    assert "a document is an object with fields" in refused(tmp_path, content)


@spec("BI-1")
@pytest.mark.parametrize(
    "content", [b"format: 1\nname: caf\xe9", b"\xff\xfe{\x00}\x00", b"\x89PNG"]
)
def test_a_file_that_is_not_utf_8(tmp_path, content):
    assert "is not a text file in UTF-8" in refused(tmp_path, content)


@spec("IF-3")
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_passed_over(tmp_path, mark):
    file = tmp_path / "shop.yaml"
    file.write_bytes(mark + SMALL.encode())

    assert read_document(file).carts[0].id == "first"


@spec("IF-3")
def test_windows_line_ends_are_line_ends(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_bytes(SMALL.replace("\n", "\r\n").encode())

    assert read_document(file).carts[0].id == "first"


@spec("BI-1")
def test_tabs_in_yaml(tmp_path):
    told = refused(tmp_path, "format: 1\nproducts:\n\t- {sku: A, price: 1}\n")

    assert "line 3, column 1" in told


@spec("BI-1")
@pytest.mark.parametrize(
    "content",
    ['{"format": 1, "products": [{"sku": "A", "pri', '{"format": 1,', "{", '{"format" 1}'],
)
def test_json_that_is_cut_off_or_misspelt(tmp_path, content):
    assert "line 1, column" in refused(tmp_path, content, "shop.json")


@spec("BI-1")
@pytest.mark.parametrize(
    "content",
    ["format: 1\nproducts: [", "format: 1\n  currency: EUR", "format: 1\n---\nformat: 1", "a: *b",
     "format: 1\n? [a, b]\n: 1", "format: 1\nx: !!python/object/apply:os.system [ls]"],
)  # fmt: skip
def test_yaml_that_is_broken(tmp_path, content):
    assert "can't be read: line" in refused(tmp_path, content)


@spec("BI-1")
@pytest.mark.parametrize("content", ["format: 1\x00", "format: 1\x07"])
def test_control_characters(tmp_path, content):
    assert "can't be read" in refused(tmp_path, content)


@spec("BI-1")
@pytest.mark.parametrize("digits", [30, 5000])
@pytest.mark.parametrize("name", ["shop.json", "shop.yaml"])
def test_a_number_of_many_digits(tmp_path, digits, name):
    refused(
        tmp_path, f'{{"format": 1, "products": [{{"sku": "A", "price": {"9" * digits}}}]}}', name
    )


@spec("BI-1")
@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json(tmp_path, name):
    refused(tmp_path, f'{{"format": 1, "products": [{{"sku": "A", "price": {name}}}]}}')


@spec("BI-1")
@pytest.mark.parametrize("name", [".nan", ".inf", "-.inf"])
def test_what_is_no_number_in_yaml(tmp_path, name):
    refused(tmp_path, f"format: 1\nproducts: [{{sku: A, price: {name}}}]")


@spec("BI-1")
def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        read_document(tmp_path / "none.yaml")


@spec("BI-1")
def test_a_folder(tmp_path):
    with pytest.raises(OSError):
        read_document(tmp_path)


@spec("BI-1")
def test_a_string_of_ten_megabytes(tmp_path):
    told = refused(
        tmp_path, f'{{"format": 1, "products": [{{"sku": "{"A" * 10_000_000}", "price": "x"}}]}}'
    )

    assert len(told) < 1000


@spec("BI-1")
@pytest.mark.parametrize(
    ("where", "quoted"),
    [("price", '"%s"'), ("currency", '"%s"'), ("sku", '["%s"]')],
)
def test_a_long_value_is_shortened_in_what_is_told(tmp_path, where, quoted):
    value = quoted % ("A" * 1_000_000)
    content = {
        "price": f'{{"format": 1, "products": [{{"sku": "A", "price": {value}}}]}}',
        "currency": f'{{"format": 1, "currency": {value}}}',
        "sku": f'{{"format": 1, "products": [{{"sku": {value}, "price": "1"}}]}}',
    }[where]

    assert len(refused(tmp_path, content)) < 1000


LEVELS = range(9)
LAUGHS = 'a0: &a0 ["lol"]\n' + "".join(
    f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in LEVELS
)
CONDITIONS = "a0: &a0 {kind: promo_code, codes: [a]}\n" + "".join(
    f"a{i + 1}: &a{i + 1} {{kind: any, of: [{', '.join([f'*a{i}'] * 9)}]}}\n" for i in LEVELS
)
PROMOTION = "promotions: [{code: A, actions: [{kind: discount_order, percent: 1}], conditions: "

HOSTILE = {
    "deep.json": '{"format": 1, "products": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep.yaml": "format: 1\nproducts: " + "[" * 5_000 + "]" * 5_000,
    "deep-conditions.json": '{"format": 1, "promotions": [{"code": "A", "actions": [{"kind": '
    '"discount_order", "percent": 1}], "conditions": ['
    + '{"kind": "not", "condition": ' * 400
    + '{"kind": "promo_code", "codes": ["x"]}'
    + "}" * 400
    + "]}]}",
    "laughs.yaml": f"format: 1\n{LAUGHS}products: *a9\n",
    "laughing-conditions.yaml": f"format: 1\n{CONDITIONS}{PROMOTION}[*a9]}}]\n",
    "laughing-merges.yaml": "format: 1\na: &a {"
    + ", ".join(f"k{i}: 1" for i in range(5_000))
    + "}\nb: ["
    + ", ".join(["{<<: *a}"] * 5_000)
    + "]\n",
    "itself.yaml": "format: 1\nproducts: &p [*p]\n",
    "itself-in-a-field.yaml": "format: 1\nproducts: [&p {sku: A, price: *p}]\n",
    "itself-in-a-condition.yaml": f"format: 1\n{PROMOTION}[&c {{kind: any, of: [*c]}}]}}]\n",
    "huge-quantity.json": '{"format": 1, "products": [{"sku": "A", "price": 1}], "carts": '
    '[{"at": "2026-01-01", "lines": [{"sku": "A", "quantity": 1e99999999}]}]}',
    "huge-price.json": '{"format": 1, "products": [{"sku": "A", "price": 1e999999999}]}',
}


@spec("BI-1")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_hurt_is_refused_in_little_time_and_memory(tmp_path, name):
    file = tmp_path / name
    file.write_text(HOSTILE[name], "utf-8")
    answer = limited(file)

    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert answer.stderr.startswith(str(file))
    assert len(answer.stderr) < 10_000


def test_an_ordinary_file_fits_into_that_time_and_memory(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(SMALL, "utf-8")

    assert limited(file).returncode == 0


@spec("BI-1")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("deep.json", "can't be read: is nested more than 100 levels deep"),
        ("deep.yaml", "can't be read: is nested more than 100 levels deep"),
        ("deep-conditions.json", "can't be read: is nested more than 100 levels deep"),
        ("laughs.yaml", "can't be read: has aliases that stand for more than 1,000,000 values"),
        ("itself.yaml", "line 2, column 11: an alias stands for something that it is a part of"),
    ],
)
def test_it_is_said_what_hurts(tmp_path, name, said):
    (told,) = refused(tmp_path, HOSTILE[name], name).splitlines()

    assert said in told


@spec("IF-3")
def test_fields_can_be_merged_from_an_alias(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(
        "format: 1\nproducts:\n  - &mug {sku: MUG, price: 12, tax_class: food}\n"
        "  - {<<: *mug, sku: CUP}\n",
        "utf-8",
    )
    products = read_document(file).book.catalog.products

    assert (products["CUP"].price, products["CUP"].tax_class) == (1200, "food")


@spec("IF-3")
def test_an_alias_is_read_as_what_it_stands_for(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(
        "format: 1\nproducts: [{sku: A, price: 1}]\ncarts:\n"
        "  - {id: a, at: &now 2026-01-01, lines: &all [{sku: A}]}\n"
        "  - {id: b, at: *now, lines: *all}\n",
        "utf-8",
    )
    one, other = read_document(file).carts

    assert one.lines == other.lines
