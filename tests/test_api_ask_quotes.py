"""Quotes: both verdicts on hand-made and tampered stores, and every quote of a thousand random questions."""

import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from corpus.types import Span, Unit
from search.answer.ask import Answer, answer, answer_from, answer_precedent
from search.answer.quotes import check_quote, holds_place, quote_place
from search.library import Library, Place, open_library
from tests.api_support import build_samples
from tests.test_api_library import SOURCE, UNIT


def library_of(source: str, unit: Unit = UNIT) -> Library:
    documents = SimpleNamespace(source=lambda id: source, find=lambda id: None)
    units = SimpleNamespace(get=lambda row: unit)
    snapshot = SimpleNamespace(units=units, documents=documents, index_version="1-a")
    return Library(cast(Any, snapshot), cast(Any, None), cast(Any, None), cast(Any, None))


def hits(**why: Any) -> Any:
    reasons: dict[str, Any] = {"words": (), "variants": (), "meaning": None, "reference": None, **why}
    return (SimpleNamespace(row=0, unit=UNIT, item=None, why=SimpleNamespace(**reasons)),)


@pytest.mark.parametrize(
    ("source", "unit", "text", "place"),
    [
        (SOURCE, UNIT, True, True),
        (SOURCE.replace("分享", "隐瞒"), UNIT, True, False),
        (SOURCE, replace(UNIT, text=UNIT.text.replace("分享", "隐瞒")), False, False),
        (SOURCE.replace("分享", "隐瞒"), replace(UNIT, text=UNIT.text.replace("分享", "隐瞒")), False, True),
        ("\ufeff" + SOURCE, UNIT, True, False),
    ],
)
def test_two_verdicts(source: str, unit: Unit, text: bool, place: bool) -> None:
    quote = check_quote(library_of(source, unit), Place(0, UNIT), UNIT.text[6:13], Span(6, 13))
    assert (quote.verified_text, quote.verified_place, quote.verified) == (text, place, text and place)


def test_a_change_outside_the_quote_does_not_matter_to_it() -> None:
    assert holds_place(UNIT, Span(6, 13), SOURCE.replace("培训", "训练"))
    assert not holds_place(UNIT, Span(13, 20), SOURCE.replace("培训", "训练"))


@pytest.mark.parametrize("span", [Span(0, 0), Span(5, 5), Span(20, 25)])
def test_nothing_is_no_quote(span: Span) -> None:
    assert not holds_place(UNIT, span, SOURCE)


def test_a_quote_over_two_runs_is_both_slices() -> None:
    quote = quote_place(library_of(SOURCE), Place(0, UNIT))
    assert quote.verified
    assert quote.text == "各国应合作：(a) 分享；(b) 培训。"
    assert not quote_place(library_of(SOURCE.replace("各国", "两国")), Place(0, UNIT)).verified


def test_the_answering_span_moves_with_the_quote_and_a_false_lead_is_left_out() -> None:
    place, text = Place(0, UNIT), UNIT.text[6:13]
    good = check_quote(library_of(SOURCE), place, text, Span(6, 13), answer=Span(10, 12), lead=Span(0, 6))
    assert good.answer is not None
    assert good.text[good.answer.start : good.answer.end] == "分享"
    assert good.lead == "各国应合作："
    changed = library_of(SOURCE.replace("各国应", "各国可"))
    bad = check_quote(changed, place, text, Span(6, 13), lead=Span(0, 6))
    assert bad.verified
    assert bad.lead is None


def test_where_no_quote_is_left_the_answer_is_a_refusal() -> None:
    given = answer_from(library_of(SOURCE.replace("分享", "隐瞒")), hits(words=("合作",)), "问")
    assert (given.text, given.quotes) == (None, ())
    assert given.reason is not None
    assert "不符" in given.reason


