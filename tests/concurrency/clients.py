"""Clients of the API and browsers: many at once, from several processes, each on a connection that it
keeps.

They know HTTP and nothing else: no module of the program is loaded here.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

HOST: Final = "127.0.0.1"
PROCESSES: Final = 4
MOMENT: Final = 0.4
"""Seconds that all clients are given to connect before they begin at the same moment."""


class Address(NamedTuple):
    """Where a server listens, and the key of the API that it is asked with."""

    port: int
    secret: str


class Answer(NamedTuple):
    """An answer, or, with the status 0, a connection that broke before there was one."""

    status: int
    body: bytes = b""
    retry_after: str | None = None
    replayed: bool = False
    error: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.json.get("code", "")) if self.status >= 400 else ""

    @property
    def is_away(self) -> bool:
        """Whether the server was away, and said so properly if it could."""
        return self.status == 0 or (self.status == 503 and self.retry_after is not None)


class Page(NamedTuple):
    """How a page was answered, and the cookies that the browser has then."""

    status: int
    cookies: dict[str, str]


class Client:
    """One client with its connection. Nothing is sent twice unless the caller does so."""

    def __init__(self, address: Address, timeout: float = 30.0):
        self._secret = address.secret
        self._connection = HTTPConnection(HOST, address.port, timeout=timeout)

    def connect(self) -> None:
        self._connection.connect()

    def close(self) -> None:
        self._connection.close()

    def post(self, path: str, body: Any, key: str = "") -> Answer:
        """Send a request; under an idempotency key of its own, if none is given."""
        headers = {
            "Authorization": f"Bearer {self._secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": key or uuid4().hex,
        }
        try:
            self._connection.request("POST", f"/v1{path}", json.dumps(body), headers)
            response = self._connection.getresponse()
            said = response.read()
        except (OSError, HTTPException) as broken:
            self._connection.close()
            return Answer(0, error=repr(broken))
        return Answer(
            response.status,
            said,
            response.getheader("Retry-After"),
            response.getheader("Idempotent-Replayed") == "true",
        )

    def browse(
        self, path: str, cookies: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Page:
        """Open a page as a browser with these cookies does, or send its form."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if form is None:
            self._connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            said = {"csrfmiddlewaretoken": cookies["csrftoken"], **form}
            self._connection.request("POST", path, urlencode(said), headers)
        response = self._connection.getresponse()
        response.read()
        baked: SimpleCookie = SimpleCookie()
        for told in response.headers.get_all("Set-Cookie") or ():
            baked.load(told)
        new = {name: morsel.value for name, morsel in baked.items()}
        return Page(response.status, {**cookies, **new})

    def until_answered(self, path: str, body: Any, key: str, until: float) -> list[Answer]:
        """Send a request under one key again and again, as long as the server is away.

        All answers; the last one is the server's, unless the time (`time.time()`) ran out.
        """
        answers = [self.post(path, body, key)]
        while answers[-1].is_away and time.time() < until:
            time.sleep(0.2)
            answers.append(self.post(path, body, key))
        return answers


Behaviour = Callable[..., Any]
"""What one client does: called with the client, its number, and what the test says."""


class Crowd:
    """Processes that clients live in; they are made once, for starting one takes a while."""

    def __init__(self, processes: int = PROCESSES):
        self._processes = processes
        # New interpreters: a fork of pytest would have its threads' locks.
        self._pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
        # All of them are started now, not when they should be on their way.
        list(self._pool.map(time.sleep, [0.1] * processes))

    def run(self, address: Address, clients: int, behaviour: Behaviour, *said: Any) -> list[Any]:
        """What each client came back with, after all of them began at the same moment."""
        return [one for part in self.begin(address, clients, behaviour, *said)() for one in part]

    def begin(
        self, address: Address, clients: int, behaviour: Behaviour, *said: Any
    ) -> Callable[[], list[list[Any]]]:
        """Let clients begin, and go on here; calling what is returned waits for them."""
        moment = time.time() + MOMENT
        parts = [range(nth, clients, self._processes) for nth in range(self._processes)]
        started = [
            self._pool.submit(_several, address, part, moment, behaviour, said)
            for part in parts
            if part
        ]
        return lambda: [one.result() for one in started]

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def _several(
    address: Address,
    numbers: Sequence[int],
    moment: float,
    behaviour: Behaviour,
    said: tuple[Any, ...],
) -> list[Any]:
    def one(number: int) -> Any:
        client = Client(address)
        try:
            with suppress(OSError):
                client.connect()
            time.sleep(max(0.0, moment - time.time()))
            return behaviour(client, number, *said)
        finally:
            client.close()

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(one, numbers))
