"""The reference pages of the documentation, written from the code whenever the site is built.

A hook of mkdocs (see mkdocs.yml): nothing that stands in the code is told twice.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cached_property
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from msgspec import NODEFAULT, Struct

import largesse
from largesse.engine.actions import ACTIONS
from largesse.engine.actions.base import Action
from largesse.engine.actions.bundle_price import BundlePart
from largesse.engine.actions.discount_order import OrderTier
from largesse.engine.benefits import BENEFITS
from largesse.engine.benefits.base import Benefit
from largesse.engine.cart import CartLine, Customer, Giveaway, SpreeChoice
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions import CONDITIONS
from largesse.engine.conditions.base import Condition
from largesse.engine.facts import PastLine
from largesse.engine.formats.document import SECTIONS
from largesse.engine.formats.shape import (
    Shape,
    docs_of,
    fields_of,
    summary,
    unit_of,
    without_none,
)
from largesse.engine.formats.writer import plain
from largesse.engine.money import Currency
from largesse.engine.offers.deal import DealTier, ProductSet
from largesse.engine.refusals import MEANINGS
from largesse.engine.window import WEEKDAYS, Window
from tools.examples import example, reader, words_of

Row = tuple[str, ...]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to those that were written by hand."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def pages() -> dict[str, str]:
    """The text of each page by its path below docs/."""
    return {
        "reference/conditions.md": conditions(),
        "reference/actions.md": actions(),
        "reference/benefits.md": benefits(),
        "reference/refusals.md": refusals(),
        "reference/file-format.md": file_format(),
        "reference/python.md": python(),
        "reference/command-line.md": command_line(),
    }


def conditions() -> str:
    """Every kind of condition with its fields."""
    return _page(
        "Conditions",
        "A promotion names conditions that a cart must meet, all of them. Each says how often it was "
        "met; a *cumulative* promotion is awarded as often as the one that was met least often. Under "
        "a promotion that is not cumulative, being met once is enough.",
        *(_kind(Condition, kind, struct, NAME) for kind, struct in CONDITIONS.items()),
        f"## Fields of every condition\n\n{_fields(CONDITIONS['all'], only=NAME)}",
    )


def actions() -> str:
    """Every kind of action with its fields."""
    shared = [shape.name for shape in fields_of(Action)]
    common = _fields(ACTIONS["discount_order"], only=shared)
    return _page(
        "Actions",
        "A promotion names actions: what the cart gets when the conditions are met. How several "
        "promotions compete for the same units is told in "
        "[How promotions compete](../explanation/competition.md).",
        *(_kind(Action, kind, struct, shared) for kind, struct in ACTIONS.items()),
        f"## Fields of every action\n\n{common}",
        *(_part(name) for name in ("QuantityTier", "OrderTier", "BundlePart", "Multipliers")),
    )


def benefits() -> str:
    """Every kind of benefit with its fields."""
    return _page(
        "Benefits",
        "A deal gives a benefit to the order lines that are assigned to it, from each of its tiers on. "
        "Giveaway credit and rebates count at face value where deals are compared. How deals are "
        "written is told in [Write an offer](../how-to/write-an-offer.md#trade-deals).",
        *(_kind(Benefit, kind, struct, ()) for kind, struct in BENEFITS.items()),
    )


def refusals() -> str:
    """The table of refusal codes."""
    rows = [(f"`{code.value}`", meaning) for code, meaning in MEANINGS.items()]
    return _page(
        "Refusal codes",
        "An offer that was looked at and not applied has a refusal: a code, the numbers compared where "
        "there are any (`needed` and `found`), and a sentence. Codes are stable, sentences may be "
        "reworded.",
        _table(("Code", "Meaning"), rows),
    )


def file_format() -> str:
    """What a document file holds, section by section."""
    header = [
        ("`format`", "`1`", "required", "The version of the format."),
        ("`currency`", "text", "`USD`", "The ISO 4217 code of every amount in the file."),
        ("`rounding`", f"one of {_codes(('half_up', 'half_even'))}", "`half_up`", HALVES),
        ("`time_zone`", "text", "`UTC`", "Where days begin, and times that have no offset."),
        ("`week_starts`", f"one of {_codes(WEEKDAYS)}", "`monday`", "The first day of the week."),
    ]
    sections = "\n".join(
        f"- [`{name}`](#{name}): {SHARED.get(struct) or _first_sentence(struct)}"
        for name, struct in SECTIONS.items()
    )
    return _page(
        "File format",
        "A document is a JSON or YAML file (in UTF-8) with all that is needed to price: products, "
        "offers, customers, history, parties and carts. Every section may be left out. "
        "[Write a document file](../how-to/write-a-file.md) shows one; `largesse schema` prints the "
        "JSON Schema, for editors.",
        f"## Header\n\n{_table(FIELD_HEADINGS, header)}",
        f"## Sections\n\n{sections}",
        *(_section(name, struct) for name, struct in SECTIONS.items()),
        *(
            _part(name)
            for name in (
                "CartLine",
                "Giveaway",
                "SpreeChoice",
                "ProductSet",
                "DealTier",
                "PastLine",
                "Measures",
            )
        ),
        VALUES,
    )


HALVES = "Where halves of a minor unit go: away from zero, or to the even neighbour."

VALUES = """\
## How values are written

