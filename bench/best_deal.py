"""QU-3: the best deal, beside HiGHS in turn in one run and CP-SAT in a process of its own.

The structure of a problem decides how hard it is, not its size: so every figure names structure and
seeds. Every value is scored again, and every proof held against the other solver's.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from bench.deals import STRUCTURES, any_of, cart, rep, tiny
from bench.figures import Figure
from bench.peers import cpsat, highs
from bench.peers.whole_model import Answer
from largesse.engine.assignment.checker import check
from largesse.engine.assignment.problem import Problem
from largesse.engine.assignment.solving import Proof, Solution, solve

TURNS_MS = 60.0
"""A problem is solved anew, in turn, until so much CPU time is spent on it: short solves many times."""
TURNS_MAX = 25
FIRST_SEED = 40_001


class Goals(NamedTuple):
    """What QU-3 asks of a structure; None where it asks nothing."""

    median_ms: float | None = None
    p95_ms: float | None = None
    faster: float | None = None
    """HiGHS ÷ Largesse in the median."""
    never_slower: bool = False
    """At most 1.2 × HiGHS + 20 ms, for every problem."""
    gap: float | None = None
    """Per cent of the checked bound."""
    proven: bool = True


class Trial(NamedTuple):
    """Problems of one structure; seconds limit the peers, and CP-SAT with 0 is left out."""

    name: str
    draw: Callable[[int], Problem]
    problems: int
    goals: Goals
    highs_seconds: float = 60
    cpsat_seconds: float = 0
    cpsat_problems: int = 6

    @property
    def seeds(self) -> range:
        return range(FIRST_SEED, FIRST_SEED + self.problems)


class Outcome(NamedTuple):
    """What both made of one problem, the fastest of their turns each, in CPU milliseconds."""

    ours: Solution
    milliseconds: float
    checking: float
    """What the checker took to read the certificate."""
    theirs: Answer


def _sized(structure: str, lines: int, deals: int) -> Callable[[int], Problem]:
    return lambda seed: STRUCTURES[structure](seed, lines, deals)


FIFTY = Goals(100, 500, faster=2, never_slower=True)
LONG = Goals(500, gap=0.2)
LARGEST = Goals(2_000, gap=0.25, proven=False)

TRIALS = (
    Trial("plain 50 × 50", _sized("plain", 50, 50), 24, FIFTY, cpsat_seconds=3),
    Trial("rep 50 × 50", _sized("rep", 50, 50), 24, FIFTY, cpsat_seconds=3),
    Trial("cart", cart, 60, Goals(5, faster=3), cpsat_seconds=2, cpsat_problems=20),
    Trial("tiny", tiny, 150, Goals(0.5)),
    Trial("any 6 of 20 alone", lambda seed: any_of(seed, rivals=0), 20, Goals(2)),
    Trial("any 6 of 20, 12 rivals", any_of, 20, Goals(20), cpsat_seconds=3),
    Trial("rep 100 × 200", _sized("rep", 100, 200), 6, Goals(250)),
    Trial("rep 350 × 40", _sized("rep", 350, 40), 4, LONG, highs_seconds=10),
    Trial("light 350 × 40", _sized("light", 350, 40), 4, LONG, highs_seconds=10),
    Trial("rep 500 × 1,000", _sized("rep", 500, 1000), 2, LARGEST, highs_seconds=10),
    Trial("plain 500 × 1,000", _sized("plain", 500, 1000), 2, LARGEST, highs_seconds=10),
)


class DisagreementError(Exception):
    """Two answers about one problem can't both be right."""


def figures() -> Iterator[Figure]:
    """QU-3, structure by structure."""
    for warm_up in (tiny(1), cart(1), rep(1, 50, 50)):
        _outcome("a warm-up", warm_up, 60)
    for trial in TRIALS:
        print(f"{trial.name}, {trial.problems} problems ...", file=sys.stderr)
        yield from _figures_of(trial)


def _figures_of(trial: Trial) -> Iterator[Figure]:
    problems = {seed: trial.draw(seed) for seed in trial.seeds}
    gc.collect()
    gc.freeze()
    outcomes = [
        _outcome(f"{trial.name}, seed {seed}", problem, trial.highs_seconds)
        for seed, problem in problems.items()
    ]
    gc.unfreeze()
    what = f"{trial.name}, seeds {trial.seeds[0]} to {trial.seeds[-1]}"
    yield from _alone(what, trial.goals, outcomes)
    yield from _beside_highs(what, trial, outcomes)
    if trial.cpsat_seconds:
        yield from _beside_cpsat(trial, list(problems.values()), outcomes)


