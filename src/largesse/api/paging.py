"""Lists come in pages, the newest first; a page begins after an id, or ends before one."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from django.db.models import Model, QuerySet
from msgspec import Meta, Struct
from ninja import Field, Schema

from largesse.api.problems import invalid
from largesse.engine.faults import Fault
from largesse.ids import parse_id, public_id

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)


class Page(Schema):
    """Which part of a list."""

    limit: int = Field(20, ge=1, le=100, description="How many at most.")
    after: str | None = Field(None, description="The id after which the page begins: older ones.")
    before: str | None = Field(None, description="The id before which the page ends: newer ones.")


class Listed(Struct, Generic[Item], frozen=True, kw_only=True):
    """A page of a list."""

    object: Literal["list"] = "list"
    data: list[Item]
    has_more: Annotated[bool, Meta(description="Whether there is more in the direction asked for.")]
    next: Annotated[
        str | None, Meta(description="What to send as `after`, or as `before`, for what follows.")
    ] = None


def page_of(rows: QuerySet[Row], page: Page, prefix: str) -> tuple[list[Row], bool, str | None]:
    """The rows of a page, whether there are more, and the id to ask for them by."""
    if page.after is not None and page.before is not None:
        raise invalid([Fault("before", page.before, "is not sent together with after")])
    backwards = page.before is not None
    name, said = ("before", page.before) if backwards else ("after", page.after)
    bound: dict[str, Any] = {}
    if said is not None:
        try:
            bound["pk__gt" if backwards else "pk__lt"] = parse_id(prefix, said)
        except ValueError:
            what = f"is not an id such as {prefix}_01j0b3v1mmeefaxagkpjk9hbcs"
            raise invalid([Fault(name, said, what)]) from None
    order = "pk" if backwards else "-pk"
    found = list(rows.filter(**bound).order_by(order)[: page.limit + 1])
    more, found = len(found) > page.limit, found[: page.limit]
    following = public_id(prefix, found[-1].pk) if more else None
    return (found[::-1] if backwards else found), more, following
