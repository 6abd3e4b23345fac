"""A Word document gives the units of its text form: generated documents, the samples, the seeds."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.formats.word.docx import extract_docx
from corpus.reader import parse_document, parse_extracted, read_document
from corpus.types import Document, Unit, UnitKind
from tests.word_files import abstract, docx, level, note_ref, notes, num, p, run, style, table

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLES = sorted(path for path in (ROOT / "corpus/samples").iterdir() if path.suffix in {".txt", ".md"})
HEAD = (
    "联合国\tRIV/COP/WG.2/2031/4",
    "河流公约缔约方会议\nDistr.: General\n25 September 2031\nChinese\nOriginal: English",
    "流域治理工作组\n第四次会议\n2031年9月9日至11日，维也纳",
    "2031年9月9日至11日在维也纳举行的流域治理工作组第四次会议的报告",
)
STYLES = (
    style("Normal")
    + style("Title1", "Normal", '<w:outlineLvl w:val="0"/>')
    + style("Para", "Normal", '<w:numPr><w:numId w:val="1"/></w:numPr>')
)
NUMBERING = (
    abstract(
        0,
        level(0, "decimal", "%1.", more='<w:pStyle w:val="Para"/>'),
        level(1, "lowerLetter", "(%2)"),
        level(2, "lowerRoman", "(%3)"),
    )
    + abstract(1, level(0, "decimal", "建议 %1", more='<w:suff w:val="nothing"/>'))
    + abstract(2, level(0, "decimal", "%1."))
    + num(1, 0)
    + num(2, 1)
    + num(3, 0, {0: 1})
    + num(4, 2)
)

REPORT = [
    ("heading", "一. 导言"),
    ("paragraph", "流域治理工作组第四次会议于2031年9月9日开幕，由副主席主持。工作组听取了秘书处的报告。"),
    ("paragraph", "工作组审议了下列事项：", "各国的监测网络；", "与上游国家交换数据，包括：", "-水位；", "-含沙量；", "其他事项。"),
    ("heading", "二. 建议"),
    ("recommendation", "缔约国应考虑在2033年底前公布各自的监测数据。"),
    ("recommendation", "秘书处应酌情汇编各国的答复，并提交工作组下次会议。"),
    ("heading", "三. 审议情况摘要"),
    ("paragraph", "若干发言者指出，跨界含水层的数据仍然不足。有代表强调应当统一计量单位。"),
    ("table", ("年份", "站点数目", "备注"), ("2029", "12", "试点"), ("2030", "40", "全部流域")),
    ("paragraph", "工作组通过了本报告。"),
    ("annex", "附件一"),
    ("annex-paragraph", "本附件载有主席编写的要点，未经谈判达成一致。"),
    ("annex-paragraph", "各国似宜在下次会议之前提交书面意见。"),
]  # fmt: skip


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def comparable(units: Sequence[Unit]) -> list[tuple[object, ...]]:
    """Kind, number, part, text without white space, headings, and each item with its words."""
    return [
        (
            unit.kind.value,
            unit.number,
            unit.part,
            bare(unit.text),
            tuple(map(bare, unit.headings)),
            [(item.path, bare(unit.text[item.start : item.end])) for item in unit.items],
        )
        for unit in units
        if unit.table is None
    ]


def as_text() -> str:
    """The report as a person would type it."""
    lines, paragraph, recommendation, annexed = list(HEAD), 0, 0, 0
    for what, *words in REPORT:
        if what in ("heading", "annex"):
            lines.append(str(words[0]))
        elif what == "table":
            continue  # its rows are units of their own in Word, and lines of the text here
        elif what == "recommendation":
            recommendation += 1
            lines += [f"建议 {recommendation}", str(words[0])]
        else:
            paragraph, annexed = (paragraph + 1, 0) if what == "paragraph" else (paragraph, annexed + 1)
            lines.append(f"{paragraph if what == 'paragraph' else annexed}. {words[0]}")
            letters, numerals = iter("abcdefgh"), iter(("i", "ii", "iii"))
            for item in map(str, words[1:]):
                label = next(numerals) if item.startswith("-") else next(letters)
                lines.append(f"({label}) {item.removeprefix('-')}")
    return "\n\n".join(lines)


def as_word(*, footnotes: bool = True, annex_list: int = 3) -> bytes:
    """The same with Word's automatic numbers at three levels, notes, a table and an annex in two columns.

    The annex begins anew in list 3, which shares its abstract list with the body; list 4 shares with none.
    """
    body = [p(head) for head in HEAD]
    for at, (what, *words) in enumerate(REPORT):
        if what == "heading":
            body.append(p(str(words[0]), style="Title1"))
        elif what == "annex":
            body.append(p('<w:r><w:br w:type="page"/></w:r>'))
            body.append(p(str(words[0]), style="Title1"))
        elif what == "table":
            body.append(table(*words))
        elif what == "recommendation":
            body += [p(num=(2, 0)), p(str(words[0]))]
        else:
            first = str(words[0])
            ref = note_ref(2) if footnotes and at == 1 else ""
            content = [run(first[:6]), ref, run(first[6:])]
            list_ = (annex_list, 0) if what == "annex-paragraph" else None
            body.append(p(*content, style="" if list_ else "Para", num=list_))
            body += [
                p(item.removeprefix("-"), num=(1, 2 if item.startswith("-") else 1))
                for item in map(str, words[1:])
            ]
    columns = '<w:sectPr><w:type w:val="continuous"/><w:cols w:num="2"/></w:sectPr>'
    written = notes("footnote", {2: "见RIV/COP/WG.2/2030/3号文件，第12段。"})
    return docx("".join(body) + columns, numbering=NUMBERING, styles=STYLES, footnotes=written)


def of_word(data: bytes) -> Document:
    return parse_extracted(extract_docx(data, "report.docx"), "report")


def test_the_text_form_has_the_units_that_were_written() -> None:
    units = parse_document(as_text(), "report").units
    assert [(unit.kind.value, unit.number, unit.part) for unit in units] == [
        ("paragraph", 1, None),
        ("paragraph", 2, None),
        ("recommendation", 1, None),
        ("recommendation", 2, None),
        ("paragraph", 3, None),
        ("paragraph", 4, None),
        ("paragraph", 1, "附件一"),
        ("paragraph", 2, "附件一"),
    ]
    assert [item.path for item in units[1].items] == [("a",), ("b",), ("b", "i"), ("b", "ii"), ("c",)]


def test_word_gives_the_units_of_the_text_form() -> None:
    text, word = parse_document(as_text(), "report"), of_word(as_word())
    assert comparable(word.units) == comparable(text.units)
    assert word.metadata == text.metadata


def test_an_annex_with_a_list_of_its_own_gives_the_same() -> None:
    assert comparable(of_word(as_word(annex_list=4)).units) == comparable(of_word(as_word()).units)


def test_a_note_leaves_the_words_of_its_paragraph_alone() -> None:
    with_note, without = of_word(as_word()), of_word(as_word(footnotes=False))
    assert comparable(with_note.units) == comparable(without.units)
    notes = [with_note.source[o.span.start : o.span.end] for o in with_note.omissions if o.kind == "footnote"]
    assert notes == ["[^1]: 见RIV/COP/WG.2/2030/3号文件，第12段。"]


class Rebuilt:
    """A Word document with the units of another; all numbers, also those of items on lines, automatic."""

    lists = (
        abstract(0, level(0, "decimal", "%1."))
        + abstract(1, level(0, "decimal", "建议 %1"))
        + abstract(2, level(0, "lowerLetter", "(%1)"))
        + abstract(3, level(0, "lowerRoman", "(%1)"))
        + abstract(4, level(0, "decimal", "%1."))  # another, since instances of one count together
    )
    item = re.compile(r"\((?P<letter>[a-h])\)\s*|\((?P<roman>i{1,3}|iv|v)\)\s*|(?P<digit>[0-9]{1,2})\.\s*")

    def __init__(self, document: Document) -> None:
        self.body: list[str] = []
        self.instances: list[str] = []
        before: tuple[str, ...] = ()
        going: dict[tuple[str | None, UnitKind], tuple[int, int]] = {}
        for unit in document.units:
            self.body += [p(heading, style="Title1") for heading in unit.headings if heading not in before]
            before, key = unit.headings, (unit.part, unit.kind)
            id, due = going.get(key, (0, 0))
            if due != unit.number:
                id = self.list(1 if unit.kind is UnitKind.RECOMMENDATION else 0, unit.number)
            going[key] = (id, unit.number + 1)
            self.unit(unit, id)

    def list(self, abstract_id: int, start: int) -> int:
        self.instances.append(num(len(self.instances) + 1, abstract_id, {0: start}))
        return len(self.instances)

    def unit(self, unit: Unit, id: int) -> None:
        first, *more = unit.text.split("\n")
        if unit.kind is UnitKind.RECOMMENDATION:
            self.body.append(p(num=(id, 0)))
            more, first = [first, *more], ""
        if first:
            self.body.append(p(first, num=(id, 0)))
        for line in more:
            if (match := self.item.match(line)) is None:
                self.body.append(p(line))
                continue
            if match["letter"]:
                at = self.list(2, ord(match["letter"]) - ord("a") + 1)
            elif match["roman"]:
                at = self.list(3, ("i", "ii", "iii", "iv", "v").index(match["roman"]) + 1)
            else:
                at = self.list(4, int(match["digit"]))
            self.body.append(p(line[match.end() :], num=(at, 0)))

    def bytes(self) -> bytes:
        return docx("".join(self.body), numbering=self.lists + "".join(self.instances), styles=STYLES)


def sources() -> list[Path]:
    return [*SAMPLES, *(sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else [])]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
def test_samples_and_seeds_come_back_from_word(path: Path) -> None:
    wanted = read_document(path)
    found = of_word(Rebuilt(wanted).bytes())
    assert [(u.part, u.kind, u.number) for u in found.units] == [
        (u.part, u.kind, u.number) for u in wanted.units
    ]
    for unit, original in zip(found.units, wanted.units, strict=True):
        assert bare(unit.text) == bare(original.text)
        assert [item.path for item in unit.items] == [item.path for item in original.items]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents lie beside the repository only")
def test_all_units_of_the_seeds_are_among_those_compared() -> None:
    assert sum(len(read_document(path).units) for path in SEEDS.glob("*.txt")) == 350


def test_every_unit_is_verbatim_at_its_place_in_the_extracted_text() -> None:
    document = of_word(as_word())
    for unit in document.units:
        for at in unit.runs:
            source = document.source[at.source_start : at.source_start + at.length]
            assert unit.text[at.text_start : at.text_start + at.length] == source
