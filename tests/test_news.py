"""News: what came in since a date, as a feed over HTTP and by `yinzheng watch`."""

import email
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

import indexer.arrivals
from api.files.feed import ATOM
from api.service.app import create_app
from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from tests.api_support import yinzheng

A = f"{{{ATOM}}}"
REPORT = "# 2031年会议报告\n\n1. 缔约国应当归还押金。\n\n2. 秘书处应当编写取水许可的报告。\n"
Index = Callable[..., Path]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """Writes documents and indexes them as though it were that second."""
    folder, place = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()

    def made(second: int, **documents: str) -> Path:
        for name, text in documents.items():
            (folder / f"{name}.txt").write_text(text, "utf-8")
        monkeypatch.setattr(indexer.arrivals, "clock", lambda: second)
        build([folder], place, load_encoder("hash"), Segmenter())
        return place

    return made


def feed(place: Path, **said: str) -> ElementTree.Element:
    with TestClient(create_app(place)) as client:
        answer = client.get("/v1/feed", params=said)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/atom+xml")
        return ElementTree.fromstring(answer.content)


def test_a_feed_is_what_rfc_4287_asks_for(index: Index) -> None:
    root = feed(index(1_900_000_000, r31=REPORT), q="取水许可")
    assert root.tag == f"{A}feed"
    for part in (root, *root.findall(f"{A}entry")):
        assert all(part.find(f"{A}{name}") is not None for name in ("id", "title", "updated", "link"))
    assert root.findtext(f"{A}author/{A}name")
    (entry,) = root.findall(f"{A}entry")
    assert entry.findtext(f"{A}updated") == "2030-03-17T17:46:40+00:00"
    link = entry.find(f"{A}link")
    assert link is not None
    assert link.get("href") == "http://testserver/d/r31/p/2"
    assert "取水许可" in (entry.findtext(f"{A}content") or "")


def test_only_what_came_in_since_is_new(index: Index) -> None:
    index(1_900_000_000, r31=REPORT)
    place = index(1_900_100_000, r32=REPORT.replace("2031", "2032").replace("编写", "公布"))
    assert len(feed(place, q="取水许可").findall(f"{A}entry")) == 2
    since = feed(place, q="取水许可", since="2030-03-18")
    assert [entry.findtext(f"{A}link") or "" for entry in since.findall(f"{A}entry")] == [""]
    assert not feed(place, q="跨境套利的处罚", since="2030-03-18").findall(f"{A}entry")


def test_a_date_that_is_none_is_told(index: Index) -> None:
    with TestClient(create_app(index(1_900_000_000, r31=REPORT))) as client:
        answer = client.get("/v1/feed", params={"q": "押金", "since": "yesterday"})
    assert answer.status_code == 422
    assert "2031-05-19" in answer.json()["detail"]


def test_watch_tells_once(index: Index, tmp_path: Path) -> None:
    place, queries = index(1_900_000_000, r31=REPORT), tmp_path / "queries.txt"
    queries.write_text("# mine\n取水许可\tkind=paragraph\n", "utf-8")
    first = yinzheng("watch", queries, "--index", place)
    assert (first.returncode, "取水许可的报告" in first.stdout) == (0, True), first.stderr
    again = yinzheng("watch", queries, "--index", place)
    assert (again.returncode, "没有新内容" in again.stdout) == (1, True)
    index(1_900_100_000, r32=REPORT.replace("2031", "2032").replace("编写", "公布"))
    told = yinzheng("watch", queries, "--index", place, "--format", "json")
    (answer,) = json.loads(told.stdout)["queries"]
    assert [unit["document"] for unit in answer["units"]] == ["r32"]
    mail = yinzheng("watch", queries, "--index", place, "--format", "eml", "--since", "2030-01-01")
    message = email.message_from_string(mail.stdout)
    assert message["Subject"]
    assert yinzheng("watch", queries, "--index", place, "--since", "2040-01-01").returncode == 1


def test_watch_says_which_line_is_wrong(index: Index, tmp_path: Path) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("押金\n取水\tkin=paragraph\n", "utf-8")
    told = yinzheng("watch", queries, "--index", index(1_900_000_000, r31=REPORT))
    assert told.returncode == 2
    assert "line 2" in told.stderr
    assert "kind" in told.stderr
