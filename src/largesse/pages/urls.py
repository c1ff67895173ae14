"""The board of parts, for those who build pages; server/urls.py leaves it out in production."""

from __future__ import annotations

from django.urls import path

from largesse.pages.board import board

app_name = "pages"
urlpatterns = [path("", board, name="board")]
