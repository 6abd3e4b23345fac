"""What the declarations of the answers say of their fields: for /openapi.json and docs/json.md.

Every answer is a TypedDict of `search.shapes`; the line below a field describes it. Pydantic makes the
schema, and the lines are added here, as it does not hand on those of inherited fields.
"""

import ast
import inspect
import sys
from functools import cache
from typing import Any

from typing_extensions import TypedDict

__all__ = ["ReadyState", "ReloadAnswer", "ServiceState", "describe_fields", "field_lines"]

_ROOM = "search.shapes"


class ServiceState(TypedDict):
    """Whether the process answers."""

    status: str
    """`alive`, or `ready`."""


class ReadyState(ServiceState):
    """Whether an index is open."""

    index_version: str
    """The index that answers."""


class ReloadAnswer(TypedDict):
    """What a reload found."""

    index_version: str
    """The index that now answers."""
    opened: bool
    """Whether it was opened just now."""


def describe_fields(schemas: dict[str, Any]) -> None:
    """Add the line of each field to the schemas that were made of declarations."""
    for name, schema in schemas.items():
        shape = _shapes().get(name)
        if shape is None:
            continue
        lines = field_lines(shape)
        for field, described in schema.get("properties", {}).items():
            described.setdefault("description", lines[field])


def field_lines(shape: type) -> dict[str, str]:
    """The line below each field of a declaration, inherited ones first.

    Example: `field_lines(ServiceState) == {"status": "`alive`, or `ready`."}`
    """
    lines: dict[str, str] = {}
    for base in getattr(shape, "__orig_bases__", ()):
        if base is not TypedDict:
            lines |= field_lines(base)
    return lines | _own_lines(shape.__module__)[shape.__name__]


def _shapes() -> dict[str, type]:
    """Every declaration by its name."""
    rooms = [module for name, module in sys.modules.items() if name.startswith(_ROOM) or name == __name__]
    return {
        name: value
        for module in rooms
        for name, value in vars(module).items()
        if inspect.isclass(value) and "__required_keys__" in vars(value)
    }


@cache
def _own_lines(module: str) -> dict[str, dict[str, str]]:
    """The lines of every class of a module, by class and field."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: _lines_of(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _lines_of(node: ast.ClassDef) -> dict[str, str]:
    lines: dict[str, str] = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            told = below.value if isinstance(below, ast.Expr) else None
            text = told.value if isinstance(told, ast.Constant) else None
            lines[field.target.id] = str(text)
    return lines
