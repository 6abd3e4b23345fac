"""Opening refuses whatever is not exactly what was committed, and says which file and what to do."""

import errno
import shutil
from pathlib import Path

import orjson
import pytest

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
from indexer.snapshot import Snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports


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


def files_of(index: Path, generation: int = 2) -> list[Path]:
    return sorted(p for p in (index / "generations" / f"{generation:08d}").rglob("*") if p.is_file())


def set_format(index: Path, version: int) -> None:
    """Make a consistent index of another format version."""
    manifest = index / "generations" / "00000002" / "manifest.json"
    fields = orjson.loads(manifest.read_bytes())
    manifest.write_bytes(orjson.dumps({**fields, "format_version": version}))
    current = Current(version, 2, digest(manifest.read_bytes()))
    (index / "CURRENT").write_bytes(current.to_bytes())


def test_a_sound_index_opens(index: Path) -> None:
    with Snapshot.open(index) as snapshot:
        assert snapshot.index_version == f"2-{digest((files_of(index)[-3]).read_bytes())[:6]}"
        assert len(snapshot.units) == len(snapshot.dense) == len(snapshot.lexical) == 12
    assert files_of(index)[-3].name == "manifest.json"
    assert verify(index) == []


def test_every_flipped_bit_is_noticed(index: Path) -> None:
    for path in files_of(index):
        sound = path.read_bytes()
        for place in {0, len(sound) // 2, len(sound) - 1}:
            path.write_bytes(sound[:place] + bytes([sound[place] ^ 4]) + sound[place + 1 :])
            with pytest.raises(SnapshotDamaged) as caught:
                Snapshot.open(index)
            message = str(caught.value)
            assert message.startswith(f"{path}: found xxh3 ")
            assert "restore the directory from a copy" in message
            assert "yinzheng index" in message
            assert [str(path)] == [problem.where for problem in verify(index)]
        path.write_bytes(sound)
    Snapshot.open(index).close()


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: b"", lambda data: data + b"\n"])
def test_every_wrong_size_is_noticed(index: Path, spoil: object) -> None:
    for path in files_of(index):
        sound = path.read_bytes()
        path.write_bytes(spoil(sound))
        for check in (True, False):
            with pytest.raises(SnapshotDamaged, match=path.name):
                Snapshot.open(index, verify=check)
        path.write_bytes(sound)


def test_every_missing_file_is_noticed(index: Path) -> None:
    for path in files_of(index):
        sound = path.read_bytes()
        path.unlink()
        with pytest.raises(SnapshotDamaged, match=f"{path.name}: found no readable file"):
            Snapshot.open(index)
        path.write_bytes(sound)
    shutil.rmtree(index / "generations" / "00000002")
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json: found no readable file"):
        Snapshot.open(index)


@pytest.mark.parametrize("name", ["store.sqlite3", "vectors.faiss", "manifest.json", "lexical/meta.json"])
def test_files_of_another_generation_are_refused(index: Path, name: str) -> None:
    shutil.copy(index / "generations" / "00000001" / name, index / "generations" / "00000002" / name)
    with pytest.raises(SnapshotDamaged, match=name):
        Snapshot.open(index)
    if name != "manifest.json":
        with pytest.raises(SnapshotDamaged):
            Snapshot.open(index, verify=False)


def test_a_whole_other_generation_is_refused(index: Path) -> None:
    shutil.rmtree(index / "generations" / "00000002")
    shutil.copytree(index / "generations" / "00000001", index / "generations" / "00000002")
    with pytest.raises(SnapshotDamaged, match="as in CURRENT"):
        Snapshot.open(index)


def test_unequal_row_counts_are_refused(index: Path) -> None:
    folder = index / "generations" / "00000002"
    shutil.copy(index / "generations" / "00000001" / "vectors.faiss", folder / "vectors.faiss")
    fields = orjson.loads((folder / "manifest.json").read_bytes())
    other = orjson.loads((index / "generations" / "00000001" / "manifest.json").read_bytes())
    fields["files"]["vectors.faiss"] = other["files"]["vectors.faiss"]
    (folder / "manifest.json").write_bytes(orjson.dumps(fields))
    current = Current(FORMAT_VERSION, 2, digest((folder / "manifest.json").read_bytes()))
    (index / "CURRENT").write_bytes(current.to_bytes())
    with pytest.raises(SnapshotDamaged, match=r"vectors\.faiss: found 8, expected 12"):
        Snapshot.open(index)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"format_version": 1, "generation": "2"}', b"\xff"]
)
def test_a_spoiled_current_is_damage(index: Path, content: bytes) -> None:
    (index / "CURRENT").write_bytes(content)
    for act in (Snapshot.open, rebuild):
        with pytest.raises(SnapshotDamaged, match="CURRENT: found"):
            act(index)


def test_the_remedy_of_damage_works(index: Path, built: Path) -> None:
    (index / "generations" / "00000002" / "vectors.faiss").write_bytes(b"")
    with pytest.raises(SnapshotDamaged, match="delete its CURRENT and rebuild"):
        rebuild(index)
    (index / "CURRENT").unlink()
    report = build([built.parent / "reports"], index, CountingEncoder(), SplitSegmenter())
    assert (report.index_version[:2], report.added, report.encoded) == ("3-", ["a", "b", "c"], 0)
    assert verify(index) == []


def test_other_formats_are_refused(index: Path) -> None:
    set_format(index, 3)
    for act in (Snapshot.open, verify, rebuild):
        with pytest.raises(FormatTooNew, match=r"has format 3; this version reads 1 to 2. Upgrade yinzheng"):
            act(index)
    set_format(index, 0)
    for act in (Snapshot.open, verify, rebuild):
        with pytest.raises(FormatTooOld, match=r"has format 0; .* into a new directory"):
            act(index)


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for missing in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(SnapshotMissing, match="Make it with `yinzheng index"):
            Snapshot.open(missing)
        with pytest.raises(SnapshotMissing):
            verify(missing)


@pytest.mark.parametrize("files", [{"thesis.doc": "x"}, {"CURRENT": "MANIFEST-000005\n", "000003.log": ""}])
def test_a_foreign_directory_is_never_written_to(tmp_path: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    for act in (Snapshot.open, verify, rebuild):
        with pytest.raises(ForeignDirectory, match="which no index has"):
            act(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == files


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    for act in (Snapshot.open, rebuild):
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
        for act in (Snapshot.open, verify, read_current, claim_directory):
            with pytest.raises(
                DirectoryClosed, match=r"index cannot be looked into .* Check its permissions"
            ):
                act(index)
    assert verify(index) == []


def rebuild(index: Path) -> object:
    return build([index.parent], index, CountingEncoder(), SplitSegmenter())


def test_another_encoder_or_segmenter_is_refused(index: Path) -> None:
    with Snapshot.open(index) as snapshot:
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
