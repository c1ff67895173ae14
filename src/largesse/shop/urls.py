"""The addresses of the shop, from the root of the server."""

from __future__ import annotations

from django.urls import path

from largesse.shop.views import (
    account,
    allotments,
    cart,
    checkout,
    choosing,
    codes,
    credit,
    guests,
    options,
    orders,
    parties,
    products,
    rewards,
    sprees,
)

app_name = "shop"

urlpatterns = [
    path("", products.products, name="products"),
    path("c/<slug:code>", products.products, name="group"),
    path("p/<path:sku>", products.product, name="product"),
    path("register/<path:sku>/<str:token>", allotments.register, name="allotment"),
    path("register/<path:sku>", allotments.register),
    path("party/<path:token>", guests.invited, name="invited"),
    path("party/", guests.invited),
    path("cart", cart.cart, name="cart"),
    path("cart/explanation", cart.explanation, name="cart_explanation"),
    path("cart/add", cart.add, name="add"),
    path("cart/lines/<str:line_id>", cart.change, name="change"),
    path("cart/lines/<str:line_id>/remove", cart.remove, name="remove"),
    path("cart/lines/<str:line_id>/options", options.options, name="options"),
    path("cart/put-back/<str:token>", cart.put_back, name="put_back"),
    path("cart/codes", codes.add_code, name="add_code"),
    path("cart/codes/remove", codes.remove_code, name="remove_code"),
    path("cart/answers", choosing.answer, name="answer"),
    path("cart/gifts", choosing.choose, name="choose"),
    path("cart/spree/<path:promotion>", sprees.spree, name="spree"),
    path("cart/party/leave", guests.leave, name="leave_party"),
    path("checkout", checkout.checkout, name="checkout"),
    path("checkout/start", checkout.start, name="start"),
    path("checkout/leave", checkout.leave, name="leave"),
    path("checkout/credit", credit.pay, name="pay_by_credit"),
    path("orders/<str:shown_id>", orders.order, name="order"),
    path("orders/<str:shown_id>/cancel", orders.cancel_order, name="cancel"),
    path("orders/<str:shown_id>/receipt", orders.receipt, name="receipt"),
    path("orders/<str:shown_id>/explanation", orders.explanation, name="order_explanation"),
    path("account", account.account, name="account"),
    path("account/credit/<str:shown_id>", credit.statement, name="credit"),
    path("account/parties", parties.parties, name="parties"),
    path("account/parties/<str:shown_id>", parties.party, name="party"),
    path("account/parties/<str:shown_id>/choose", parties.choose, name="party_choose"),
    path("account/parties/<str:shown_id>/link", guests.new_link, name="party_link"),
    path("account/parties/<str:shown_id>/anew", rewards.anew, name="party_anew"),
    path("account/parties/<str:shown_id>/keep", rewards.keep, name="party_keep"),
    path("account/parties/<str:shown_id>/place", rewards.place, name="party_place"),
    path("account/sign-in", account.sign_in, name="sign_in"),
    path("account/sign-out", account.sign_out, name="sign_out"),
    path("account/register", account.register, name="register"),
]
