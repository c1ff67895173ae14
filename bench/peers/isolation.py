"""Peers whose packages have no place in the project's environment run as processes of their own.

Such a peer's packages are installed once, into a git-ignored folder, by the package managers that
the machine has. Its worker reads a task and writes an answer, both JSON.
"""

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

from bench.workload import Workload

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "bench" / ".cache"
INSTALL_SECONDS = 900
WORKER_SECONDS = 1800


class Answer(TypedDict):
    """What a worker says: its package's version, CPU time and saving (minor units) per cart."""

    version: str
    microseconds: list[float]
    savings: list[int]


class UnavailableError(Exception):
    """A peer can't be measured on this machine; the message is a sentence for the reader."""


def program(name: str) -> str:
    """Where the program is. Raises UnavailableError."""
    if path := shutil.which(name):
        return path
    raise UnavailableError(f"It needs {name}, which is not on this machine.")


def installed(peer: str, files: Mapping[str, str], commands: Sequence[Sequence[str]]) -> Path:
    """The peer's folder, its packages in it: the files are put and the commands run there once.

    A changed requirement, or an installation that stopped half-way, is installed from the start.
    Raises UnavailableError.
    """
    folder = CACHE / peer
    done, requirement = folder / "installed.json", json.dumps(files)
    if done.exists() and done.read_text() == requirement:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    print(f"{peer}: installing its packages, once", file=sys.stderr)
    for command in commands:
        _said_by(command, folder, INSTALL_SECONDS)
    done.write_text(requirement)
    return folder


def answer(command: Sequence[str], workload: Workload, size: str, carts: int) -> Answer:
    """What the worker started by the command makes of the task. Raises UnavailableError."""
    task = json.dumps({"workload": workload, "size": size, "carts": carts})
    return cast(Answer, json.loads(_said_by(command, ROOT, WORKER_SECONDS, task)))


def say_why_not(peer: str, why: UnavailableError) -> None:
    print(f"{peer}: not measured. {why}", file=sys.stderr)


def _said_by(command: Sequence[str], folder: Path, seconds: int, task: str = "") -> str:
    name = shlex.join([Path(command[0]).name, *command[1:]])
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            input=task,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"`{name}` took more than {seconds} seconds.") from error
    if process.returncode != 0:
        raise UnavailableError(f"`{name}` failed and said:\n{process.stderr.strip()}")
    return process.stdout
