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

TURNS_MS = 100.0
"""A problem is solved anew, in turn, until so much CPU time is spent on it: short solves many times."""
TURNS_MAX = 12
FIRST_SEED = 40_001


class Goals(NamedTuple):
    """What QU-3 asks of a structure; None where it asks nothing."""

    median_ms: float
    p95_ms: float | None = None
    faster: float | None = None
    """HiGHS ÷ Largesse in the median."""
    never_slower: bool = False
    """At most 1.2 × HiGHS + 20 ms, for every problem."""
    proven: bool = True
    gap: float | None = None
    """Per cent of the checked bound."""


class FirstPlan(NamedTuple):
    """What QU-3 asks of a plan that is wanted sooner than its proof, and the steps that it is given."""

    steps: int
    median_ms: float
    gap: float
    """Per cent of the checked bound."""


class Trial(NamedTuple):
    """Problems of one structure; seconds limit the peers, and CP-SAT with 0 is left out."""

    name: str
    draw: Callable[[int], Problem]
    problems: int
    goals: Goals
    first: FirstPlan | None = None
    highs_seconds: float = 60
    cpsat_seconds: float = 0
    cpsat_problems: int = 4

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
    faults: tuple[str, ...]
    """What can't be right."""


def _sized(structure: str, lines: int, deals: int) -> Callable[[int], Problem]:
    return lambda seed: STRUCTURES[structure](seed, lines, deals)


FIFTY = Goals(100, 500, faster=2, never_slower=True)
LONG, SOON = Goals(1_500), FirstPlan(100_000, 500, gap=0.2)
LARGEST = Goals(2_000, gap=0.25, proven=False)

TRIALS = (
    Trial("plain 50 × 50", _sized("plain", 50, 50), 24, FIFTY, cpsat_seconds=3),
    Trial("rep 50 × 50", _sized("rep", 50, 50), 24, FIFTY, cpsat_seconds=3),
    Trial("cart", cart, 60, Goals(5, faster=3), cpsat_seconds=2, cpsat_problems=20),
    Trial("tiny", tiny, 150, Goals(0.5)),
    Trial("any 6 of 20 alone", lambda seed: any_of(seed, rivals=0), 20, Goals(2)),
    Trial("any 6 of 20, 12 rivals", any_of, 20, Goals(20), cpsat_seconds=3),
    Trial("rep 100 × 200", _sized("rep", 100, 200), 6, Goals(250)),
    Trial("rep 350 × 40", _sized("rep", 350, 40), 4, LONG, SOON, highs_seconds=10),
    Trial("light 350 × 40", _sized("light", 350, 40), 4, LONG, SOON, highs_seconds=10),
    Trial("rep 500 × 1,000", _sized("rep", 500, 1000), 2, LARGEST, highs_seconds=5),
    Trial("plain 500 × 1,000", _sized("plain", 500, 1000), 2, LARGEST, highs_seconds=5),
)


class DisagreementError(Exception):
    """Two answers about one problem can't both be right."""


def figures() -> Iterator[Figure]:
    """QU-3, structure by structure.

    Raises DisagreementError after the last figure: one wrong answer doesn't hide the others' figures.
    """
    faults: list[str] = []
    for warm_up in (tiny(1), cart(1), rep(1, 50, 50)):
        _outcome(warm_up, 60)
    for trial in TRIALS:
        print(f"{trial.name}, {trial.problems} problems ...", file=sys.stderr)
        yield from _figures_of(trial, faults)
    if faults:
        raise DisagreementError("\n".join(faults))


def _figures_of(trial: Trial, faults: list[str]) -> Iterator[Figure]:
    problems = [trial.draw(seed) for seed in trial.seeds]
    gc.collect()
    gc.freeze()
    outcomes = [_outcome(problem, trial.highs_seconds) for problem in problems]
    gc.unfreeze()
    for seed, outcome in zip(trial.seeds, outcomes, strict=True):
        faults += [f"{trial.name}, seed {seed}: {fault}" for fault in outcome.faults]
    what = f"{trial.name}, seeds {trial.seeds[0]} to {trial.seeds[-1]}"
    yield from _alone(what, trial.goals, outcomes)
    if trial.first is not None:
        yield from _first_plans(what, trial.first, problems)
    yield from _beside_highs(what, trial, outcomes)
    if trial.cpsat_seconds:
        yield from _beside_cpsat(trial, problems, outcomes, faults)


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
    gaps = [_gap(o.ours) for o in outcomes]
    yield Figure("QU-3", f"{what}: below the checked bound, median", median(gaps), "%", goals.gap)
    yield Figure("QU-3", f"{what}: below the checked bound, most", max(gaps), "%")


