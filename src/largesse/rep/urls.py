"""The addresses of the rep's pages, below `/rep/`."""

from __future__ import annotations

from django.urls import path

from largesse.rep.views import credit, deals, lines, orders, start, summary

app_name = "rep"

urlpatterns = [
    path("", start.start, name="start"),
    path("new", start.new, name="new"),
    path("sign-out", start.sign_out, name="sign_out"),
    path("notices/<str:notice_id>/read", start.read, name="read"),
    path("<str:shown_id>/", lines.lines, name="lines"),
    path("<str:shown_id>/undo", lines.undo, name="undo"),
    path("<str:shown_id>/explanation", lines.explanation, name="explanation"),
    path("<str:shown_id>/deals", deals.deals, name="deals"),
    path("<str:shown_id>/deals/apply", deals.apply, name="apply"),
    path("<str:shown_id>/deals/detach", deals.detach, name="detach"),
    path("<str:shown_id>/deals/fill", deals.fill, name="fill"),
    path("<str:shown_id>/deals/refer", deals.refer, name="refer"),
    path("<str:shown_id>/summary", summary.summary, name="summary"),
    path("<str:shown_id>/summary/credit", credit.pay, name="credit"),
    path("<str:shown_id>/order", orders.order, name="order"),
    path("<str:shown_id>/order/explanation", orders.explanation, name="order_explanation"),
    path("<str:shown_id>/order/place", orders.place, name="place"),
    path("<str:shown_id>/order/edit", orders.edit, name="edit"),
    path("<str:shown_id>/customer", start.customer, name="customer"),
    path("<str:shown_id>/discard", start.discard, name="discard"),
]
