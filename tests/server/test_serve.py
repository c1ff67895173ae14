"""`largesse serve` as a process: its start, what it refuses, how it stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.words import spec

COMMAND = [sys.executable, "-m", "largesse"]
KEY = "f3Lw9-7sQmVx2Tz8KcRb5NyHd1GpJa6EuWo4IiXqYtBnMvCsZl0"


def environment(**said: str) -> dict[str, str]:
    """This process's environment with nothing of ours in it but what is said."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LARGESSE_", "DJANGO_"))}
    path = os.pathsep.join(p for p in sys.path if p)
    return {**inherited, "PYTHONPATH": path, **{f"LARGESSE_{k}": v for k, v in said.items()}}


def largesse(*arguments: str, **said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**said),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def serving(
    database: str, *arguments: str, **said: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running server and its address; whatever happens, it is ended."""
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--database", database, "--port", str(port), *arguments],
        env=environment(**said),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(url, process)
        yield url, process
    finally:
        process.kill()
        process.wait()


def wait_until(url: str, process: subprocess.Popen[str], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()[0]
        if status(f"{url}/ready") == 200:
            return
        time.sleep(0.1)
    pytest.fail("not ready in time")


def status(url: str) -> int | None:
    """The status of an answer; None if nobody answers."""
    try:
        with urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return None


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes that the server started to answer."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(process.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(row.split()[0]) for row in found.stdout.splitlines() if "spawn_main" in row]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An address of a SQLite file that the first server here makes."""
    return f"sqlite:///{tmp_path_factory.mktemp('serve')}/shop.sqlite3"


@spec("IF-10")
def test_one_port_has_the_shop_the_back_office_the_api_and_its_documentation(database: str) -> None:
    with serving(database) as (url, process):
        for address in ("/", "/back-office/", "/docs", "/health", "/static/pages/tokens.css"):
            assert status(url + address) == 200, address
        assert status(f"{url}/v1/products") == 401
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert re.search(r"administrator +admin +\S{12,}", said)
    assert f"{url}/back-office/" in said
    assert "Traceback" not in said

    with serving(database) as (url, process):
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)

    assert "administrator" not in said, "a password is shown once"


@spec("QU-11", "QU-22")
@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked at in /proc")
def test_a_worker_that_died_is_replaced_and_all_end_with_the_server(database: str) -> None:
    with serving(database, "--workers", "2") as (url, process):
        first, second = workers_of(process)
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + 30
        while len(set(workers_of(process)) - {first}) < 2 and time.monotonic() < until:
            time.sleep(0.2)
        assert second in workers_of(process)
        assert status(f"{url}/ready") == 200

        left = workers_of(process)
        process.kill()
        process.wait()
        until = time.monotonic() + 30
        while any(is_running(pid) for pid in left) and time.monotonic() < until:
            time.sleep(0.1)

        assert not [pid for pid in left if is_running(pid)]
        assert status(f"{url}/health") is None


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it has not ended already."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@spec("IF-10")
def test_a_port_that_is_taken_is_one_line_with_another(database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = largesse("serve", "--database", database, "--port", str(port))

    assert answer.returncode == 2
    assert answer.stderr.startswith(f"Can't listen on 127.0.0.1:{port}: address already in use.")
    assert len(answer.stderr.splitlines()) == 1


@spec("IF-10")
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://x", "is no database"),
        ("sqlite:////no/such/folder/x.sqlite3", "can't be reached"),
        ("postgresql://nobody@127.0.0.1:1/x", "can't be reached"),
    ],
)
def test_a_database_that_cannot_be_had_is_one_line(url: str, told: str) -> None:
    answer = largesse("serve", "--database", url, "--port", str(free_port()))

    assert answer.returncode == 2
    assert told in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@spec("QU-45")
def test_other_machines_are_not_served_with_a_key_that_everybody_knows(database: str) -> None:
    answer = largesse(
        "serve", "--database", database, "--host", "0.0.0.0", "--port", str(free_port())
    )

    assert answer.returncode == 2
    assert "LARGESSE_SECRET_KEY is not set" in answer.stderr


@spec("QU-45")
def test_a_production_start_tells_all_its_faults(database: str) -> None:
    answer = largesse(
        "serve", "--database", database, "--port", str(free_port()),
        ENVIRONMENT="production", DEBUG="1", SECRET_KEY="short",
    )  # fmt: skip

    assert answer.returncode == 2
    told = answer.stderr.splitlines()
    assert len(told) == 4
    assert "LARGESSE_DEBUG is 1" in told[0]
    assert "A secret key has 5 characters" in told[1]
    assert "LARGESSE_HOSTS is not set" in told[2]
    assert "BEHIND_PROXY" in told[3]


@spec("QU-45")
def test_production_speaks_https_alone_and_knows_its_name(database: str) -> None:
    safe = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": KEY,
        "HOSTS": "127.0.0.1",
        "BEHIND_PROXY": "1",
        "LOG_LEVEL": "error",
    }
    with serving(database, **safe) as (url, _):
        insecure = subprocess.run(
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", f"{url}/cart"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        secure = subprocess.run(
            ["curl", "-si", "-H", "X-Forwarded-Proto: https", f"{url}/back-office/login/"],
            capture_output=True, text=True, check=False,
        ).stdout.lower()  # fmt: skip

    assert insecure.stdout.startswith("301 https://")
    assert "csrftoken" in secure
    assert "; secure" in secure
    assert status(f"{url}/design/") is None


def messages(answer: subprocess.CompletedProcess[str]) -> Sequence[str]:
    return answer.stderr.splitlines()


@spec("IF-10")
def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    file = tmp_path / "newer.sqlite3"
    with sqlite3.connect(file) as rows:
        rows.execute("CREATE TABLE django_migrations (id integer primary key, app, name, applied)")
        rows.execute(
            "INSERT INTO django_migrations VALUES (1, 'orders', '0999_later', '2030-01-01')"
        )

    answer = largesse("journal", "check", "--database", f"sqlite:///{file}")

    assert answer.returncode == 2
    assert messages(answer) == [
        "The database was made by a newer Largesse (orders.0999_later). Install that version or "
        "restore a backup."
    ]
    assert largesse("serve", "--database", f"sqlite:///{file}").returncode == 2
    with sqlite3.connect(file) as rows:
        tables = rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert tables == [("django_migrations",)]


@spec("IF-10")
def test_a_word_that_means_nothing_is_noticed(tmp_path: Path) -> None:
    answer = largesse(
        "journal", "check", "--database", f"sqlite:///{tmp_path}/none.sqlite3", SECRETKEY="x"
    )

    assert messages(answer)[0] == "These variables mean nothing: LARGESSE_SECRETKEY"
