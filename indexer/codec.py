"""The data model of `corpus.types` as JSON and back: `unit_from_json(unit_to_json(unit)) == unit`.

| type     | JSON                                                                                          |
|----------|-----------------------------------------------------------------------------------------------|
| Unit     | `{"document", "kind", "number", "part", "text", "runs": [[text, source, length], …],            |
|          | "span": [start, end], "headings": […], "topics": […], "items": [[path, start, end], …],        |
|          | "number_inferred"}`                                                                           |
| Metadata | `{"title", "body", "session", "meeting": [first, last] or null, "date", "place",               |
|          | "distribution", "language", "symbol"}`, days as `2019-09-09`, unknown as null                  |
| Anomaly  | `{"kind", "message", "span": [start, end]}`                                                    |
| Omission | `[kind, start, end]`                                                                           |
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import orjson

from corpus.types import (
    Anomaly,
    AnomalyKind,
    Item,
    Metadata,
    Omission,
    OmissionKind,
    Run,
    Span,
    Unit,
    UnitKind,
)

__all__ = [
    "anomalies_from_json",
    "anomalies_to_json",
    "metadata_from_json",
    "metadata_to_json",
    "omissions_from_json",
    "omissions_to_json",
    "unit_from_json",
    "unit_to_json",
]


def unit_to_json(unit: Unit) -> str:
    """A unit as one line of JSON."""
    return _dump(
        {
            "document": unit.document,
            "kind": unit.kind.value,
            "number": unit.number,
            "part": unit.part,
            "text": unit.text,
            "runs": [list(run) for run in unit.runs],
            "span": list(unit.span),
            "headings": unit.headings,
            "topics": unit.topics,
            "items": [[item.path, item.start, item.end] for item in unit.items],
            "number_inferred": unit.number_inferred,
        }
    )


def unit_from_json(line: str) -> Unit:
    """The unit that `unit_to_json` wrote."""
    values: dict[str, Any] = orjson.loads(line)
    return Unit(
        document=values["document"],
        kind=UnitKind(values["kind"]),
        number=values["number"],
        part=values["part"],
        text=values["text"],
        runs=tuple(Run(*run) for run in values["runs"]),
        span=Span(*values["span"]),
        headings=tuple(values["headings"]),
        topics=tuple(values["topics"]),
        items=tuple(Item(tuple(path), start, end) for path, start, end in values["items"]),
        number_inferred=values["number_inferred"],
    )


def metadata_to_json(metadata: Metadata) -> str:
    """Metadata as one line of JSON."""
    values = {field.name: getattr(metadata, field.name) for field in fields(metadata)}
    return _dump(values)


def metadata_from_json(line: str) -> Metadata:
    """The metadata that `metadata_to_json` wrote."""
    values: dict[str, Any] = orjson.loads(line)
    if values["meeting"] is not None:
        first, last = values["meeting"]
        values["meeting"] = (date.fromisoformat(first), date.fromisoformat(last))
    if values["date"] is not None:
        values["date"] = date.fromisoformat(values["date"])
    return Metadata(**values)


def anomalies_to_json(anomalies: Sequence[Anomaly]) -> str:
    """Anomalies as one line of JSON."""
    return _dump([{"kind": a.kind.value, "message": a.message, "span": list(a.span)} for a in anomalies])


def anomalies_from_json(line: str) -> tuple[Anomaly, ...]:
    """The anomalies that `anomalies_to_json` wrote."""
    values: list[dict[str, Any]] = orjson.loads(line)
    return tuple(Anomaly(AnomalyKind(v["kind"]), v["message"], Span(*v["span"])) for v in values)


def omissions_to_json(omissions: Sequence[Omission]) -> str:
    """Omissions as one line of JSON."""
    return _dump([[omission.kind.value, *omission.span] for omission in omissions])


def omissions_from_json(line: str) -> tuple[Omission, ...]:
    """The omissions that `omissions_to_json` wrote."""
    values: list[tuple[str, int, int]] = orjson.loads(line)
    return tuple(Omission(OmissionKind(kind), Span(start, end)) for kind, start, end in values)


def _dump(value: object) -> str:
    return orjson.dumps(value).decode()
