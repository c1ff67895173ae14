"""A shopping spree as it is picked from: what there is to spend, the reward list as cards (SP-6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.utils.text import slugify

from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.cart import SpreeChoice
from largesse.engine.money import Currency
from largesse.engine.quote import Quote
from largesse.orders.rewards.choosing import Choosable, Choosing, Show, choosing
from largesse.pages import icons
from largesse.pages.figures import amount_text, count_text, percent_text, units_text
from largesse.pages.spree.looking import Look
from largesse.pages.spree.reading import Wrong

PAGE: Final = 24
"""How many cards are shown at once."""

Icons = Callable[[Collection[str]], Mapping[str, str]]
"""The names of the icons of products, by SKU."""


class Head(NamedTuple):
    """What there is to spend, what is spent and what is left, in minor units, with what is said of
    each; `due` is what the choice costs beyond the award.
    """

    award: int
    award_said: str
    spent: int
    spent_said: str
    left: int
    left_said: str
    due: int
    used_percent: str
    """How much of the award is spent, from 0 to 100."""


class Card(NamedTuple):
    """A product of the reward list. `typed` is what stands in its field, `units` are given of it.

    One unit more lacks what is `missing`, or costs the buyer what is `due` (SP-7).
    """

    key: str
    """What the ids of its controls end with."""
    sku: str
    name: str
    icon: str
    price: int
    units: int
    typed: str
    missing: int
    due: int
    error: str

    @property
    def chosen(self) -> bool:
        return bool(self.error) or self.typed != "0"


class Way(NamedTuple):
    """A way of showing the list: `query` is the end of its address."""

    label: str
    query: str
    here: bool


class Stray(NamedTuple):
    """What is chosen and can't be given, because its product or its spree is none any more."""

    promotion: str
    sku: str
    name: str
    units: int


class Picker(NamedTuple):
    """One spree to pick from, with the others beside it."""

    promotion: str
    title: str
    head: Head
    look: Look
    sprees: tuple[Way, ...]
    """The sprees of the order; one alone needs no choosing."""
    ways: tuple[Way, ...]
    """All, what fits, what is chosen; with how many of each."""
    cards: tuple[Card, ...]
    page: Page[Any]
    first: tuple[str, ...]
    """The SKUs that stand first: what was chosen when the page was opened. While one picks no card
    moves."""
    strays: tuple[Stray, ...]

    @property
    def whole(self) -> str:
        """The end of the address of the whole list."""
        return Look(spree=self.look.spree).query

    @property
    def ahead(self) -> str:
        """The first SKUs as a card's form sends them."""
        return "\n".join(self.first)


def picker(
    quote: Quote,
    look: Look,
    icons_of: Icons,
    *,
    wrong: Wrong | None = None,
    first: Iterable[str] | None = None,
) -> Picker | None:
    """What is shown of a quote's sprees; None where it has none. `wrong` is what was just typed."""
    found = choosing(quote)
    if not found:
        return None
    one = next((each for each in found if each.spree.offer == look.spree), found[0])
    currency = quote.book.currency
    wanted = _wanted(quote.cart.sprees, one.spree.offer)
    ahead = tuple(wanted if first is None else first)
    listed = sorted(one.shown(look.show, look.words), key=lambda each: _place(each, ahead))
    page = Paginator(listed, PAGE).get_page(look.page)
    shown = list(page.object_list)
    names = icons_of([each.product.sku for each in shown])
    return Picker(
        one.spree.offer,
        one.spree.description or one.spree.title,
        head(one.spree, _units_given(one), currency),
        look,
        tuple(_others(found, one, currency)),
        tuple(_ways(one, look, currency)),
        tuple(
            _card(each, wanted.get(each.product.sku, 0), names, currency, wrong) for each in shown
        ),
        page,
        ahead,
        tuple(strays(quote, found)),
    )


