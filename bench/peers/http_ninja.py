"""The peer of QU-5: a django-ninja endpoint that parses a cart and answers a constant."""

from __future__ import annotations

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # it sets Content-Length
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.urls import path  # noqa: E402
from ninja import NinjaAPI, Schema  # noqa: E402


class Line(Schema):
    sku: str
    quantity: int


class Cart(Schema):
    lines: list[Line]


class Answer(Schema):
    due: str
    lines: int


api = NinjaAPI()


@api.post("/quotes", response=Answer)
def quote(request: HttpRequest, cart: Cart) -> Answer:
    return Answer(due="12.34", lines=len(cart.lines))


urlpatterns = [path("v1/", api.urls)]
application = get_wsgi_application()