@pytest.mark.parametrize(
    ("why", "answered"),
    [
        ({"words": ("合作",)}, True),
        ({"variants": ("协作 → 合作",)}, True),
        ({"words": ("2019",)}, True),
        ({"meaning": 0.4}, True),
        ({"meaning": 0.39}, False),
        ({"words": ("的",), "meaning": 0.1}, False),
        ({}, False),
    ],
)
def test_a_precedent_needs_support(why: dict[str, Any], answered: bool) -> None:
    given = answer_precedent(library_of(SOURCE), cast(Any, SimpleNamespace(hits=hits(**why))))
    assert (given.text is not None) == answered
    assert (given.reason is None) == answered
    assert len(given.quotes) == answered


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library(build_samples(tmp_path_factory.mktemp("quotes") / "index", "packaged"))


class Tampered:
    """A store whose sources, or whose units read again, say something else."""

    def __init__(self, inner: Any, *, units: bool) -> None:
        self._inner = inner
        self._units = units

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __len__(self) -> int:
        return len(self._inner)

    def __iter__(self) -> Any:
        return iter(self._inner)

    def source(self, document: str) -> str:
        return str(self._inner.source(document)).replace("押金", "租金")

    def get(self, row: int) -> Unit:
        unit: Unit = self._inner.get(row)
        return replace(unit, text=unit.text.replace("押金", "租金")) if self._units else unit


def tampered(library: Library, *, units: bool) -> Library:
    inner: Any = library.snapshot
    members = ("index_version", "manifest", "lexical", "dense", "citing", "words", "tokens", "scopes")
    snapshot = SimpleNamespace(
        **{name: getattr(inner, name) for name in members},
        units=Tampered(inner.units, units=units),
        documents=inner.documents if units else Tampered(inner.documents, units=False),
    )
    return replace(library, snapshot=cast(Any, snapshot))


@pytest.mark.parametrize("units", [False, True])
@pytest.mark.parametrize("question", ["押金数额过低会怎样？", "有多少座城市参加了“退一个瓶子”运动？", "押金"])
def test_altered_words_are_not_served(library: Library, question: str, units: bool) -> None:
    assert answer(library, question).text is not None
    given = answer(tampered(library, units=units), question)
    served = [quote.text for quote in given.quotes]
    assert not any("押金" in text or "租金" in text for text in served)
    assert (given.text is None) == (not served)


def random_questions(library: Library, count: int) -> list[str]:
    """Fragments of sample text and random words in random order, some with a question word behind them."""
    chance = random.Random(20_320_719)
    texts = [place.unit.text for place in library.places()]
    asking = [
        "是多少？",
        "是谁？",
        "有哪些国家？",
        "怎么办？",
        "在哪里？",
        "哪一年？",
        "的文号是什么？",
        "",
        "",
        "",
    ]
    questions = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randint(1, 3)):
            text = chance.choice(texts)
            start = chance.randrange(len(text))
            parts.append(text[start : start + chance.randint(2, 16)])
        if chance.random() < 0.4:
            letters = "核武引渡总统天气 kz2035日本预算（“《.;\n"
            parts.append("".join(chance.choice(letters) for _ in range(chance.randint(1, 6))))
        chance.shuffle(parts)
        questions.append("".join(parts) + chance.choice(asking))
    return [question for question in questions if question.strip()]


def sound(library: Library, given: Answer) -> bool:
    """By another way than the program's: every character of a quote is looked up through the runs of its unit."""
    for quote in given.quotes:
        unit = library.snapshot.units.get(quote.place.row)
        source = library.snapshot.documents.source(unit.document)
        places = {run.text_start + n: run.source_start + n for run in unit.runs for n in range(run.length)}
        for at, character in enumerate(quote.text, quote.span.start):
            there = source[places[at]] if at in places else " "
            if not (character == there or (at not in places and character.isspace())):
                return False
        if unit.text.count(quote.text) < 1 or not quote.verified:
            return False
    return True


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.long)])
def test_random_questions(library: Library, count: int) -> None:
    asked = [(question, answer(library, question)) for question in random_questions(library, count)]
    assert len(asked) > 0.8 * count
    answered = [given for _, given in asked if given.text is not None]
    assert 0 < len(answered) < count
    assert [question for question, given in asked if not sound(library, given)] == []
    for _, given in asked:
        assert (given.text is None) == (given.reason is not None) == (not given.quotes)
        assert given.text is None or given.nearest == ()
        if given.answer_span is not None:
            assert 0 <= given.answer_span.start < given.answer_span.end <= len(given.quotes[0].text)
