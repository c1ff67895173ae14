"""A customer's credit accounts stand on the customer's page."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from largesse.backoffice.credit.by_hand import GIVE
from largesse.crm.models import Customer
from largesse.orders.credit.accounts import of_customer

TEMPLATE: Final = "backoffice/credit/customer.html"

SEE: Final = "backoffice.view_creditaccount"


def credit_context(request: HttpRequest, object_id: str | None) -> dict[str, Any]:
    """What the page of a customer that is there shows of their credit, to those who may see it."""
    if object_id is None or not request.user.has_perm(SEE):
        return {}
    try:
        customer = Customer.objects.filter(pk=unquote(object_id)).first()
    except (ValidationError, ValueError):
        return {}
    return {
        "sees_credit": customer is not None,
        "credit": () if customer is None else of_customer(customer.number),
        "may_give": request.user.has_perm(GIVE) and customer is not None and customer.active,
    }
