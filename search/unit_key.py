"""The address of a unit, as batch files, questions and HTTP paths give it."""

from collections.abc import Mapping
from typing import NamedTuple

from corpus.types import Unit, UnitKind

__all__ = ["UnitKey", "key_of", "parse_key"]

MAX_NUMBER = 1_000_000


class UnitKey(NamedTuple):
    """Document, kind, number, and the context whose own numbering holds the unit (None in the body).

    `suffix` is 1 for 第五条之一, `clause` the 款 that is a unit of its own.

    Example: `UnitKey("2019-report", UnitKind.RECOMMENDATION, 17)`
    """

    document: str
    kind: UnitKind
    number: int
    part: str | None = None
    suffix: int | None = None
    clause: int | None = None


def key_of(unit: Unit) -> UnitKey:
    """The address of a unit."""
    return UnitKey(unit.document, unit.kind, unit.number, unit.part, unit.suffix, unit.clause)


def parse_key(value: object) -> UnitKey:
    """Read `{"document": …, "kind": …, "number": …}`, with `part` where an annex is meant.

    Raises ValueError, with a message that says what was found and what was expected.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"expected an object with document, kind and number, found {value!r:.80}")
    document, number, part = value.get("document"), value.get("number"), value.get("part")
    if not isinstance(document, str) or not document:
        raise ValueError(f"document must be the id of a document, found {document!r:.80}")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"number must be a whole number from 0 to {MAX_NUMBER}, found {number!r:.80}")
    if not (part is None or isinstance(part, str)):
        raise ValueError(f"part must be the name of an annex or null, found {part!r:.80}")
    try:
        kind = UnitKind(str(value.get("kind")))
    except ValueError:
        expected = ", ".join(UnitKind)
        raise ValueError(f"kind must be one of {expected}; found {value.get('kind')!r:.80}") from None
    for name in ("suffix", "clause"):
        step = value.get(name)
        if not (step is None or (isinstance(step, int) and 0 < step <= MAX_NUMBER)):
            raise ValueError(f"{name} must be a whole number from 1 on, or null; found {step!r:.80}")
    return UnitKey(document, kind, number, part, value.get("suffix"), value.get("clause"))
