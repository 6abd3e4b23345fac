"""Golden snapshots, one of each format: how one is made, and what it must answer for ever.

    python tests/format_snapshots.py tests/data/format-2

writes the sample documents in the format of this version to tests/data/format-2/index, and what it answers
to tests/data/format-2/expected.json. A snapshot that is committed is never made again.
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from corpus.reader import read_document
from corpus.types import Document
from indexer.content.fields import encoded_text
from indexer.content.store_writer import IndexedDocument
from indexer.disk.generation import commit, write_generation
from indexer.disk.layout import claim_directory
from indexer.reading.collect import content_digest
from indexer.snapshot import Snapshot
from models.encoders.hashing import HashEncoder
from models.segmenter import Segmenter

SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
DIM = 32
# By field the terms of a query, each of weight 1; the last one stands nowhere.
TERMS: list[dict[str, list[str]]] = [
    {"words": ["押金"]},
    {"bigrams": ["拾荒", "荒者"], "headings": ["建议"]},
    {"words": ["缔约国", "应"], "topics": ["实验室"]},
    {"words": ["85/117", "riv/cop/wg.2/2031/3/add.1"]},
    {"words": ["不见于任何文件"]},
]
NEAREST_TO = (0, 41, 118)  # rows whose own vector is the query


def make(index: Path) -> None:
    """Write and commit the samples as they are, at paths that are nobody's."""
    encoder, segmenter = HashEncoder(DIM), Segmenter()
    documents = [
        IndexedDocument(_paged(read_document(path)), f"/documents/{path.name}", content_digest(path))
        for path in sorted(SAMPLES.iterdir())
        if path.suffix in {".md", ".txt"}
    ]
    documents.sort(key=lambda indexed: indexed.document.id)
    units = [unit for indexed in documents for unit in indexed.document.units]
    vectors = encoder.encode_documents([encoded_text(unit) for unit in units])
    claim_directory(index)
    commit(index, write_generation(index, 1, documents, vectors, encoder, segmenter), 1)


def answers(index: Path) -> dict[str, Any]:
    """Everything a reader can ask of a snapshot, as JSON would hold it."""
    with Snapshot.open(index) as snapshot:
        found = {
            "documents": [_plain(snapshot.documents.load(d.id)) for d in snapshot.documents],
            "paths": [document.path for document in snapshot.documents],
            "units": [dataclasses.asdict(unit) for _, unit in snapshot.units.all()],
            "lexical": [_hits(snapshot.lexical.search(_weighted(terms), 10)) for terms in TERMS],
            "dense": [_hits(snapshot.dense.search(snapshot.dense.vector(row), 10)) for row in NEAREST_TO],
            "words": [dataclasses.asdict(words) for words in snapshot.units.words(NEAREST_TO) or ()],
            "citing": {cited.key: snapshot.citing.rows(cited.key) for cited in snapshot.citing.cited()},
        }
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return plain


def _paged(document: Document) -> Document:
    """One document with pages, which its text file has not."""
    pages = (0, 2000, 4000) if document.id == "meeting-report-2031" else ()
    return dataclasses.replace(document, pages=pages)


def _plain(document: Document) -> dict[str, Any]:
    """A document without its units, which are listed once."""
    fields = dataclasses.asdict(document)
    del fields["units"]
    return fields


def _weighted(terms: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    return {field: dict.fromkeys(words, 1.0) for field, words in terms.items()}


def _hits(found: tuple[Any, Any]) -> list[tuple[int, float]]:
    rows, scores = found
    return [(int(row), round(float(score), 5)) for row, score in zip(rows, scores, strict=True)]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    make(place / "index")
    text = json.dumps(answers(place / "index"), ensure_ascii=False, separators=(",", ":"))
    (place / "expected.json").write_text(text + "\n", encoding="utf-8")
