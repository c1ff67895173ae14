"""What is logged, one event a line, with the id of the request that it belongs to."""

from __future__ import annotations

import logging.config
from typing import Any, Final

import structlog

BEFORE: Final = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


def logging_settings(*, json: bool, level: str) -> dict[str, Any]:
    """Python's logging, and structlog's on top of it, written to the standard error."""
    last: tuple[Any, ...] = (
        (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())
        if json
        # A plain traceback: a rich one takes seconds, and shows every value, codes among them.
        else (
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        )
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": BEFORE,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        # Django says there what `requests.py` says better: each answer once, with its id.
        "loggers": {
            "django.server": {"level": "CRITICAL"},
            "django.request": {"level": "CRITICAL"},
            # Each try of the pool to connect again; what came of it is said once, by who asked.
            "psycopg.pool": {"level": "ERROR"},
        },
    }


def set_up(settings: dict[str, Any]) -> None:
    """Called by Django with its setting LOGGING."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[*BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