| Value | Written |
|---|---|
| amount | `"12.50"` or `12.50`, with at most the decimals of the currency; never negative |
| percentage | `"12.5"` or `12.5`, with up to 4 decimals |
| quantity | `3`; for a weighed product up to 3 decimals: `"0.250"` |
| day | `2026-06-01` |
| instant | `2026-06-01T10:00:00+02:00`; without an offset it is in the business's time zone |
| product group | its code |

`starts` and `ends` are both inclusive: an offer that `ends: 2026-06-30` holds until midnight. Numbers
in a file are read as they are written and never become floats.
"""


def python() -> str:
    """Every public name of the library."""
    return _page(
        "Python",
        "These names are what `from largesse import ...` offers; nothing else is promised to stay. "
        'Amounts are whole minor units (cents), rates are whole millionths: `percent("12.5")` is '
        "125,000. [Price from your own code](../how-to/price-from-code.md) shows them at work.",
        *(_name(name, getattr(largesse, name)) for name in sorted(largesse.__all__, key=str.lower)),
    )


def command_line() -> str:
    """The help of each command."""
    from typer.main import get_command

    from largesse.cli import app

    return _page(
        "Command line",
        "Exit code 0: done. 1: done, and something was found: a difference, a finding, a bad row. 2: "
        "something in the input is wrong, told in one line for each fault. "
        "[Use the command in scripts](../how-to/script-the-command.md) says what `--json` prints.",
        *_commands(get_command(app), ("largesse",)),
    )


# Parts of pages

FIELD_HEADINGS = ("Field", "Type", "Default", "Meaning")


def _page(title: str, opening: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", opening, *(part.strip() for part in parts))) + "\n"


NAME = ("name",)

FOLLOWS: Mapping[type[Struct], str] = {
    Condition: "If",
    Action: "The cart gets",
    Benefit: "The lines on the deal bring",
}
"""What an example in words goes on from."""


def _kind(
    base: type[Struct],
    kind: str,
    struct: type[Condition] | type[Action] | type[Benefit],
    leave_out: Sequence[str],
) -> str:
    """One kind of condition, action or benefit: what it says of itself, its fields, an example in words
    too.
    """
    only = [shape.name for shape in fields_of(struct) if shape.name not in leave_out]
    said = example(base, kind, struct)
    words = words_of(reader().read(base, said, ()))
    written = yaml.safe_dump([said], sort_keys=False, allow_unicode=True)
    return "\n\n".join(
        (
            f"## `{kind}`",
            f"**{struct.label}.** {_prose(summary(struct))}",
            _fields(struct, only=only),
            f"```yaml\n{written}```",
            f"*{FOLLOWS[base]} {words}.*",
        )
    )


SHARED: Mapping[type[Struct], str] = {
    kind: f"The {section} that promotions share: each has a `name`, a `kind` and the fields of "
    f"[its kind]({section}.md). A promotion says the name in its place."
    for kind, section in ((Condition, "conditions"), (Action, "actions"))
}


def _section(name: str, struct: type[Struct]) -> str:
    if struct in SHARED:
        return f"## `{name}`\n\n{SHARED[struct]}"
    return f"## `{name}`\n\n{_prose(summary(struct))}\n\n{_fields(struct)}"


PARTS: Mapping[str, tuple[str, type[Struct]]] = {
    "CartLine": ("Lines of a cart", CartLine),
    "Giveaway": ("Giveaways", Giveaway),
    "SpreeChoice": ("Choices of a shopping spree", SpreeChoice),
    "ProductSet": ("Product sets", ProductSet),
    "DealTier": ("Deal tiers", DealTier),
    "PastLine": ("Lines of a past order", PastLine),
    "Measures": ("Measures", largesse.Measures),
    "Multipliers": ("Multipliers", largesse.Multipliers),
    "QuantityTier": ("Quantity tiers", largesse.QuantityTier),
    "OrderTier": ("Order tiers", OrderTier),
    "BundlePart": ("Parts of a bundle", BundlePart),
}


def _part(name: str) -> str:
    """A value type that stands within others."""
    title, struct = PARTS[name]
    return f"## {title}\n\n{_prose(summary(struct))}\n\n{_fields(struct)}"


def _fields(struct: type[Struct], *, only: Sequence[str] | None = None) -> str:
    rows = [
        row
        for shape in fields_of(struct)
        if only is None or shape.name in only
        for row in _rows(shape, docs_of(struct))
    ]
    return _table(FIELD_HEADINGS, rows) if rows else ""


def _rows(shape: Shape, docs: Mapping[str, str]) -> Iterator[Row]:
    if shape.type is Window:
        yield "`starts`", "day or instant", "–", "When it begins; empty is ever since."
        yield "`ends`", "day or instant", "–", "When it ends, inclusive; empty is for ever."
        return
    meaning = " ".join(docs.get(shape.name, "").split())
    yield f"`{shape.name}`", _type(shape.type), _default(shape), meaning


def _type(hint: Any) -> str:
    """A type in the words of the file format."""
    inner, _ = without_none(hint)
    unit = unit_of(inner)
    if unit is not None:
        return "amount" if unit == "money" else "percentage"
    origin, arguments = get_origin(inner), get_args(inner)
    if origin is Literal:
        return f"one of {_codes(arguments)}"
    if origin in (tuple, frozenset):
        return f"list: {_type(arguments[0])}"
    if origin in (Union, UnionType) and set(arguments) == {int, Decimal}:
        return "quantity"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"object: {_type(arguments[1])} by name"
    return _type_of_class(inner)


def _type_of_class(hint: type) -> str:
    words: Mapping[type, str] = {
        str: "text",
        int: "whole number",
        bool: "true or false",
        datetime: "day or instant",
        date: "day",
        ProductGroup: "product group",
        Condition: "[condition](conditions.md)",
        Action: "[action](actions.md)",
        Benefit: "[benefit](benefits.md)",
        Customer: "id of a customer, or a customer",
        **{struct: f"[{title.lower()}](#{_anchor(title)})" for title, struct in PARTS.values()},
    }
    if issubclass(hint, StrEnum):
        return f"one of {_codes([member.value for member in hint])}"
    return words[hint]


def _default(shape: Shape) -> str:
    value = shape.default
    if value is NODEFAULT:
        return "required"
    if value is None or value in ("", (), frozenset(), {}) or isinstance(value, Struct):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{plain(value, Currency('USD'), shape.type)}`"


def _name(name: str, thing: Any) -> str:
    """One public name: what it is, its fields or values, what can be asked of it."""
    parts = [f"## {name}"]
    if inspect.isfunction(thing):
        parts.append(f"```python\n{name}{_signature(thing)}\n```")
    parts.append(_prose(_own_docstring(thing)))
    if inspect.isclass(thing):
        parts.extend(_members(thing))
    return "\n\n".join(part for part in parts if part)


def _own_docstring(thing: Any) -> str:
    """What it says of itself; nothing where the docstring is a base's."""
    said = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    return inspect.cleandoc(said or "")


