"""What the tests of search share: an index of given documents, and how to name a unit of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.types import Unit
from indexer.build import build
from indexer.snapshot import Snapshot, open_snapshot
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.searcher import Searcher
from search.weights import Weights
from tests.indexes import ROOT, SAMPLES, SEEDS, SHARED, shared_index

__all__ = ["ROOT", "SAMPLES", "SEEDS", "SHARED", "name", "opened"]

NAMES = {"meeting-report-2031": "r31", "secretariat-report-2032": "s32", "thematic-compilation-2030": "t30"}
MARKS = {"paragraph": "段", "recommendation": "建议", "block": "块"}
SHELVED: dict[tuple[Path, ...], str] = {(SAMPLES,): "samples", (SEEDS,): "seeds"}


@contextmanager
def opened(
    folder: Path, sources: list[Path], encoder_name: str = "hash", weights: Weights | None = None
) -> Iterator[tuple[Snapshot, Searcher]]:
    """The index of `sources`, open for searching: the shared one of the samples or seeds, else made under `folder`."""
    encoder, segmenter = load_encoder(encoder_name), Segmenter()
    shelved = SHELVED.get(tuple(sources))
    if shelved is not None:
        folder = shared_index(shelved, encoder_name)
    else:
        assert not build(sources, folder, encoder, segmenter).failures
    with open_snapshot(folder) as snapshot:
        yield snapshot, Searcher(snapshot, encoder, segmenter, weights=weights)


def name(unit: Unit) -> str:
    """A short name of a sample unit: `r31 建议7`, `r31 附件一 段3`."""
    part = f"{unit.part} " if unit.part else ""
    return f"{NAMES.get(unit.document, unit.document)} {part}{MARKS[unit.kind]}{unit.number}"
