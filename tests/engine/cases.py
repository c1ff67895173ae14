"""How often a property is tried: some random cases by default, many more under `make soak`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy


def for_all(
    *strategies: SearchStrategy[Any], times: int = 100, soak: int = 3000
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test on random cases: by default the same `times` ones always, under soak new ones.

    Only under soak is a failing case made smaller, which takes minutes.
    """

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @pytest.mark.parametrize(
            "cases", [times, pytest.param(soak, marks=pytest.mark.soak)], ids=str
        )
        def run(cases: int) -> None:
            by_default = cases == times
            each = settings(
                max_examples=cases,
                derandomize=by_default,
                phases=[Phase.generate] if by_default else [Phase.generate, Phase.shrink],
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            each(given(*strategies)(test))()

        run.__name__ = test.__name__
        run.__doc__ = test.__doc__
        run.__module__ = test.__module__
        return run

    return decorate
