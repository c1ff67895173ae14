"""The reference is written from the kinds themselves, and what it shows can be read."""

from __future__ import annotations

import re

import pytest
import yaml
from msgspec import Struct

from largesse.engine.actions import ACTIONS
from largesse.engine.actions.base import Action
from largesse.engine.benefits import BENEFITS
from largesse.engine.benefits.base import Benefit
from largesse.engine.conditions import CONDITIONS
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.shape import fields_of
from largesse.engine.window import Window
from tests.words import spec

reference = pytest.importorskip("tools.reference")
examples = pytest.importorskip("tools.examples")

KINDS = [
    *(pytest.param("actions", Action, kind, struct, id=kind) for kind, struct in ACTIONS.items()),
    *(
        pytest.param("conditions", Condition, kind, struct, id=kind)
        for kind, struct in CONDITIONS.items()
    ),
    *(
        pytest.param("benefits", Benefit, kind, struct, id=kind)
        for kind, struct in BENEFITS.items()
    ),
]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    found: dict[str, str] = reference.pages()
    return found


@spec("CO-4", "AC-7", "DE-3")
@pytest.mark.parametrize(("page", "base", "kind", "struct"), KINDS)
def test_a_kind_has_its_label_fields_and_an_example_that_can_be_read(
    pages: dict[str, str], page: str, base: type[Struct], kind: str, struct: type[Action]
) -> None:
    text = pages[f"reference/{page}.md"].partition(f"## `{kind}`")[2].partition("\n## ")[0]
    common = {shape.name for shape in fields_of(base)}

    assert f"**{struct.label}.** " in text
    for shape in fields_of(struct):
        # A window is two fields of a file.
        for name in ("starts", "ends") if shape.type is Window else (shape.name,):
            assert name in common or re.search(rf"^\| `{name}` \|", text, re.M), name
    (example,) = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", text, re.S)[0])
    reader = examples.reader()
    value = reader.read(base, example, ())
    assert reader.faults == []
    assert type(value) is struct
    assert f"{examples.words_of(value)}.*" in text


def test_an_example_that_cannot_be_found_is_told() -> None:
    class Strange(Condition, frozen=True, kw_only=True):
        kind = "strange"
        label = "Strange"

    with pytest.raises(LookupError, match="no example of strange"):
        examples.example(Condition, "strange", Strange)
