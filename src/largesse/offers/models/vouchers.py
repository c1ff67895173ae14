"""Vouchers, the books that they are made and handed out in, and what happened to each book."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from largesse.crm.models import Customer, Partner
from largesse.engine.money import ONE
from largesse.records import AmountField, RateField, Record


class VoucherBook(Record):
    """Vouchers that were made together: a run of numbers, or those of one sheet.

    `count` is how many it shall have, `made` how many there are yet. A random book's percentage is
    kept here where it was set when the numbers were made (VO-14). `expires` holds for those of its
    vouchers that have no instant of their own.
    """

    prefix = "vbk"

    class Kind(models.TextChoices):
        RANDOM = "random"
        SEQUENTIAL = "sequential"
        PREPRINTED = "preprinted", "pre-printed"
        SHEET = "sheet", "from a sheet"

    RUNS: ClassVar = (Kind.SEQUENTIAL, Kind.PREPRINTED)
    """Those whose numbers anybody can count on from."""

    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=120, blank=True, help_text="What staff call it.")
    percent = RateField("percentage", null=True, blank=True)
    expires = models.DateTimeField(null=True, blank=True, help_text="The first instant after it.")
    count = models.PositiveIntegerField()
    made = models.PositiveIntegerField(default=0)
    first = models.CharField(max_length=32, blank=True)
    last = models.CharField(max_length=32, blank=True)
    drawn_to = models.PositiveIntegerField(
        default=0, help_text="The place up to which numbers were drawn for people."
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was made void, or its sheet undone."
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(made__lte=models.F("count")), name="voucher_book_made"
            )
        ]

    def __str__(self) -> str:
        if self.label:
            return self.label
        # Not by its numbers, which not everybody may see.
        kind = str(self.get_kind_display())
        return f"{kind.capitalize()}, {self.count:,} of {self.made_at:%Y-%m-%d}"

    @property
    def is_complete(self) -> bool:
        """Whether all of its numbers are made."""
        return self.made == self.count


class Voucher(Record):
    """A numbered single-use right. Whether it has been used is told by its account in the ledger,
    which the first order that takes it opens: `opened` says whether one has.

    `position` is its place in its book, from 1: the order of the file.
    """

    prefix = "vou"
    code_field = "number"

    class State(models.TextChoices):
        CREATED = "created"
        ASSIGNED = "assigned"
        VOID = "void"

    number = models.CharField(max_length=32, unique=True, help_text="As codes are compared.")
    percent = RateField(null=True, blank=True)
    value = AmountField(null=True, blank=True)
    minimum = AmountField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.CREATED)
    book = models.ForeignKey(
        VoucherBook,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vouchers",
        db_index=False,
    )
    position = models.PositiveIntegerField(null=True, blank=True)
    partner = models.ForeignKey(
        Partner,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vouchers",
        db_index=False,
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vouchers",
        db_index=False,
    )
    expires = models.DateTimeField(null=True, blank=True)
    opened = models.BooleanField(default=False, editable=False)

    class Meta:
        # Few, and most of them partial: each is written for every number of a million.
        indexes: ClassVar = [
            models.Index(
                fields=["book", "position"],
                name="voucher_in_book",
                condition=models.Q(book__isnull=False),
            ),
            models.Index(
                fields=["partner", "id"],
                name="voucher_of_partner",
                condition=models.Q(partner__isnull=False),
            ),
            models.Index(
                fields=["customer"],
                name="voucher_of_customer",
                condition=models.Q(customer__isnull=False),
            ),
            models.Index(
                fields=["book", "partner"],
                name="voucher_void",
                condition=models.Q(state="void"),
            ),
            models.Index(
                fields=["book", "id"],
                name="voucher_opened",
                condition=models.Q(opened=True),
            ),
            # Lists of few among many, in their order.
            models.Index(
                fields=["id"],
                name="voucher_created",
                condition=models.Q(state="created"),
            ),
            models.Index(
                fields=["id"],
                name="voucher_void_by_id",
                condition=models.Q(state="void"),
            ),
            models.Index(
                fields=["id"],
                name="voucher_opened_by_id",
                condition=models.Q(opened=True),
            ),
            models.Index(
                fields=["partner", "state"],
                name="voucher_alone",
                condition=models.Q(book__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(value__isnull=True),
                name="voucher_percent_or_value",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=False)
                | models.Q(value__isnull=False)
                | ~models.Q(state="assigned"),
                name="voucher_gives",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True)
                | models.Q(percent__gt=0, percent__lte=ONE),
                name="voucher_percent_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class VoucherRange(Record):
    """A part of a book that a partner has: from one place to another, both included (VO-17).

    No two ranges of a book overlap.
    """

    prefix = "vrg"

    book = models.ForeignKey(VoucherBook, on_delete=models.PROTECT, related_name="ranges")
    first_position = models.PositiveIntegerField()
    last_position = models.PositiveIntegerField()
    first = models.CharField(max_length=32)
    last = models.CharField(max_length=32)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="voucher_ranges")
    percent = RateField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["first_position"]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    @property
    def count(self) -> int:
        return self.last_position - self.first_position + 1


class BookEvent(Record):
    """Something that was done with a book, or with its numbers: also each look at them (QU-40)."""

    prefix = "vbe"

    class Kind(models.TextChoices):
        MADE = "made", "Made"
        ASSIGNED = "assigned", "Assigned"
        REASSIGNED = "reassigned", "Assigned anew"
        VOIDED = "voided", "Made void"
        EXPIRY_SET = "expiry_set", "Expiry set"
        DRAWN = "drawn", "Number drawn"
        UNDONE = "undone", "Undone"
        SEEN = "seen", "Numbers seen"
        EXPORTED = "exported", "Numbers exported"
        PRINTED = "printed", "Labels printed"
        READ = "read", "Numbers read by a program"

    ACCESSES: ClassVar = (Kind.SEEN, Kind.EXPORTED, Kind.PRINTED, Kind.READ)
    """Those that only looked."""

    book = models.ForeignKey(VoucherBook, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    count = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["book", "kind", "by"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.book}"


class VoucherDraw(Record):
    """A number that was drawn for one person, who gets no other of that book (VO-19)."""

    prefix = "vdr"

    book = models.ForeignKey(VoucherBook, on_delete=models.PROTECT, related_name="draws")
    person = models.CharField(max_length=200, help_text="Without case and surrounding blanks.")
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="draw")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "person"], name="voucher_drawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.voucher} for {self.person}"


class SheetUpload(Record):
    """A sheet of value vouchers between its upload and its writing (VO-32)."""

    prefix = "upl"

    name = models.CharField(max_length=200)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict, help_text="The column of each field, by its title.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    book = models.OneToOneField(
        VoucherBook, null=True, blank=True, on_delete=models.SET_NULL, related_name="upload"
    )

    def __str__(self) -> str:
        return self.name


class SheetPreset(Record):
    """Which column of a sheet is which field, remembered by a name."""

    prefix = "prs"

    name = models.CharField(max_length=80, unique=True)
    mapping = models.JSONField(help_text="The column of each field, by its title.")
    used_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-used_at"]

    def __str__(self) -> str:
        return self.name


class FailedEntry(Record):
    """Codes that were entered in vain in one span of time: by a source, or through a channel (QU-41).

    A row with a `code` (a digest) says that the source has entered it, so that entering it again does
    not count; one without counts. Without a source it counts for the whole channel.
    """

    prefix = "fce"

    span = models.DateTimeField(help_text="When the span of time began.")
    channel = models.CharField(max_length=12)
    source = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=32, blank=True)
    failures = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["span", "channel", "source", "code"], name="failed_entry_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.failures} of {self.source or self.channel}"
