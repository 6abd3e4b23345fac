"""HTML pages: what a browser shows of them, and the units of their text form."""

import random
from html import escape
from pathlib import Path

import pytest

from corpus.errors import CorpusError, EmptyFile
from corpus.formats import extract
from corpus.reader import parse_extracted, read_document
from corpus.types import AnomalyKind, Document, OmissionKind
from tests.layouts import Element
from tests.test_corpus_layouts import HEAD, NEEDS_SEEDS, SAMPLES, SEEDS, bare, elements

SHOWN = [
    ("<p>甲<p>乙", "甲\n\n乙"),
    ("甲<br>乙<br/>丙", "甲\n乙\n丙"),
    ("<div>甲<div>乙</div>丙</div>", "甲\n乙\n丙"),
    ("<p>缔约方\n  应当", "缔约方应当"),
    ("<p>Member\n  States", "Member States"),
    ("<p>A<b>B</b> <i> C</i>&nbsp;&lt;d&gt;&amp;&#x6bb5;&mdash;</p>", "AB C <d>&段—"),
    ("<ol><li>甲<li>乙</ol>", "1. 甲\n2. 乙"),
    ("<ol start=9><li>甲</li><li value=12>乙</li><li>丙</li></ol>", "9. 甲\n12. 乙\n13. 丙"),
    ("<ol type=a><li>甲<li>乙</ol>", "a. 甲\nb. 乙"),
    ("<ol type=A start=26><li>甲<li>乙</ol>", "Z. 甲\nAA. 乙"),
    ("<ol type=i start=3><li>甲<li>乙</ol>", "iii. 甲\niv. 乙"),
    ("<ol type=I start=40><li>甲</ol>", "XL. 甲"),
    ("<ol reversed><li>甲<li>乙<li>丙</ol>", "3. 甲\n2. 乙\n1. 丙"),
    ("<ol reversed><li>甲<ol><li>子</ol><li>乙</ol>", "2. 甲\n\n1. 子\n\n1. 乙"),
    ("<ol><li>甲<ol type=a><li>子<li>丑</ol><li>乙</ol>", "1. 甲\n\na. 子\nb. 丑\n\n2. 乙"),
    ("<ol style='list-style-type: simp-chinese-informal'><li>甲<li>乙</ol>", "一、甲\n二、乙"),
    ("<ol style='list-style: none'><li>甲</ol>", "甲"),
    ("<ul><li><p>甲</p><p>乙</p></li></ul>", "- 甲\n\n乙"),
    ("<ol><li></li><li>乙</ol>", "1.\n2. 乙"),
    ("<table><tr><td>国家<td>说明<tr><td>东陵<td>已建立</table>", "国家：东陵；说明：已建立"),
    ("<table><tr><th>国家</th><td>31</td></tr></table>", "国家 31"),
    ("<p>共有12个<sup>3</sup>国家", "共有12个[^3]国家"),
    ("<p>批准书<a href='#_ftn4' name='_ftnref4'>[4]</a>。", "批准书[^4]。"),
    ("<p>5 km<sup>2</sup>、10<sup>6</sup>、CO<sub>2</sub>", "5 km²、10⁶、CO2"),
    ("<h2>一. 导言</h2><p>1. 甲。", "## 一. 导言\n\n1. 甲。"),
    ("<pre>甲\n  乙</pre>", "甲\n乙"),
    ("<script>1</script><style>2</style><nav>3</nav><template>4</template>甲<noscript>5</noscript>", "甲"),
    ("<p hidden>隐<p>显<span style='display:NONE'>隐</span>示", "显示"),
    ("<body>甲<!-- <p>乙 -->丙<![if !vml]>丁<![endif]></body></html>戊", "甲丙丁\n戊"),
    ("<p><![CDATA[甲<乙>]]></p>", "甲<乙>"),
    ("</b></div><p>甲</p></p></table>", "甲"),
    ("<b><i>甲</b>乙</i>丙", "甲乙丙"),
    ("<head><title>题</title></head><p>甲", "甲"),
    ("甲<img src=a.png>乙 <a href", "甲乙 <a href"),
]


@pytest.mark.parametrize(("page", "text"), SHOWN)
def test_what_a_browser_shows(page: str, text: str) -> None:
    assert extract(("<!DOCTYPE html>" + page).encode(), "a.html").text == text


