"""Which face answers at which address."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from largesse.backoffice.site import site as back_office
from largesse.server.health import health, ready

urlpatterns = [
    path("health", health),
    path("ready", ready),
    path("back-office/", back_office.urls),
    path("rep/", include("largesse.rep.urls")),
    path("till/", include("largesse.till.urls")),
    path("", include("largesse.api.urls")),
    path("", include("largesse.shop.urls")),
]
if settings.DEBUG or not settings.PRODUCTION:
    urlpatterns.append(path("design/", include("largesse.pages.urls")))

handler500 = "largesse.server.faults.broken"
