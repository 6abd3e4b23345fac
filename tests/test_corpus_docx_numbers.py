"""Automatic numbers as Word prints them: formats by tables and other programs, lists by what Word does."""

import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import cn2an
import pytest

from corpus.formats.counting import format_number
from corpus.formats.word.doc import find_libreoffice
from corpus.formats.word.docx import extract_docx
from corpus.plain_text.numerals import parse_numeral
from tests.word_files import abstract, docx, level, num, p, style

NEEDS_LIBREOFFICE = pytest.mark.skipif(
    find_libreoffice() is None, reason="LibreOffice, the other reading, is not installed"
)

PRINTED = {
    "decimal": {0: "0", 1: "1", 12: "12", 100: "100"},
    "decimalZero": {1: "01", 9: "09", 10: "10"},
    "decimalFullWidth": {1: "１", 20: "２０"},
    "decimalEnclosedCircle": {1: "①", 20: "⑳", 21: "21"},
    "decimalEnclosedParen": {3: "⑶"},
    "decimalEnclosedFullstop": {3: "⒊"},
    "numberInDash": {4: "- 4 -"},
    "lowerLetter": {1: "a", 26: "z", 27: "aa", 28: "bb", 53: "aaa"},
    "upperLetter": {3: "C", 52: "ZZ"},
    "lowerRoman": {4: "iv", 9: "ix", 1994: "mcmxciv"},
    "upperRoman": {14: "XIV", 49: "XLIX"},
    "chineseCounting": {10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一○○", 101: "一○一"},
    "chineseCountingThousand": {10: "十", 19: "十九", 100: "一百", 101: "一百零一", 110: "一百一十", 1001: "一千零一"},
    "taiwaneseCountingThousand": {25: "二十五"},
    "japaneseCounting": {10: "十", 100: "百", 110: "百十", 121: "百二十一", 2001: "二千一"},
    "ideographDigital": {10: "一〇", 105: "一〇五"},
    "chineseLegalSimplified": {10: "壹拾", 25: "贰拾伍", 101: "壹佰零壹"},
    "ideographLegalTraditional": {23: "貳拾參"},
    "ideographTraditional": {1: "甲", 10: "癸", 11: "11"},
    "ideographZodiac": {1: "子", 12: "亥"},
    "ideographZodiacTraditional": {1: "甲子", 11: "甲戌", 60: "癸亥"},
    "none": {7: ""},
}  # fmt: skip


@pytest.mark.parametrize("form", PRINTED)
def test_formats_print_what_the_tables_say(form: str) -> None:
    assert {value: format_number(value, form) for value in PRINTED[form]} == PRINTED[form]


@pytest.mark.parametrize("form", ["hebrew1", "custom: x", "", "ordinalText"])
def test_a_format_that_is_not_known_is_none(form: str) -> None:
    assert format_number(3, form) is None


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("chineseCountingThousand", parse_numeral),
        ("chineseCounting", lambda text: parse_numeral(text.replace("○", "〇"))),
        ("decimalFullWidth", int),
        ("chineseLegalSimplified", lambda text: cn2an.cn2an(text, "smart")),
    ],
)
def test_numbers_read_back_as_themselves(form: str, read: Callable[[str], int | None]) -> None:
    for value in [*range(1, 400), 999, 1000, 1001, 1010, 1100, 2031]:
        assert read(format_number(value, form) or "") == value


def labels(data: bytes) -> list[str]:
    return [line.split("|")[0].strip() for line in extract_docx(data, "t").text.splitlines() if "|" in line]


def numbered(numbering: str, *paragraphs: tuple[int, int], styles: str = "") -> list[str]:
    return labels(docx("".join(p("|甲", num=one) for one in paragraphs), numbering=numbering, styles=styles))


THREE = (level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"), level(2, "lowerRoman", "%1.%2.%3"))


def test_deeper_levels_begin_anew_after_a_higher_one() -> None:
    given = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2), (1, 2)]
    expected = ["1.", "(a)", "(b)", "1.b.i", "2.", "(a)", "2.a.i", "2.a.ii"]
    assert numbered(abstract(0, *THREE) + num(1, 0), *given) == expected


