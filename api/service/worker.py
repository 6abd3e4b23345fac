"""One worker process: its application. It ends with the server that started it, or without turns left."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from api.service.policy import METRICS_FOLDER, Policy

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.service.settings import Settings

__all__ = ["load"]

PARENT_SECONDS = 1.0

LAST_SECONDS = 6.0
"""From the order to stop until a worker whose threads hang is ended: longer than the wait for a turn."""

STUCK = 70
"""The exit code of such a worker, EX_SOFTWARE of sysexits.h."""


def load(settings: "Settings", policy: Policy, parent: int) -> "FastAPI":
    """The application of a worker; `parent` is the process id of the server that starts workers."""
    from api.service.app import create_app
    from api.service.metrics import forget_ended_workers
    from api.service.settings import writer_of
    from api.trust import trust_chosen_encoders

    trust_chosen_encoders()
    threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()
    if os.environ.get(METRICS_FOLDER):
        forget_ended_workers(os.environ[METRICS_FOLDER])
    return create_app(
        Path(settings.index),
        policy,
        reload_seconds=settings.reload_seconds,
        log_level=settings.log_level,
        log_queries=settings.log_queries,
        term_bank=settings.term_bank,
        writer=writer_of(settings),
        end=_end,
    )


def _end() -> None:
    """Accept nothing more, answer what can be answered, and end without the threads that hang."""
    last = threading.Timer(LAST_SECONDS, os._exit, (STUCK,))
    last.daemon = True
    last.start()
    os.kill(os.getpid(), signal.SIGTERM)


def _end_with(parent: int) -> None:
    """Stop gracefully once the parent is gone: an orphan would hold the port and answer for an old index."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
