"""HiGHS by itself: the whole best-deal problem as one integer program, in this process.

One thread, presolve on, and no gap but what whole minor units allow. The model is built, and its
arrays are made, before the clock starts: that favours HiGHS.
"""

from __future__ import annotations

import math
import time
from importlib.metadata import version

import highspy
import numpy as np

from bench.peers.whole_model import Answer, Model, model_of
from largesse.engine.assignment.problem import Problem, score

NAME = f"HiGHS {version('highspy')}"


class Quiet(highspy.Highs):
    """A run that prints nothing; highspy's own constructor sets callbacks, whereupon HiGHS greets."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


class Task:
    """A problem as HiGHS takes it, ready to be solved any number of times."""

    def __init__(self, problem: Problem):
        self._problem = problem
        self._model = model_of(problem)
        self._arrays = _arrays(self._model)

    def solve(self, seconds: float = math.inf) -> Answer:
        """One run, in CPU milliseconds, stopped by the clock on the wall after so many seconds."""
        started = time.process_time_ns()
        highs = Quiet()
        for option, setting in _options(seconds).items():
            highs.setOptionValue(option, setting)
        highs.passModel(self._arrays)
        highs.run()
        solution = highs.getSolution()
        values = list(solution.col_value)
        spent = (time.process_time_ns() - started) / 1e6
        if not solution.value_valid:
            return Answer(None, False, spent)
        value = score(self._problem, self._model.plan(values, len(self._problem.lines)))
        # A plan that misses a minimum by less than its tolerance is worth less than HiGHS believes.
        believed = highs.getInfo().objective_function_value
        optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return Answer(value, optimal and value > believed - 0.5, spent)


def _options(seconds: float) -> dict[str, bool | int | float | str]:
    return {
        "output_flag": False,
        "threads": 1,
        "presolve": "on",
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.999,
        "time_limit": seconds,
    }


def _arrays(model: Model) -> highspy.HighsLp:
    """The model row by row."""
    lp = highspy.HighsLp()
    columns, rows = len(model.gains), len(model.rows)
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(model.gains, dtype=float)
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = np.array(model.most, dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
    lp.row_lower_ = np.array([-math.inf if low is None else low for low in model.low], dtype=float)
    lp.row_upper_ = np.array(
        [math.inf if high is None else high for high in model.high], dtype=float
    )
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = columns, rows
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in model.rows)])
    lp.a_matrix_.index_ = np.array([c for row in model.rows for c, _ in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([w for row in model.rows for _, w in row], dtype=float)
    return lp