@pytest.mark.parametrize(
    ("restart", "expected"),
    [("0", ["x1", "x2", "x3", "x4"]), ("1", ["x1", "x2", "x3", "x1"]), ("2", ["x1", "x2", "x1", "x1"])],
)
def test_a_level_says_after_which_one_it_begins_anew(restart: str, expected: list[str]) -> None:
    levels = (*THREE[:2], level(2, "decimal", "x%3", more=f'<w:lvlRestart w:val="{restart}"/>'))
    given = [(1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2)]
    found = numbered(abstract(0, *levels) + num(1, 0), *given)
    assert [one for one in found if one.startswith("x")] == expected


def test_instances_of_one_list_count_together_unless_they_override_the_start() -> None:
    shared = abstract(0, level(0, "decimal", "%1.")) + num(1, 0) + num(2, 0) + num(3, 0, {0: 7})
    given = [(1, 0), (2, 0), (1, 0), (3, 0), (3, 0), (1, 0)]
    assert numbered(shared, *given) == ["1.", "2.", "3.", "7.", "8.", "9."]


def test_lists_of_their_own_count_by_themselves() -> None:
    two = (
        abstract(0, level(0, "decimal", "%1."))
        + abstract(1, level(0, "decimal", "建议 %1"))
        + num(1, 0)
        + num(2, 1)
    )
    assert numbered(two, (1, 0), (2, 0), (1, 0), (2, 0)) == ["1.", "建议 1", "2.", "建议 2"]


def test_a_level_passed_over_counts_as_printed() -> None:
    levels = (level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))
    assert numbered(abstract(0, *levels) + num(1, 0), (1, 1), (1, 1), (1, 0)) == ["1.1", "1.2", "2."]


def test_legal_numbering_prints_the_levels_above_in_digits() -> None:
    levels = (level(0, "upperRoman", "%1."), level(1, "decimalZero", "%1.%2", more="<w:isLgl/>"))
    assert numbered(abstract(0, *levels) + num(1, 0), (1, 0), (1, 1)) == ["I.", "1.01"]


def test_a_level_may_be_written_anew_by_an_instance() -> None:
    over = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">{}</w:lvlOverride></w:num>'
    )
    numbering = abstract(0, level(0, "decimal", "%1.")) + over.format(
        level(0, "chineseCounting", "第%1段", 3)
    )
    assert numbered(numbering, (1, 0), (1, 0)) == ["第三段", "第四段"]


def test_text_before_and_after_the_number_and_what_separates_it() -> None:
    for suffix, between in (("tab", "\t"), ("space", " "), ("nothing", "")):
        lists = abstract(0, level(0, "decimal", "（%1）", more=f'<w:suff w:val="{suffix}"/>')) + num(1, 0)
        found = extract_docx(docx(p("甲", num=(1, 0)), numbering=lists), "t").text
        assert found.startswith(f"（1）{between}甲")


def test_bullets_are_printed_as_bullets_whatever_the_font() -> None:
    lists = abstract(0, level(0, "bullet", "\uf0b7"), level(1, "bullet", "o"), level(2, "bullet", "–")) + num(
        1, 0
    )
    assert numbered(lists, (1, 0), (1, 1), (1, 2)) == ["•", "•", "–"]


def test_numbers_filled_up_with_zeros_as_word_2010_writes_them() -> None:
    custom = (
        '<w:lvl w:ilvl="0"><w:start w:val="8"/><mc:AlternateContent><mc:Choice Requires="w14">'
        '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/>'
        '</mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1."/></w:lvl>'
    )
    assert numbered(abstract(0, custom) + num(1, 0), (1, 0), (1, 0), (1, 0)) == ["008.", "009.", "010."]


def styled(*ids: str, styles: str, numbering: str, direct: str = "") -> list[str]:
    return labels(
        docx("".join(p("|甲", style=id, more=direct) for id in ids), numbering=numbering, styles=styles)
    )


