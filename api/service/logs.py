"""JSON log lines on stderr. Nothing global is configured: each application has its own logger."""

import sys
from typing import Any

import structlog

__all__ = ["make_logger", "server_log_config"]

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def make_logger(level: str = "info") -> Any:
    """A structlog logger that writes one JSON object a line to stderr.

    Example line: `{"event": "request", "status": 200, "level": "info", "timestamp": "…Z"}`
    """
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[*_shared(), structlog.processors.format_exc_info, _renderer()],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        cache_logger_on_first_use=False,
    )


def server_log_config(level: str = "info") -> dict[str, Any]:
    """The logging configuration that makes the server's own messages JSON lines too."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_shared(), structlog.processors.format_exc_info],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
        },
        "loggers": {
            "_granian": {"handlers": ["stderr"], "level": level.upper(), "propagate": False},
            "mcp": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},  # the SDK behind /mcp
        },
    }


def _shared() -> list[Any]:
    return [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]


def _renderer() -> Any:
    return structlog.processors.JSONRenderer(ensure_ascii=False)