def _members(thing: type) -> Iterator[str]:
    if issubclass(thing, Enum):
        yield f"Values: {_codes([member.value for member in thing])}."
        return
    if issubclass(thing, Struct) and thing.__struct_fields__:
        yield "```python\n" + f"{thing.__name__}(\n" + "".join(_python_fields(thing)) + ")\n```"
        docs = docs_of(thing)
        own = [name for name in thing.__struct_fields__ if name in docs]
        yield "\n".join(f"- `{name}`: {' '.join(docs[name].split())}" for name in own)
    elif "__init__" in vars(thing) and not issubclass(thing, Exception):
        yield f"```python\n{thing.__name__}{_signature(thing)}\n```"
    if not issubclass(thing, KINDS) or thing in KINDS:
        yield "\n".join(_methods(thing))


KINDS = (Condition, Action, Benefit)


def _python_fields(struct: type[Struct]) -> Iterator[str]:
    """The fields as they are annotated: some types are known to the type checker alone."""
    names, defaults = struct.__struct_fields__, struct.__struct_defaults__
    annotations: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        annotations |= vars(base).get("__annotations__", {})
    required = [NODEFAULT] * (len(names) - len(defaults))
    for name, default in zip(names, (*required, *defaults), strict=True):
        shown = "" if default is NODEFAULT else f" = {_python_default(default)}"
        yield f"    {name}: {annotations[name]}{shown},\n"


