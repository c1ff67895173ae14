"""Products, kits, product groups and locations, as records that staff keep.

Amounts are minor units of the business's currency, rates millionths.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from largesse.records import AmountField, RateField, Record, Stored


class Product(Record):
    """Something that is sold."""

    prefix = "prd"
    code_field = "sku"

    sku = models.CharField("SKU", max_length=64, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    barcode = models.CharField(max_length=64, blank=True, db_index=True)
    icon = models.CharField(
        max_length=40, default="package", help_text="The icon that stands for it in the shop."
    )
    price = AmountField("selling price", help_text="The price of one unit.")
    list_price = AmountField(
        null=True, blank=True, help_text="Where it differs from the selling price."
    )
    floor = AmountField(
        "floor price",
        default=0,
        help_text="No discount takes a unit below it, unless it is marked to.",
    )
    tax_class = models.CharField(max_length=40, default="standard")
    quantity_decimals = models.PositiveSmallIntegerField(
        default=0, help_text="0 for whole units; up to 3 for weighed goods."
    )
    taxable = AmountField(
        "taxable amount", null=True, blank=True, help_text="Empty is the selling price."
    )
    shipping = AmountField(
        "shipping value", null=True, blank=True, help_text="Empty is the selling price."
    )
    compare = AmountField(
        "compare amount", null=True, blank=True, help_text="Empty is the selling price."
    )
    other_1 = AmountField("other price 1", default=0)
    other_2 = AmountField("other price 2", default=0)
    other_3 = AmountField("other price 3", default=0)
    other_4 = AmountField("other price 4", default=0)
    volume_1 = AmountField("volume 1", default=0)
    volume_2 = AmountField("volume 2", default=0)
    volume_3 = AmountField("volume 3", default=0)
    volume_4 = AmountField("volume 4", default=0)
    active = models.BooleanField(default=True, help_text="Whether it can be sold.")
    stock = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Units at the last count; empty is not counted."
    )
    stock_counted_at = models.DateTimeField(
        null=True, blank=True, help_text="When they were counted: what was sold since comes off."
    )
    components: models.ManyToManyField[Product, KitComponent] = models.ManyToManyField(
        "self", through="KitComponent", symmetrical=False, related_name="kits"
    )
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name", "sku"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["barcode"], condition=~models.Q(barcode=""), name="product_barcode_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity_decimals__lte=3), name="product_decimals"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sku})"


class KitComponent(Stored):
    """How many units of a product one kit holds."""

    kit = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="parts")
    component = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kit", "component"], name="kit_component_once"),
            models.CheckConstraint(condition=models.Q(units__gte=1), name="kit_component_units"),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.component}"


class ProductOption(Stored):
    """A product that is offered with another one, such as its gift wrap (AL-12)."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    option = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0, help_text="The lowest comes first.")

    class Meta:
        ordering: ClassVar = ["position", "option__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "option"], name="product_option_once"),
            models.CheckConstraint(
                condition=~models.Q(product=models.F("option")), name="product_option_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option} with {self.product}"

    def clean(self) -> None:
        """An option is another product, sold in whole units."""
        super().clean()
        if self.option_id == self.product_id:
            raise ValidationError({"option": "A product is not an option of itself."})
        if Product.objects.filter(pk=self.option_id, quantity_decimals__gt=0).exists():
            raise ValidationError({"option": "An option is sold in whole units."})


class Location(Record):
    """A store, outlet or branch, with its tax table."""

    prefix = "loc"
    code_field = "code"

    code = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=120)
    prices_include_tax = models.BooleanField(default=False)
    floor_margin = RateField(
        default=0, help_text="No discount takes a unit below this percentage of its price."
    )
    shipping = AmountField(
        "shipping charge", default=0, help_text="What an order from the shop pays."
    )
    is_shop = models.BooleanField(
        "sells in the shop",
        default=False,
        help_text="The location whose prices and tax the shop uses.",
    )
    promotional_partner = models.BooleanField(
        default=False, help_text="Whether partners may be added here (VO-18)."
    )
    active = models.BooleanField(default=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_shop"], condition=models.Q(is_shop=True), name="location_one_shop"
            )
        ]

    def __str__(self) -> str:
        return self.title


class TaxRate(Stored):
    """The rate of one tax class at a location."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="tax_rates")
    tax_class = models.CharField(max_length=40, default="standard")
    rate = RateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["location", "tax_class"], name="tax_rate_once")
        ]

    def __str__(self) -> str:
        return f"{self.location}, {self.tax_class}"


class ProductGroup(Record):
    """A named set of products, optionally at a location."""

    prefix = "grp"
    code_field = "code"

    code = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=120)
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="product_groups"
    )
    products: models.ManyToManyField[Product, models.Model] = models.ManyToManyField(
        Product, blank=True, related_name="groups"
    )
    is_default = models.BooleanField(
        "default", default=False, help_text="The group that a new allotment takes."
    )
    in_shop = models.BooleanField(
        "in the shop's menu", default=False, help_text="Whether shoppers browse it."
    )
    history = HistoricalRecords(m2m_fields=[products])

    class Meta:
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="group_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.title
