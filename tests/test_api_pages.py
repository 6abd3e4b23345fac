"""Citations name the page of a PDF: in JSON and in what people read; of a text there is none."""

import random
from pathlib import Path

import pytest

from corpus.reader import read_document
from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from tests.api_support import SAMPLES, one_object, yinzheng
from tests.layouts import Element
from tests.pdf_pages import PdfLayout, render_pdf

WORDS = ["监测站", "河道", "押金", "容器", "拦截", "微塑料", "船员", "港口", "收费", "泄漏"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF of forty paragraphs, one of them over two pages, and a text, indexed."""
    root = tmp_path_factory.mktemp("pages")
    rng = random.Random(1)
    parts = []
    for number in range(1, 41):
        sentences = [
            f"缔约方应当就第{number}号事项的{'、'.join(rng.sample(WORDS, 4))}提交资料。" for _ in range(5)
        ]
        parts.append(Element("paragraph", "".join(sentences), number))
    (root / "files").mkdir()
    head = "跨界河流塑料污染问题工作组的报告"
    (root / "files" / "report.pdf").write_bytes(render_pdf(head, parts, PdfLayout(foot="{page}")))
    text = (SAMPLES / "meeting-report-2031.md").read_bytes()
    (root / "files" / "meeting-report-2031.md").write_bytes(text)
    build([root / "files"], root / "index", load_encoder("hash"), Segmenter())
    return root


def test_a_unit_of_a_pdf_has_the_page_on_which_it_begins(folder: Path) -> None:
    document = read_document(folder / "files" / "report.pdf")
    assert len(document.pages) >= 3
    for unit in document.units[::8]:
        done = yinzheng(
            "show", f"第{unit.number}段", "--document", "report", "--index", folder / "index", "--json"
        )
        assert one_object(done)["page"] == document.page_at(unit.span.start)
        printed = yinzheng(
            "show", f"第{unit.number}段", "--document", "report", "--index", folder / "index"
        ).stdout
        assert f"第{unit.number}段（第{document.page_at(unit.span.start)}页）" in printed.replace("\n", "")


def test_hits_and_quotes_have_pages_and_a_text_has_none(folder: Path) -> None:
    found = one_object(yinzheng("search", "第30号事项的押金", "--index", folder / "index", "--json"))
    document = read_document(folder / "files" / "report.pdf")
    hit = next(hit for hit in found["hits"] if hit["document"] == "report")
    assert hit["page"] == document.page_at(hit["span"][0]) > 1
    text = one_object(
        yinzheng("show", "第1段", "--document", "meeting-report-2031", "--index", folder / "index", "--json")
    )
    assert "page" not in text


def test_the_page_of_a_quote_is_that_of_its_first_word(folder: Path) -> None:
    from corpus.types import Span
    from search.answer.quotes import check_quote
    from search.library import open_library
    from search.library.units import quote_json

    document = read_document(folder / "files" / "report.pdf")
    pages = [
        (document.page_at(unit.span.start), document.page_at(unit.span.end - 1)) for unit in document.units
    ]
    over = next(at for at, (first, last) in enumerate(pages) if first != last)
    library = open_library(folder / "index")
    place = next(
        place
        for place in library.places()
        if place.unit.document == "report" and place.unit.number == document.units[over].number
    )
    length = len(place.unit.text)
    for start, page in ((0, pages[over][0]), (length - 3, pages[over][1])):
        quote = check_quote(library, place, place.unit.text[start:], Span(start, length))
        assert quote.verified
        assert quote_json(library, quote)["page"] == page
    library.close()
