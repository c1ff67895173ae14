"""The API under /v1, its description, and its documentation at /docs."""

from __future__ import annotations

from django.urls import path

from largesse.api.routes import api
from largesse.api.views import codes, docs, openapi, quotes, schema

urlpatterns = [
    path("docs", docs, name="api-docs"),
    path("docs/codes", codes, name="api-codes"),
    path("v1/openapi.json", openapi, name="api-openapi"),
    path("v1/schema", schema, name="api-schema"),
    path("v1/quotes", quotes, name="api-quotes"),
    path("v1/", api.urls),
]
