# mypy: ignore-errors
"""Integer programs solved by CP-SAT, and a stopwatch.

Runs in the environment that `cpsat.py` makes, which has OR-Tools and not this project:
`python -m bench.peers.cpsat_worker < {"models", "seconds"}` prints for each model the values of its
columns (null where no solution was found), whether they are proven best, and the clock's milliseconds.
"""

import json
import sys
import time

from ortools.sat.python import cp_model


def stated(model):
    """The model in CP-SAT's terms, and its columns."""
    program = cp_model.CpModel()
    columns = [program.new_int_var(0, most, "") for most in model["most"]]
    for terms, low, high in zip(model["rows"], model["low"], model["high"], strict=True):
        weighed = cp_model.LinearExpr.weighted_sum(
            [columns[column] for column, _ in terms], [weight for _, weight in terms]
        )
        program.add_linear_constraint(
            weighed,
            cp_model.INT_MIN if low is None else low,
            cp_model.INT_MAX if high is None else high,
        )
    program.maximize(cp_model.LinearExpr.weighted_sum(columns, model["gains"]))
    return program, columns


def solved(model, seconds):
    """(Values or None, whether proven, milliseconds); stating the model is not timed."""
    program, columns = stated(model)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    started = time.perf_counter()
    status = solver.solve(program)
    spent = (time.perf_counter() - started) * 1000
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, False, spent
    return [solver.value(column) for column in columns], status == cp_model.OPTIMAL, spent


def main():
    task = json.load(sys.stdin)
    # The first solve of a process loads what the others find loaded.
    solved({"gains": [1], "most": [1], "rows": [], "low": [], "high": []}, 1)
    json.dump([solved(model, task["seconds"]) for model in task["models"]], sys.stdout)


if __name__ == "__main__":
    main()
