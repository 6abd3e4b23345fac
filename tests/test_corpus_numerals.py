"""Numerals against cn2an writing them, a table, and what is in doubt."""

import re
from random import Random

import cn2an
import pytest

from corpus.plain_text.numerals import _parse_long, parse_numeral


def test_reads_what_cn2an_writes_from_1_to_9999() -> None:
    assert [parse_numeral(cn2an.an2cn(number)) for number in range(1, 10_000)] == list(range(1, 10_000))


def test_reads_financial_forms_and_zero_signs() -> None:
    for number in range(1, 1000, 7):
        assert parse_numeral(cn2an.an2cn(number, "up")) == number
        assert parse_numeral(cn2an.an2cn(number).replace("零", "〇")) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("１２", 12),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿三", 23),
        ("卅", 30),
        ("一百零五", 105),
        ("一百〇五", 105),
        ("二〇二二", 2022),
        ("二○一九", 2019),
        ("二六五二", 2652),
        ("二三六", 236),
        ("二百四十", 240),
        ("〇", 0),
        ("两百", 200),
        ("一百十五", 115),
        ("第", None),
        ("", None),
        ("三三", None),
        ("一百五", None),
        ("百", None),
        ("十二三", None),
        ("一千零十百", None),
        ("〇一", None),
        ("12a", None),
        ("1111111111111", None),
        (" 十\n二 ", 12),
    ],
)
def test_table(text: str, number: int | None) -> None:
    assert parse_numeral(text) == number


def roman(number: int) -> str:
    """Subtractive notation by repeated subtraction, another way than the parser's."""
    written = ""
    for value, letters in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            written += letters
            number -= value
    return written


def test_roman_numerals_up_to_50_where_asked_for() -> None:
    for number in range(1, 51):
        assert parse_numeral(roman(number), roman=True) == number
        assert parse_numeral(roman(number).lower(), roman=True) == number
        assert parse_numeral(roman(number)) is None


@pytest.mark.parametrize("text", ["IIII", "VX", "LI", "IC", "iix", "x x x x x"])
def test_roman_doubt(text: str) -> None:
    assert parse_numeral(text, roman=True) is None


def test_long_numbers_are_read_as_cn2an_reads_them() -> None:
    chooser = Random(5)
    runs = [
        "".join(chooser.choice("〇二一九五十百千万十百千") for _ in range(size))
        for size in (*range(2, 9), *range(2, 9))
    ]
    numbers = [*range(95, 130), *(chooser.randrange(10**size) for size in range(3, 8) for _ in range(40))]
    written = [str(cn2an.an2cn(number)).replace("零", "〇") for number in numbers]
    for text in (*written, *runs):
        assert _parse_long(text) == _read_by_cn2an(text)
    assert [_parse_long(text) for text in written if len(text) > 2] == [
        number for number, text in zip(numbers, written, strict=True) if len(text) > 2
    ]


def _read_by_cn2an(text: str) -> int | None:
    whole = re.sub("(?<![一二三四五六七八九])十", "一十", text)
    try:
        number = int(cn2an.cn2an(whole.replace("〇", "零"), "strict"))
    except (ValueError, KeyError):
        return None
    back = re.sub("(?<![一二三四五六七八九])十", "一十", str(cn2an.an2cn(number)).replace("零", "〇"))
    return number if back == whole else None
