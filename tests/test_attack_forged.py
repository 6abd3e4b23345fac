"""Forged indexes: one thing altered and every checksum made right again. Refused, or answered from what is there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from api.errors import foreseeable
from indexer.build import build, optimize
from indexer.care.verify import verify
from indexer.errors import EncoderMismatch, SnapshotDamaged
from indexer.segment.arrays import write_arrays
from indexer.snapshot import open_snapshot
from models.encoders.registry import load_encoder
from models.reading.overlap_reader import OverlapReader
from models.reading.packaged import packaged_judge
from models.segmenter import Segmenter
from search.answer.ask import answer
from search.library import Library
from search.library.operations import answer_json
from tests.api_support import build_samples
from tests.clock import seconds
from tests.fault_cases import ReadersHere
from tests.forged_index import alter_line, change_manifest, forge
from tests.indexer_fakes import write_reports
from tests.segment_support import sign

SHORT, LONG = 24, 600
MOST_SECONDS = 20.0
"""Of CPU, for all of it: unaltered it takes one."""


def asked(library: Library) -> object:
    found = answer(library, "押金是多少？", replace(packaged_judge(), reader=OverlapReader()))
    return answer_json(library, found)


WORK: tuple[Callable[[Library], object], ...] = (
    lambda library: library.search("押金退还", k=50),
    lambda library: library.search("2031年会议建议3", mode="bm25"),
    asked,
    lambda library: library.show("2031年会议建议3", context=2),
    lambda library: library.documents(),
    lambda library: library.units(),
    lambda library: library.precedents("2031年会议建议3"),
    lambda library: library.chain("2031年会议建议3"),
    lambda library: library.check_citations("见2031年会议建议3：“押金”"),
    lambda library: library.cited_by("第5/2号决议"),
    lambda library: library.not_carried(),
    lambda library: library.news("押金", since="2020-01-01"),
    lambda library: library.compilation(),
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("sound") / "index")


def opened(index: Path) -> Iterator[Library]:
    with suppress(*foreseeable()):
        library = Library.open(index)
        yield library
        library.close()


def use(index: Path, files: Path) -> None:
    """Everything that reads it, then a run upon it: only what is foreseen may be raised."""
    for library in opened(index):
        for work in WORK:
            with suppress(*foreseeable()):
                work(library)
        found = {row for row in range(len(library.snapshot.units)) if not is_told(library, row)}
        assert not found or verify(index), f"rows {found} are not in their source, and verify is content"
    encoder, segmenter = load_encoder("hash"), Segmenter()
    for last in (
        lambda: build([files], index, encoder, segmenter),
        lambda: optimize(index, encoder, segmenter),
    ):
        with suppress(*foreseeable()):
            last()


def is_told(library: Library, row: int) -> bool:
    """Whether the text of a unit stands in its source, or the unit is refused."""
    try:
        return library.is_verbatim(library.at(row))
    except foreseeable():
        return True


@pytest.mark.parametrize("part", range(4))
def test_some_forgeries(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    check(sound, tmp_path, monkeypatch, range(part * SHORT // 4, (part + 1) * SHORT // 4))


@pytest.mark.long
def test_many_forgeries(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(sound, tmp_path, monkeypatch, range(SHORT, LONG))


def check(sound: Path, place: Path, monkeypatch: pytest.MonkeyPatch, seeds: range) -> None:
    monkeypatch.setattr("indexer.merge.Readers", ReadersHere)
    write_reports(place / "in")
    for seed in seeds:
        index = Path(shutil.copytree(sound, place / f"{seed}"))
        told = forge(index, Random(seed))
        try:
            assert seconds(lambda index=index: use(index, place / "in")) < MOST_SECONDS  # type: ignore[misc]
        except Exception as error:
            raise AssertionError(f"forgery {seed}: {told}") from error
        shutil.rmtree(index)


FORGED_VALUES: tuple[tuple[str, str, Callable[[Any], None]], ...] = (
    ("units", "lines", lambda unit: unit.update(text=True)),
    ("units", "lines", lambda unit: unit.update(headings=[7])),
    ("units", "lines", lambda unit: unit.update(document="another")),
    ("units", "lines", lambda unit: unit.update(number=unit["number"] + 1)),
    ("units", "lines", lambda unit: unit.update(items=[[["a"], 0, 10**9]])),
    ("units", "lines", lambda unit: unit.update(runs=[])),
    ("documents", "heads", lambda head: head["metadata"].update(title=7)),
    ("documents", "heads", lambda head: head["kinds"].update(paragraph=10**6)),
    ("documents", "heads", lambda head: head.update(path=None)),
    ("texts", "details", lambda details: details.__setitem__(2, ["0"])),
)


@pytest.mark.parametrize(("file", "name", "change"), FORGED_VALUES)
def test_a_value_of_another_kind_is_damage(
    sound: Path, tmp_path: Path, file: str, name: str, change: Callable[[Any], None]
) -> None:
    index = Path(shutil.copytree(sound, tmp_path / "index"))
    alter_line(index, file, name, 0, change)
    with open_snapshot(index) as snapshot, pytest.raises(SnapshotDamaged, match=f"{file}.safetensors: found"):
        list(map(snapshot.documents.load, snapshot.documents.ids))


def test_numbers_that_are_none_and_owners_that_are_not_are_damage(sound: Path, tmp_path: Path) -> None:
    for file, name, value in (
        ("vectors", "vectors", np.nan),
        ("words", "vectors", np.inf),
        ("units", "owners", 0),
    ):
        index = Path(shutil.copytree(sound, tmp_path / f"{file}"))
        (path,) = index.glob(f"segments/*/{file}.safetensors")
        arrays = {key: array.copy() for key, array in load_file(path).items()}
        if not arrays[name].size:
            arrays[name] = np.ones((len(arrays[name]), 4), np.float32)
        arrays[name][-1] = value
        write_arrays(path, arrays)
        sign(index)
        assert [problem.where.rpartition("/")[2] for problem in verify(index)] == [f"{file}.safetensors"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dim", 7),
        ("dim", [1]),
        ("dim", True),
        ("name", 7),
        ("created", "yesterday"),
        ("words", []),
        ("generation", 9),
    ],
)
def test_a_manifest_that_lies_is_refused(sound: Path, tmp_path: Path, field: str, value: object) -> None:
    index = Path(shutil.copytree(sound, tmp_path / "index"))
    change_manifest(
        index, lambda told: (told["encoder"] if field in ("dim", "name") else told).update({field: value})
    )
    with pytest.raises(EncoderMismatch if value == 7 and field == "dim" else SnapshotDamaged):
        Library.open(index)
