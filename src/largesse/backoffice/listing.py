"""What lists of offers say of a page's rows is asked for all of them at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from unfold.views import ChangeList  # type: ignore[import-untyped]

from largesse.backoffice.building.known import Known
from largesse.engine.money import Currency
from largesse.offers import parts
from largesse.offers.limits import Standing, standing
from largesse.pages.figures import amount_text, count_text


class PromotionList(ChangeList):  # type: ignore[misc]
    """Promotions with what is left of their limits."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        known = standing(row.code for row in rows)
        currency = Known().currency
        for row in rows:
            row.limits_left = [left_words(each, currency) for each in known.get(row.code, ())]
        self.result_list = rows


def left_words(limit: Standing, currency: Currency) -> str:
    """What is left of a limit: "120 of 500 uses", "4,210.00 of 5,000.00"."""
    if limit.limit == "budget":
        return f"{amount_text(limit.left, currency)} of {amount_text(limit.most, currency)}"
    return f"{count_text(limit.left)} of {count_text(limit.most)} uses"


class DealList(ChangeList):  # type: ignore[misc]
    """Deals with what they cover."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        deals = Known().book.deals
        for row in rows:
            found = deals.get(row.code)
            row.set_names = [each.name for each in found.sets] if found is not None else []
        self.result_list = rows


class PartList(ChangeList):  # type: ignore[misc]
    """Shared conditions or actions in words."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        known = Known()
        for row in rows:
            row.words = known.words_of(row.base, parts.definition_of(row))
        self.result_list = rows


def words_of_row(row: Any) -> str:
    words: str = getattr(row, "words", "")
    return words[:1].upper() + words[1:]
