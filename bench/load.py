"""A client that keeps many connections busy, in a process of its own beside the server."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle


@dataclass
class Load:
    """What a run of requests came to. Latencies are seconds."""

    seconds: float
    latencies: list[float]
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        """In milliseconds."""
        ranked = sorted(self.latencies)
        return 1000 * ranked[min(len(ranked) - 1, int(part * len(ranked)))]


@dataclass
class _Connection:
    sock: socket.socket
    sent_at: float = 0.0
    answer: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.answer.clear()
        self.sent_at = time.perf_counter()
        self.sock.sendall(request)

    def receive(self) -> int | None:
        """The status of the answer, as soon as all of it is there."""
        read = self.sock.recv(262_144)
        if not read:
            raise ConnectionError("the server closed the connection")
        self.answer += read
        head, separator, body = self.answer.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        return int(head[9:12]) if len(body) >= int(length) else None


def run(port: int, connections: int, seconds: float, requests: Iterator[bytes]) -> Load:
    """Send requests over so many connections for so long; each waits for its answer."""
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        made = _Connection(socket.create_connection(("127.0.0.1", port), timeout=30))
        made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(made.sock, selectors.EVENT_READ, made)
        made.send(next(requests))
    load = Load(0.0, [], {})
    started = time.perf_counter()
    until, busy = started + seconds, connections
    while busy:
        for key, _ in selector.select(timeout=30):
            connection: _Connection = key.data
            status = connection.receive()
            if status is None:
                continue
            now = time.perf_counter()
            load.latencies.append(now - connection.sent_at)
            load.statuses[status] = load.statuses.get(status, 0) + 1
            if now < until:
                connection.send(next(requests))
            else:
                busy -= 1
                selector.unregister(connection.sock)
                connection.sock.close()
    load.seconds = time.perf_counter() - started
    return load


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """A request as bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def repeated(requests: list[bytes]) -> Iterator[bytes]:
    """The same requests in turn, without end."""
    return cycle(requests)
