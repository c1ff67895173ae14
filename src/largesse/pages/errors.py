"""What a reader sees when a request comes to nothing: a sentence, and a way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from largesse.pages.theme import theme_of


def page(request: HttpRequest, status: int) -> HttpResponse:
    """The page of a status (400, 403, 404, 500, 503), made without the database, a session or a
    shell, any of which may be what broke.
    """
    text = get_template(f"{status}.html").render({"theme": theme_of(request)})
    return HttpResponse(text, status=status)
