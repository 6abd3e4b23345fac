"""Opening refuses whatever is not exactly what was committed, and says which file and what to do."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest
from safetensors.numpy import load_file

from indexer.build import build
from indexer.care.verify import verify
from indexer.disk.layout import claim_directory, read_current
from indexer.disk.manifest import FORMAT_VERSION, Current, digest
from indexer.errors import (
    DirectoryClosed,
    EncoderMismatch,
    ForeignDirectory,
    FormatTooNew,
    FormatTooOld,
    IndexingError,
    SnapshotDamaged,
    SnapshotMissing,
)
from indexer.segment.arrays import write_arrays
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports
from tests.segment_support import files_of, sign


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two generations."""
    folder = tmp_path_factory.mktemp("built")
    paths = write_reports(folder / "reports")
    for given in (paths[:2], paths):
        build(given, folder / "index", CountingEncoder(), SplitSegmenter())
    return folder / "index"


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    """A copy of it to be damaged; generation 2 counts."""
    return Path(shutil.copytree(built, tmp_path / "index"))


def set_format(index: Path, version: int) -> None:
    """Make a consistent index of another format version."""
    manifest = index / "generations" / "00000002" / "manifest.json"
    fields = orjson.loads(manifest.read_bytes())
    manifest.write_bytes(orjson.dumps({**fields, "format_version": version}))
    current = Current(version, 2, digest(manifest.read_bytes()))
    (index / "CURRENT").write_bytes(current.to_bytes())


def test_a_sound_index_opens(index: Path) -> None:
    with open_snapshot(index) as snapshot:
        assert snapshot.index_version == f"2-{digest(files_of(index, 2)[0].read_bytes())[:6]}"
        assert len(snapshot.units) == 12
    assert files_of(index, 2)[0].name == "manifest.json"
    assert verify(index) == []


def test_every_flipped_bit_is_noticed(index: Path) -> None:
    for path in files_of(index, 2):
        sound = path.read_bytes()
        for place in {0, len(sound) // 2, len(sound) - 1}:
            path.write_bytes(sound[:place] + bytes([sound[place] ^ 4]) + sound[place + 1 :])
            with pytest.raises(SnapshotDamaged) as caught:
                open_snapshot(index, check=True)
            message = str(caught.value)
            assert message.startswith(f"{path}: found xxh3 ")
            assert "restore the directory from a copy" in message
            assert "yinzheng index" in message
            assert [str(path)] == [problem.where for problem in verify(index)]
        path.write_bytes(sound)
    open_snapshot(index, check=True).close()


USES = {
    "units": lambda snapshot: snapshot.units.get(0),
    "texts": lambda snapshot: snapshot.documents.source("a"),
    "citations": lambda snapshot: snapshot.citing.rows("symbol:A/1"),
    "postings": lambda snapshot: snapshot.lexical.search({"words": {"国": 1.0}}, 3),
    "vectors": lambda snapshot: snapshot.dense.search(np.ones(16, np.float32), 3),
    "words": lambda snapshot: snapshot.words.of(0),
}


@pytest.mark.parametrize("name", USES)
def test_a_flipped_bit_is_noticed_before_the_file_is_first_used(index: Path, name: str) -> None:
    for path in index.glob(f"segments/*/{name}.safetensors"):
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 4]))
    with open_snapshot(index) as snapshot:
        with pytest.raises(SnapshotDamaged, match=rf"{name}\.safetensors: found xxh3"):
            USES[name](snapshot)
        for other, use in USES.items():
            if other != name and {name, other} != {"units", "texts"} and name not in ("units", "words"):
                use(snapshot)


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: b"", lambda data: data + b"\n"])
def test_every_wrong_size_is_noticed(index: Path, spoil: object) -> None:
    for path in files_of(index, 2):
        sound = path.read_bytes()
        path.write_bytes(spoil(sound))
        for check in (True, False):
            with pytest.raises(SnapshotDamaged, match=path.name):
                open_snapshot(index, check=check)
        path.write_bytes(sound)


def test_every_missing_file_is_noticed(index: Path) -> None:
    for path in files_of(index, 2):
        sound = path.read_bytes()
        path.unlink()
        with pytest.raises(SnapshotDamaged, match=f"{path.name}: found no readable file"):
            open_snapshot(index)
        path.write_bytes(sound)
    shutil.rmtree(index / "generations" / "00000002")
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json: found no readable file"):
        open_snapshot(index)


@pytest.mark.parametrize("name", ["units", "vectors", "postings"])
def test_files_of_another_segment_are_refused(index: Path, name: str) -> None:
    first, second = sorted(index.glob(f"segments/*/{name}.safetensors"))
    shutil.copy(first, second)
    with pytest.raises(SnapshotDamaged, match=name):
        open_snapshot(index, check=True)


