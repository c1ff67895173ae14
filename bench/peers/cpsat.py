"""CP-SAT of OR-Tools 9.15: the whole best-deal problem as one integer program, by one worker.

It runs in a virtual environment of its own, for it and HiGHS can't be loaded into one process;
`cpsat_worker.py` beside this file drives it. Its time is the clock's: its own limit is too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from bench.peers.isolation import UnavailableError, python_with, said_by, say_why_not
from bench.peers.whole_model import Answer, model_of
from largesse.engine.assignment.problem import Problem, score

NAME = "CP-SAT 9.15"
REQUIREMENTS = "ortools==9.15.6755\n"


def answers(problems: Sequence[Problem], seconds: float) -> list[Answer] | None:
    """What it makes of each problem within the seconds; None, and why on stderr, if it can't run."""
    models = [model_of(problem) for problem in problems]
    task = json.dumps({"models": [asdict(model) for model in models], "seconds": seconds})
    try:
        python = python_with("cpsat", REQUIREMENTS)
        said = json.loads(said_by([python, "-m", "bench.peers.cpsat_worker"], task=task))
    except UnavailableError as why:
        say_why_not(NAME, why)
        return None
    found = []
    for problem, model, (values, proven, milliseconds) in zip(problems, models, said, strict=True):
        value = None if values is None else score(problem, model.plan(values, len(problem.lines)))
        found.append(Answer(value, proven, milliseconds))
    return found
