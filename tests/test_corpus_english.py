"""Citations written in English have the keys of the same citations in Chinese."""

import time

import pytest

from corpus.citations.find import find_citations


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("recommendation 17 of the 2019 report", "2019年会议建议17"),
        ("the 2019 meeting, recommendation 17", "2019年会议建议17"),
        ("rec. 17, 2019 report", "2019年会议建议17"),
        ("paragraph 40 of the report of the ninth session", "第九次会议第40段"),
        ("the report of the 9th meeting, para. 40", "第九次会议第40段"),
        ("para. 40", "第40段"),
        ("article 9, paragraph 1", "第9条第1款"),
        ("article 9 (1) (a)", "第9条第1款(a)项"),
        ("article 3, subparagraph (a)", "第3条(a)项"),
        ("paragraph 1 of article 9 of the Organized Crime Convention", "《有组织犯罪公约》第9条第1款"),
        ("General Assembly resolution 77/236", "大会第77/236号决议"),
        ("Security Council resolution 2652 (2022)", "安全理事会第2652(2022)号决议"),
        ("recommendation 7 (c) of the 2019 report", "2019年会议建议7(c)"),
    ],
)
def test_the_key_is_that_of_the_chinese_citation(english: str, chinese: str) -> None:
    assert [one.key for one in find_citations(english)] == [one.key for one in find_citations(chinese)]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (
            "recommendations 7 (c) and 12–15 of CTOC/COP/WG.4/2019/7",
            [
                "recommendation:CTOC/COP/WG.4/2019/7:7:c",
                "recommendation:CTOC/COP/WG.4/2019/7:12-15",
                "symbol:CTOC/COP/WG.4/2019/7",
            ],
        ),
        (
            "CTOC/COP/WG.4/2015/4, para. 12",
            ["symbol:CTOC/COP/WG.4/2015/4", "paragraph:CTOC/COP/WG.4/2015/4:12"],
        ),
        (
            "articles 6, 7 and 8 of the Trafficking in Persons Protocol",
            [f"article:贩运人口议定书:{number}" for number in (6, 7, 8)],
        ),
        (
            "paras. 12 and 13 of annex II to the 2019 report",
            ["paragraph:2019:附件二:12", "paragraph:2019:附件二:13"],
        ),
        ("The parade passed 17 articles of clothing in 2019.", []),
        ("a spare 5 and reports 7", []),
        ("recommendation 17.5", []),
        ("see also article-based rules", []),
    ],
)
def test_lists_documents_and_what_is_no_citation(text: str, keys: list[str]) -> None:
    assert [one.key for one in find_citations(text)] == keys


def test_each_span_is_what_is_printed_and_none_overlap() -> None:
    text = "见 recommendations 7 (c) and 12–15 of the 2019 report，以及 article 9, paragraph 1 of the Convention。"
    found = find_citations(text)
    assert [one.raw for one in found] == [
        "recommendations 7 (c)",
        "12–15 of the 2019 report",
        "article 9, paragraph 1 of the Convention",
    ]
    assert all(text[one.span.start : one.span.end] == one.raw for one in found)


def test_time_is_about_linear() -> None:
    def seconds(count: int) -> float:
        text = "CTOC/COP/WG.4/2015/4, para. 12 and article 9 of the Convention, " * count
        started = time.process_time()
        assert len(find_citations(text)) == 3 * count
        return time.process_time() - started

    seconds(20)
    assert seconds(800) < 10 * seconds(200) + 0.3