def test_a_whole_other_generation_is_refused(index: Path) -> None:
    shutil.rmtree(index / "generations" / "00000002")
    shutil.copytree(index / "generations" / "00000001", index / "generations" / "00000002")
    with pytest.raises(SnapshotDamaged, match="as in CURRENT"):
        open_snapshot(index)


def forge(index: Path, name: str, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    """Change arrays of a file of the first segment, and make every checksum right again."""
    path = sorted(index.glob(f"segments/*/{name}.safetensors"))[0]
    arrays = {key: array.copy() for key, array in load_file(path).items()}
    change(arrays)
    write_arrays(path, arrays)
    sign(index)


def cut(name: str) -> Callable[[dict[str, np.ndarray]], None]:
    return lambda arrays: arrays.update({name: arrays[name][:-1]})


def high(name: str) -> Callable[[dict[str, np.ndarray]], None]:
    return lambda arrays: arrays[name].fill(10**9 if arrays[name].dtype.itemsize > 2 else 77)


FORGERIES = [
    ("vectors", cut("vectors")),
    ("vectors", lambda arrays: arrays.update(vectors=arrays["vectors"].astype(np.float32))),
    ("vectors", lambda arrays: arrays.update(vectors=arrays["vectors"][:, :3])),
    ("units", high("kinds")),
    ("units", high("owners")),
    ("units", cut("numbers")),
    ("units", high("lines")),
    ("units", lambda arrays: arrays.pop("numbers")),
    ("documents", high("first_rows")),
    ("documents", high("heads")),
    ("documents", cut("lengths")),
    ("texts", high("details")),
    ("texts", cut("sources_starts")),
    ("words", high("unit_words")),
    ("words", high("terms_starts")),
    ("postings", high("words_rows")),
    ("postings", cut("words_codes")),
    ("postings", lambda arrays: arrays["words_starts"].__setitem__(1, -5)),
    ("citations", lambda arrays: arrays.update(key_hashes=np.array([7], np.uint64))),
]


@pytest.mark.parametrize(("name", "change"), FORGERIES)
def test_forged_contents_with_right_checksums_are_damage(
    index: Path, name: str, change: Callable[[dict[str, np.ndarray]], None]
) -> None:
    """Whoever may write the index may write anything: it is refused by name, and never a traceback."""
    forge(index, name, change)
    with pytest.raises(SnapshotDamaged, match=f"{name}.safetensors: found "):
        use_all(index)


def use_all(index: Path) -> None:
    with open_snapshot(index) as snapshot:
        for stored in snapshot.documents:
            snapshot.documents.load(stored.id)
        snapshot.citing.cited()
        for field in ("words", "bigrams", "headings", "topics"):
            snapshot.lexical.search({field: {"国": 1.0, "缔约": 1.0}}, 5)
        snapshot.dense.search(np.ones(16, np.float32), 5)
        snapshot.words.groups(np.arange(len(snapshot.units)))


def test_counts_that_are_not_those_of_the_segments_are_refused(index: Path) -> None:
    path = index / "generations" / "00000002" / "manifest.json"
    fields = orjson.loads(path.read_bytes())
    fields["counts"]["units"] = 8
    path.write_bytes(orjson.dumps(fields))
    (index / "CURRENT").write_bytes(Current(FORMAT_VERSION, 2, digest(path.read_bytes())).to_bytes())
    with pytest.raises(SnapshotDamaged, match=r"found 12 units of 3 documents in the segments, expected 8"):
        open_snapshot(index)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../../outside"},
        {"name": "x"},
        {"units": -1},
        {"units": 10**30},
        {"documents": "three"},
        {"deleted": [10**30]},
        {"deleted": [-1]},
        {"deleted": None},
        {"files": {"../../outside": {"size": 1, "xxh3": "0" * 16}}},
        {"files": {"units.safetensors": {"size": -1, "xxh3": "0" * 16}}},
        {"files": {"program.py": {"size": 1, "xxh3": "0" * 16}}},
        {"files": {}},
    ],
)
def test_a_forged_manifest_is_damage(index: Path, change: dict[str, object]) -> None:
    path = index / "generations" / "00000002" / "manifest.json"
    fields = orjson.loads(path.read_bytes())
    text = json.dumps({**fields, "segments": [{**fields["segments"][0], **change}]})
    path.write_text(text, "utf-8")
    (index / "CURRENT").write_bytes(Current(FORMAT_VERSION, 2, digest(path.read_bytes())).to_bytes())
    for act in (open_snapshot, rebuild):
        with pytest.raises(SnapshotDamaged):
            act(index)
    assert verify(index) != []


