"""The kinds of condition: one file a kind, found by being here."""

from __future__ import annotations

from largesse.engine.conditions.base import Condition
from largesse.engine.kinds import kinds_in

CONDITIONS: dict[str, type[Condition]] = kinds_in(__name__, __path__, Condition)
