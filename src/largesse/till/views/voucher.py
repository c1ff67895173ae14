"""A voucher or a code is taken off the sale; the lines are free for discounts again (VO-11)."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from largesse.till.pricing import Work
from largesse.till.ringing import Rings
from largesse.till.views.page import Visit, at_a_till, changed
from largesse.till.views.showing import show


@require_POST
@at_a_till
def remove(visit: Visit) -> HttpResponse:
    """Take the voucher off; nobody has used it."""
    return show(visit, changed(visit, lambda work: replace(work.kept, voucher="")))


@require_POST
@at_a_till
def remove_code(visit: Visit) -> HttpResponse:
    code = visit.request.POST.get("code", "")

    def without(work: Work) -> Rings:
        return replace(work.kept, codes=tuple(each for each in work.kept.codes if each != code))

    return show(visit, changed(visit, without))
