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
        said_by(command, folder, INSTALL_SECONDS)
    done.write_text(requirement)
    return folder


def python_with(peer: str, requirements: str) -> str:
    """The Python of a virtual environment of the peer's own. Raises UnavailableError."""
    python = "venv/Scripts/python.exe" if sys.platform == "win32" else "venv/bin/python"
    folder = installed(
        peer,
        {"requirements.txt": requirements},
        [
            [sys.executable, "-m", "venv", "venv"],
            [python, "-m", "pip", "install", "-q", "-r", "requirements.txt"],
        ],
    )
    return str(folder / python)


def answer(command: Sequence[str], workload: Workload, size: str, carts: int) -> Answer:
    """What the worker started by the command makes of the task. Raises UnavailableError."""
    task = json.dumps({"workload": workload, "size": size, "carts": carts})
    return cast(Answer, json.loads(said_by(command, task=task)))


def say_why_not(peer: str, why: UnavailableError) -> None:
    print(f"{peer}: not measured. {why}", file=sys.stderr)


def said_by(
    command: Sequence[str], folder: Path = ROOT, seconds: int = WORKER_SECONDS, task: str = ""
) -> str:
    """What the command prints when it is given the task. Raises UnavailableError."""
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
