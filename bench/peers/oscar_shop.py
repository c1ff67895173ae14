# mypy: ignore-errors
"""A django-oscar shop with the neutral workload's products, offers and baskets, and a stopwatch.

Runs in the environment that `oscar.py` makes, which has Django and Oscar and not this project:
`python -m bench.peers.oscar_shop database|memory < {"workload", "size", "carts"}`. How promotions
are mapped: README.md beside this file.
"""

import json
import sys
import time
from decimal import Decimal

import django
from django.conf import settings
from django.core.management import call_command

# As many carts as fit, but one at least: at 10,000 promotions a single one takes minutes.
BUDGET_SECONDS = 60
WARM_UP_OFFERS = 20


class NoMigrations:
    """Tables come straight from the models: the same tables, made in a second."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


def configure():
    import oscar
    from oscar import defaults

    oscar_settings = {name: getattr(defaults, name) for name in dir(defaults) if name.isupper()}
    settings.configure(
        **oscar_settings,
        INSTALLED_APPS=oscar.INSTALLED_APPS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIGRATION_MODULES=NoMigrations(),
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        SECRET_KEY="no secret: there is no web here",
        SITE_ID=1,
        USE_TZ=True,
        DEBUG=False,
        SILENCED_SYSTEM_CHECKS=["*"],
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    return oscar.get_version()


def money(minor):
    return Decimal(minor) / 100


class MemoryRange:
    """A custom range class, as Oscar's documentation shows them: here over a set of products."""

    def __init__(self, product_ids):
        self._product_ids = product_ids

    def contains_product(self, product):
        return product.id in self._product_ids


class Shop:
    """The catalogue as standalone products, and each promotion as one exclusive site offer."""

    def __init__(self, workload, ranges):
        from oscar.core.loading import get_class

        self._strategy = get_class("partner.strategy", "Default")()
        self._ranges_in_memory = ranges == "memory"
        self._stock = self._stocked(workload["catalogue"])
        self._add_offers(workload["promotions"])

    def offers(self):
        """The site's offers as the applicator orders them, with everything loaded that can be.

        As shipped, Oscar makes a fresh copy of a condition and of a benefit at every use, which
        then reads its range again. Here the offers hold the final copies, and their ranges.
        """
        from oscar.apps.offer.applicator import Applicator

        offers = Applicator().get_offers(self.basket([]))
        ranges = {offer.condition.range_id: offer.condition.range for offer in offers}
        for offer in offers:
            offer.condition, offer.benefit = offer.condition.proxy(), offer.benefit.proxy()
            for part in (offer.condition, offer.benefit):
                part.range = ranges[part.range_id]
            if self._ranges_in_memory:
                products = offer.condition.range.included_products.values_list("id", flat=True)
                offer.condition.range.proxy = MemoryRange(set(products))
            else:
                _ = offer.condition.range.product_queryset
        return offers

    def basket(self, lines):
        """A saved basket, its lines and their prices loaded."""
        from oscar.apps.basket.models import Basket, Line

        basket = Basket.objects.create()
        basket.strategy = self._strategy
        Line.objects.bulk_create(
            Line(
                basket=basket,
                line_reference=line["sku"],
                product=self._stock[line["sku"]].product,
                stockrecord=self._stock[line["sku"]],
                quantity=line["qty"],
                price_currency="GBP",
                price_excl_tax=money(line["price"]),
            )
            for line in lines
        )
        for line in basket.all_lines():
            line.basket = basket
            assert line.unit_effective_price is not None
        return basket

    def _stocked(self, catalogue):
        from oscar.apps.catalogue.models import Product, ProductClass
        from oscar.apps.partner.models import Partner, StockRecord

        kind = ProductClass.objects.create(name="Anything", slug="anything", track_stock=False)
        partner = Partner.objects.create(name="Warehouse", code="warehouse")
        products = Product.objects.bulk_create(
            Product(upc=each["sku"], title=each["sku"], slug=each["sku"], product_class=kind)
            for each in catalogue
        )
        records = StockRecord.objects.bulk_create(
            StockRecord(
                product=product,
                partner=partner,
                partner_sku=product.upc,
                price=money(each["price"]),
                price_currency="GBP",
            )
            for product, each in zip(products, catalogue, strict=True)
        )
        return {record.partner_sku: record for record in records}

    def _add_offers(self, promotions):
        from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range

        for promotion in promotions:
            name = promotion["id"]
            its_range = Range.objects.create(name=name, slug=name.lower())
            its_range.included_products.add(
                *[self._stock[sku].product_id for sku in promotion["skus"]]
            )
            condition, benefit, once = terms(promotion)
            ConditionalOffer.objects.create(
                name=name,
                slug=name.lower(),
                priority=promotion["priority"],
                max_basket_applications=1 if once else None,
                condition=Condition.objects.create(range=its_range, **condition),
                benefit=Benefit.objects.create(range=its_range, **benefit),
            )


def terms(promotion):
    """(condition, benefit, whether one application is all there can be) of a promotion."""
    kind = promotion["kind"]
    if kind == "percent_off":
        return at_least(1), percentage(promotion["percent"]), True
    if kind == "bxgy":
        condition = at_least(promotion["buy"] + promotion["get"])
        if promotion["percent"] == 100 and promotion["get"] == 1:
            return condition, {"type": "Multibuy"}, False
        cheapest = percentage(promotion["percent"], max_affected_items=promotion["get"])
        return condition, cheapest, False
    if kind == "order_threshold":
        condition = {"type": "Value", "value": money(promotion["threshold"])}
        if promotion["fixed"] is not None:
            return condition, {"type": "Absolute", "value": money(promotion["fixed"])}, True
        return condition, percentage(promotion["percent"]), True
    if kind == "qty_tier":
        lowest = promotion["tiers"][0]
        return at_least(lowest["min_qty"]), percentage(lowest["percent"]), True
    raise ValueError(f"no mapping for {kind}")


def at_least(items):
    return {"type": "Count", "value": items}


def percentage(percent, **limits):
    return {"type": "Percentage", "value": percent, **limits}


def timed(basket, offers):
    """(CPU microseconds, saving in minor units) of applying the offers to a fresh basket."""
    from oscar.apps.offer.applicator import Applicator

    started = time.process_time_ns()
    Applicator().apply_offers(basket, offers)
    spent = time.process_time_ns() - started
    saved = sum(each["discount"] for each in basket.offer_applications)
    return spent / 1000, round(100 * saved)


def main(ranges):
    task = json.load(sys.stdin)
    version = configure()
    shop = Shop(task["workload"], ranges)
    offers = shop.offers()
    carts = task["workload"]["carts"][task["size"]][: task["carts"]]
    timed(shop.basket(carts[0]["lines"]), offers[:WARM_UP_OFFERS])
    figures = []
    started = time.process_time()
    for cart in carts:
        figures.append(timed(shop.basket(cart["lines"]), offers))
        if time.process_time() - started > BUDGET_SECONDS:
            break
    microseconds, savings = zip(*figures, strict=True)
    json.dump({"version": version, "microseconds": microseconds, "savings": savings}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
