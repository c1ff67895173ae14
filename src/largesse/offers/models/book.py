"""The log of the book: each thing as it is from one version on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class BookVersion(models.Model):
    """How often the book has changed: the one row that every change of it increments.

    `stamp` is new with each change. A version that was rolled back or lost with a backup may come
    again with another content: then it has another stamp.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.BigIntegerField(default=0)
    stamp = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.version)


class BookEntry(models.Model):
    """One thing of the book as it is from one version on; without content it is taken out.

    The entries are a log: the book of any version is made of the latest entries up to it, so that an
    order of the past can be priced again (EX-4), and a process that has an older version reads only
    what came after (QU-6).
    """

    class Kind(models.TextChoices):
        """In the order in which a book is built: a thing names only things of kinds before its own."""

        BUSINESS = "business"
        PRODUCT = "product"
        GROUP = "product_group"
        LOCATION = "location"
        EXCLUSION_GROUP = "exclusion_group"
        PROMOTION = "promotion"
        DEAL = "deal"
        ALLOTMENT = "allotment"

    version = models.BigIntegerField()
    stamp = models.UUIDField()
    kind = models.CharField(max_length=16, choices=Kind)
    code = models.CharField(max_length=64, blank=True)
    content = models.TextField(null=True, help_text="The thing in the file format, as JSON.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "kind", "code"], name="book_entry_once")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "code", "version"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} as of {self.version}"
