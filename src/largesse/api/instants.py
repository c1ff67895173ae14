"""An instant in an answer is ISO 8601 with an offset."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True)]
