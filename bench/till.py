"""VO-40: a scan at a till whose sale has 20 lines, with a thousand active promotions.

Within 100 ms it is felt to answer at once (Nielsen, *Usability Engineering*, 1993, chapter 5).
`python -m bench.till URL` opens a till in the store of a database.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median, quantiles
from urllib.parse import urlencode

from bench.figures import Figure
from bench.servers import largesse, store_at
from bench.store import PROMOTIONS

LINES = 20
SCANS = 60
AT_ONCE_MS = 100.0
NAME, PASSWORD = "cashier", "a-password-for-the-bench"


def figures() -> Iterator[Figure]:
    """A product, and a voucher, scanned on a sale of 20 lines; by the clock, page parts and all."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_servers:
        url = f"sqlite:///{folder}/till.sqlite3"
        store = store_at(url, PROMOTIONS)
        subprocess.run([sys.executable, "-m", "bench.till", url], check=True)
        server = open_servers.enter_context(largesse(url, workers=1))
        cashier = Cashier(server.port)
        lines = [sku for sku, _ in store["carts"][0][:LINES]]
        for sku in lines:
            cashier.post("scan", text=sku)
        taken: dict[str, list[float]] = {"product": [], "voucher": []}
        for nth in range(SCANS):
            taken["product"].append(cashier.timed("scan", text=lines[nth % len(lines)]))
            taken["voucher"].append(cashier.timed("scan", text=f"BENCH{nth:06}"))
            cashier.post("voucher/remove")
    for what, milliseconds in taken.items():
        named = f"till, 20 lines, {PROMOTIONS:,} active promotions, {what} scanned"
        yield Figure("VO-40", f"{named}: median", median(milliseconds), "ms")
        high = quantiles(milliseconds, n=20)[-1]
        yield Figure("VO-40", f"{named}: 95th percentile", high, "ms", AT_ONCE_MS)


class Cashier:
    """A browser at a till, without its rendering."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}
        self._deeds = 0
        self._send("GET", "/back-office/login/")
        self._sent("/back-office/login/", username=NAME, password=PASSWORD)
        self._sent("/till/open", location="bench", till=1)
        self.post("customer", number="bench")

    def post(self, path: str, **fields: object) -> None:
        """Do a deed at the till."""
        self._deeds += 1
        self._sent(f"/till/{path}", {"X-Deed": str(self._deeds)}, **fields)

    def timed(self, path: str, **fields: object) -> float:
        """Milliseconds of the clock until its answer is there."""
        begun = time.perf_counter()
        self.post(path, **fields)
        return (time.perf_counter() - begun) * 1000

    def _sent(self, path: str, headers: dict[str, str] | None = None, **fields: object) -> None:
        token = self._cookies["csrftoken"]
        body = urlencode({"csrfmiddlewaretoken": token, **fields})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._send("POST", path, body, {**kind, **(headers or {})})

    def _send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, {**(headers or {}), "Cookie": cookies})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _, value = header.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        if answer.status not in (200, 302) or re.search("scan-error", text):
            raise RuntimeError(f"{method} {path} was answered {answer.status}: {text[:300]}")


def make() -> None:
    """A location with a cashier in a store that exists."""
    from django.contrib.auth.models import Group

    from largesse.business.models import User
    from largesse.catalog.models import Location

    Location.objects.create(code="bench", title="Bench")
    cashier = User.objects.create_user(NAME, password=PASSWORD, is_staff=True)
    cashier.groups.add(Group.objects.get(name="Cashier"))


if __name__ == "__main__":
    os.environ["LARGESSE_DATABASE"] = sys.argv[1]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "largesse.server.settings")
    import django

    django.setup()
    make()
