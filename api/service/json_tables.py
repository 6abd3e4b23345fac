"""The tables of docs/json.md, from the declarations: `python -m api.service.json_tables` writes them."""

import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from api.service.declared import ReadyState, ReloadAnswer, ServiceState, describe_fields
from search.shapes.answers import AskAnswer, CitedByAnswer, SearchAnswer, ShowAnswer, UnitAnswer, UnitsAnswer
from search.shapes.citations import CheckAnswer, NotCarriedAnswer
from search.shapes.compilation import CompileAnswer
from search.shapes.documents import DocumentsAnswer
from search.shapes.precedents import ChainAnswer, RelatedAnswer

__all__ = ["ANSWERS", "tables"]

ANSWERS: tuple[Any, ...] = (
    *(SearchAnswer, AskAnswer, ShowAnswer, UnitAnswer, UnitsAnswer, DocumentsAnswer, RelatedAnswer),
    *(ChainAnswer, CheckAnswer, CitedByAnswer, NotCarriedAnswer, CompileAnswer, ReloadAnswer),
    *(ServiceState, ReadyState),
)
"""What the operations answer, in the order of the document."""

_START, _END = "<!-- fields -->\n", "<!-- /fields -->"
_HEAD = "# JSON\n\nMade from `search/shapes/` by `make docs`, as `/openapi.json` is.\n\n"


def tables() -> str:
    """A table of fields for each declared object, answers first."""
    _, schema = TypeAdapter.json_schemas([(one, "serialization", TypeAdapter(one)) for one in ANSWERS])
    found = schema["$defs"]
    describe_fields(found)
    first = [one.__name__ for one in ANSWERS]
    names = [*first, *sorted(set(found) - set(first))]
    return "\n".join(_table(name, found[name]) for name in names if name in found)


def _table(name: str, schema: dict[str, Any]) -> str:
    lines = [f"### {name}", "", schema.get("description", ""), ""]
    if "enum" in schema:
        lines.append("One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + ".")
        return "\n".join([*lines, ""])
    lines += ["| field | type | is |", "|---|---|---|"]
    for field, of in schema["properties"].items():
        absent = "" if field in schema.get("required", ()) else ", may be absent"
        lines.append(f"| `{field}` | {_type(of)}{absent} | {of.get('description', '')} |")
    return "\n".join([*lines, ""])


def _type(of: dict[str, Any]) -> str:
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in of:
        return " or ".join(_type(one) for one in of["anyOf"])
    if "enum" in of:
        return " or ".join(f"`{value}`" for value in of["enum"])
    if of.get("type") == "array":
        return "start and end" if of.get("maxItems") == 2 else f"list of {_type(of['items'])}"
    if of.get("type") == "object":
        return f"object of {_type(of['additionalProperties'])}"
    return str(of.get("type", "any"))


def updated(text: str) -> str:
    """A document with the tables between its two marks, or below it where it has none."""
    before, start, rest = text.partition(_START)
    after = rest.partition(_END)[2] if start else "\n"
    return f"{before}{_START}{tables()}{_END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/json.md")
    path.parent.mkdir(exist_ok=True)
    path.write_text(updated(path.read_text(encoding="utf-8") if path.exists() else _HEAD), encoding="utf-8")
