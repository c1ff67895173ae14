"""A figure: one measured number with its goal, printed as one line of JSON."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is None for a figure that is reported only; `at_most` says on which side of it is good."""

    id: str
    name: str
    value: float
    unit: str
    goal: float | None = None
    at_most: bool = True

    @property
    def ok(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def line(self) -> str:
        """The figure as `make bench` prints it."""
        row = asdict(self) | {"value": float(f"{self.value:.4g}"), "ok": self.ok}
        del row["at_most"]
        return json.dumps(row, ensure_ascii=False)
