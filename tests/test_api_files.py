"""Exports and reports as people and programs ask for them: options, endings, HTTP headers."""

import csv
import datetime
import re
from collections.abc import Iterator
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import pytest
import rispy
from fastapi.testclient import TestClient

from api.files.exports.formats import ExportFormat, file_type, render
from api.files.exports.reference import hit_list
from api.files.papers.model import Facts, Quotation
from api.files.search_report import search_report
from api.service.app import create_app
from corpus.types import UnitKind
from search.library import Library, open_library, operations
from search.query import Query
from search.weights import Weights
from tests.api_support import build_samples, one_object, yinzheng


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("files") / "index")


@pytest.fixture(scope="module")
def library(index: Path) -> Library:
    return open_library(index)


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(index)) as client:
        yield client


@pytest.mark.parametrize("format", ExportFormat)
def test_a_file_over_http_is_the_export(client: TestClient, library: Library, format: ExportFormat) -> None:
    answer = client.get("/v1/search", params={"q": "押金", "k": 3, "format": format.value})
    assert answer.status_code == 200
    kind = file_type(format)
    assert answer.headers["content-type"] == kind.media_type
    name = f"yinzheng-{library.index_version}.{kind.ending}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    if format is not ExportFormat.DOCX:  # a zip archive has the time of its making
        assert answer.content == render(
            hit_list(library, operations.search(library, Query("押金", 3))), format
        )


def test_related_and_bom_over_http(client: TestClient) -> None:
    asked = {"ref": "2031年会议建议3", "format": "csv", "bom": "true"}
    rows = list(csv.DictReader(StringIO(client.get("/v1/related", params=asked).content.decode("utf-8-sig"))))
    hits = client.get("/v1/related", params={"ref": "2031年会议建议3"}).json()["hits"]
    assert [row["citation"] for row in rows] == [hit["citation"] for hit in hits]
    assert client.get("/v1/search", params={"q": "押金", "format": "pdf"}).status_code == 422


def test_files_from_the_command_line(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "hits.ris"
    done = yinzheng("search", "押金", "--index", index, "-k", "4", "--output", target)
    assert (done.returncode, done.stdout) == (0, "")
    found = one_object(yinzheng("search", "押金", "--index", index, "-k", "4", "--json"))
    assert [entry["notes"][1] for entry in rispy.loads(target.read_text("utf-8"))] == [
        hit["citation"] for hit in found["hits"]
    ]
    done = yinzheng("related", "2031年会议建议3", "--index", index, "--format", "bibtex")
    assert done.stdout.startswith("@techreport{")
    done = yinzheng("units", "--index", index, "--format", "csv", "--bom")
    assert done.stdout.startswith("\ufeffrank,score,citation")
    assert len(list(csv.DictReader(StringIO(done.stdout, newline="")))) == 119
    assert yinzheng("search", "押金", "--index", index, "--format", "json").stdout == (
        yinzheng("search", "押金", "--index", index, "--json").stdout
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "押金", "--output", "hits.xyz"],
        ["search", "押金", "--format", "ris", "--json"],
        ["search", "押金", "--format", "ris", "--bom"],
        ["search", "押金", "--report", "report.pdf"],
        ["search", "--batch", "-", "--format", "ris"],
        ["search", "押金", "--output", "no/such/folder/hits.csv"],
    ],
)
def test_options_that_disagree_are_bad_input(index: Path, arguments: list[str], tmp_path: Path) -> None:
    done = yinzheng(*arguments, "--index", index, cwd=tmp_path, stdin="")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_report_says_what_was_asked_how_and_what_was_found(library: Library) -> None:
    query = Query("多少押金", 3, frozenset({UnitKind.RECOMMENDATION}), years=frozenset({2031}))
    answer = operations.search(library, query)
    paper = search_report(library, query, answer, datetime.date(2032, 1, 2), Path("a/own.tsv"))
    facts = dict(row for block in paper.blocks if isinstance(block, Facts) for row in block.rows)
    assert facts["问题"] == "多少押金"
    assert (facts["日期"], facts["索引版本"], facts["编码器"]) == (
        "2032-01-02",
        library.index_version,
        "hash",
    )
    assert (facts["单元种类"], facts["文件"], facts["年份"]) == ("建议", "不限", "2031")
    assert facts["术语表"].endswith("own.tsv")
    read = {name: float(value) for name, value in re.findall(r"(\w+) ([\d.]+)", facts["权重"])}
    assert read == asdict(Weights())
    quoted = [block for block in paper.blocks if isinstance(block, Quotation)]
    assert [(q.rank, q.text, q.citation) for q in quoted] == [
        (hit["rank"], hit["text"], hit["citation"]) for hit in answer["hits"]
    ]
    assert len(quoted) == 3


@pytest.mark.parametrize(
    ("ending", "start"), [("md", "# 检索报告"), ("html", "<!DOCTYPE html>"), ("docx", "PK")]
)
def test_a_report_beside_the_usual_answer(index: Path, tmp_path: Path, ending: str, start: str) -> None:
    target = tmp_path / f"report.{ending}"
    done = yinzheng("search", "押金", "--index", index, "-k", "2", "--report", target, "--json")
    assert len(one_object(done)["hits"]) == 2
    assert target.read_bytes().startswith(start.encode())


def test_a_report_on_nothing(library: Library) -> None:
    query = Query("押金", years=frozenset({1999}))
    paper = search_report(library, query, operations.search(library, query), datetime.date(2032, 1, 2))
    assert not [block for block in paper.blocks if isinstance(block, Quotation)]
    assert "未找到" in str(paper.blocks)