def _python_default(value: Any) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, Struct):
        return f"{type(value).__name__}(...)"
    factory = getattr(value, "factory", None)
    return repr(value if factory is None else factory())


def _without_modules(text: str) -> str:
    """Names without the modules that they come from."""
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", text)


def _signature(thing: Callable[..., Any]) -> str:
    return _without_modules(str(inspect.signature(thing)).replace("'", ""))


def _methods(thing: type) -> Iterator[str]:
    """The public methods and properties that a class has beyond its fields, with what they say."""
    skip = {"faults", "frozen"} | (set(dir(Struct)) if issubclass(thing, Struct) else set())
    for name, member in vars(thing).items():
        if name.startswith("_") or name in skip:
            continue
        function = member
        if isinstance(member, property):
            function = member.fget
        elif isinstance(member, cached_property):
            function = member.func
        elif isinstance(member, classmethod):
            function = member.__func__
        if not inspect.isfunction(function) or not inspect.getdoc(function):
            continue
        called = "" if function is not member and not isinstance(member, classmethod) else "()"
        said = " ".join((inspect.getdoc(function) or "").split(">>>")[0].split())
        yield f"- `{name}{called}`: {said}"


def _commands(command: Any, path: Sequence[str]) -> Iterator[str]:
    """The help of a command and of those below it."""
    context = command.make_context(path[0], [], resilient_parsing=True)
    context.info_name, context.max_content_width, context.terminal_width = " ".join(path), 88, 88
    yield f"## `{' '.join(path)}`\n\n```text\n{command.get_help(context).strip()}\n```"
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, (*path, name))


# Text


def _table(headings: Row, rows: Sequence[Row]) -> str:
    lines = [headings, tuple("---" for _ in headings), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in lines)
    return "\n".join(f"| {line} |" for line in cells)


def _codes(values: Sequence[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _first_sentence(struct: type[Struct]) -> str:
    return " ".join(summary(struct).split("\n\n")[0].split()).split(". ")[0].removesuffix(".") + "."


def _prose(docstring: str) -> str:
    """A docstring as Markdown: examples become code."""
    blocks = []
    for block in docstring.split("\n\n"):
        is_example = block.lstrip().startswith(">>>")
        blocks.append(f"```pycon\n{block}\n```" if is_example else " ".join(block.split()))
    return "\n\n".join(blocks)
