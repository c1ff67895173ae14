"""The JSON Schema accepts what the reader accepts, and documents every field (IF-3)."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from largesse.engine.actions import ACTIONS
from largesse.engine.conditions import CONDITIONS
from largesse.engine.formats.document import HEADER, SECTIONS
from largesse.engine.formats.reader import SHARED
from largesse.engine.formats.schema import document_schema
from largesse.engine.formats.shape import fields_of, summary
from largesse.engine.window import Window
from tests.formats.documents import SHOP, SMALL, Place, faults_in, places, replaced, without

spec = pytest.mark.spec


SCHEMA = document_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
KINDS = [
    *(("Condition", kind, struct) for kind, struct in CONDITIONS.items()),
    *(("Action", kind, struct) for kind, struct in ACTIONS.items()),
]


def accepts(data: Any) -> bool:
    return bool(VALIDATOR.is_valid(data))


@spec("IF-3")
def test_it_is_a_json_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@spec("IF-3")
def test_it_accepts_a_document_that_uses_everything():
    assert list(VALIDATOR.iter_errors(SHOP)) == []


@spec("IF-3")
def test_it_accepts_a_document_in_yaml():
    # An editor sees the dates of YAML as text.
    assert accepts(json.loads(json.dumps(yaml.safe_load(SMALL), default=str)))


@spec("IF-3")
@pytest.mark.parametrize("section", [*HEADER, *SECTIONS])
def test_it_names_every_section(section):
    assert section in SCHEMA["properties"]


def fields_in_files(struct):
    """A window is two fields of a file."""
    found = set()
    for shape in fields_of(struct):
        found |= {"starts", "ends"} if shape.type is Window else {shape.name}
    return found


@spec("IF-3")
@pytest.mark.parametrize(("base", "kind", "struct"), KINDS, ids=[kind for _, kind, _ in KINDS])
def test_every_kind_of_condition_and_action_is_in_it_with_each_field_described(base, kind, struct):
    definition = SCHEMA["$defs"][f"{base}.{kind}"]

    assert {"$ref": f"#/$defs/{base}.{kind}"} in SCHEMA["$defs"][base]["oneOf"]
    assert definition["description"] == summary(struct)
    assert definition["properties"]["kind"] == {"const": kind}
    described = {
        name: field.get("description", "") for name, field in definition["properties"].items()
    }
    del described["kind"]
    assert set(described) == fields_in_files(struct)
    assert [name for name, text in described.items() if not text.endswith((".", "percent"))] == []


@spec("IF-3")
@pytest.mark.parametrize("section", [name for name in SECTIONS if SECTIONS[name] not in SHARED])
def test_every_field_of_a_section_is_in_it(section):
    struct = SECTIONS[section]
    definition = SCHEMA["$defs"][struct.__name__]
    expected = fields_in_files(struct)

    assert set(definition["properties"]) == expected


BROKEN: list[tuple[Place, Any]] = [
    (("format",), 2),
    (("currency",), "euro"),
    (("rounding",), "up"),
    (("week_starts",), "Montag"),
    (("producs",), []),
    (("products",), {}),
    (("products", 0), 5),
    (("products", 0, "price"), "ten"),
    (("products", 0, "price"), True),
    (("products", 0, "price"), "-1"),
    (("products", 0, "prize"), 1),
    (("products", 0, "quantity_decimals"), "3"),
    (("customers", 0, "type"), "rep"),
    (("customers", 0, "tags"), "club"),
    (("promotions", 0, "active"), "yes"),
    (("promotions", 0, "starts"), "June"),
    (("promotions", 0, "channels", 0), "tl"),
    (("promotions", 0, "actions", 0, "kind"), "buy"),
    (("promotions", 0, "actions", 0, "buy"), "two"),
    (("promotions", 0, "actions", 0, "percent"), "1.23456"),
    (("promotions", 0, "conditions", 1, "of", 0, "kind"), "tags"),
    (("carts", 0, "at"), "tomorrow"),
    (("carts", 0, "channel"), "web"),
    (("carts", 0, "lines"), 5),
    (("carts", 0, "lines", 0, "quantity"), "many"),
]


@spec("IF-3")
@pytest.mark.parametrize(("place", "value"), BROKEN, ids=str)
def test_it_refuses_what_the_reader_refuses(place, value):
    broken = replaced(SHOP, place, value)

    assert faults_in(broken)
    assert not accepts(broken)


@spec("IF-3")
def test_whatever_the_reader_accepts_it_accepts():
    for place in places(SHOP):
        shorter = without(SHOP, place)
        assert accepts(shorter) or faults_in(shorter), place
