"""The rows of a cart as a program sends them, and what is chosen beside them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from largesse.api.amounts import Amount
from largesse.engine.cart import UNITS_MAX

Code = Annotated[str, Meta(min_length=1, max_length=64)]


class LineIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of the cart. `unit_price`, `gross` and `less` need the scope prices:set."""

    id: Annotated[
        Code | None,
        Meta(description="Names the line in the answer; its number from 1, if left out."),
    ] = None
    sku: Code
    quantity: Annotated[
        int | str, Meta(description='Whole units, or a weight as a decimal text such as "1.250".')
    ] = 1
    unit_price: Annotated[
        Amount | None, Meta(description="The price of one unit in the place of the product's own.")
    ] = None
    gross: Annotated[
        Amount | None,
        Meta(description="The price of the whole quantity, as a printed scale label has it."),
    ] = None
    less: Annotated[Amount | None, Meta(description="What staff took off the line by hand.")] = None
    allotment: Annotated[
        Code | None, Meta(description="The allotment whose link brought the line.")
    ] = None
    deal: Annotated[
        Annotated[str, Meta(max_length=64)] | None,
        Meta(description="The deal that was picked for it; empty text keeps it off every deal."),
    ] = None
    option_of: Annotated[
        Code | None,
        Meta(
            description="The id of the line that it is an option of, such as its gift wrap: another "
            "line of the cart, which is itself no option. It is priced as any line is: what an "
            "allotment gives is the line that it goes with."
        ),
    ] = None


class GiveawayIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Units that are given away against the credit of a deal."""

    deal: Annotated[Code, Meta(description="The code of the deal that gives the credit.")]
    sku: Code
    units: Annotated[int, Meta(ge=1, le=UNITS_MAX)] = 1


class SpreeChoiceIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Units that are chosen against the shopping spree of a promotion."""

    promotion: Annotated[Code, Meta(description="The code of the promotion that gives the spree.")]
    sku: Code
    units: Annotated[int, Meta(ge=1, le=UNITS_MAX)] = 1
