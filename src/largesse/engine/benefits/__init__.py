"""The kinds of benefit that a deal gives: one file a kind, found by being here."""

from __future__ import annotations

from largesse.engine.benefits.base import Benefit
from largesse.engine.kinds import kinds_in

BENEFITS: dict[str, type[Benefit]] = kinds_in(__name__, __path__, Benefit)
