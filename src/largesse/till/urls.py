"""The addresses of the till, below `/till/`."""

from __future__ import annotations

from django.urls import path

from largesse.till.views import (
    after,
    credit,
    customers,
    holding,
    lines,
    opening,
    paying,
    refunds,
    scanning,
    voucher,
)

app_name = "till"

urlpatterns = [
    path("", opening.till, name="till"),
    path("open", opening.open_till, name="open"),
    path("leave", opening.leave, name="leave"),
    path("sign-out", opening.sign_out, name="sign_out"),
    path("scan", scanning.scan, name="scan"),
    path("find", scanning.find, name="find"),
    path("lines/<str:line_id>", lines.change, name="change"),
    path("lines/<str:line_id>/remove", lines.remove, name="remove"),
    path("lines/<str:line_id>/discount", lines.discount, name="discount"),
    path("put-back/<str:token>", lines.put_back, name="put_back"),
    path("customer", customers.choose, name="customer"),
    path("customers", customers.find, name="customers"),
    path("customers/new", customers.add, name="add_customer"),
    path("voucher/remove", voucher.remove, name="remove_voucher"),
    path("codes/remove", voucher.remove_code, name="remove_code"),
    path("pay", paying.offer, name="offer"),
    path("take", paying.take, name="take"),
    path("take-back", paying.take_back, name="take_back"),
    path("credit", credit.pay, name="credit"),
    path("credit/take-back", credit.take_back, name="credit_back"),
    path("new", after.new, name="new"),
    path("explanation", after.explanation, name="explanation"),
    path("sales/<str:shown_id>/receipt", after.receipt, name="receipt"),
    path("sales/<str:shown_id>/explanation", after.sold_explanation, name="sold_explanation"),
    path("sales/<str:shown_id>/email", after.email, name="email"),
    path("hold", holding.hold, name="hold"),
    path("held", holding.held, name="held"),
    path("held/<str:shown_id>", holding.recall, name="recall"),
    path("clear", holding.clear, name="clear"),
    path("refunds/<str:shown_id>", refunds.refund, name="refund"),
]
