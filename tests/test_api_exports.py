"""Exports against independent readers: what was written is read back and compared with the index."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import docx
import pytest
import rispy
from bibtexparser import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from api.files import kinds
from api.files.compilation import CompilationFormat, write_compilation
from api.files.exports.bibtex import escaped
from api.files.exports.formats import ExportFormat, file_type, render
from api.files.exports.reference import HitList, Reference, hit_list
from api.files.exports.table import COLUMNS, to_csv
from api.page.asked import key_of_address
from api.page.views.hits import unit as shown
from api.page.views.precedents import reference_of
from corpus.types import UnitKind
from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.library import Library, open_library, operations
from search.query import Query
from tests.api_support import ROOT, SAMPLES, yinzheng

NASTY = """一. 导言

1. =HYPERLINK("x") 是公式，@SUM 也是，100% 的 A_1 & B #2 ${x}$ ~ ^ \\input{y} <script>alert(1)</script>。

2. 下列各项：
(a) 第一项；
(b) TY  - JOUR
ER  - 注入；
(c) `a` 与 --- 和 ``b'' 以及 1. 列表。

3. -1+2 以及 "引号"，逗号, 和 | 竖线，*星号*、[链接](javascript:x)。
"""
METADATA = 'title = "{报告} & 50% 的 _题_ 名"\nsymbol = "A_B/2031/1 & 2"\nbody = "甲 and 乙工作组"\ndate = 2031-02-03\n'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("exports")
    (folder / "恶意 文件.txt").write_text(NASTY, encoding="utf-8")
    (folder / "恶意 文件.toml").write_text(METADATA, encoding="utf-8")
    report = build([SAMPLES, folder / "恶意 文件.txt"], folder / "i", load_encoder("hash"), Segmenter())
    assert not report.failures
    opened = open_library(folder / "i")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def units(library: Library) -> HitList:
    hits = hit_list(library, operations.units(library))
    assert len(hits.references) == 119 + 3
    return hits


def one_line(text: str) -> str:
    return " ".join(text.split())


def plain(text: str) -> str:
    """What two readers of TeX may print differently: the circumflex as a modifier letter."""
    return text.replace("ˆ", "^")


def test_keys_differ_and_are_ascii(units: HitList) -> None:
    keys = [each.key for each in units.references]
    assert len(set(keys)) == len(keys)
    assert [key for key in keys if not re.fullmatch(r"[0-9A-Za-z_-]+", key)] == []
    assert "meeting-report-2031-rec7" in keys


def test_json_is_what_the_command_prints(library: Library, units: HitList) -> None:
    assert json.loads(render(units, ExportFormat.JSON)) == json.loads(json.dumps(operations.units(library)))


def test_csv_reads_back(units: HitList) -> None:
    data = render(units, ExportFormat.CSV)
    rows = list(csv.DictReader(StringIO(data.decode(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(units.references)
    for row, each in zip(rows, units.references, strict=True):
        assert row["quote"].removeprefix("'") == each.quote.removeprefix("'")
        assert (row["citation"], row["document"], row["symbol"]) == (
            each.citation,
            each.document,
            each.symbol or "",
        )
        assert (row["kind"], row["number"], row["pinpoint"]) == (each.kind, str(each.number), each.pinpoint)
        assert (row["date"], row["year"]) == (str(each.date or ""), str(each.year or ""))
        assert [row["start"], row["end"]] == [str(offset) for offset in each.span]
        assert [name for name, cell in row.items() if cell[:1] in tuple("=+-@\t\r")] == []
    defused = [row["quote"] for row in rows if row["quote"].startswith("'")]
    assert [text[:4] for text in defused] == ["'=HY", "'-1+"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_a_formula(begin: str) -> None:
    data = to_csv(["a", "b"], [[f"{begin}1+1", -1]])
    assert list(csv.reader(StringIO(data.decode(), newline=""))) == [["a", "b"], [f"'{begin}1+1", "-1"]]


def test_csv_for_excel_begins_with_a_mark_and_others_never(units: HitList) -> None:
    data = render(units, ExportFormat.CSV, bom=True)
    assert data == b"\xef\xbb\xbf" + render(units, ExportFormat.CSV)
    assert render(units, ExportFormat.RIS, bom=True) == render(units, ExportFormat.RIS)


def test_ris_reads_back(units: HitList) -> None:
    text = render(units, ExportFormat.RIS).decode()
    entries = rispy.loads(text)
    assert len(entries) == len(units.references)
    for entry, each in zip(entries, units.references, strict=True):
        assert (entry["type_of_reference"], entry["id"]) == ("RPRT", each.key)
        assert entry["title"] == each.title
        assert entry["abstract"] == one_line(each.quote)
        assert entry["notes"] == [each.pinpoint, each.citation]
        assert entry.get("authors", []) == ([each.body] if each.body else [])
        assert entry.get("issn") == each.symbol
        assert entry.get("date") == (each.date and each.date.strftime("%Y/%m/%d/"))
        assert "unknown_tag" not in entry
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text.splitlines() if line)


def test_bibtex_reads_back(units: HitList) -> None:
    text = render(units, ExportFormat.BIBTEX).decode()
    parsed = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert parsed.failed_blocks == []
    assert len(parsed.entries) == len(units.references)
    for entry, each in zip(parsed.entries, units.references, strict=True):
        fields = {field.key: field.value for field in entry.fields}
        assert (entry.entry_type, entry.key) == ("techreport", each.key)
        assert plain(fields["abstract"]) == one_line(each.quote)
        assert plain(fields["title"]) == each.title
        assert fields["note"] == each.pinpoint
        assert (fields.get("institution"), fields.get("number")) == (each.body, each.symbol)
        assert fields.get("date") == (each.date and each.date.isoformat())


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"], include_characters=" "), max_size=40
    )
)
def test_tex_commands_are_balanced_and_none_is_left_over(text: str) -> None:
    """Removing every escape that TeX knows leaves the text without its special characters."""
    written = escaped(text)
    rest = re.sub(r"\\textbackslash\{\}|\\textascii(?:tilde|circum)\{\}|\\[&%$#_{}]|\{\}", "", written)
    assert re.search(r"[\\&%$#_{}~^]", rest) is None
    assert rest == re.sub(r"[\\&%$#_{}~^]", "", one_line(text))
    assert re.search(r"--|``|''|<<|>>|,,|\?`|!`", written) is None


# Names and types of csl-data.json, the CSL 1.0.2 schema, as far as a report has them.
CSL_TYPES: dict[str, Any] = {
    **dict.fromkeys(("title", "abstract", "note", "language", "event-place", "type"), str),
    **dict.fromkeys(("id", "number", "locator"), (str, int)),
    **dict.fromkeys(("issued", "event-date"), dict),
    "author": list,
}


def test_csl_json_has_the_fields_of_the_schema(units: HitList) -> None:
    items = json.loads(render(units, ExportFormat.CSL_JSON))
    assert len(items) == len(units.references)
    for item, each in zip(items, units.references, strict=True):
        assert {"id", "type"} <= item.keys() <= CSL_TYPES.keys()
        assert [name for name, value in item.items() if not isinstance(value, CSL_TYPES[name])] == []
        assert (item["type"], item["id"], item["abstract"]) == ("report", each.key, each.quote)
        assert (item["title"], item["locator"], item["note"]) == (each.title, each.pinpoint, each.pinpoint)
        assert item.get("number") == each.symbol
        assert item.get("author", [{}])[0].get("literal") == each.body
        parts = item["issued"]["date-parts"]
        day = each.date
        assert parts == [[day.year, day.month, day.day]] if day else [[each.year]]
        assert all(
            1 <= len(part) <= 3
            for name in ("issued", "event-date")
            if name in item
            for part in item[name]["date-parts"]
        )


def test_docx_reads_back(units: HitList) -> None:
    document = docx.Document(BytesIO(render(units, ExportFormat.DOCX)))
    quoted = [
        each.text for each in document.paragraphs if each.style is not None and each.style.name == "Quote"
    ]
    assert quoted == [each.quote for each in units.references]
    texts = [each.text for each in document.paragraphs]
    assert [text for text in texts if text.startswith("——")] == [
        f"——{each.citation}" for each in units.references
    ]


def test_docx_shows_what_xml_cannot_hold(units: HitList) -> None:
    damaged = replace(units.references[0], quote="甲\x0c乙\x00\ufffe丙\nA\u202eB")
    document = docx.Document(BytesIO(render(HitList(units.answer, (damaged,)), ExportFormat.DOCX)))
    quoted = [
        each.text for each in document.paragraphs if each.style is not None and each.style.name == "Quote"
    ]
    assert quoted == [r"甲\x0c乙\x00\ufffe丙" + "\nA" + r"\u202eB"]


def test_hits_of_a_search_keep_rank_and_score(library: Library) -> None:
    answer = operations.search(library, Query("押金", 5))
    rows = list(
        csv.DictReader(StringIO(render(hit_list(library, answer), ExportFormat.CSV).decode(), newline=""))
    )
    assert [(int(row["rank"]), float(row["score"])) for row in rows] == [
        (hit["rank"], hit["score"]) for hit in answer["hits"]
    ]


def test_an_item_has_a_key_and_a_pinpoint_of_its_own(library: Library) -> None:
    answer = operations.search(library, Query("2031年会议建议7(c)", 1))
    (reference,) = hit_list(library, answer).references
    assert (reference.key, reference.pinpoint) == ("meeting-report-2031-rec7-c", "建议7(c)")
    assert reference.quote.startswith("(c)")


def test_a_document_that_says_nothing_of_itself(units: HitList) -> None:
    bare: dict[str, Any] = dict.fromkeys(("body", "symbol", "date", "year", "meeting", "place", "language"))
    reference: Reference = replace(units.references[0], **bare)
    hits = HitList(units.answer, (reference,))
    (item,) = json.loads(render(hits, ExportFormat.CSL_JSON))
    assert set(item) == {"id", "type", "title", "locator", "note", "abstract"}
    (entry,) = rispy.loads(render(hits, ExportFormat.RIS).decode())
    assert not {"authors", "year", "date", "issn"} & entry.keys()
    (bib,) = parse_string(render(hits, ExportFormat.BIBTEX).decode()).entries
    assert {field.key for field in bib.fields} == {"title", "note", "abstract"}


def test_every_format_has_its_own_type_and_ending() -> None:
    types = [file_type(each) for each in ExportFormat]
    assert (
        len({each.ending for each in types}) == len({each.media_type for each in types}) == len(ExportFormat)
    )


@pytest.mark.parametrize(
    ("format", "library_name"), [("ris", "rispy"), ("bibtex", "bibtexparser"), ("docx", "docx")]
)
def test_a_missing_library_is_told_with_the_command_that_installs_it(
    format: str, library_name: str, library: Library, tmp_path: Path
) -> None:
    code = (
        f"import sys; sys.modules[{library_name!r}] = None\n"
        "from api.errors import ExportUnavailable, outcome_of\nfrom api.files.exports.formats import render, ExportFormat\n"
        "from api.files.exports.reference import HitList\n"
        f"try:\n    render(HitList({{'index_version': '1-a'}}, ()), ExportFormat({format!r}))\n"
        "except ExportUnavailable as error:\n    print(error, outcome_of(error).exit_code, outcome_of(error).status)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert 'pip install "yinzheng[exports]" 2 501' in done.stdout


LAW = """河流法

