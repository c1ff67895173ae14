"""One port for everything: worker processes that share nothing but the database."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import socket
import sys
import threading
import time
from multiprocessing.connection import wait
from signal import SIGTERM
from typing import Final, NoReturn

from django.db import DatabaseError, connection

THREADS: Final = 32
"""Of each worker: as many as PostgreSQL connections in its pool."""

STOPS_WITHIN: Final = 10
"""Seconds that requests under way are given."""


class PortTaken(Exception):
    """Another program listens on the port, or it may not be listened on."""


def check_port(host: str, port: int) -> None:
    """Raises PortTaken, with what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Can't listen on {host}:{port}: {(error.strerror or str(error)).lower()}. "
                f"Choose another with --port, such as --port {port + 1 if port < 65535 else 8000}."
            ) from None


def serve(host: str, port: int, workers: int) -> None:
    """Serve until the process is told to stop; requests under way are finished first."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from largesse.server.housekeeping import Housekeeping

    # New interpreters: what this process has open, a worker must not inherit.
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "largesse.server.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=1024,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPS_WITHIN,
        log_level=LogLevels.error,
    )
    housekeeping = Housekeeping()
    server.on_startup(housekeeping.start)
    server.on_shutdown(housekeeping.stop)
    server.serve()


def be_a_worker() -> None:
    """In a worker: end at once when its requests are finished, and also when its parent has died."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel
    # Taking the interpreter apart takes longer than all else, and a thread that wakes up in it aborts.
    atexit.register(_leave)

    def watch() -> None:
        wait([sentinel])
        os.kill(os.getpid(), SIGTERM)
        # Told before it could listen, it would stay for ever.
        time.sleep(STOPS_WITHIN)
        _leave()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def compile_the_book() -> None:
    """Before the first request, so that none waits for it."""
    from largesse.offers.current import current

    try:
        current()
    except DatabaseError:
        # Requests are answered 503 until it is there; the first one after that compiles.
        return
    finally:
        connection.close()


def _leave() -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
