"""Read a document: bytes of a file in, citable units out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus.citations.doubts import find_doubts
from corpus.errors import EmptyFile, TooLarge, UnreadableFile
from corpus.families.fingerprint import fingerprint_of
from corpus.formats import extract
from corpus.formats.extracted import Extracted
from corpus.layout.mojibake import find_mojibake
from corpus.metadata.found import find_metadata, merge
from corpus.metadata.front_matter import split_front_matter
from corpus.metadata.listed import TABLE, Row, supplied_by
from corpus.metadata.supplied import supplied_beside, supplied_from
from corpus.source import Source, read_source
from corpus.types import Anomaly, AnomalyKind, Document, Metadata, Omission, OmissionKind, Span, Unit
from corpus.units import find_units

__all__ = ["document_of", "parse_document", "parse_extracted", "read_document"]


def read_document(
    path: Path, *, most_characters: int | None = None, row: Row = (), name: str | None = None
) -> Document:
    """Read a file with what `NAME.toml` beside it, its own front matter, and its row of a table say of it.

    Raises CorpusError: what cannot be opened, and whatever `document_of` refuses.
    Example: `read_document(Path("report.txt")).units[0].number == 1`
    """
    try:
        source = read_source(path)
    except OSError as error:
        found = f"{error.filename or path}: {error.strerror or error}"
        raise UnreadableFile(f"{found}; a readable file was expected: check its rights") from error
    return document_of(source, most_characters=most_characters, row=row, name=name)


def document_of(
    source: Source, *, most_characters: int | None = None, row: Row = (), name: str | None = None
) -> Document:
    """The document that the bytes of a file and of its sidecar hold; no file is opened.

    `name` is its id where none is supplied, by default the file name without its ending.
    A text of more than `most_characters` is refused before it is parsed.
    Raises CorpusError: what holds no text, or is in no format that is read.
    Example: `document_of(Source(Path("a.txt"), "1. 甲。".encode())).units[0].number == 1`
    """
    path = source.path
    extracted = extract(source.data, str(path))
    if most_characters is not None and (length := len(extracted.text)) > most_characters:
        raise TooLarge(
            f"{path} holds {length:,} characters of text; at most {most_characters:,} were expected: split it"
        )
    start, values = split_front_matter(extracted.text, str(path))
    warnings: list[str] = []
    supplied = supplied_beside(source).over(supplied_from(values, f"front matter of {path.name}", warnings))
    if warnings:
        told = [Anomaly(AnomalyKind.UNKNOWN_METADATA, one, Span(0, start)) for one in warnings]
        extracted = replace(extracted, anomalies=(*extracted.anomalies, *told))
    supplied = supplied.over(supplied_by(row, f"{TABLE}, the line of {path}"))
    return parse_extracted(extracted, supplied.id or name or path.stem, supplied=supplied.metadata)


def parse_document(
    text: str, id: str, *, supplied: Metadata | None = None, encoding: str = "utf-8"
) -> Document:
    """Find the units of a text and what it says of itself; `supplied` goes before what is found.

    Offsets are in `text` as given, front matter included.
    Example: `parse_document("一. 导言\\n1. 甲。\\n2. 乙。", "d").units[1].text == "乙。"`
    """
    return parse_extracted(Extracted(text, encoding), id, supplied=supplied)


def parse_extracted(extracted: Extracted, id: str, *, supplied: Metadata | None = None) -> Document:
    """Like `parse_document`, with the pages and the furniture that the layout of the file has told."""
    text = extracted.text
    start, _ = split_front_matter(text)
    if not text[start:].strip():
        raise EmptyFile(f"{id}: no text was found; a document with words was expected: check the conversion")
    found = find_units(text, id, start, extracted.furniture, extracted.rows)
    head = _without_notes(text, start, found.head_end, extracted.furniture)
    printed = find_metadata(head, "\n".join(unit.text for unit in found.units))
    anomalies = (
        *extracted.anomalies,
        *found.anomalies,
        *find_doubts(text, found.units),
        *find_mojibake(text),
    )
    return Document(
        id=id,
        source=text,
        encoding=extracted.encoding,
        metadata=replace(merge(supplied or Metadata(), printed), fingerprint=_fingerprint(found.units)),
        units=tuple(found.units),
        anomalies=tuple(sorted(anomalies, key=lambda one: one.span)),
        omissions=tuple(found.omissions),
        pages=extracted.pages,
    )


def _fingerprint(units: Sequence[Unit]) -> str | None:
    found = fingerprint_of(unit.text for unit in units)
    return None if found is None else str(found)


def _without_notes(text: str, start: int, end: int, furniture: Sequence[Omission]) -> str:
    """The head of a text without the notes that the layout has told: a note is never part of a title."""
    pieces, at = list[str](), start
    for one in sorted(furniture, key=lambda one: one.span):
        if one.kind is OmissionKind.FOOTNOTE and at <= one.span.start < end:
            pieces.append(text[at : one.span.start])
            at = min(one.span.end, end)
    return "".join([*pieces, text[at:end]])
