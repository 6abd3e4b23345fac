"""Metadata that a document's owner supplies: `NAME.toml` beside `NAME.txt`, or front matter.

+++                                ---
symbol = "CTOC/COP/WG.4/2019/7"    symbol: CTOC/COP/WG.4/2019/7
date = 2019-09-25                  date: 2019-09-25
meeting = [2019-09-09, 2019-09-11] meeting: 2019-09-09, 2019-09-11
session = 9                        session: 9
type = "report"                    type: report
country = ["林泽", "澜汀"]            country: 林泽, 澜汀
corrects = "CTOC/COP/WG.4/2019/5"
facets = { stage = "一审" }
+++                                ---
"""

import re
import reprlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from corpus.errors import BadMetadata
from corpus.source import Source
from corpus.types import Metadata, Relation

__all__ = [
    "KEYS",
    "LIST_KEYS",
    "RESERVED",
    "Supplied",
    "read_supplied",
    "read_value",
    "supplied_beside",
    "supplied_from",
]

_TEXT_KEYS = ("id", "title", "symbol", "body", "place", "distribution", "language", "type")
_RELATIONS = tuple(map(str, Relation))
LIST_KEYS = frozenset({"country", "topics", "meeting", *_RELATIONS})
"""Keys that take several values: a list in TOML and YAML; else , or ; stands between."""

KEYS = (*_TEXT_KEYS, "date", "meeting", "session", "year", "country", "topics", "facets", *_RELATIONS)
_MOST_VALUES = 200
_BETWEEN = re.compile("[,;，；、|]")


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the owner says of a document; `id` is None where its file name serves."""

    id: str | None = None
    metadata: Metadata = field(default_factory=Metadata)

    def over(self, other: "Supplied") -> "Supplied":
        """This, and the other where this says nothing: a sidecar goes before front matter."""
        return Supplied(self.id or other.id, self.metadata.over(other.metadata))


def read_supplied(path: Path) -> Supplied:
    """What the sidecar of a document says; nothing where there is none.

    `path` is the document or the sidecar itself: `report.txt` and `report.toml` both read `report.toml`.
    Raises BadMetadata naming the file, the key and what was expected.
    """
    sidecar = path.with_suffix(".toml")
    try:
        data = sidecar.read_bytes() if sidecar.is_file() else None
    except OSError as error:
        raise _no_toml(sidecar, error) from error
    return supplied_beside(Source(path, b"", data))


def supplied_beside(source: Source) -> Supplied:
    """Like `read_supplied`, of a sidecar that is read already."""
    if source.sidecar is None:
        return Supplied()
    sidecar = source.path.with_suffix(".toml")
    try:
        values = tomllib.loads(source.sidecar.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _no_toml(sidecar, error) from error
    return supplied_from(values, str(sidecar))


def _no_toml(sidecar: Path, error: Exception) -> BadMetadata:
    return BadMetadata(f"{sidecar}: {error}; a TOML file in UTF-8 was expected: correct or remove it")


def read_value(key: str, text: str) -> object:
    """A value written as plain text, as its key wants it: numbers as numbers, several values as a list.

    Example: `read_value("country", "[甲; 乙]") == ["甲", "乙"]` and `read_value("year", "2031") == 2031`
    """
    if key in ("session", "year") and text.isascii() and text.isdigit():
        return int(text)
    if key in LIST_KEYS:
        return [part.strip() for part in _BETWEEN.split(text.strip("[]")) if part.strip()]
    return text


def supplied_from(values: Mapping[str, object], where: str, warnings: list[str] | None = None) -> Supplied:
    """Check what a sidecar or front matter says; `where` names it in messages.

    Raises BadMetadata at an unknown key or a value of another type; where `warnings` are given, they get the
    message and the key is passed over: front matter is also written for other programs.
    Example: `supplied_from({"session": 9}, "a.toml").metadata.session == 9`
    """
    checked: dict[str, object] = {}
    for key, value in values.items():
        try:
            checked[key] = _checked(key, value, where)
        except BadMetadata as error:
            if warnings is None:
                raise
            warnings.append(str(error))
    identifier = checked.pop("id", None)
    if "year" in checked:
        checked["stated_year"] = checked.pop("year")
    relations = [(Relation(key), str(other)) for key in _RELATIONS for other in _all(checked.pop(key, ()))]
    return Supplied(
        identifier if isinstance(identifier, str) else None,
        Metadata(**checked, relations=tuple(relations)),  # type: ignore[arg-type]  # each read by its key's reader
    )


def _checked(key: str, value: object, where: str) -> object:
    if key not in KEYS:
        raise BadMetadata(
            f"{where}: unknown key {key!r:.100}; expected one of {', '.join(KEYS)}: remove or rename it, or "
            'write it as a facet: facets = { court = "…" }'
        )
    try:
        return _READERS.get(key, _text)(value)
    except ValueError as error:
        raise BadMetadata(f"{where}: {key} is {reprlib.repr(value)}; expected {error}") from error


def _all(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("text")
    return value.strip()


def _session(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("a number of at least 1")
    return value


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else date.fromisoformat("")
    except ValueError as error:
        raise ValueError("a date such as 2019-09-25") from error


def _meeting(value: object) -> tuple[date, date]:
    days = value if isinstance(value, list) else [value]
    try:
        read = [_date(day) for day in days]
    except ValueError as error:
        raise ValueError("one or two dates such as 2019-09-09, 2019-09-11") from error
    if len(read) not in (1, 2) or read[0] > read[-1]:
        raise ValueError("the first and last day, in this order")
    return read[0], read[-1]


def _year(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 9999:
        raise ValueError("a year such as 2019")
    return value


def _texts(value: object) -> tuple[str, ...]:
    """One text or several, each once."""
    given = value if isinstance(value, list) else [value]
    if len(given) > _MOST_VALUES:
        raise ValueError(f"at most {_MOST_VALUES} values")
    try:
        return tuple(dict.fromkeys(_text(one) for one in given))
    except ValueError as error:
        raise ValueError("text, or a list of texts") from error


def _facets(value: object) -> tuple[tuple[str, str], ...]:
    """Pairs of name and value, by name: `{ court = "…", stage = ["一审", "二审"] }`."""
    if not isinstance(value, Mapping):
        raise ValueError('a table such as { court = "…", stage = ["一审", "二审"] }')
    pairs = [
        (_text(name), one)
        for name, held in value.items()
        for one in _texts([str(each) for each in (held if isinstance(held, list) else [held])])
    ]
    if taken := sorted({name for name, _ in pairs} & {*KEYS, *RESERVED}):
        raise ValueError(f"other names than {', '.join(taken)}, which have a meaning of their own")
    return tuple(sorted(pairs))


RESERVED = frozenset({"kind", "document"})
"""Names under which search counts and filters by itself."""

_READERS: dict[str, Callable[[object], object]] = {
    "date": _date,
    "meeting": _meeting,
    "session": _session,
    "year": _year,
    "facets": _facets,
    **dict.fromkeys(("country", "topics", *_RELATIONS), _texts),
}
