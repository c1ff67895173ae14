"""What a browser sends of a form's HTML when nothing is touched."""

from __future__ import annotations

from html.parser import HTMLParser


def sent_by(html: str, form: str = "") -> dict[str, list[str]]:
    """The names and values of a form; `form` is its id, without one all of the text counts."""
    reader = _Reader(form)
    reader.feed(html)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, form: str):
        super().__init__()
        self.form = form
        self.inside = not form
        self.found: dict[str, list[str]] = {}
        self.select: tuple[str, list[tuple[str, bool]]] | None = None
        self.textarea: tuple[str, list[str]] | None = None

    def add(self, name: str, value: str) -> None:
        if name and self.inside:
            self.found.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form" and self.form:
            self.inside = given.get("id") == self.form
        elif tag == "input":
            sort = given.get("type", "text")
            if sort not in ("checkbox", "radio") or "checked" in given:
                self.add(name, given.get("value", "on") if sort in ("checkbox", "radio") else value)
        elif tag == "select":
            self.select = (name, [])
        elif tag == "option" and self.select is not None:
            self.select[1].append((value, "selected" in given))
        elif tag == "textarea":
            self.textarea = (name, [])

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form:
            self.inside = False
        elif tag == "select" and self.select is not None:
            name, options = self.select
            if options:
                self.add(name, next((v for v, chosen in options if chosen), options[0][0]))
            self.select = None
        elif tag == "textarea" and self.textarea is not None:
            self.add(self.textarea[0], "".join(self.textarea[1]))
            self.textarea = None
