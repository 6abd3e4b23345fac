"""Lay a document out again: the same units, as other converters would have left them."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import cn2an


@dataclass(frozen=True)
class Element:
    """A heading (`label` None), a paragraph or a recommendation, in reading order."""

    what: str  # "heading", "paragraph", "recommendation", "annex"
    text: str
    number: int | None = None


@dataclass
class Layout:
    """One way of setting a document; every field is drawn by `draw`."""

    width: int | None = None
    blind: bool = False  # cut lines anywhere, also inside words and numbers
    airy: bool = False
    spaced: bool = True
    indent: str = ""
    marks: bool = False
    paragraph: str = "{n}. "
    recommendation: str = "建议 {n}\n"
    numerals: str = "ascii"
    page_every: int | None = None
    page_furniture: Sequence[str] = ()
    page_blank: bool = True
    newline: str = "\n"
    bullets: frozenset[int] = frozenset()
    footnotes: bool = False
    items_on_lines: bool = False
    rng: random.Random = field(default_factory=lambda: random.Random(0))


PARAGRAPH_LABELS = ["{n}. ", "{n}.", "{n}．", "{n}、", "{n}.\t", "{n}.   ", "第{n}段 ", "{n}\\. "]
RECOMMENDATION_LABELS = [
    "建议 {n}\n",
    "建议{n}\n",
    "建议 {n}：",
    "建议{n} ",
    "**建议 {n}**\n",
    "#### 建议 {n}\n",
    "建议（{n}）\n",
]
FURNITURE = [
    ("{page}",),
    ("CTOC/COP/WG.4/2031/7", "{page}/21"),
    ("CTOC/COP/WG.4/2031/7   {page}",),
    ("V.31-04512 {page}/21",),
    ("贩运人口问题工作组的文件", "{page}"),
    ("- {page} -",),
    ("第 {page} 页",),
]


def draw(rng: random.Random, numbers: Sequence[int]) -> Layout:
    """A layout at random, reproducible from the state of `rng`."""
    width = rng.choice([None, None, 17, 24, 33, 38, 46, 60])
    marks = rng.random() < 0.3
    first = rng.choice(numbers) if numbers else 1
    return Layout(
        width=width,
        blind=rng.random() < 0.4,
        airy=width is not None and rng.random() < 0.25,
        spaced=rng.random() < 0.6,
        indent=rng.choice(["", "", "  ", "　　"]),
        marks=marks,
        paragraph=rng.choice(PARAGRAPH_LABELS[:6] if not marks else PARAGRAPH_LABELS),
        recommendation=rng.choice(RECOMMENDATION_LABELS if marks else RECOMMENDATION_LABELS[:4]),
        numerals=rng.choice(["ascii", "ascii", "wide", "chinese"]),
        page_every=rng.choice([None, 12, 25, 40]),
        page_furniture=rng.choice(FURNITURE),
        page_blank=rng.random() < 0.6,
        newline=rng.choice(["\n", "\n", "\r\n"]),
        bullets=frozenset(range(first, first + rng.choice([1, 2, 4]))) if rng.random() < 0.2 else frozenset(),
        footnotes=rng.random() < 0.2,
        items_on_lines=rng.random() < 0.5,
        rng=rng,
    )


def render(head: str, elements: Sequence[Element], layout: Layout) -> str:
    """The source text of `elements` in `layout`."""
    blocks = [head.split("\n"), *(_block(element, layout) for element in elements)]
    lines: list[str] = []
    for block in blocks:
        lines += [piece for line in block for piece in _wrap(line, layout.width, layout.blind)]
        if layout.spaced or layout.airy:
            lines.append("")
    if layout.page_every:
        lines = _paged(lines, layout)
    if layout.airy:
        lines = [piece for line in lines if line.strip() for piece in (line, "")]
    return layout.newline.join(layout.indent + line if line else line for line in lines)


def _block(element: Element, layout: Layout) -> list[str]:
    if element.what in ("heading", "annex"):
        return [("#" * layout.rng.randint(1, 6) + " " if layout.marks else "") + element.text]
    assert element.number is not None
    text = element.text
    if layout.items_on_lines:
        text = re.sub(r"(?<=[：；])(?=\([a-h]\))", "\n", text)
    if element.what == "paragraph" and element.number in layout.bullets:
        return ("- " + text).split("\n")
    label = layout.paragraph if element.what == "paragraph" else layout.recommendation
    return (label.format(n=_numeral(element.number, layout, label)) + text).split("\n")


def _numeral(number: int, layout: Layout, label: str) -> str:
    if layout.numerals == "wide":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if layout.numerals == "chinese" and ("段" in label or "建议" in label):
        return str(cn2an.an2cn(number)).replace("一十", "十") if number < 20 else str(cn2an.an2cn(number))
    return str(number)


def _wrap(line: str, width: int | None, blind: bool) -> list[str]:
    """Cut at `width` characters; unless `blind`, not inside Latin words, numbers, or before closing marks."""
    if width is None or len(line) <= width:
        return [line]
    out: list[str] = []
    while len(line) > width:
        cut = width
        while (
            not blind
            and cut > 6
            and (
                re.match(r"[A-Za-z0-9/.,\-(]{2}", line[cut - 1 : cut + 1]) or line[cut] in "，。；：、）》”] "
            )
        ):
            cut -= 1
        cut = cut if cut > 6 else width  # a word longer than the line
        out.append(line[:cut])
        line = line[cut:]
    return [*out, line] if line.strip() else out


def _paged(lines: Sequence[str], layout: Layout) -> list[str]:
    out: list[str] = []
    page = 1
    assert layout.page_every is not None
    for at, line in enumerate(lines):
        out.append(line)
        if at and at % layout.page_every == 0 and at + 3 < len(lines):
            page += 1
            furniture = [text.format(page=page) for text in layout.page_furniture]
            if layout.footnotes:
                furniture = ["_______________", "* CTOC/COP/2031/1。", *furniture]
            out += ["", *furniture, ""] if layout.page_blank or layout.footnotes else furniture
    return out
