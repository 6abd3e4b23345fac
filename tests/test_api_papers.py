"""Papers against independent readers: markdown-it, html.parser, python-docx."""

from html.parser import HTMLParser
from io import BytesIO

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.files.papers.formats import PaperFormat, render
from api.files.papers.model import Facts, Heading, Paper, Piece, Quotation, Text
from search.wording.compare import ChangeKind

HOSTILE = [
    "<script>alert(1)</script>",
    "[a](javascript:x) ![b](y) <http://z> &amp; &lt;",
    "# 标题\n- 一\n1. 二\n2) 三\n+ 四\n> 五\n---\n===\n```\n代码\n```",
    "a | b | c\\|d ~~删~~ *强* _调_ `码`",
    '"引号" \' & </blockquote></body>',
]


class Reader(HTMLParser):
    """Texts by element, and every tag that occurs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.stack: list[str] = []
        self.texts: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.stack.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag, "elements are nested"

    def handle_data(self, data: str) -> None:
        if self.stack:
            self.texts[self.stack[-1]][-1] += data


def paper(text: str) -> Paper:
    blocks = (Facts(((text, text),)), Heading(text), Text(text), Quotation(text, text, (text,), 1))
    return Paper(text, blocks)


def read_html(data: bytes) -> Reader:
    reader = Reader()
    reader.feed(data.decode())
    reader.close()
    assert reader.stack == []
    return reader


def markdown_text(source: str) -> tuple[list[str], set[str]]:
    """The text of each inline block as a reader shows it, and the kinds of tokens."""
    texts, kinds = [], set()
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(source):
        kinds.add(token.type)
        if token.type == "inline":
            children = token.children or []
            kinds |= {child.type for child in children}
            texts.append("".join("\n" if c.type == "hardbreak" else c.content for c in children))
    return texts, kinds


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_every_text_and_runs_none(text: str) -> None:
    reader = read_html(render(paper(text), PaperFormat.HTML))
    assert reader.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p"),
        *("table", "tr", "th", "td", "article", "div", "blockquote"),
    }
    assert reader.attributes <= {"lang", "charset", "http-equiv", "content", "scope", "class"}
    for tag in ("title", "h1", "h2", "p", "th", "td", "blockquote"):
        assert reader.texts[tag] == [text]
    assert reader.texts["div"] == [f"1. {text}", text]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_every_text_and_obeys_none(text: str) -> None:
    texts, kinds = markdown_text(render(paper(text), PaperFormat.MARKDOWN).decode())
    assert (
        kinds
        & {
            "html_block",
            "html_inline",
            "link_open",
            "image",
            "fence",
            "code_inline",
            "em_open",
            "s_open",
            "hr",
        }
        == set()
    )
    line, lines = " ".join(text.split()), "\n".join(" ".join(each.split()) for each in text.splitlines())
    assert [each for each in texts if each] == [line, line, line, line, lines, f"1. {line}", lines, line]


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" \n"),
        min_size=1,
    )
)
def test_a_quotation_survives_markdown(text: str) -> None:
    wanted = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not wanted:
        return
    source = render(Paper("题", (Quotation(text, "引"),)), PaperFormat.MARKDOWN).decode()
    texts, kinds = markdown_text(source)
    assert texts == ["题", "引", "\n".join(wanted)]
    assert kinds == {
        *(
            "heading_open",
            "inline",
            "heading_close",
            "text",
            "paragraph_open",
            "paragraph_close",
            "strong_open",
        ),
        *("strong_close", "blockquote_open", "blockquote_close"),
    } | ({"hardbreak"} if len(wanted) > 1 else set()) | (kinds & {"text_special"})


@pytest.mark.parametrize("text", HOSTILE)
def test_docx_shows_every_text(text: str) -> None:
    document = docx.Document(BytesIO(render(paper(text), PaperFormat.DOCX)))
    assert [each.text for each in document.paragraphs] == [text, text, text, "1.", text, f"——{text}", text]
    assert [cell.text for cell in document.tables[0].rows[0].cells] == [text, text]
    assert document.core_properties.title == text


def test_markdown_of_a_small_paper() -> None:
    small = Paper(
        "检索报告",
        (
            Facts((("问题", "押金"),)),
            Heading("结果"),
            Quotation("甲\n(a) 乙", "《丙》，建议1", ("标题：丁",)),
        ),
    )
    assert render(small, PaperFormat.MARKDOWN).decode() == (
        "# 检索报告\n\n| | |\n|---|---|\n| 问题 | 押金 |\n\n## 结果\n\n**《丙》，建议1**\n\n> 甲\\\n> (a) 乙\n\n- 标题：丁\n"
    )


COMPARED = (
    Piece(ChangeKind.KEPT, "缔约国"),
    Piece(ChangeKind.DROPPED, "应"),
    Piece(ChangeKind.ADDED, "应考虑"),
    Piece(ChangeKind.KEPT, "公布<b>数据。"),
)


def test_a_compared_wording_keeps_its_differences_in_every_format() -> None:
    of = Paper("甲", (Quotation("缔约国应考虑公布<b>数据。", "《…》，第1段", (), 1, COMPARED),))
    document = docx.Document(BytesIO(render(of, PaperFormat.DOCX)))
    (line,) = [one for one in document.paragraphs if one.text.startswith("对照：")]
    struck = [run.text for run in line.runs if run.font.strike]
    underlined = [run.text for run in line.runs if run.font.underline]
    assert (struck, underlined) == (["应"], ["应考虑"])
    assert line.text == "对照：缔约国应应考虑公布<b>数据。"
    web = render(of, PaperFormat.HTML).decode()
    assert "缔约国<del>应</del><ins>应考虑</ins>公布&lt;b&gt;数据。" in web
    assert "缔约国\\[-应-\\]{+应考虑+}公布" in render(of, PaperFormat.MARKDOWN).decode()