def _alone(what: str, goals: Goals, outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    times = [o.milliseconds for o in outcomes]
    yield Figure("QU-3", f"{what}: CPU time, median", median(times), "ms", goals.median_ms)
    yield Figure("QU-3", f"{what}: CPU time, p95", _p95(times), "ms", goals.p95_ms)
    proven = _share([o.ours.proof is not Proof.OPEN for o in outcomes])
    goal = 100 if goals.proven else None
    yield Figure("QU-3", f"{what}: proven", proven, "%", goal, at_most=False)
    checked = _share([o.ours.proof is Proof.CHECKED for o in outcomes])
    yield Figure("QU-3", f"{what}: proven by a certificate", checked, "%")
    checking = [o.checking for o in outcomes]
    yield Figure("QU-3", f"{what}: certificate read, CPU time, median", median(checking), "ms")
    yield Figure("QU-3", f"{what}: certificate read, CPU time, most", max(checking), "ms")
    if goals.gap is not None:
        gaps = [100 * (1 - o.ours.value / max(1, o.ours.checked_bound)) for o in outcomes]
        yield Figure(
            "QU-3", f"{what}: below the checked bound, median", median(gaps), "%", goals.gap
        )
        yield Figure("QU-3", f"{what}: below the checked bound, most", max(gaps), "%")


def _beside_highs(what: str, trial: Trial, outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    """A run of HiGHS that its limit ended counts for what it took until then."""
    pairs = [(o.milliseconds, o.theirs) for o in outcomes]
    theirs = [answer.milliseconds for _, answer in pairs]
    ratios = [answer.milliseconds / ours for ours, answer in pairs]
    worst = max(ours / (1.2 * answer.milliseconds + 20) for ours, answer in pairs)
    goals, name = trial.goals, highs.NAME
    yield Figure("QU-3", f"{what}: {name}, CPU time, median", median(theirs), "ms")
    proven = _share([answer.proven for _, answer in pairs])
    limit = f"proven in {trial.highs_seconds:g} s"
    yield Figure("QU-3", f"{what}: {name}, {limit}", proven, "%")
    yield Figure(
        "QU-3",
        f"{what}: {name} ÷ Largesse, median",
        median(ratios),
        "times",
        goals.faster,
        at_most=False,
    )
    yield Figure(
        "QU-3",
        f"{what}: Largesse ÷ (1.2 × {name} + 20 ms), worst",
        worst,
        "times",
        1 if goals.never_slower else None,
    )


def _beside_cpsat(
    trial: Trial, problems: Sequence[Problem], outcomes: Sequence[Outcome]
) -> Iterator[Figure]:
    """On the first problems only."""
    answers = cpsat.answers(problems[: trial.cpsat_problems], trial.cpsat_seconds)
    if answers is None:
        return
    last = trial.seeds[len(answers) - 1]
    what = f"{trial.name}, seeds {trial.seeds[0]} to {last}"
    for seed, outcome, answer in zip(trial.seeds, outcomes, answers, strict=False):
        agree(f"{trial.name}, seed {seed}", outcome.ours, answer, cpsat.NAME)
    times = [answer.milliseconds for answer in answers]
    proven = _share([answer.proven for answer in answers])
    limit = f"proven in {trial.cpsat_seconds:g} s"
    yield Figure("QU-3", f"{what}: {cpsat.NAME}, by the clock, median", median(times), "ms")
    yield Figure("QU-3", f"{what}: {cpsat.NAME}, {limit}", proven, "%")


# --- one problem -------------------------------------------------------------------------------------


def _outcome(what: str, problem: Problem, highs_seconds: float) -> Outcome:
    """Both in turn, so that a drift of the machine hits both. Raises DisagreementError."""
    task = highs.Task(problem)
    times: list[float] = []
    answers: list[Answer] = []
    solution = None
    while not times or (sum(times) < TURNS_MS and len(times) < TURNS_MAX):
        started = time.process_time_ns()
        solution = solve(problem)
        times.append((time.process_time_ns() - started) / 1e6)
        answers.append(task.solve(highs_seconds))
    if solution is None:
        raise DisagreementError(f"{what}: no plan, though no line is held")
    started = time.process_time_ns()
    verdict = check(problem, solution.plan, solution.value, solution.certificate)
    checking = (time.process_time_ns() - started) / 1e6
    if verdict.bound != solution.checked_bound:
        raise DisagreementError(f"{what}: not as the checker has it: {verdict.reason}")
    answer = min(answers, key=lambda a: a.milliseconds)
    agree(what, solution, answer, highs.NAME)
    return Outcome(solution, min(times), checking, answer)


def agree(what: str, ours: Solution, answer: Answer, peer: str) -> None:
    """Nobody's plan beats a proof. Raises DisagreementError."""
    bound = min(ours.bound, ours.checked_bound)
    said = f"Largesse {ours.value}, {ours.proof}, at most {bound}; {peer} {answer}"
    if ours.value > bound or (answer.value is not None and answer.value > bound):
        raise DisagreementError(f"{what}: a plan is worth more than the bound. {said}")
    if answer.proven and (answer.value is None or ours.value > answer.value):
        raise DisagreementError(f"{what}: what {peer} proved is beaten. {said}")


def _share(facts: Sequence[bool]) -> float:
    """Per cent of them that hold."""
    return 100 * sum(facts) / len(facts)


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]