@pytest.mark.parametrize("generation", [0, -1, 2**63 - 1, 10**30, True])
def test_a_generation_that_no_run_could_count_on_from_is_refused(index: Path, generation: int) -> None:
    text = json.dumps({"format_version": FORMAT_VERSION, "generation": generation, "manifest_xxh3": "0" * 16})
    (index / "CURRENT").write_text(text, "utf-8")
    for act in (open_snapshot, rebuild):
        with pytest.raises(SnapshotDamaged, match="CURRENT: found"):
            act(index)


@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_what_is_no_regular_file_is_never_read(index: Path, tmp_path: Path, what: str) -> None:
    """A link to an endless device, or a pipe that nobody writes to, would hold whoever opens it for ever."""
    for path in [index / "CURRENT", *files_of(index, 2)]:
        sound = path.read_bytes()
        path.unlink()
        if what == "link":
            path.symlink_to("/dev/zero")
        elif what == "pipe":
            os.mkfifo(path)
        else:
            path.mkdir()
        with pytest.raises(SnapshotDamaged, match=f"{path.name}: found"):
            open_snapshot(index, check=True)
        path.rmdir() if what == "folder" else path.unlink()
        path.write_bytes(sound)
    name = files_of(index, 2)[1].parent
    name.rename(tmp_path / "elsewhere")
    name.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SnapshotDamaged, match="found a link, expected a folder"):
        open_snapshot(index)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"format_version": 3, "generation": "2"}', b"\xff"]
)
def test_a_spoiled_current_is_damage(index: Path, content: bytes) -> None:
    (index / "CURRENT").write_bytes(content)
    for act in (open_snapshot, rebuild):
        with pytest.raises(SnapshotDamaged, match="CURRENT: found"):
            act(index)


def test_the_remedy_of_damage_works(index: Path, built: Path) -> None:
    files_of(index, 2)[1].write_bytes(b"")
    with pytest.raises(SnapshotDamaged, match="delete its CURRENT and rebuild"):
        rebuild(index)
    (index / "CURRENT").unlink()
    report = build([built.parent / "reports"], index, CountingEncoder(), SplitSegmenter())
    assert (report.index_version[:2], report.added, report.encoded) == ("3-", ["a", "b", "c"], 0)
    assert verify(index) == []


def test_other_formats_are_refused(index: Path) -> None:
    set_format(index, 4)
    for act in (open_snapshot, verify, rebuild):
        with pytest.raises(FormatTooNew, match=r"has format 4; this version reads 3. Upgrade yinzheng"):
            act(index)
    set_format(index, 0)
    for act in (open_snapshot, verify, rebuild):
        with pytest.raises(FormatTooOld, match=r"has format 0; .* into a new directory"):
            act(index)


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for missing in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(SnapshotMissing, match="Make it with `yinzheng index"):
            open_snapshot(missing)
        with pytest.raises(SnapshotMissing):
            verify(missing)


@pytest.mark.parametrize("files", [{"thesis.doc": "x"}, {"CURRENT": "MANIFEST-000005\n", "000003.log": ""}])
def test_a_foreign_directory_is_never_written_to(tmp_path: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    for act in (open_snapshot, verify, rebuild):
        with pytest.raises(ForeignDirectory, match="which no index has"):
            act(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == files


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    for act in (open_snapshot, rebuild):
        with pytest.raises(ForeignDirectory, match="is a file; expected a directory"):
            act(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("look", ["exists", "is_dir", "iterdir"])
def test_a_directory_that_may_not_be_looked_into(
    index: Path, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    """Refused by name, and neither taken for an empty one nor for a damaged one."""

    def closed(path: Path, *_more: object) -> object:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, look, closed)
        for act in (open_snapshot, verify, read_current, claim_directory):
            with pytest.raises(
                DirectoryClosed, match=r"index cannot be looked into .* Check its permissions"
            ):
                act(index)
    assert verify(index) == []


def rebuild(index: Path) -> object:
    return build([index.parent], index, CountingEncoder(), SplitSegmenter())


def test_another_encoder_or_segmenter_is_refused(index: Path) -> None:
    with open_snapshot(index) as snapshot:
        snapshot.require_encoder(CountingEncoder())
        snapshot.require_segmenter(SplitSegmenter())
        with pytest.raises(
            EncoderMismatch, match=r"made with encoder counting .* not with other .*--encoder counting"
        ):
            snapshot.require_encoder(CountingEncoder("other"))
        with pytest.raises(EncoderMismatch, match="made with segmenter characters, not with words"):
            snapshot.require_segmenter(SplitSegmenter("words"))


def test_every_error_is_an_indexing_error() -> None:
    import indexer.errors

    for name in indexer.errors.__all__:
        assert issubclass(getattr(indexer.errors, name), IndexingError)
        assert name in (indexer.errors.__doc__ or "")
