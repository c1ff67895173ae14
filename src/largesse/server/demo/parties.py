"""Three parties that a rep holds: one open, one whose host chooses, one rewarded before a late return.

What guests buy is written down, and they are buyers of no other order: so the parties come to the same
whatever chance made of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from largesse.business.models import User
from largesse.business.values import calendar
from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.crm.values import customer_value
from largesse.engine.cart import Cart, CartLine, Channel, SpreeChoice
from largesse.ids import parse_id
from largesse.orders.answers import Deed
from largesse.orders.models import Order, Party
from largesse.orders.parties import drafting, making
from largesse.orders.parties.answers import PartyAnswered, PartyDone
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from largesse.server.demo.promotions.rewards import HOST_SPREE
from largesse.server.demo.year import Year, done_with

Basket = Mapping[str, int]
"""Units by SKU."""

REP: Final = "Jonas Reed"
GUESTS: Final = (
    "Odalys Finch", "Birgit Sander", "Callum Frey", "Devika Rao", "Eamon Pike", "Fenna Visser",
    "Gideon Marsh", "Hollis Crane", "Imke Brouwer", "Jorun Aas", "Kezia Bloom", "Lorcan Shea",
)  # fmt: skip

CHOOSING: Final[Sequence[Basket]] = (
    {"MG-201": 4, "TW-330": 6},
    {"CN-112": 4, "AP-2041": 1},
    {"BW-310": 4, "KN-461": 1},
    {"PL-101": 6, "GL-501": 4},
    {"TB-118": 2, "NB-301": 4, "SO-401": 2},
    {"VS-701": 4, "TC-011": 4, "CN-150": 2},
    {"GL-541": 2, "VS-721": 2, "MG-202": 3},
    {"PL-181": 3, "PL-161": 1, "GL-541": 1},
    {"KN-531": 2, "SO-411": 1, "MG-202": 2, "TW-350": 3},
)
"""They come to 1,284.60, of which the host is awarded a tenth."""
CHOSEN: Final[Basket] = {"AP-2041": 1, "CN-112": 2, "MG-201": 1}

OPEN: Final[Sequence[Basket]] = (
    {"CN-130": 1, "TC-011": 2},
    {"BW-310": 2, "PL-121": 2},
    {"TB-118": 1, "NB-311": 2, "SO-401": 3},
)
REWARDED: Final[Sequence[Basket]] = (
    {"CN-116": 4, "VG-040": 2},
    {"GL-521": 4, "GL-541": 1},
    {"DF-120": 2, "RS-130": 1},
    {"KN-501": 1, "KN-431": 2},
    {"VS-721": 1, "BW-022": 2},
)
TAKEN: Final[Basket] = {"TW-370": 1}


def plan(year: Year, today: date) -> None:
    """Let three parties happen in a year, each thing at its own time."""
    _make_people(today)
    parties = _Parties(year, today)
    rewarded = parties.held("Samir Haddad", "Candles at Samir’s", 35, REWARDED)
    rewarded.closed(33).chosen(33, TAKEN).placed(32).posted(30).returned(6)
    choosing = parties.held("Hannah Osei", "Hannah Osei’s party", 7, CHOOSING)
    choosing.closed(5).chosen(4, CHOSEN)
    parties.held("Harriet Lowe", "Housewarming at Harriet’s", 1, OPEN)


def _make_people(today: date) -> None:
    """The rep, who can sign in, and those who are guests."""
    joined = today - timedelta(days=500)
    Customer.objects.create(
        number="D-500",
        name=REP,
        type=Customer.Type.DISTRIBUTOR,
        email="jonas.reed@example.com",
        joined_on=joined,
        user=User.objects.get(username="rep"),
    )
    Customer.objects.bulk_create(
        Customer(number=f"C-{20_001 + i}", name=name, joined_on=joined)
        for i, name in enumerate(GUESTS)
    )


class _Parties:
    """Makes parties of the rep, whose events the year carries out."""

    def __init__(self, year: Year, today: date):
        self.year, self.today = year, today
        self.place = Location.objects.get(is_shop=True)
        self.guests = list(Customer.objects.filter(name__in=GUESTS).order_by("number"))

    def held(self, host: str, title: str, days_ago: int, baskets: Sequence[Basket]) -> _Happening:
        """A party with guest orders, one after the other, in its evening."""
        happening = _Happening(self, host, title, self.today - timedelta(days=days_ago))
        for i, (guest, basket) in enumerate(zip(self.guests, baskets, strict=False)):
            happening.ordered(i, guest, basket)
        return happening


class _Happening:
    """One party, and what happens to it from one day to another."""

    def __init__(self, of: _Parties, host: str, title: str, day: date):
        self._of, self._day, self._steps = of, day, count()
        self._host = Customer.objects.get(name=host)
        self._title = title
        self._party: Party | None = None
        self._orders: list[Order] = []
        self._at(self._days_ago(), 18, 0, self._made)

    def _days_ago(self) -> int:
        return (self._of.today - self._day).days

    def _at(self, days_ago: int, hour: int, minute: int, do: Callable[[datetime], object]) -> None:
        day = self._of.today - timedelta(days=days_ago)
        self._of.year.plan(calendar().midnight(day) + timedelta(hours=hour, minutes=minute), do)

    def _deed(self, at: datetime, by: str = "rep", reason: str = "") -> Deed:
        key = f"demo-party:{self._title}:{next(self._steps)}"
        return Deed(key=key, body=b"demo", at=at, actor=by, reason=reason)

    @property
    def party(self) -> Party:
        assert self._party is not None
        self._party.refresh_from_db()
        return self._party

    def _made(self, at: datetime) -> None:
        party = Party(
            title=self._title,
            host=self._host,
            rep=Customer.objects.get(number="D-500"),
            held_on=self._day,
            location=self._of.place,
        )
        answer = _party(making.make(party, self._deed(at)))
        self._party = Party.objects.get(id=parse_id(Party.prefix, answer.party))

    # --- its guests ------------------------------------------------------------------------------

    def ordered(self, place_in_line: int, guest: Customer, basket: Basket) -> None:
        """A guest orders, and has it two days later."""

        def buys(at: datetime) -> None:
            cart = Cart(
                _lines(basket),
                at=at,
                customer=customer_value(guest),
                location=self._of.place.code,
                channel=Channel.PARTY,
                party=self.party.number,
            )
            done = done_with(place(cart, self._deed(at), payment={"method": "on account"}))
            order = Order.by_public_id(done.order)
            self._orders.append(order)
            self._at(self._days_ago() - 2, 11, place_in_line, lambda then: self._sent(order, then))

        self._at(self._days_ago(), 19, 6 * place_in_line, buys)

    def _sent(self, order: Order, at: datetime) -> None:
        done_with(post(order.id, self._deed(at, "support", "sent")))

    def returned(self, days_ago: int) -> None:
        """The last guest gives it all back."""

        def gives_back(at: datetime) -> None:
            done_with(refund(self._orders[-1].id, self._deed(at, "support", "brought back")))

        self._at(days_ago, 15, 0, gives_back)

    # --- its host --------------------------------------------------------------------------------

    def closed(self, days_ago: int) -> _Happening:
        self._at(days_ago, 10, 0, lambda at: _party(making.close(self.party.id, self._deed(at))))
        return self

    def chosen(self, days_ago: int, basket: Basket) -> _Happening:
        """What the host wants is picked from the reward list."""
        wanted = tuple(SpreeChoice(HOST_SPREE, sku, units) for sku, units in basket.items())
        self._at(days_ago, 12, 0, lambda at: drafting.change(self.party, lambda _: wanted, now=at))
        return self

    def placed(self, days_ago: int) -> _Happening:
        def places(at: datetime) -> None:
            draft = drafting.draft_of(self.party)
            done_with(
                drafting.place_draft(
                    self.party,
                    "rep",
                    now=at,
                    version=draft.version,
                    confirmed_due=10**6,
                    payment={"method": "on account"},
                )
            )

        self._at(days_ago, 13, 0, places)
        return self

    def posted(self, days_ago: int) -> _Happening:
        def posts(at: datetime) -> None:
            reward = Order.objects.get(party=self.party, host_reward=True)
            done_with(post(reward.id, self._deed(at, "support", "sent")))

        self._at(days_ago, 11, 30, posts)
        return self


def _lines(basket: Basket) -> tuple[CartLine, ...]:
    return tuple(CartLine(str(i), sku, units) for i, (sku, units) in enumerate(basket.items()))


def _party(answered: PartyAnswered) -> PartyDone:
    if not isinstance(answered.answer, PartyDone):
        raise RuntimeError(f"the demo could not do what it meant to: {answered.answer}")
    return answered.answer
