"""The kinds of action: one file a kind, found by being here."""

from __future__ import annotations

from largesse.engine.actions.base import Action
from largesse.engine.kinds import kinds_in

ACTIONS: dict[str, type[Action]] = kinds_in(__name__, __path__, Action)