def test_numbers_come_through_styles_and_those_they_are_based_on() -> None:
    numbering = abstract(
        0,
        level(0, "decimal", "%1.", more='<w:pStyle w:val="One"/>'),
        level(1, "decimal", "%1.%2", more='<w:pStyle w:val="Two"/>'),
    ) + num(1, 0)
    styles = style("One", "", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    styles += style("Two", "", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>') + style(
        "Child", "Two"
    )
    styles += style("Off", "Two", '<w:numPr><w:numId w:val="0"/></w:numPr>')
    found = styled("One", "Two", "Child", "Off", "One", styles=styles, numbering=numbering)
    assert found == ["1.", "1.1", "1.2", "", "2."]


def test_list_zero_takes_a_paragraph_out_of_the_list_of_its_style() -> None:
    styles = style("One", "", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    body = p("|甲", style="One") + p("|乙", style="One", num=(0, 0)) + p("|丙", style="One")
    data = docx(body, numbering=abstract(0, level(0, "decimal", "%1.")) + num(1, 0), styles=styles)
    assert labels(data) == ["1.", "", "2."]


def test_styles_in_a_circle_end() -> None:
    styles = style("A", "B") + style("B", "A")
    assert styled("A", styles=styles, numbering=abstract(0, *THREE) + num(1, 0)) == [""]


def test_a_list_may_name_a_numbering_style_that_holds_its_levels() -> None:
    numbering = abstract(0, more='<w:numStyleLink w:val="L"/>') + abstract(
        1, level(0, "decimal", "第%1段"), more='<w:styleLink w:val="L"/>'
    )
    styles = '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    data = docx(
        p("|甲", num=(1, 0)) + p("|乙", num=(1, 0)),
        numbering=numbering + num(1, 0) + num(2, 1),
        styles=styles,
    )
    assert labels(data) == ["第1段", "第2段"]


def test_a_list_that_the_document_lacks_prints_nothing() -> None:
    assert numbered(abstract(0, *THREE) + num(1, 0), (5, 0), (1, 8)) == ["", ""]


FORMS = ("decimal", "lowerLetter", "upperRoman", "lowerRoman", "chineseCountingThousand", "decimal")


def drawn(seed: int) -> bytes:
    """Lists at random, left to what LibreOffice does as Word does: it knows neither isLgl nor lvlRestart."""
    rng = random.Random(seed)
    lists, instances, styles, given = "", "", "", list[tuple[str, object]]()
    for a in range(rng.randint(1, 3)):
        written = []
        for at in range(3):
            text = rng.choice(["%{}.", "(%{})", "第%{}段", "建议 %{}"]).format(at + 1)
            text = ".".join(f"%{n + 1}" for n in range(at + 1)) if at and rng.random() < 0.5 else text
            more = ""
            if rng.random() < 0.3:
                more, number = f'<w:pStyle w:val="S{a}{at}"/>', given_lists(given) + 1
                listed = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>'
                styles += style(f"S{a}{at}", "", listed)
                given.append(("style", f"S{a}{at}"))
            written.append(level(at, rng.choice(FORMS), text, rng.choice([1, 1, 3, 9]), more))
        lists += abstract(a, *written)
        for again in range(rng.randint(1, 3)):
            number = given_lists(given) + 1
            start = {0: rng.randint(1, 20)} if again and rng.random() < 0.6 and seed % 2 else None
            instances += num(number, a, start)
            given.append(("list", number))
    body = ""
    for at in range(40):
        what, which = rng.choice(given)
        deep = rng.choice([0, 0, 1, 1, 2]) if seed % 2 == 0 else 0
        body += p(f"|{at}", style=str(which)) if what == "style" and seed % 2 == 0 else ""
        body += p(f"|{at}", num=(int(str(which)), deep)) if what == "list" else p("无号")
    return docx(body, numbering=lists + instances, styles=style("Normal") + styles)


def given_lists(given: list[tuple[str, object]]) -> int:
    return sum(what == "list" for what, _ in given)


@NEEDS_LIBREOFFICE
def test_libreoffice_prints_the_same_numbers(tmp_path: Path) -> None:
    program = find_libreoffice()
    assert program is not None
    files = [tmp_path / f"{seed}.docx" for seed in range(24)]
    for seed, path in enumerate(files):
        path.write_bytes(drawn(seed))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    export = ["--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run(
        [program, profile, "--headless", *export, *map(str, files)], check=True, capture_output=True
    )
    compared = 0
    for path in files:
        exported = path.with_suffix(".txt").read_text(encoding="utf-8-sig")
        wanted = [re.sub(r"\s", "", line.split("|")[0]) for line in exported.splitlines() if "|" in line]
        found = [re.sub(r"\s", "", one) for one in labels(path.read_bytes())]
        assert found == wanted, path.name
        compared += sum(map(bool, wanted))
    assert compared > 500
