"""schemathesis against /openapi.json: generated requests, right and wrong, to every operation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["NO_MODEL", "fuzz", "operations", "takes_input"]

NO_MODEL = "http://127.0.0.1:9/v1"
"""Where no model answers (port 9 is that of RFC 863): /v1/summary is there, and has to do without."""


def operations(index: Path) -> Iterator[tuple[str, Any]]:
    """Each operation of the application as `POST /v1/search` and what schemathesis knows of it."""
    import schemathesis

    from api.service.app import create_app
    from api.writer.endpoint import parse_endpoint
    from api.writer.writer import Writer

    app = create_app(index, log_level="error", writer=Writer(parse_endpoint(NO_MODEL)))
    config = schemathesis.Config.from_dict({})
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    for found in schema.get_all_operations():
        operation = found.ok()
        yield operation.label, operation


def takes_input(operation: Any) -> bool:
    """Whether an operation has parameters or a body; the others have one request only."""
    return bool(list(operation.iter_parameters()) or list(operation.body))


def fuzz(operation: Any, cases: int, *, seed: int = 0) -> int:
    """Send `cases` requests to one operation, half of them against its schema; how many were sent.

    Raises what schemathesis raises where an answer is a 5xx, has a status or content type that is not
    documented, or a body that is not as documented.
    """
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    sent = 0
    bounds = settings(
        max_examples=max(1, cases // 2),
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def send(case: Any) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(checks=wanted)

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try:
            strategy = operation.as_strategy(generation_mode=mode)
            seeded(seed)(bounds(given(case=strategy)(send)))()
        except BaseException as error:  # an operation without parameters has nothing to get wrong
            if "Unsatisfiable" not in type(error).__name__ and "Skip" not in type(error).__name__:
                raise
    return sent
