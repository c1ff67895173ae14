"""Write a realistic book of offers over the products of The Complete Journey.

    python examples/complete_journey/make_book.py HISTORY OUT.json

Weekly specials, all-year prices, buy X get Y, tiers, thresholds, and the source's own campaigns as
coupons for the households that got them. The same history, seed and number of offers give the same
file, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import duckdb

from largesse.files import written_whole
from largesse.lab.history import History, HistoryFault

Json = dict[str, Any]

FIRST_WEEK = date(2017, 1, 2)
LAST_DAY = date(2017, 12, 31)
YEAR = {"starts": "2017-01-01", "ends": "2017-12-31"}
WEEKS = 52

# Of 1,000 offers, how many are of each sort.
MIX = {
    "special": 400,
    "price_point": 60,
    "all_year": 150,
    "buy_get": 120,
    "tiers": 80,
    "spend": 60,
    "order": 20,
    "fuel": 6,
    "coupon": 104,
}

# Shelves that sell for less in the year are not worth an offer, in minor units.
WORTHWHILE = 50_000

# What a grocer does not discount: by law, by thin margin, or because it is no merchandise.
NEVER_TYPES = r"CIGARETTE|TOBACCO|BEER|WINE|LIQUOR|SPIRIT|GASOLINE|GIFT CARD|LOTTERY|STAMP|COUPON"
NEVER_DEPARTMENTS = (
    "FUEL",
    "SPIRITS",
    "COUPON",
    "MISCELLANEOUS",
    "POSTAL CENTER",
    "CNTRL/STORE SUP",
)
NEVER = "NEVER-DISCOUNTED"

COUPON_AMOUNTS = {"1.00": 40, "0.50": 20, "0.75": 12, "0.55": 10, "2.00": 8, "0.40": 7, "1.50": 5}


class Shelf(NamedTuple):
    """Products that a merchandiser would put on offer together, and how they sell."""

    code: str
    title: str
    skus: tuple[str, ...]
    sold: int
    """What they sold for in the year, at shelf prices, in minor units."""
    low: int
    """A quarter of the units cost less than this."""
    median: int
    high: int
    """A quarter of the units cost more than this."""


class Coupon(NamedTuple):
    """A coupon of one of the source's campaigns."""

    campaign: str
    coupon: str
    starts: date
    ends: date
    skus: tuple[str, ...]


class Market:
    """What the history says of the business: its shelves, its coupons, its fuel."""

    def __init__(self, history: Path):
        self.db = duckdb.connect()
        for name in ("products", "coupons", "campaigns", "lines/*"):
            file = str(history / f"{name}.parquet").replace("'", "''")
            view = name.removesuffix("/*")
            self.db.execute(f"create view {view} as from read_parquet('{file}')")
        never = ", ".join(f"'{department}'" for department in NEVER_DEPARTMENTS)
        self.db.execute(
            "create table shelved as select *, "
            f"coalesce(department in ({never}), true) or regexp_matches(coalesce(type, ''), "
            f"'{NEVER_TYPES}') as never from products"
        )
        self.db.execute(
            "create table sold as select sku, sum(gross) as gross, sum(quantity) / 1000 as units "
            "from lines group by sku having sum(gross) > 0"
        )
        self.types = self.shelves("type")
        self.categories = self.shelves("category")
        self.brands = self.shelves("brand", "category")
        self.makers = self.shelves("manufacturer", "type", at_least=3)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.db.execute(query).fetchall()

    def shelves(self, *by: str, at_least: int = 2) -> list[Shelf]:
        """The shelves that share some columns, the best selling first."""
        columns = ", ".join(by)
        found = self.rows(f"""
            select {columns}, list(sku order by sku), sum(gross)::bigint as sold,
                quantile_disc(price, 0.25), quantile_disc(price, 0.5), quantile_disc(price, 0.75)
            from shelved join sold using (sku)
            where not never and price >= 25 and {" and ".join(f"{c} is not null" for c in by)}
            group by {columns}
            having count(*) >= {at_least} and sold >= {WORTHWHILE}
            order by sold desc, {columns}
        """)
        prefix = "-".join(by)
        return [
            Shelf(
                slug(prefix, *row[: len(by)]),
                " ".join(name_of(column, value) for column, value in zip(by, row, strict=False)),
                tuple(row[-5]),
                *row[-4:],
            )
            for row in found
        ]

    def never(self) -> list[str]:
        return [sku for (sku,) in self.rows("select sku from shelved where never order by sku")]

    def fuel(self) -> list[str]:
        query = "select sku from products where quantity_decimals > 0 order by sku"
        return [sku for (sku,) in self.rows(query)]

    def coupons(self) -> dict[str, list[Coupon]]:
        """Of each campaign, its coupons for merchandise that sells, the best selling first."""
        found: dict[str, list[Coupon]] = {}
        for row in self.rows("""
            select campaign, coupon, starts, ends, list(distinct sku order by sku)
            from coupons join campaigns using (campaign)
            join shelved using (sku) join sold using (sku)
            where not never
            group by campaign, coupon, starts, ends
            order by campaign::int, sum(gross) desc, coupon
        """):
            found.setdefault(row[0], []).append(
                Coupon(row[0], row[1], row[2], row[3], tuple(row[4]))
            )
        return found

    def products(self) -> list[Json]:
        return [
            {"sku": sku, "name": title, "price": money(price)}
            | ({"quantity_decimals": decimals} if decimals else {})
            for sku, title, price, decimals in self.rows(
                "select sku, title, price, quantity_decimals from products order by sku"
            )
        ]


