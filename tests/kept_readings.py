"""Readings kept for a run: one question over one passage costs 50 ms, and many tests ask the same of the samples.

A reading depends on nothing but the reader, the question and the passage (`tests/test_models_reading.py` holds
that, on readers that keep nothing), so whoever comes second takes what the first has read.
"""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
import xxhash

from models.reader import Passage, Reader, Reading
from models.reading import packaged

__all__ = ["KeptReader", "keep_readings"]


@dataclass(frozen=True)
class KeptReader:
    """A reader before which stands a folder of what it has read."""

    reader: Reader
    folder: Path

    @property
    def name(self) -> str:
        return self.reader.name

    @property
    def fingerprint(self) -> str:
        return self.reader.fingerprint

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        return [self._read(question, passage) for passage in passages]

    def likeness(self, source: str, passages: Sequence[Passage]) -> list[float]:
        return self.reader.likeness(source, passages)

    def _read(self, question: str, passage: Passage) -> Reading:
        told = repr((self.fingerprint, question, passage.text, passage.context))
        kept = self.folder / xxhash.xxh3_128_hexdigest(told.encode("utf-8", "surrogatepass"))
        if kept.exists():
            reading: Reading = pickle.loads(kept.read_bytes())  # written below, by this run
            return reading
        (reading,) = self.reader.read(question, [passage])
        with NamedTemporaryFile(dir=self.folder, delete=False) as aside:
            aside.write(pickle.dumps(reading))
        Path(aside.name).replace(kept)
        return reading


def keep_readings(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """From here on the packaged reader of this process keeps its readings in a folder that all workers share."""
    folder.mkdir(exist_ok=True)
    real = packaged.packaged_judge

    @cache
    def kept(threads: int = 1) -> packaged.Judge:
        judge = real(threads)
        return replace(judge, reader=KeptReader(judge.reader, folder))

    patch.setattr(packaged, "packaged_judge", kept)