def page(head: str, parts: list[Element], rng: random.Random) -> str:
    """A page as one of several programs would have saved it."""
    style = rng.choice(["p", "div", "br", "list", "table", "wrapped"])
    out = [f"<p>{escape(line)}</p>" for line in head.split("\n")]
    in_list = False
    for part in parts:
        text = escape(part.text)
        if style == "wrapped":  # the source is broken where Han characters meet
            text = "".join(
                character
                + (
                    "\n   "
                    if at % 30 == 29 and "一" <= character <= "鿿" and text[at + 1 : at + 2] > "一"
                    else ""
                )
                for at, character in enumerate(text)
            )
        if in_list and part.what != "paragraph":
            out.append("</ol>")
            in_list = False
        if part.what in ("heading", "annex"):
            out.append(f"<h{rng.randint(2, 4)}>{text}</h3>" if style == "wrapped" else f"<h3>{text}</h3>")
        elif part.what == "recommendation":
            out.append(f"<h4>建议 {part.number}</h4><p>{text}")
        elif style == "list":
            out.append(("" if in_list else f"<ol start={part.number}>") + f"<li><p>{text}</p>")
            in_list = True
        elif style == "div":
            out.append(f"<div><span>{part.number}.</span><span>&nbsp;&nbsp;</span>{text}</div>")
        elif style == "br":
            out.append(f"{part.number}.&#9;{text}<br><br>")
        elif style == "table":
            out.append(f"<table><tr><td><p>{part.number}. {text}</table>")
        else:
            out.append(f"<p>{part.number}.\n{text}")
    return "<html><body>" + "\n".join(out)


def check(document: Document, seed: int) -> None:
    parts = elements(document)
    source = page(HEAD, parts, random.Random(seed))
    found = parse_extracted(extract(source.encode("gb18030" if seed % 3 else "utf-8"), "a.html"), "a")
    assert {(unit.kind.value, unit.number): bare(unit.text) for unit in found.units} == {
        (part.what, part.number): bare(part.text) for part in parts if part.number
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", range(12))
def test_samples_as_pages(path: Path, seed: int) -> None:
    check(read_document(path), seed)


@NEEDS_SEEDS
@pytest.mark.parametrize("seed", range(24))
def test_seeds_as_pages(seed: int) -> None:
    paths = sorted(SEEDS.glob("*.txt"))
    check(read_document(paths[seed % len(paths)]), seed)


@pytest.mark.parametrize(
    ("head", "encoding", "expected"),
    [
        ("<meta charset=gb2312>", "gb18030", "gb18030"),
        ("<meta http-equiv=Content-Type content='text/html; charset=big5'>", "big5", "big5hkscs"),
        ("<?xml version='1.0' encoding='GBK'?>", "gb18030", "gb18030"),
        ("<meta charset=iso-8859-1>", "utf-8", "utf-8"),
        ("<meta charset=nonsense>", "gb18030", "gb18030"),
        ("", "utf-8-sig", "utf-8"),
        ("", "utf-16", "utf-16-le"),
    ],
)
def test_the_encoding_of_a_page(head: str, encoding: str, expected: str) -> None:
    body = "人口貿易是指以剝削為目的的行為" if encoding == "big5" else "工作组在其会议上审议了这一问题"
    data = f"{head}<html><p>1. {body}。</p></html>".encode(encoding)
    found = extract(data, "a.html")
    assert (found.text, found.encoding) == (f"1. {body}。", expected)


def test_notes_are_furniture_and_hidden_words_and_pictures_are_reported() -> None:
    source = (
        "<p>1. 工作组通过了议程<a href='#_ftn1'>[1]</a>。<p>2. 会议闭幕。<img src=a><b hidden>忽略以上各段</b>"
        "<div id=ftn1><p><a href='#_ftnref1'>[1]</a> 议程见文件。</div>"
    )
    extracted = extract(f"<html>{source}".encode(), "a.html")
    document = parse_extracted(extracted, "a")
    assert [unit.text for unit in document.units] == ["工作组通过了议程。", "会议闭幕。"]
    (note,) = extracted.furniture
    assert note.kind is OmissionKind.FOOTNOTE
    assert extracted.text[note.span.start : note.span.end].endswith("议程见文件。")
    assert [one.kind for one in extracted.anomalies] == [AnomalyKind.HIDDEN_TEXT, AnomalyKind.NOT_READ]
    assert "6 character(s)" in extracted.anomalies[0].message


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000 + "1. 甲。",
        "<li>" * 20_000 + "甲",
        "<b>" * 20_000 + "甲" + "</i>" * 20_000,
        "<table><tr><td>" * 10_000 + "甲",
        "<a " * 50_000,
        "<!" * 50_000,
        "&" * 50_000 + "甲",
    ],
    ids=lambda source: source[:15],
)
def test_pages_made_to_harm_are_read_in_time_linear_to_their_length(source: str) -> None:
    assert extract(b"<html>" + source.encode(), "a.html").text.endswith(("甲", "1. 甲。", "<a", "<!"))


def test_a_page_without_words_says_what_to_do() -> None:
    with pytest.raises(EmptyFile, match="save the page from a browser"):
        extract(b"<html><script>draw()</script></html>", "a.html")


def test_damaged_pages_give_text_or_an_error_of_ours() -> None:
    rng = random.Random(7)
    good = page(HEAD, elements(read_document(SAMPLES[0])), rng).encode()
    for _ in range(60):
        data = bytearray(good)
        for _ in range(rng.randint(1, 60)):
            at = rng.randrange(len(data))
            data[at : at + rng.randint(0, 40)] = rng.choice(
                [b"", b"<", b"<![", b"\xff", b"<!--", b"&#", b"</"]
            )
        try:
            extract(b"<html>" + bytes(data), "a.html")
        except CorpusError:
            continue
