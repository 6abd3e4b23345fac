"""What is written is read back equal: every type of the data model, through JSON and through the store."""

import datetime
import string
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import Anomaly, Document, Item, Metadata, Omission, Run, Span, Unit
from indexer.embedded import EmbeddedSnapshot
from indexer.reading.codec import (
    anomalies_from_json,
    anomalies_to_json,
    metadata_from_json,
    metadata_to_json,
    omissions_from_json,
    omissions_to_json,
    unit_from_json,
    unit_to_json,
)
from indexer.segment.words import compared_words, segment
from tests.indexer_fakes import SplitSegmenter
from tests.segment_support import add

OFFSETS = st.integers(0, 10**6)
TEXTS = st.text(st.sampled_from("段议\u3000\n\0\"'\\𠀀\u2028") | st.characters(codec="utf-8"), max_size=12)
SPANS = st.builds(Span, OFFSETS, OFFSETS)
UNITS = st.builds(
    Unit,
    document=TEXTS,
    number=OFFSETS,
    part=st.none() | TEXTS,
    text=TEXTS,
    runs=st.lists(st.builds(Run, OFFSETS, OFFSETS, OFFSETS), max_size=3).map(tuple),
    span=SPANS,
    headings=st.lists(TEXTS, max_size=2).map(tuple),
    topics=st.lists(TEXTS, max_size=2).map(tuple),
    items=st.lists(st.builds(Item, st.lists(TEXTS, max_size=2).map(tuple), OFFSETS, OFFSETS), max_size=2).map(
        tuple
    ),
    number_inferred=st.booleans(),
)
DAYS = st.dates(datetime.date(1945, 1, 1), datetime.date(2100, 1, 1))
UNKNOWN_OR_TEXT = st.none() | TEXTS
METADATA = st.builds(
    Metadata,
    title=UNKNOWN_OR_TEXT,
    body=UNKNOWN_OR_TEXT,
    session=st.none() | OFFSETS,
    meeting=st.none() | st.tuples(DAYS, DAYS),
    date=st.none() | DAYS,
    place=UNKNOWN_OR_TEXT,
    distribution=UNKNOWN_OR_TEXT,
    language=UNKNOWN_OR_TEXT,
    symbol=UNKNOWN_OR_TEXT,
)
ANOMALIES = st.lists(st.builds(Anomaly, message=TEXTS, span=SPANS), max_size=3).map(tuple)
OMISSIONS = st.lists(st.builds(Omission, span=SPANS), max_size=3).map(tuple)


@given(UNITS)
def test_units_survive_json(unit: Unit) -> None:
    assert unit_from_json(unit_to_json(unit)) == unit


@given(METADATA)
def test_metadata_survive_json(metadata: Metadata) -> None:
    assert metadata_from_json(metadata_to_json(metadata)) == metadata


@given(ANOMALIES, OMISSIONS)
def test_anomalies_and_omissions_survive_json(
    anomalies: tuple[Anomaly, ...], omissions: tuple[Omission, ...]
) -> None:
    assert anomalies_from_json(anomalies_to_json(anomalies)) == anomalies
    assert omissions_from_json(omissions_to_json(omissions)) == omissions


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_documents_survive_the_store(data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.text(string.ascii_lowercase + "段", min_size=1), unique=True, max_size=3))
    written = []
    for document_id in sorted(ids):
        units = data.draw(st.lists(UNITS.map(lambda unit, id=document_id: in_store(unit, id)), max_size=3))
        written.append(
            Document(
                id=document_id,
                source=data.draw(TEXTS),
                encoding="gb18030",
                metadata=data.draw(METADATA),
                units=tuple(units),
                anomalies=data.draw(ANOMALIES),
                omissions=data.draw(OMISSIONS),
                pages=tuple(data.draw(st.lists(OFFSETS, max_size=3))),
            )
        )
    with TemporaryDirectory() as folder:
        add(Path(folder), written)
        with EmbeddedSnapshot.open(Path(folder)) as snapshot:
            assert [snapshot.documents.load(id) for id in snapshot.documents.ids] == written
            units = [unit for document in written for unit in document.units]
            for row, unit in enumerate(units):
                expected = {word.encode("utf-8", "replace").decode() for word in compared(unit)}
                assert set(snapshot.words.of(row)) == expected


def in_store(unit: Unit, document: str) -> Unit:
    """A store gives no unit with runs or items outside of its text."""
    return replace(renamed(unit, document), runs=(Run(0, 0, len(unit.text)),), items=())


def compared(unit: Unit) -> list[str]:
    return compared_words(segment(unit, SplitSegmenter()))


def renamed(unit: Unit, document_id: str) -> Unit:
    values = {field.name: getattr(unit, field.name) for field in fields(unit)}
    return Unit(**{**values, "document": document_id})