def strays(quote: Quote, found: Sequence[Choosing]) -> Iterator[Stray]:
    """What is chosen on a quote and stands on no reward list of its sprees."""
    listed = {(each.spree.offer, one.product.sku) for each in found for one in each.products}
    for choice in quote.cart.sprees:
        if (choice.promotion, choice.sku) not in listed:
            product = quote.book.catalog.products.get(choice.sku)
            name = product.name if product is not None and product.name else choice.sku
            yield Stray(choice.promotion, choice.sku, name, choice.units)


def _wanted(choices: Iterable[SpreeChoice], promotion: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in choices:
        if each.promotion == promotion:
            found[each.sku] = found.get(each.sku, 0) + each.units
    return found


def _place(each: Choosable, ahead: Sequence[str]) -> int:
    sku = each.product.sku
    return ahead.index(sku) if sku in ahead else len(ahead)


def _units_given(one: Choosing) -> int:
    return sum(each.units for each in one.products)


def _others(found: Sequence[Choosing], one: Choosing, currency: Currency) -> Iterator[Way]:
    for each in found:
        spree = each.spree
        label = f"{spree.description or spree.title}, {amount_text(spree.award, currency)}"
        yield Way(label, Look(spree=spree.offer).query, each is one)


def _ways(one: Choosing, look: Look, currency: Currency) -> Iterator[Way]:
    counts = one.counts()
    left = amount_text(one.spree.excess, currency)
    labels = {
        Show.ALL: f"All {count_text(counts[Show.ALL])}",
        Show.FITS: f"Fits {left}",
        Show.CHOSEN: f"Chosen {count_text(counts[Show.CHOSEN])}",
    }
    for show, label in labels.items():
        yield Way(label, look._replace(show=show, page=1).query, show is look.show)


def _card(
    each: Choosable,
    wanted: int,
    names: Mapping[str, str],
    currency: Currency,
    wrong: Wrong | None,
) -> Card:
    product = each.product
    mine = wrong is not None and wrong.sku == product.sku
    return Card(
        key=slugify(product.sku) or "product",
        sku=product.sku,
        name=product.name or product.sku,
        icon=icons.known(names.get(product.sku, "")),
        price=product.price,
        units=each.units,
        typed=wrong.typed if wrong is not None and mine else str(wanted),
        missing=each.missing,
        due=each.due,
        error=wrong.error if wrong is not None and mine else _refused(each, wanted, currency),
    )


def _refused(each: Choosable, wanted: int, currency: Currency) -> str:
    """Why fewer units are given than are wanted (SP-7)."""
    if wanted <= each.units:
        return ""
    missing = amount_text(each.missing, currency)
    which = "one more" if each.units else "one"
    return f"{missing} missing for {which}; remove {count_text(wanted - each.units)}."


# --- the sums --------------------------------------------------------------------------------------


def head(spree: AppliedSpree, units: int, currency: Currency) -> Head:
    """What a spree awards, pays and leaves; so many units are chosen against it."""
    share = 100 * spree.given / spree.award if spree.award else 100.0
    return Head(
        award=spree.award,
        award_said=award_said(spree, currency),
        spent=spree.given,
        spent_said=f"{units_text(units, 'item')} from the reward list",
        left=spree.excess,
        left_said=_left_said(spree, currency),
        due=spree.due,
        used_percent=f"{share:.2f}",
    )


def award_said(spree: AppliedSpree, currency: Currency) -> str:
    """How an award came about: "10 % of 1,284.60, at most 150.00"."""
    said = "a fixed amount"
    if spree.base is not None and spree.percent is not None:
        said = f"{percent_text(spree.percent)} of {amount_text(spree.base, currency)}"
    if spree.times > 1:
        said += f", {count_text(spree.times)} times"
    if spree.maximum is not None:
        said += f", at most {amount_text(spree.maximum, currency)}"
    if spree.cut_from is not None:
        said += f"; {amount_text(spree.cut_from, currency)} cut at what its budget has left"
    return said


def _left_said(spree: AppliedSpree, currency: Currency) -> str:
    if spree.due:
        return f"{amount_text(spree.due, currency)} beyond it is to pay"
    if not spree.excess:
        return "all of it is spent"
    return "becomes credit when posted" if spree.carry_over == "credit" else "lapses when placed"