class BookMaker:
    """Collects promotions, and the product groups that they name."""

    def __init__(self, market: Market, random: Random):
        self.market = market
        self.random = random
        self.groups: dict[str, Json] = {}
        self.promotions: dict[str, Json] = {}
        self.taken: set[tuple[str, str]] = set()
        self.coupons = self.coupons_in_turn()
        self.add_group(NEVER, "Never discounted", market.never())
        self.add_group("FUEL", "Fuel", market.fuel())

    def make(self, sort: str, number: int) -> None:
        """Add a number of offers of one sort."""
        wanted = len(self.promotions) + number
        maker: Callable[[], None] = getattr(self, sort)
        while len(self.promotions) < wanted:
            maker()

    def special(self) -> None:
        """A week or two of a percentage or an amount off a shelf."""
        market = self.market
        shelf = self.pick(self.random.choice([market.types, market.brands, market.makers]))
        if self.random.random() < 0.75:
            percent = self.random.choice(["10", "15", "20", "20", "25", "25", "30", "33", "40"])
            terms, words = {"percent": percent}, f"{percent} % off"
        else:
            amount = rounded(shelf.low * self.random.choice([15, 20, 25, 30]) // 100, 5)
            terms, words = {"amount": money(amount)}, f"{money(amount)} off each"
        self.promote("WEEKLY", shelf, words, self.weeks(1, 2), [self.off_lines(shelf, terms)])

    def price_point(self) -> None:
        """A week or two of one low price for products that cost about the same."""
        alike = [s for s in self.market.types + self.market.makers if s.high <= s.low * 5 // 4]
        shelf = self.pick(alike)
        price = max(rounded(shelf.median * self.random.choice([70, 75, 80, 85]) // 100, 10) - 1, 19)
        terms = {"price": money(price)}
        words = f"now {money(price)}"
        self.promote("PRICE", shelf, words, self.weeks(1, 2), [self.off_lines(shelf, terms)])

    def all_year(self) -> None:
        """A low price all the year on a category, or on one brand of it."""
        shelf = self.pick(
            self.random.choice([self.market.categories, self.market.brands]), "all year"
        )
        percent = self.random.choice(["3", "4", "5", "5", "6", "7.5", "8", "10"])
        terms = {"percent": percent}
        words = f"{percent} % off all year"
        self.promote("EVERYDAY", shelf, words, YEAR, [self.off_lines(shelf, terms)])

    def buy_get(self) -> None:
        """Buy one get one, three for two, the second at half price."""
        shelf = self.pick(self.random.choice([self.market.types, self.market.makers]))
        buy, get, percent, words = self.random.choice(
            [
                (1, 1, "100", "buy 1 get 1 free"),
                (1, 1, "50", "the second at half price"),
                (2, 1, "100", "3 for 2"),
                (3, 1, "100", "4 for 3"),
                (4, 2, "100", "buy 4 get 2 free"),
            ]
        )
        action = {
            "kind": "buy_x_get_y",
            "products": self.group(shelf),
            "buy": buy,
            "get": get,
            "percent": percent,
            "stacking": "post",
        }
        if self.random.random() < 0.3:
            action["max_times"] = self.random.choice([2, 3, 4])
        self.promote("BUY-GET", shelf, words, self.weeks(1, 3), [action])

    def tiers(self) -> None:
        """The more units, the larger the percentage."""
        shelf = self.pick(self.random.choice([self.market.categories, self.market.types]), "tiers")
        steps = self.random.choice(
            [((3, "5"), (6, "10")), ((2, "5"), (4, "10"), (8, "15")), ((4, "8"), (10, "16"))]
        )
        action = {
            "kind": "quantity_tiers",
            "include": self.group(shelf),
            "tiers": [{"minimum": minimum, "percent": percent} for minimum, percent in steps],
            "stacking": "post",
        }
        words = ", ".join(f"{percent} % off from {minimum}" for minimum, percent in steps)
        self.promote("STOCK-UP", shelf, words, self.weeks(2, 8), [action])

    def spend(self) -> None:
        """A percentage off a category for spending enough in it; at times units will do too."""
        shelf = self.pick(self.market.categories, "spend")
        amount = self.random.choice([1000, 1500, 2000, 2500])
        percent = self.random.choice(["10", "10", "12", "15"])
        group = self.group(shelf)
        enough: Json = {"kind": "product_value", "minimum": money(amount), "products": group}
        words = f"{percent} % off from {money(amount)}"
        if self.random.random() < 0.25:
            units = {"kind": "product_count", "minimum": 6, "products": group}
            enough = {"kind": "any", "of": [enough, units]}
            words += " or 6 units"
        action = self.off_lines(shelf, {"percent": percent})
        self.promote("SPEND", shelf, words, self.weeks(2, 6), [action], [enough])

    def order(self) -> None:
        """An amount or a percentage off an order that is large enough, after line offers."""
        minimum = self.random.choice([5000, 7500, 10000])
        if self.random.random() < 0.6:
            amount = minimum * self.random.choice([4, 5, 6]) // 100
            terms, words = {"amount": money(amount)}, f"{money(amount)} off"
        else:
            percent = self.random.choice(["3", "4", "5"])
            terms, words = {"percent": percent}, f"{percent} % off"
        action = {"kind": "discount_order", **terms, "exclude": NEVER, "stacking": "standard"}
        condition = {"kind": "product_value", "minimum": money(minimum), "exclude": NEVER}
        title = f"Orders from {money(minimum)}: {words}"
        self.add("ORDER", title, self.weeks(1, 2), [action], [condition], stage="post")

    def fuel(self) -> None:
        """A few cents off each gallon for some weeks."""
        cents = self.random.choice([2, 3, 5])
        action = {
            "kind": "discount_order_line",
            "include": "FUEL",
            "amount": money(cents),
            "stacking": "post",
        }
        self.add("FUEL", f"Fuel: {money(cents)} off each gallon", self.weeks(2, 5), [action])

    def coupon(self) -> None:
        """A campaign's coupon for its households, on top of what is on offer."""
        coupon = next(self.coupons)
        amounts, weights = zip(*COUPON_AMOUNTS.items(), strict=True)
        (amount,) = self.random.choices(amounts, weights)
        group = f"COUPON-{coupon.campaign}-{coupon.coupon}"
        self.add_group(group, f"Products of coupon {coupon.coupon}", coupon.skus)
        conditions: list[Json] = [
            {"kind": "customer_tags", "tags": [f"campaign-{coupon.campaign}"]}
        ]
        words = f"{amount} off one"
        if self.random.random() < 0.3:
            conditions.append({"kind": "product_count", "minimum": 2, "products": group})
            words = f"{amount} off when you buy two"
        action = {
            "kind": "discount_order_line",
            "include": group,
            "amount": amount,
            "quantity": 1,
            "stacking": "standard",
        }
        days = {"starts": f"{coupon.starts}", "ends": f"{coupon.ends}"}
        title = f"Campaign {coupon.campaign}, coupon {coupon.coupon}: {words}"
        code = f"CAMPAIGN-{coupon.campaign}"
        self.add(code, title, days, [action], conditions, stage="post", priority=10)

    def coupons_in_turn(self) -> Iterator[Coupon]:
        """The best coupon of each campaign, then the second best of each, and so on."""
        by_campaign = list(self.market.coupons().values())
        for place in range(max(map(len, by_campaign), default=0)):
            yield from (coupons[place] for coupons in by_campaign if place < len(coupons))

    def pick(self, shelves: Sequence[Shelf], once_for: str = "") -> Shelf:
        """A shelf, more often one that sells well; for some uses each once, while there are any."""
        free = [s for s in shelves if (once_for, s.code) not in self.taken] or shelves
        (shelf,) = self.random.choices(free, [shelf.sold for shelf in free])
        if once_for:
            self.taken.add((once_for, shelf.code))
        return shelf

    def weeks(self, fewest: int, most: int) -> Json:
        """Some whole weeks of the year."""
        first = FIRST_WEEK + timedelta(weeks=self.random.randrange(WEEKS))
        last = first + timedelta(weeks=self.random.randint(fewest, most), days=-1)
        return {"starts": f"{first}", "ends": f"{min(last, LAST_DAY)}"}

    def off_lines(self, shelf: Shelf, terms: Json) -> Json:
        return {
            "kind": "discount_order_line",
            "include": self.group(shelf),
            **terms,
            "stacking": "post",
        }

    def group(self, shelf: Shelf) -> str:
        return self.add_group(shelf.code, shelf.title, shelf.skus)

    def add_group(self, code: str, title: str, skus: Iterable[str]) -> str:
        self.groups.setdefault(code, {"code": code, "title": title, "products": list(skus)})
        return code

    def promote(
        self,
        sort: str,
        shelf: Shelf,
        words: str,
        days: Json,
        actions: list[Json],
        conditions: Sequence[Json] = (),
    ) -> None:
        self.add(f"{sort}-{shelf.code}", f"{shelf.title}: {words}", days, actions, conditions)

    def add(
        self,
        code: str,
        title: str,
        days: Json,
        actions: list[Json],
        conditions: Sequence[Json] = (),
        **more: Any,
    ) -> None:
        """A promotion; where its code is taken already, it gets a number behind it."""
        unique, number = code, 1
        while unique in self.promotions:
            number += 1
            unique = f"{code}-{number}"
        promotion = {"code": unique, "title": title, **more, **days}
        if conditions:
            promotion["conditions"] = list(conditions)
        self.promotions[unique] = {**promotion, "actions": actions}

    def document(self, currency: str, time_zone: str) -> Json:
        return {
            "format": 1,
            "currency": currency,
            "time_zone": time_zone,
            "week_starts": "monday",
            "products": self.market.products(),
            "product_groups": sorted(self.groups.values(), key=lambda group: group["code"]),
            "promotions": sorted(self.promotions.values(), key=lambda offer: offer["code"]),
        }


def numbers(offers: int) -> dict[str, int]:
    """How many offers there are of each sort; the largest sort takes what rounding leaves."""
    whole = sum(MIX.values())
    each = {sort: offers * share // whole for sort, share in MIX.items()}
    each["special"] += offers - sum(each.values())
    return each


def slug(*words: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", " ".join(words).upper()).strip("-")


def name_of(column: str, value: str) -> str:
    return f"Manufacturer {value}" if column == "manufacturer" else value.title()


def money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def rounded(minor: int, to: int) -> int:
    """To the nearest price that one would print, never nothing."""
    return max(to, (minor + to // 2) // to * to)


def text_of(document: Json) -> str:
    """One line for each product, group and promotion, so that two books compare line by line."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            items = ",\n".join(json.dumps(item, ensure_ascii=False) for item in value)
            parts.append(f'"{key}": [\n{items}\n]')
        else:
            parts.append(f'"{key}": {json.dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("history", type=Path, help="a folder that `largesse history import` wrote")
    parser.add_argument("out", type=Path, help="the book's file")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--offers", type=int, default=1000)
    given = parser.parse_args()
    try:
        index = History.open(given.history).index
        book = BookMaker(Market(given.history), Random(given.seed))
        for sort, number in numbers(given.offers).items():
            book.make(sort, number)
        text = text_of(book.document(index.currency, index.time_zone))
        with written_whole(given.out) as partial:
            partial.write_text(text, "utf-8")
    except StopIteration:
        print(
            f"make_book: {given.offers:,} offers need more coupons than there are", file=sys.stderr
        )
        return 2
    except (HistoryFault, duckdb.Error, OSError) as fault:
        print(f"make_book: {str(fault).splitlines()[0]}", file=sys.stderr)
        return 2
    print(f"{given.out}: {len(book.promotions):,} offers on {len(book.groups):,} product groups")
    return 0


if __name__ == "__main__":
    sys.exit(main())
