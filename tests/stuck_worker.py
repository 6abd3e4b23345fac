"""The command line with a service whose workers never end a search for 卡住; run as `python -m tests.stuck_worker`."""

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.service.policy import Policy
    from api.service.settings import Settings


def load(settings: "Settings", policy: "Policy", parent: int) -> "FastAPI":
    """As `api.service.worker.load`, in which a search may hang."""
    from api.service import worker
    from search.library import operations

    search = operations.search

    def sometimes_stuck(library: Any, query: Any) -> Any:
        while "卡住" in query.text:
            time.sleep(1)
        return search(library, query)

    operations.search = sometimes_stuck
    return worker.load(settings, policy, parent)


if __name__ == "__main__":
    from api.cli import main
    from api.service import worker
    from tests.stuck_worker import load as by_name

    worker.load = by_name  # by a name that a worker can import: __main__ is another module there
    main()
