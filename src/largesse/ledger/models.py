"""The journal's records: accounts, events, and the transfers that they made from one to another.

Nothing but `ledger.writing` writes them. What Django can't say of their tables (named checks, keys over
two columns, partial indexes) is said in the first migration, and what refuses changes in `triggers.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from largesse.ledger.accounts import Account as AccountName
from largesse.ledger.accounts import Kind
from largesse.records import AmountField

_REFUSAL = "{} are written by largesse.ledger.writing.carry_out alone."


class Rows(models.QuerySet[Any]):
    """Rows that can be read only."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(_REFUSAL.format(self.model._meta.verbose_name_plural))

    create = bulk_create = bulk_update = update = delete = _refuse
    get_or_create = update_or_create = _refuse


class Journaled(models.Model):
    """A row that is never changed or removed by hand (JO-1)."""

    objects = models.Manager.from_queryset(Rows)()

    class Meta:
        abstract = True

    def save(self, *_: object, **__: object) -> NoReturn:
        """Always raises TypeError."""
        raise TypeError(_REFUSAL.format(self._meta.verbose_name_plural))

    def delete(self, *_: object, **__: object) -> NoReturn:
        """Always raises TypeError."""
        raise TypeError(_REFUSAL.format(self._meta.verbose_name_plural))


class Account(Journaled):
    """An account. Only a limited one keeps counters: granted, held back, and posted, in its asset.

    `seq` counts the changes of a limited account, and each transfer keeps the number of its change: so
    no change can be lost, and they have an order.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=64)
    owner = models.CharField(max_length=128, blank=True)
    asset = models.CharField(max_length=32)
    granted = AmountField(null=True)
    held = AmountField(null=True)
    posted = AmountField(null=True)
    seq = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["kind", "owner", "asset"]

    def __str__(self) -> str:
        return ":".join(filter(None, (self.kind, self.owner, self.asset)))

    @property
    def name(self) -> AccountName:
        """The account as plans name it."""
        return AccountName(Kind(self.kind), self.owner, self.asset)


class Event(Journaled):
    """Something that happened once: it holds its idempotency key and the answer for ever (OR-3)."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(null=True)
    number = models.PositiveIntegerField(null=True, help_text="The order's events, from 1.")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=255, unique=True)
    body_hash = models.CharField(max_length=64)
    answer = models.BinaryField()
    day = models.DateField(help_text="The business's day that it is booked on.")
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)
    digest = models.BinaryField(
        help_text="SHA-256 over it, its transfers and the order's last digest."
    )

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Transfer(Journaled):
    """An amount from one account, credited, to another, debited.

    A hold is kept back until one row resolves it: a post, a void or an expiry that copies it. The rest
    is booked at once. `limited` is the one limited account that it changes, `seq` the number of that
    change.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry"
        GRANT = "grant"
        HOLD = "hold"
        POST = "post"
        VOID = "void"
        EXPIRE = "expire"
        REVERSE = "reverse"

    BOOKED: ClassVar = (Kind.ENTRY, Kind.GRANT, Kind.POST, Kind.REVERSE)
    """The kinds that move a balance; the others only keep back and give up."""

    id = models.UUIDField(primary_key=True, editable=False)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="transfers", db_constraint=False
    )
    kind = models.CharField(max_length=7, choices=Kind)
    source = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="credits", db_constraint=False
    )
    target = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="debits", db_constraint=False
    )
    asset = models.CharField(max_length=32)
    amount = AmountField()
    day = models.DateField()
    resolves = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="resolution",
        db_constraint=False,
    )
    reverses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reversals", db_constraint=False
    )
    limited = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="changes", db_constraint=False
    )
    seq = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.asset}"


class Reversed(Journaled):
    """How much of a transfer has been reversed: at most its amount. The first reversal makes it."""

    transfer = models.OneToOneField(
        Transfer,
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="reversed_row",
        db_constraint=False,
    )
    amount = AmountField()
    reversed = AmountField()

    class Meta:
        verbose_name_plural = "reversed amounts"

    def __str__(self) -> str:
        return f"{self.reversed} of {self.amount}"
