"""IF-33: pages of the shop with a thousand active promotions, beside the same shop with one.

A page is felt to answer at once within 100 ms (Nielsen, *Usability Engineering*, 1993, chapter 5).
"""

from __future__ import annotations

import http.client
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from bench.figures import Figure
from bench.servers import largesse, store_at
from bench.store import PROMOTIONS

LINES = 20
VISITS = 60
AT_ONCE_MS = 100.0


def figures() -> Iterator[Figure]:
    """The product list, the cart of 20 lines, and a quantity changed in it; by the clock."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_servers:
        shops: dict[int, Shopper] = {}
        for promotions in (PROMOTIONS, 1):
            url = f"sqlite:///{folder}/shop{promotions}.sqlite3"
            store = store_at(url, promotions)
            server = open_servers.enter_context(largesse(url, workers=1))
            shops[promotions] = Shopper(server.port)
            shops[promotions].fill(store["carts"][0][:LINES])
        taken: dict[tuple[int, str], list[float]] = {}
        for _ in range(VISITS):
            for promotions, shopper in shops.items():
                for page, seconds in shopper.visit().items():
                    taken.setdefault((promotions, page), []).append(seconds * 1000)
    for page in ("product list", "cart", "quantity changed"):
        many, one = taken[PROMOTIONS, page], taken[1, page]
        what = f"shop, {PROMOTIONS:,} active promotions, {page}"
        yield Figure("IF-33", f"{what}: median", median(many), "ms")
        yield Figure(
            "IF-33", f"{what}: 95th percentile", quantiles(many, n=20)[-1], "ms", AT_ONCE_MS
        )
        yield Figure(
            "IF-33", f"{what}: median ÷ with one promotion", median(many) / median(one), "×"
        )


class Shopper:
    """A browser with one session, without its rendering."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}
        self._quantity = 1

    def fill(self, lines: list[list[Any]]) -> None:
        """Put products into the cart."""
        token = self._token(self._get("/"))
        for sku, quantity in lines:
            self._post("/cart/add", token, sku=sku, quantity=quantity)

    def visit(self) -> dict[str, float]:
        """Seconds of the clock that each page took."""
        found: dict[str, float] = {}
        begun = time.perf_counter()
        self._get("/")
        found["product list"] = time.perf_counter() - begun
        begun = time.perf_counter()
        page = self._get("/cart")
        found["cart"] = time.perf_counter() - begun
        address = re.search(r'action="(/cart/lines/[^/"]+)"', page)
        assert address is not None, "the cart is empty"
        self._quantity = 3 - self._quantity
        begun = time.perf_counter()
        self._post(address[1], self._token(page), quantity=self._quantity, was=0)
        self._get("/cart")
        found["quantity changed"] = time.perf_counter() - begun
        return found

    def _get(self, path: str) -> str:
        return self._answer("GET", path, None, {})

    def _post(self, path: str, token: str, **fields: object) -> None:
        body = urlencode({"csrfmiddlewaretoken": token, **fields})
        self._answer("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, {**headers, "Cookie": cookies})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _, value = header.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        if answer.status not in (200, 302, 303):
            raise RuntimeError(f"{method} {path} was answered {answer.status}")
        return text

    def _token(self, page: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None, "the page has no form"
        return found[1]
