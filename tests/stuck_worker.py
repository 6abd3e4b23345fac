"""The command line with a service whose workers never end a search for 卡住; run as `python -m tests.stuck_worker`."""

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.policy import Policy
    from api.settings import Settings


def load(settings: "Settings", policy: "Policy", parent: int) -> "FastAPI":
    """As `api.worker.load`, in which a search may hang."""
    from api import operations, worker

    search = operations.search

    def sometimes_stuck(library: Any, query: Any) -> Any:
        while "卡住" in query.text:
            time.sleep(1)
        return search(library, query)

    operations.search = sometimes_stuck
    return worker.load(settings, policy, parent)


if __name__ == "__main__":
    from api import worker
    from api.cli import main
    from tests.stuck_worker import load as by_name

    worker.load = by_name  # by a name that a worker can import: __main__ is another module there
    main()
