"""An index on a Milvus server beside one in a folder: the same answers, all or nothing, one writer."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.build import build, optimize
from indexer.engine import verify
from indexer.errors import EngineFailed, IndexLocked, SnapshotDamaged, SnapshotMissing
from indexer.milvus.address import milvus_address
from indexer.snapshot import open_snapshot
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.library import Library
from tests.api_support import yinzheng
from tests.indexes import ROOT, SAMPLES, SEEDS
from tests.milvus_server import LiteServer, require_milvus

QUESTIONS = ROOT / "tests/data/sample_questions.jsonl"
KINDS = ROOT / "tests/data/kinds"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteServer]:
    require_milvus()
    place = tmp_path_factory.mktemp("milvus") / "data"
    place.mkdir()
    server = LiteServer(place)
    yield server
    server.stop()


def made(sources: list[Path], index: Path, encoder: str = "hash", **options: bool) -> Path:
    build(sources, index, load_encoder(encoder), Segmenter(), **options)
    return index


def library_of(index: Path) -> Library:
    return Library.open(index)


def same(one: Any, other: Any) -> None:
    """Answers are the same but for the version of the index, to the last digit of every score."""
    first, second = (
        json.dumps({**answer, "index_version": ""}, ensure_ascii=False) for answer in (one, other)
    )
    assert first == second


def questions(path: Path, count: int) -> list[str]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    asked = [row["query"] for row in rows if row.get("query")]
    return asked[:: max(1, len(asked) // count)][:count]


def compare(folder: Library, remote: Library, asked: list[str]) -> None:
    """Search with and without filters, by each mode, answers, precedents and lists: all of it the same."""
    ids = list(folder.snapshot.documents.ids)
    years = sorted(map(int, folder.snapshot.scopes.facet_counts().get("year", {})))
    filters: list[dict[str, Any]] = [
        {},
        {"kinds": ["recommendation"]},
        {"documents": ids[:1]},
        {"documents": ids[1:], "kinds": ["paragraph", "article"]},
        *({"years": [year]} for year in years[:1]),
    ]
    for number, query in enumerate(asked):
        same(folder.search(query), remote.search(query))
        chosen = filters[number % len(filters)]
        same(folder.search(query, versions="all", **chosen), remote.search(query, versions="all", **chosen))
        for mode in ("bm25", "dense") if number % 3 == 0 else ():
            same(folder.search(query, mode=mode, k=50), remote.search(query, mode=mode, k=50))
        same(folder.ask(query), remote.ask(query))
    for row in range(0, len(folder.snapshot.units), 40):
        text = folder.snapshot.units.get(row).text
        same(folder.precedents(text=text), remote.precedents(text=text))
    same(folder.documents(), remote.documents())


def compare_contents(folder: Library, remote: Library) -> None:
    """Everything that the port gives, unit by unit."""
    one, other = folder.snapshot, remote.snapshot
    assert list(one.units.all()) == list(other.units.all())
    assert [one.documents.load(id) for id in one.documents.ids] == [
        other.documents.load(id) for id in other.documents.ids
    ]
    assert list(one.documents) == list(other.documents)
    cited = one.citing.cited()
    assert cited == other.citing.cited()
    assert [one.citing.rows(each.key) for each in cited] == [other.citing.rows(each.key) for each in cited]
    endings = sorted({each.key[-3:] for each in cited})
    assert [one.citing.keys_ending(e) for e in endings] == [other.citing.keys_ending(e) for e in endings]
    assert one.scopes.facet_counts() == other.scopes.facet_counts()
    rows = np.arange(len(one.units))
    words = [[sorted(group.spell(group.flat)) for group in each.words.groups(rows)] for each in (one, other)]
    mine, theirs = (sorted(word for group in each for word in group) for each in words)
    assert mine == theirs
    assert one.tokens.kept == other.tokens.kept
    for number in (1, 3, 10**19):
        assert one.units.rows(number=number) == other.units.rows(number=number)
        assert one.units.rows(number=number, last=number + 2, part="") == other.units.rows(
            number=number, last=number + 2, part=""
        )
    with pytest.raises(IndexError):
        other.units.get(len(one.units))


def test_the_samples_give_the_same_answers(server: LiteServer, packaged_index: Path) -> None:
    """With the packaged encoder and its token vectors: top tens, scores, reasons, facets, answers, precedents."""
    remote = made([SAMPLES], server.index("samples"), "packaged")
    with open_snapshot(packaged_index) as one, open_snapshot(remote) as other:
        assert other.tokens.kept
        for mine, theirs in zip(one.tokens.of(np.arange(9)), other.tokens.of(np.arange(9)), strict=True):
            assert mine.scale == theirs.scale
            assert np.array_equal(mine.values, theirs.values)
    folder, other = library_of(packaged_index), library_of(remote)
    compare(folder, other, questions(QUESTIONS, 7))
    compare_contents(folder, other)
    assert verify(remote) == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["kinds", "seeds"])
def test_other_documents_give_the_same_answers(server: LiteServer, tmp_path: Path, name: str) -> None:
    """Every question at hand: on documents of many kinds, and on the real ones where they are."""
    if name == "seeds" and not SEEDS.is_dir():
        pytest.skip("../shared is absent")
    source = KINDS if name == "kinds" else SEEDS
    asked = questions(QUESTIONS, 1_000)
    if name == "seeds":
        asked = questions(SEEDS.parent / "eval/dev_questions.jsonl", 1_000)
        asked += questions(SEEDS.parent / "eval/dev_ask.jsonl", 1_000)
    folder = library_of(made([source], tmp_path / "folder", "packaged"))
    remote = library_of(made([source], server.index(name), "packaged"))
    compare(folder, remote, asked)
    compare_contents(folder, remote)
    assert verify(server.index(name)) == []


def papers(place: Path, **texts: str) -> Path:
    """A folder of documents of numbered paragraphs, a text each; without a text a document is removed."""
    place.mkdir(exist_ok=True)
    for name, text in texts.items():
        file = place / f"{name}.txt"
        if not text:
            file.unlink()
            continue
        lines = [f"{number}. {line}。" for number, line in enumerate(text.split("/"), 1)]
        file.write_text(f"{name}年会议的报告\n\n一. 导言\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")
    return place


ASKED = ("押金退还的办法", "河流塑料污染", "登记应当自愿、免费", "海洋生物 污染 河流", "各国应当合作")


def ranked(index: Path) -> list[tuple[list[str], list[float]]]:
    """What words and vectors rank, by document and number, with scores."""
    encoder, segmenter, found = load_encoder("hash"), Segmenter(), []
    with open_snapshot(index) as snapshot:
        for query in ASKED:
            words = dict.fromkeys(segmenter.words(query), 1.0)
            pairs = dict.fromkeys(segmenter.bigrams(query), 0.3)
            terms = {"words": words, "bigrams": pairs, "headings": words}
            for rows, scores in (
                snapshot.lexical.search(terms, 10),
                snapshot.dense.search(encoder.encode_queries([query])[0], 10),
            ):
                names = [f"{u.document} {u.number}" for u in map(snapshot.units.get, rows.tolist())]
                found.append((names, scores.tolist()))
    return found


def test_updates_rank_as_an_index_built_at_once(server: LiteServer, tmp_path: Path) -> None:
    """Documents that come, change and go move mean lengths and frequencies; the ranking is exact after each."""
    remote, place = server.index("updates"), tmp_path / "papers"
    steps: list[dict[str, str]] = [
        {"2019": "押金退还的办法由各国决定/河流塑料污染日益严重/各国应当合作", "2020": "登记应当自愿、免费"},
        {"2021": "河流塑料污染和海洋生物的保护" * 30 + "/押金" * 5},
        {"2019": "押金退还的办法另行规定/各国应当合作/新的第三段", "2020": ""},
        {"2022": "登记/登记应当自愿/海洋生物", "2021": ""},
    ]
    for number, step in enumerate(steps, 1):
        made([papers(place, **step)], remote, prune=True)
        assert verify(remote) == []
        once = made([place], tmp_path / f"once{number}")
        assert ranked(remote) == ranked(once)
    with open_snapshot(remote) as snapshot:
        assert len(snapshot.manifest.segments) > 1
    optimize(remote, load_encoder("hash"), Segmenter())
    with open_snapshot(remote) as snapshot:
        (segment,) = snapshot.manifest.segments
        assert segment.deleted == ()
        assert snapshot.index_version.startswith("5-")
    assert verify(remote) == []
    assert ranked(remote) == ranked(once)


def test_a_reader_keeps_its_generation_while_another_is_published(server: LiteServer, tmp_path: Path) -> None:
    from api.service.generations import IndexService

    remote = made(
        [papers(tmp_path / "papers", a="押金由各国决定", b="河流塑料污染")], server.index("readers")
    )
    service = IndexService(remote)
    assert service.refresh()
    with service.lease() as library:
        before = library.search("押金")
        made([papers(tmp_path / "papers", a="押金一律退还", c="登记自愿")], remote)
        assert service.refresh()
        assert library.search("押金") == before
    with service.lease() as newer:
        assert "退还" in newer.search("押金")["hits"][0]["text"]
        assert not service.refresh()
    service.stop()


def test_a_generation_that_went_is_told_not_answered_from_less(server: LiteServer, tmp_path: Path) -> None:
    place, remote = tmp_path / "papers", server.index("gone")
    made([papers(place, a="押金由各国决定")], remote)
    with open_snapshot(remote) as old:
        for text in ("一", "二"):
            made([papers(place, a=f"押金{text}")], remote)
        with pytest.raises(EngineFailed, match=r"gone__\w+ on the Milvus server"):
            old.lexical.search({"words": {"押金": 1.0}}, 3)


KILLED = """
import os, signal, sys
from pathlib import Path
import indexer.milvus.publisher as publisher
from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
publisher.commit = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
build([Path(sys.argv[1])], Path(sys.argv[2]), load_encoder("hash"), Segmenter())
"""


def test_a_killed_writer_leaves_the_old_generation(server: LiteServer, tmp_path: Path) -> None:
    """Killed when all is sealed, before the commit record: old answers, and the next run takes over."""
    place, remote = tmp_path / "papers", server.index("killed")
    made([papers(place, a="押金由各国决定")], remote)
    before = ranked(remote)
    papers(place, a="押金一律退还", b="河流塑料污染")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(place), str(remote)], check=False, cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL
    assert ranked(remote) == before
    made([place], remote)
    with open_snapshot(remote) as snapshot:
        assert snapshot.index_version.startswith("2-")
        assert snapshot.documents.ids == ["a", "b"]
        segments = {info.name for info in snapshot.manifest.segments}
        names = snapshot.server.names()  # type: ignore[attr-defined]
    found = {
        name.split("__")[1] for name in names if name.endswith("__units") and name.startswith("killed__")
    }
    assert len(found - segments) <= 1  # that of the first generation, which is kept
    assert verify(remote) == []


def test_what_is_rolled_back_was_never_there(server: LiteServer, tmp_path: Path, monkeypatch: Any) -> None:
    """A run that fails drops what it made; what a commit record may name is left to the next run."""
    place, remote = tmp_path / "papers", server.index("rolled")
    made([papers(place, a="押金由各国决定")], remote)
    with open_snapshot(remote) as snapshot:
        before, names = snapshot.index_version, snapshot.server.names()  # type: ignore[attr-defined]

    def refuse(*given: object) -> None:
        raise EngineFailed("refused")

    papers(place, b="河流塑料污染")
    for what in ("indexer.milvus.publisher.MilvusPublisher._written", "indexer.milvus.publisher.commit"):
        with monkeypatch.context() as patched:
            patched.setattr(what, refuse)
            with pytest.raises(EngineFailed, match="refused"):
                made([place], remote)
        with open_snapshot(remote) as snapshot:
            assert snapshot.index_version == before
            left = set(snapshot.server.names()) - set(names)  # type: ignore[attr-defined]
            assert len(left) == (3 if what.endswith("commit") else 0)
    made([place], remote)
    with open_snapshot(remote) as snapshot:
        assert not left & set(snapshot.server.names())  # type: ignore[attr-defined]


def test_one_writer_at_a_time(server: LiteServer, tmp_path: Path) -> None:
    from indexer.milvus.commits import write_lock
    from indexer.milvus.server import Server

    address = milvus_address(server.index("locked"))
    assert address is not None
    other = Server.connect(address)
    with write_lock(other), pytest.raises(IndexLocked, match=r"written by process \d+ on .* since 20"):
        made([papers(tmp_path / "papers", a="押金")], server.index("locked"))
    other.close()
    made([tmp_path / "papers"], server.index("locked"))


def test_rows_that_went_or_changed_are_damage(server: LiteServer, tmp_path: Path) -> None:
    remote = made([papers(tmp_path / "papers", a="押金由各国决定/河流", b="登记")], server.index("damaged"))
    with open_snapshot(remote) as snapshot:
        remote_server, (segment,) = snapshot.server, snapshot.manifest.segments  # type: ignore[attr-defined]
        terms = remote_server.all(f"damaged__{segment.name}__terms", "", ["key", "term", "serial"])
        key = next(row for row in terms if row["term"] == "押金")
        changed = dict.fromkeys(("words", "bigrams", "headings", "topics"), 7)
        remote_server._client.upsert(
            f"damaged__{segment.name}__terms", [{**key, **changed, "filler": [0.0, 0.0]}]
        )
    (problem,) = verify(remote)
    assert "the frequencies of 1 terms" in problem.message
    with open_snapshot(remote) as snapshot:
        snapshot.server.delete(f"damaged__{segment.name}__units", "row == 1")  # type: ignore[attr-defined]
    with pytest.raises(SnapshotDamaged, match=r"found \d rows in damaged__\w+__units, expected"):
        open_snapshot(remote)
    (problem,) = verify(remote)
    assert problem.where.startswith("milvus")


def test_long_units_and_many_equal_ones(server: LiteServer, tmp_path: Path, monkeypatch: Any) -> None:
    """Texts above what a value may hold stand in parts; ties beyond the longest answer are asked in halves."""
    long = "押金" + "甲乙丙丁戊己庚辛壬癸" * 9_000
    place = papers(tmp_path / "papers", a=long + "/" + "/".join(["登记应当自愿"] * 60), b="登记应当免费")
    remote, folder = made([place], server.index("long")), made([place], tmp_path / "folder")
    compare_contents(library_of(folder), library_of(remote))
    monkeypatch.setattr("indexer.milvus.reading.ranking.MOST_HITS", 20)
    assert ranked(remote) == ranked(folder)


def test_what_was_committed_outlives_a_killed_server(tmp_path: Path) -> None:
    require_milvus()
    (tmp_path / "data").mkdir()
    own = LiteServer(tmp_path / "data")
    try:
        remote = made([papers(tmp_path / "papers", a="押金由各国决定")], own.index("kept"))
        before = ranked(remote)
        own.stop(signal.SIGKILL)
        with pytest.raises(EngineFailed, match="See that it runs"):
            open_snapshot(remote)
        own.start()
        assert ranked(remote) == before
        assert verify(remote) == []
    finally:
        own.stop()


def test_commands_take_an_address_for_a_folder(server: LiteServer, tmp_path: Path) -> None:
    place, address = papers(tmp_path / "papers", a="押金由各国决定"), f"milvus://127.0.0.1:{server.port}/cli"
    missing = yinzheng("search", "押金", "--engine", address)
    assert missing.returncode == 3
    assert f"yinzheng index PATH... --engine {address}" in missing.stderr
    with pytest.raises(SnapshotMissing):
        open_snapshot(server.index("cli"))
    assert yinzheng("index", str(place), "--engine", address, "--encoder", "hash").returncode == 0
    assert json.loads(yinzheng("search", "押金", "--engine", address, "--json").stdout)["hits"]
    assert json.loads(yinzheng("verify", "--index", address, "--json").stdout)["sound"] is True
    assert "段合为 1 段" in yinzheng("optimize", "--index", address).stdout
    refused = yinzheng("backup", str(tmp_path / "copy"), "--index", address)
    assert refused.returncode == 2
    assert "milvus-backup" in refused.stderr
    shutil.rmtree(place)


def test_texts_are_encoded_ahead_by_shares(server: LiteServer, tmp_path: Path) -> None:
    """Two shares encode what `index` then finds; together they encode each text once."""
    place, url = (
        papers(tmp_path / "papers", a="押金/退还", b="河流/退还", c="登记"),
        f"milvus://127.0.0.1:{server.port}/ahead",
    )
    encoded = 0
    for part in ("1/2", "2/2", "1/1"):
        told = yinzheng("encode", place, "--engine", url, "--encoder", "hash", "--part", part, "--json")
        report = json.loads(told.stdout)
        encoded += report["encoded"]
        assert (report["files"], told.returncode) == ({"1/2": 2, "2/2": 1, "1/1": 3}[part], 0)
    built = json.loads(yinzheng("index", place, "--engine", url, "--encoder", "hash", "--json").stdout)
    assert (built["encoded"], built["reused"]) == (0, built["units"])
    assert 0 < encoded <= built["units"]
    for wrong in ("0/2", "3/2", "x"):
        assert yinzheng("encode", place, "--engine", url, "--part", wrong).returncode == 2
