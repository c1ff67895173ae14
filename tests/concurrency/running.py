"""The real server, as an owner starts it, in a process group that can be killed at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection, HTTPException
from typing import Final

import psutil

HOST: Final = "127.0.0.1"
WORKERS: Final = 2


def environment(**more: str) -> dict[str, str]:
    """What a process of the tests is started with: nothing of ours but what is said here.

    Modules are compiled once, as where they are installed: how fast a server starts is measured.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LARGESSE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(path for path in (os.getcwd(), *sys.path) if path),
        **more,
    }


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    return port


class Running:
    """`largesse serve` with two worker processes on a database, on one port for its whole life.

    `program` is the module that is run: `largesse`, or the launcher that can plant bugs.
    """

    def __init__(self, url: str, program: str = "largesse", **variables: str):
        self.url, self.program = url, program
        self.port = free_port()
        self._variables = variables
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it, without waiting."""
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", self.program, "serve", "--database", self.url),
                *("--port", str(self.port), "--workers", str(WORKERS), "--no-demo"),
            ],
            env=environment(**self._variables),
            stdout=self._said,
            stderr=self._said,
            start_new_session=True,
        )

    def start(self) -> float:
        """Start it, and say how many seconds passed until it was ready."""
        self.begin()
        return self.wait_until_ready()

    def wait_until_ready(self, within: float = 60.0) -> float:
        """How many seconds pass until `/ready` answers 200. Raises with what the server said."""
        began = time.monotonic()
        while time.monotonic() - began < within:
            if self._process is None or self._process.poll() is not None:
                break
            if ready(self.port):
                return time.monotonic() - began
            time.sleep(0.02)
        raise RuntimeError(f"the server is not ready: {self.said()}")

    def kill(self) -> None:
        """`kill -9` of the server and its workers; returns when none is left."""
        if self._process is None or self._process.poll() is not None:
            return
        group = self._process.pid
        workers = psutil.Process(group).children(recursive=True)
        os.killpg(group, signal.SIGKILL)
        self._process.wait()
        for worker in workers:
            while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.002)

    def stop(self) -> None:
        """Ask it to stop, as a service does."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def said(self) -> str:
        """What it has printed and logged."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace")[-8000:]


def ready(port: int) -> bool:
    """Whether the server says that it can serve."""
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
