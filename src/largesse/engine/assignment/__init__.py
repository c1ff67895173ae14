"""The best deal: which order lines go on which deals so that they bring the most, with proof (BE-1)."""

from __future__ import annotations

from typing import Final

DEFAULT_STEPS: Final = 1_000_000
"""Steps of the search for the best deals that a cart may take, if not told otherwise (CH-2)."""
