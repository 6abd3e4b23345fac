"""What /openapi.json says beside the endpoints: keys, the problem document, the header of every answer."""

from typing import Any

from fastapi import FastAPI

from api.service.declared import describe_fields

__all__ = ["describe"]

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `errors` names the fields of a bad request, `request_id` the line in the log.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "instance", "request_id")},
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key made with `yinzheng key new`."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_VERSION = {"description": "The index that answered.", "schema": {"type": "string"}, "example": "7-3f2a9c"}


def describe(app: FastAPI, *, with_keys: bool) -> None:
    """Complete the description that FastAPI makes, once, when it is first asked for."""
    made = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(made(), with_keys)
        return made()

    app.__dict__["openapi"] = complete  # as FastAPI's documentation has it ("Extending OpenAPI")


def _complete(schema: dict[str, Any], with_keys: bool) -> None:
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["securitySchemes"] = _SCHEMES
    describe_fields(components["schemas"])
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            if path.startswith(("/v1", "/mcp")):
                needed: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}]
                operation["security"] = needed if with_keys else [*needed, {}]
            for response in operation["responses"].values():
                response.setdefault("headers", {})["X-Index-Version"] = _VERSION
