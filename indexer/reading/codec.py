"""The data model of `corpus.types` as JSON and back: `unit_from_json(unit_to_json(unit)) == unit`.

| type     | JSON                                                                                          |
|----------|-----------------------------------------------------------------------------------------------|
| Unit     | `{"document", "kind", "number", "part", "text", "runs": [[text, source, length], …],            |
|          | "span": [start, end], "headings": […], "topics": […], "items": [[path, start, end], …],        |
|          | "number_inferred"}`, and where they say something `"suffix"`, `"clause"`, `"label"`,           |
|          | `"table"`, `"row"`, `"gaps": [[at, kind, start, end], …]`                                      |
| Metadata | `{"title", "body", "session", "meeting": [first, last] or null, "date", "place",               |
|          | "distribution", "language", "symbol", "type", "country": […], "topics": […],                  |
|          | "facets": [[name, value], …], "stated_year", "relations": [[relation, document], …]}`, days    |
|          | as `2019-09-09`, unknown as null                                                              |
| Anomaly  | `{"kind", "message", "span": [start, end]}`                                                    |
| Omission | `[kind, start, end]`                                                                           |
| pages    | `[0, 900]`, the offset at which each page begins                                               |
| Document | `{"id", "source", "encoding", "metadata", "units", "anomalies", "omissions", "pages"}`         |

What is read back has these types to the leaves; else ValueError, KeyError, TypeError or AttributeError.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import orjson

from corpus.coverage import Coverage
from corpus.types import (
    Anomaly,
    AnomalyKind,
    Document,
    Gap,
    Item,
    Metadata,
    Omission,
    OmissionKind,
    Relation,
    Run,
    Span,
    Unit,
    UnitKind,
)
from indexer.reading.conforming import conforming

__all__ = [
    "anomalies_from_json",
    "anomalies_to_json",
    "coverage_from_json",
    "coverage_to_json",
    "document_from_json",
    "document_to_json",
    "metadata_from_json",
    "metadata_from_values",
    "metadata_to_json",
    "omissions_from_json",
    "omissions_to_json",
    "pages_from_json",
    "pages_to_json",
    "unit_from_json",
    "unit_to_json",
]

_RARE = ("suffix", "clause", "label", "table", "row")


def document_to_json(document: Document) -> bytes:
    """A document as JSON in UTF-8; raises ValueError where a text of it is no Unicode."""
    return orjson.dumps(
        {
            "id": document.id,
            "source": document.source,
            "encoding": document.encoding,
            "metadata": _metadata_values(document.metadata),
            "units": [_unit_values(unit) for unit in document.units],
            "anomalies": _anomaly_values(document.anomalies),
            "omissions": _omission_values(document.omissions),
            "pages": document.pages,
        }
    )


def document_from_json(values: dict[str, Any]) -> Document:
    """The document whose JSON, as `document_to_json` wrote it, was parsed into `values`."""
    return Document(
        id=values["id"],
        source=values["source"],
        encoding=values["encoding"],
        metadata=_metadata(values["metadata"]),
        units=tuple(_unit(unit) for unit in values["units"]),
        anomalies=_anomalies(values["anomalies"]),
        omissions=_omissions(values["omissions"]),
        pages=tuple(values["pages"]),
    )


def unit_to_json(unit: Unit) -> str:
    """A unit as one line of JSON."""
    return _dump(_unit_values(unit))


def unit_from_json(line: str) -> Unit:
    """The unit that `unit_to_json` wrote."""
    return conforming(_unit(orjson.loads(line)))


def coverage_to_json(coverage: Coverage) -> str:
    """Coverage as one line of JSON."""
    return _dump(
        {
            "characters": coverage.characters,
            "units": coverage.units,
            "blocks": coverage.blocks,
            "aside": dict(coverage.aside),
        }
    )


def coverage_from_json(line: str) -> Coverage:
    """The coverage that `coverage_to_json` wrote."""
    coverage = Coverage(**orjson.loads(line))
    counts = (coverage.characters, coverage.units, coverage.blocks, *coverage.aside.values())
    conforming(counts, tuple[int, ...])
    return coverage


def metadata_to_json(metadata: Metadata) -> str:
    """Metadata as one line of JSON."""
    return _dump(_metadata_values(metadata))


def metadata_from_values(values: dict[str, Any]) -> Metadata:
    """The metadata whose JSON was parsed into `values`, as it stands inside other JSON."""
    return conforming(_metadata(values))


def metadata_from_json(line: str) -> Metadata:
    """The metadata that `metadata_to_json` wrote."""
    return conforming(_metadata(orjson.loads(line)))


def anomalies_to_json(anomalies: Sequence[Anomaly]) -> str:
    """Anomalies as one line of JSON."""
    return _dump(_anomaly_values(anomalies))


def anomalies_from_json(line: str) -> tuple[Anomaly, ...]:
    """The anomalies that `anomalies_to_json` wrote."""
    return conforming(_anomalies(orjson.loads(line)), tuple[Anomaly, ...])


def omissions_to_json(omissions: Sequence[Omission]) -> str:
    """Omissions as one line of JSON."""
    return _dump(_omission_values(omissions))


def omissions_from_json(line: str) -> tuple[Omission, ...]:
    """The omissions that `omissions_to_json` wrote."""
    return conforming(_omissions(orjson.loads(line)), tuple[Omission, ...])


def _unit_values(unit: Unit) -> dict[str, Any]:
    return {
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
        **{name: value for name in _RARE if (value := getattr(unit, name)) is not None},
        **({"gaps": [[gap.at, gap.kind.value, *gap.span] for gap in unit.gaps]} if unit.gaps else {}),
    }


def _unit(values: dict[str, Any]) -> Unit:
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
        gaps=tuple(Gap(at, OmissionKind(kind), Span(*span)) for at, kind, *span in values.get("gaps", ())),
        **{name: values.get(name) for name in _RARE},
    )


def _metadata_values(metadata: Metadata) -> dict[str, Any]:
    return {field.name: getattr(metadata, field.name) for field in fields(metadata)}


def _metadata(values: dict[str, Any]) -> Metadata:
    values = dict(values)  # what was parsed may be compared afterwards
    if values["meeting"] is not None:
        first, last = values["meeting"]
        values["meeting"] = (date.fromisoformat(first), date.fromisoformat(last))
    if values["date"] is not None:
        values["date"] = date.fromisoformat(values["date"])
    for name in ("country", "topics"):  # absent before they were known
        values[name] = tuple(values.get(name, ()))
    values["facets"] = tuple((key, value) for key, value in values.get("facets", ()))
    values["relations"] = tuple((Relation(name), other) for name, other in values.get("relations", ()))
    return Metadata(**values)


def _anomaly_values(anomalies: Sequence[Anomaly]) -> list[dict[str, Any]]:
    return [{"kind": a.kind.value, "message": a.message, "span": list(a.span)} for a in anomalies]


def _anomalies(values: list[dict[str, Any]]) -> tuple[Anomaly, ...]:
    return tuple(Anomaly(AnomalyKind(v["kind"]), v["message"], Span(*v["span"])) for v in values)


def _omission_values(omissions: Sequence[Omission]) -> list[list[Any]]:
    return [[omission.kind.value, *omission.span] for omission in omissions]


def _omissions(values: list[list[Any]]) -> tuple[Omission, ...]:
    return tuple(Omission(OmissionKind(kind), Span(start, end)) for kind, start, end in values)


def pages_to_json(pages: Sequence[int]) -> str:
    """The beginnings of pages as one line of JSON."""
    return _dump(list(pages))


def pages_from_json(line: str) -> tuple[int, ...]:
    """The beginnings of pages that `pages_to_json` wrote."""
    return conforming(tuple(orjson.loads(line)), tuple[int, ...])


def _dump(value: object) -> str:
    return orjson.dumps(value).decode()