第一条　各国应当合作。

第二条　缔约方应当监测河流。

第二条之一　缔约方可以收费。

第三条　不得保留。
"""


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("law")
    (folder / "law.txt").write_text(LAW, encoding="utf-8")
    build([folder / "law.txt"], folder / "i", load_encoder("hash"), Segmenter())
    opened = open_library(folder / "i")
    yield opened
    opened.close()


def test_an_article_between_two_has_its_own_key_and_pinpoint(law: Library) -> None:
    """第二条之一 is not 第二条; both are articles, which every format has a word for."""
    told = [(one.key, one.pinpoint) for one in hit_list(law, law.units()).references]
    assert told[1:3] == [("law-art2", "第二条"), ("law-art2z1", "第二条之一")]
    assert len({key for key, _ in told}) == len(told) == 4
    for format in ExportFormat:
        assert render(hit_list(law, law.units()), format)


@pytest.mark.parametrize("format", CompilationFormat)
def test_units_of_every_kind_are_compiled_to_every_format(law: Library, format: CompilationFormat) -> None:
    assert write_compilation(law.compilation(kinds=list(UnitKind)), format)


def test_every_kind_has_a_name() -> None:
    assert set(kinds.NAMES) == set(kinds.KEYS) == set(UnitKind)


def test_the_page_and_the_service_tell_articles_between_two_apart(law: Library) -> None:
    units = law.units()["units"]
    for unit, said in zip(units[1:3], ("第二条", "第二条之一"), strict=True):
        key = key_of_address(QueryParams(shown(law, unit).key))
        assert key is not None
        assert law.unit(key)["text"] == unit["text"]
        assert reference_of(unit) == said


def test_precedents_that_were_compared_keep_their_differences_in_word(
    samples_index: Path, tmp_path: Path
) -> None:
    out = tmp_path / "precedents.docx"
    done = yinzheng(
        "related", "2031年会议建议3", "--diff", "--index", samples_index, "--format", "docx", "--output", out
    )
    assert done.returncode == 0
    hits = json.loads(
        yinzheng("related", "2031年会议建议3", "--diff", "--index", samples_index, "--json").stdout
    )["hits"]
    lines = [one for one in docx.Document(out).paragraphs if one.text.startswith("对照：")]
    assert len(lines) == len(hits)
    for line, hit in zip(lines, hits, strict=True):
        changes = hit["diff"]["changes"]
        assert line.text == "对照：" + "".join(one["text"] for one in changes)
        dropped = "".join(one["text"] for one in changes if one["kind"] == "dropped")
        assert "".join(run.text for run in line.runs if run.font.strike) == dropped
