"""Indexes of documents as they are, in as many segments as a test likes."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.types import Document
from indexer.disk.layout import claim_directory, read_current
from indexer.embedded import EmbeddedSnapshot
from indexer.publisher import EmbeddedPublisher
from indexer.segment.writer import IndexedDocument
from tests.indexer_fakes import CountingEncoder, SplitSegmenter


def indexed(*documents: Document) -> list[IndexedDocument]:
    return [IndexedDocument(document, f"/{document.id}.txt", "digest") for document in documents]


def add(
    index: Path,
    documents: Sequence[Document],
    *,
    removed: Collection[str] = (),
    vectors: np.ndarray | None = None,
    encoder: Any = None,
    segmenter: Any = None,
) -> None:
    """One run, sound or not: documents that take the place of those removed; in one new segment."""
    claim_directory(index)
    encoder, segmenter = encoder or CountingEncoder(), segmenter or SplitSegmenter()
    texts = [unit.text for document in documents for unit in document.units]
    if vectors is None:
        vectors = encoder.encode_documents(texts).reshape(len(texts), encoder.dim)
    current = None if read_current(index) is None else EmbeddedSnapshot.open(index)
    publisher = EmbeddedPublisher(index, current, encoder, segmenter)
    if documents:
        publisher.put(indexed(*documents), vectors)
    publisher.publish(removed)
    if current is not None:
        current.close()


def files_of(index: Path, generation: int) -> list[Path]:
    """The manifest of a generation and the files of its segments."""
    import orjson

    manifest = index / "generations" / f"{generation:08d}" / "manifest.json"
    names = [segment["name"] for segment in orjson.loads(manifest.read_bytes())["segments"]]
    return [manifest, *sorted(path for name in names for path in (index / "segments" / name).iterdir())]


def sign(index: Path) -> None:
    """Make manifest and CURRENT agree with the files, as someone who may write the index could."""
    import orjson

    from indexer.disk.manifest import FORMAT_VERSION, Current, digest, digest_file

    current = read_current(index)
    assert current is not None
    path = index / "generations" / f"{current.generation:08d}" / "manifest.json"
    manifest = orjson.loads(path.read_bytes())
    for segment in manifest["segments"]:
        for name in segment["files"]:
            found = digest_file(index / "segments" / segment["name"] / name)
            segment["files"][name] = {"size": found.size, "xxh3": found.xxh3}
    path.write_bytes(orjson.dumps(manifest))
    text = Current(FORMAT_VERSION, current.generation, digest(path.read_bytes())).to_bytes()
    (index / "CURRENT").write_bytes(text)
