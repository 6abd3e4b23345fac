"""Numerals: against a table, and against a formatter written the other way round."""

import re
import subprocess
import sys

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.plain_text import unified as numerals
from corpus.plain_text.numerals import parse_numeral
from corpus.plain_text.unified import unify_numerals

CONVERTED = [
    ("第十二段", "第12段"),
    ("第三、四和五条", "第3、4和5条"),
    ("第一、二段", "第1、2段"),
    ("第四十条第三款", "第40条第3款"),
    ("第十二条之二", "第12条之2"),
    ("第七十七届会议", "第77届会议"),
    ("第十一次会议", "第11次会议"),
    ("第二次和第三次会议", "第2次和第3次会议"),
    ("第一次会议", "第1次会议"),
    ("建议十二", "建议12"),
    ("建议一和建议二", "建议1和建议2"),
    ("建议一至三", "建议1至3"),
    ("建议一：", "建议1："),
    ("附件二所列", "附件2所列"),
    ("议程项目三", "议程项目3"),
    ("二〇二二年六月二十九日至三十日", "2022年6月29日至30日"),
    ("二○○五年", "2005年"),
    ("一九九八至二〇〇二年", "1998至2002年"),
    ("百分之二十", "百分之20"),
    ("十八岁以下", "18岁以下"),
    ("三百名受害人", "300名受害人"),
    ("二十国集团", "20国集团"),
    ("四十八小时", "48小时"),
    ("两百万人", "2000000人"),
    ("第１２段", "第12段"),
    ("9,000名", "9000名"),
    ("1,234,567.8", "1234567.8"),
]
LEFT_ALONE = [
    *(
        "一些国家",
        "一般来说",
        "万一",
        "千万不要",
        "十分重要",
        "三方合作",
        "第三方",
        "第三国",
        "第三者",
        "一一列举",
    ),
    *(
        "第一线工作者",
        "第一时间",
        "第一次",
        "第二十一世纪",
        "建议一个国家",
        "建议三方",
        "建议一致通过",
        "附件一份",
    ),
    *("数百万人", "二十多个", "十几个", "六月", "九一一", "十一国庆", "万一个别人", "统一", "唯一", "四处"),
    *("1,2,3", "2015,100", "77/236", "1,2345"),
]


@pytest.mark.parametrize(("text", "unified"), CONVERTED)
def test_counting_numerals_become_digits(text: str, unified: str) -> None:
    assert unify_numerals(text) == unified
    assert unify_numerals(f"根据{text}。") == f"根据{unified}。"


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_numerals_inside_words_stay(text: str) -> None:
    assert unify_numerals(text) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十二", 12),
        ("二〇二二", 2022),
        ("一九四五", 1945),
        ("廿三", 23),
        ("卅五", 35),
        ("两千零五", 2005),
        ("１２", 12),
        ("0", 0),
        ("零", 0),
    ],
)
def test_parse_numeral(text: str, number: int) -> None:
    assert parse_numeral(text, counted=True) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一些",
        "二三",
        "九一一",
        "十几",
        "十二点五",
        "12.5",
        "-5",
        "负五",
        "1,00",
        "²",
        "٣",
        "百",
        "十十",
        "ten",
    ],
)
def test_doubt_is_none(text: str) -> None:
    assert parse_numeral(text, counted=True) is None


@given(st.integers(0, 99_999_999))
def test_parse_reads_what_a_formatter_writes(number: int) -> None:
    assert parse_numeral(in_chinese(number)) == number
    assert unify_numerals(f"{number:,}名") == f"{number}名"
    assert unify_numerals(f"第{in_chinese(number)}段") == f"第{number}段"


@given(st.integers(1000, 2999))
def test_years_digit_by_digit(year: int) -> None:
    digits = str(year).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    assert unify_numerals(f"{digits}年") == f"{year}年"


@given(st.text("一二三十百万第段条次会议建附件年月日至和、个些9,0 \n\x01\x02"))
def test_unifying_touches_numerals_and_separators_only(text: str) -> None:
    unified = unify_numerals(text)
    numeral_or_separator = "[0-9,〇零○一二三四五六七八九两十百千万亿廿卅卌]+"
    assert re.sub(numeral_or_separator, "", unified) == re.sub(numeral_or_separator, "", text)


@given(st.text("一二三十百万第段条次会议建附件年月日至和、个些90 人名"))
def test_scanning_by_starts_finds_what_the_patterns_find(text: str) -> None:
    """The list of starting characters in the data file must cover every pattern."""
    shadow = numerals._shadow(text)
    if shadow is None:
        return
    starts, contexts, _ = numerals._patterns()
    first = contexts.search(shadow)
    scanned = (contexts.match(shadow, start.start()) for start in starts.finditer(shadow))
    found = next((match for match in scanned if match), None)
    # A pattern may also start inside a run of numerals; the scan tries a run from its start alone.
    if first is not None and not (first.start() and shadow[first.start() - 1] in "\x01\x02"):
        assert found is not None
        assert found.span() == first.span()


def in_chinese(number: int) -> str:
    """Written from the grammar of Chinese numerals, knowing nothing of the parser."""
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    parts = [f"{_below_ten_thousand(high)}万"] if high else []
    if low:
        parts.append(("零" if high and low < 1000 else "") + _below_ten_thousand(low))
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text


def _below_ten_thousand(number: int) -> str:
    written, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            written += ("零" if gap and written else "") + "一二三四五六七八九"[digit - 1] + unit
            gap = False
        else:
            gap = True
    return written


def test_numbers_below_one_hundred_are_read_as_cn2an_reads_them() -> None:
    for number in range(1, 100):
        written = cn2an.an2cn(number)
        for form in {written, written.removeprefix("一") if 10 <= number < 20 else written}:
            assert parse_numeral(form) == number == cn2an.cn2an(form, "smart"), form


def test_small_numerals_do_not_load_cn2an() -> None:
    code = "import sys; from corpus.plain_text.unified import unify_numerals as u; assert u('第十四次会议第三段') == '第14次会议第3段'; assert 'cn2an' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_run_that_breaks_cn2an_is_no_number() -> None:
    assert parse_numeral("万十一") is None  # cn2an raises KeyError
    assert unify_numerals("万十一月") == "万十一月"