def _first_plans(what: str, first: FirstPlan, problems: Sequence[Problem]) -> Iterator[Figure]:
    times, gaps = [], []
    for problem in problems:
        started = time.process_time_ns()
        solution = solve(problem, steps=first.steps)
        times.append((time.process_time_ns() - started) / 1e6)
        assert solution is not None
        gaps.append(_gap(solution))
    few = f"{what}, {first.steps:,} steps"
    yield Figure("QU-3", f"{few}: CPU time, median", median(times), "ms", first.median_ms)
    yield Figure("QU-3", f"{few}: CPU time, p95", _p95(times), "ms")
    yield Figure("QU-3", f"{few}: below the checked bound, median", median(gaps), "%", first.gap)
    yield Figure("QU-3", f"{few}: below the checked bound, most", max(gaps), "%")


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
    trial: Trial, problems: Sequence[Problem], outcomes: Sequence[Outcome], faults: list[str]
) -> Iterator[Figure]:
    """On the first problems only."""
    answers = cpsat.answers(problems[: trial.cpsat_problems], trial.cpsat_seconds)
    if answers is None:
        return
    last = trial.seeds[len(answers) - 1]
    what = f"{trial.name}, seeds {trial.seeds[0]} to {last}"
    for seed, outcome, answer in zip(trial.seeds, outcomes, answers, strict=False):
        for fault in disagreements(outcome.ours, answer, cpsat.NAME):
            faults.append(f"{trial.name}, seed {seed}: {fault}")
    times = [answer.milliseconds for answer in answers]
    proven = _share([answer.proven for answer in answers])
    limit = f"proven in {trial.cpsat_seconds:g} s"
    yield Figure("QU-3", f"{what}: {cpsat.NAME}, by the clock, median", median(times), "ms")
    yield Figure("QU-3", f"{what}: {cpsat.NAME}, {limit}", proven, "%")


# --- one problem -------------------------------------------------------------------------------------


def _outcome(problem: Problem, highs_seconds: float) -> Outcome:
    """Both in turn, so that a drift of the machine hits both."""
    task = highs.Task(problem)
    times: list[float] = []
    answers: list[Answer] = []
    solution = None
    while not times or (sum(times) < TURNS_MS and len(times) < TURNS_MAX):
        started = time.process_time_ns()
        solution = solve(problem)
        times.append((time.process_time_ns() - started) / 1e6)
        answers.append(task.solve(highs_seconds))
    assert solution is not None, "no line is held, so there is a plan"
    started = time.process_time_ns()
    verdict = check(problem, solution.plan, solution.value, solution.certificate)
    checking = (time.process_time_ns() - started) / 1e6
    answer = min(answers, key=lambda a: a.milliseconds)
    faults = disagreements(solution, answer, highs.NAME)
    if verdict.bound != solution.checked_bound:
        faults.append(f"said to be checked at {solution.checked_bound}: {verdict.reason}")
    return Outcome(solution, min(times), checking, answer, tuple(faults))


def disagreements(ours: Solution, answer: Answer, peer: str) -> list[str]:
    """What the two answers about a problem can't both be right about: nobody's plan beats a proof."""
    bound = min(ours.bound, ours.checked_bound)
    said = f"Largesse {ours.value}, {ours.proof}, at most {bound}; {peer} {answer}"
    found = []
    if ours.value > bound or (answer.value is not None and answer.value > bound):
        found.append(f"a plan is worth more than the bound. {said}")
    if answer.proven and (answer.value is None or ours.value > answer.value):
        found.append(f"what {peer} proved is beaten. {said}")
    return found


def _gap(solution: Solution) -> float:
    """How far the plan may be from the best one, in per cent of the checked bound."""
    return 100 * (1 - solution.value / max(1, solution.checked_bound))


def _share(facts: Sequence[bool]) -> float:
    """Per cent of them that hold."""
    return 100 * sum(facts) / len(facts)


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]
