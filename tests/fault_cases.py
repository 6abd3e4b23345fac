"""What the tests of faults share: five kinds of run, the state of an index, and what a run may leave."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import orjson

from corpus.reader import document_of
from corpus.source import read_source
from indexer import encode, merge
from indexer.build import build
from indexer.care.verify import verify
from indexer.disk.generation import KEPT
from indexer.disk.storage import DISK, Storage
from indexer.embedded import EmbeddedSnapshot
from indexer.errors import SnapshotMissing
from indexer.reading.digest import digest_of
from indexer.reading.received import Read
from indexer.report import BuildReport, Failure
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, report, write_reports

DIMS = {"counting": 16, "other": 24}
NO_LEFTOVERS = frozenset({"CURRENT", "LOCK", "generations", "segments", "cache"})


class ReadersHere:
    """Reads in this process, as `indexer.reading.reader.Readers` does in others, which tests of storage can spare."""

    def __init__(self, limits: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def read(self, paths: Sequence[Path], *_more: object) -> Iterator[Read | Failure]:
        for source in map(read_source, paths):
            yield Read(document_of(source), digest_of(source))


def without_processes() -> None:
    """From here on this process reads documents by itself, and encodes few texts at once."""
    merge.Readers = ReadersHere  # type: ignore[attr-defined,assignment]  # another class with the same methods
    encode.BATCH = 4


@dataclass(frozen=True)
class State:
    """Everything that an index answers from, as far as two states could differ."""

    units: tuple[tuple[str, int, str], ...]
    words: tuple[str, ...]
    vectors: str
    lexical: tuple[int, ...]
    dense: tuple[int, ...]


def state(index: Path) -> State | None:
    """What a sound index holds and answers, None where nothing was committed; fails where verify does."""
    try:
        assert verify(index) == []
    except SnapshotMissing:
        return None
    with EmbeddedSnapshot.open(index) as snapshot:
        vectors = np.array([snapshot.dense.vector(row) for row in range(len(snapshot.units))])
        query = CountingEncoder(dim=snapshot.dense.dim).encode_queries(["监测"])[0]
        return State(
            tuple((unit.document, unit.number, unit.text) for _, unit in snapshot.units.all()),
            tuple("".join(sorted(snapshot.words.of(row))) for row in range(len(snapshot.units))),
            hashlib.sha256(vectors.tobytes()).hexdigest(),
            tuple(snapshot.lexical.search({"words": {"洗": 1.0, "三": 0.5, "2": 0.3}}, 100)[0].tolist()),
            tuple(snapshot.dense.search(query, 100)[0].tolist()),
        )


@dataclass(frozen=True)
class Case:
    """A run that takes an index from one state to another."""

    name: str
    before: Path  # an index to copy; a path where nothing is for a first build
    reports: Path
    encoder: str = "counting"
    prune: bool = False

    def begin(self, index: Path) -> Path:
        """A copy of the index as it is before the run."""
        if self.before.exists():
            shutil.copytree(self.before, index)
        return index

    def run(self, index: Path, storage: Storage = DISK) -> BuildReport:
        """Take it to the new state, through a storage."""
        encoder = CountingEncoder(self.encoder, DIMS[self.encoder])
        return build([self.reports], index, encoder, SplitSegmenter(), prune=self.prune, storage=storage)


def make_cases(place: Path) -> list[Case]:
    """First build, update (one changed, one added), prune, no change, and all texts encoded anew."""
    cases = [Case("first", place / "nowhere", place / "first/reports")]
    for name in ("update", "prune", "nothing", "encoder"):
        cases.append(
            Case(
                name,
                place / name / "index",
                place / name / "reports",
                encoder="other" if name == "encoder" else "counting",
                prune=name == "prune",
            )
        )
    for case in cases:
        write_reports(case.reports)
        if case.name != "first":
            before = Case(case.name, place / "nowhere", case.reports)
            before.run(case.before)
    update, prune = cases[1].reports, cases[2].reports
    (update / "b.txt").write_text(report("第二份", ["缔约国应另行监测洗钱。", "三者皆应监测。"]), "utf-8")
    (update / "d.txt").write_text(report("第四份", ["缔约国应监测塑料。"]), "utf-8")
    (prune / "a.txt").unlink()
    return cases


def assert_next_run_succeeds(case: Case, index: Path, new: State | None) -> None:
    """The same run again, on a sound disk, gives the new state and leaves nothing else behind."""
    case.run(index)
    assert state(index) == new
    assert {path.name for path in index.iterdir()} <= NO_LEFTOVERS
    generations = [path.name for path in (index / "generations").iterdir()]
    assert all(name.isdecimal() for name in generations)
    assert len(generations) <= KEPT
    named = {
        segment["name"]
        for path in (index / "generations").glob("*/manifest.json")
        for segment in orjson.loads(path.read_bytes())["segments"]
    }
    assert {path.name for path in (index / "segments").iterdir()} == named
    assert {path.name for path in (index / "cache").iterdir()} <= {"vectors.sqlite3"}


def figures(title: str, counts: dict[str, int]) -> None:
    """A line of the report of `make fault-test`."""
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"\n{title}: {sum(counts.values())} ({told}) [process {os.getpid()}]", flush=True)
