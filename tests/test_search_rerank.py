"""The second stage against a naive loop over words, and what it must leave alone."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.build import build
from indexer.segment.fields import encoded_text
from indexer.segment.words import compared_words, segment
from indexer.snapshot import Snapshot, open_snapshot
from models.encoder import Encoder, TokenEncoder, Vectors
from models.encoders.hashing import HashEncoder
from models.encoders.registry import load_encoder, word_encoder
from models.segmenter import Segmenter
from search.candidates.fusion import ranked
from search.candidates.lexical import inverse_doc_freq
from search.query import Mode, Query
from search.searcher import Searcher
from search.second_look.rerank import WordInteraction, load_rerankers, rerank, word_weight
from search.second_look.token_interaction import TokenInteraction
from search.second_look.unit_words import UnitWords
from search.terms.function_words import function_words
from search.terms.termbank import Concept, Trigger
from search.weights import Weights
from tests.search_library import SAMPLES, opened

QUESTIONS = ["靠捡垃圾为生的人没有许可证，可以罚款吗？", "押金返还制度", "Which deposit schemes exist?", "？"]
CONCEPT = Concept("非正规回收者", ("拾荒者",), ("捡垃圾的",))
TRIGGER = Trigger("捡垃圾", CONCEPT, (("非正规回收者", "非正规回收者"), ("拾荒者", "拾荒者")))
ROWS = np.arange(0, 60, 3, dtype=np.int64)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("packaged")


@pytest.fixture(scope="module")
def static(encoder: Encoder) -> Encoder:
    """What looks at single words beside the encoder of texts."""
    words = word_encoder(encoder)
    assert words is not None
    return words


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with opened(tmp_path_factory.mktemp("index"), [SAMPLES], "packaged") as (snapshot, _):
        yield snapshot


class Blind(HashEncoder):
    """An encoder that knows no word: all vectors are zero."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), self.dim), np.float32)


class ByRow:
    """A reranker whose score is given by row."""

    def __init__(self, scores: dict[int, float]) -> None:
        self.by_row = scores

    def scores(
        self, folded: str, triggers: Sequence[Trigger], rows: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        return np.array([self.by_row[row] for row in rows.tolist()])


def naive_cosine(encoder: Encoder, word: str, words: set[str]) -> float:
    if word in words:
        return 1.0
    (asked,) = encoder.encode_documents([word])
    return max(float(asked @ vector) for vector in encoder.encode_documents(sorted(words)))


def naive_scores(
    snapshot: Snapshot, encoder: Encoder, query: str, triggers: Sequence[Trigger], rows: NDArray[np.int64]
) -> list[float]:
    segmenter = Segmenter()

    def weight(word: str) -> float:
        return inverse_doc_freq(snapshot, "words", word) * (0.3 if word in function_words() else 1.0)

    def mean(words: list[str], met: dict[str, float]) -> float:
        total = sum(weight(word) for word in words)
        return sum(weight(word) * met[word] for word in words) / total if words else 0.0

    scores = []
    for row in rows.tolist():
        held = set(compared_words(segment(snapshot.units.get(row), segmenter)))
        asked = list(dict.fromkeys(segmenter.words(query)))
        met = {word: naive_cosine(encoder, word, held) for word in asked}
        for trigger in triggers:
            for _, term in trigger.others:
                words = list(dict.fromkeys(segmenter.words(term)))
                whole = mean(words, {word: naive_cosine(encoder, word, held) for word in words})
                for word in set(segmenter.words(trigger.term)) & set(asked):
                    met[word] = max(met[word], whole)
        scores.append(mean(asked, met))
    return scores


@pytest.mark.parametrize("query", QUESTIONS)
@pytest.mark.parametrize("triggers", [[], [TRIGGER]], ids=["alone", "with a concept"])
def test_scores_are_those_of_a_naive_loop(
    snapshot: Snapshot, static: Encoder, query: str, triggers: list[Trigger]
) -> None:
    interaction = WordInteraction(snapshot, static, Segmenter())
    folded = Query(query).folded
    found = interaction.scores(folded, triggers, ROWS)
    expected = naive_scores(snapshot, static, folded, triggers, ROWS)
    assert found == pytest.approx(expected, abs=1e-5)
    assert interaction.scores(folded, triggers, ROWS[::-1])[::-1] == pytest.approx(
        found, abs=1e-6
    )  # kept now


def test_a_concept_helps_a_unit_that_prints_its_term(snapshot: Snapshot, static: Encoder) -> None:
    interaction = WordInteraction(snapshot, static, Segmenter())
    holding = [row for row, unit in snapshot.units.all() if "拾荒者" in unit.text]
    rows = np.array(holding[:5], np.int64)
    assert (interaction.scores("捡垃圾", [TRIGGER], rows) > interaction.scores("捡垃圾", [], rows)).all()


def test_a_word_that_stands_there_counts_fully_though_the_encoder_knows_none(snapshot: Snapshot) -> None:
    words = UnitWords(snapshot, Blind())
    rows = np.arange(len(snapshot.units), dtype=np.int64)
    segmenter = Segmenter()
    texts = [set(compared_words(segment(unit, segmenter))) for _, unit in snapshot.units.all()]
    found = words.best_cosines(["押金", "不见于任何文件"], rows)
    assert found.tolist() == [[float("押金" in words) for words in texts], [0.0] * len(rows)]
    assert 0 < found[0].sum() < len(rows)


def test_nothing_asked_and_nothing_to_score(snapshot: Snapshot, static: Encoder) -> None:
    words = UnitWords(snapshot, static)
    assert words.best_cosines([], ROWS).shape == (0, len(ROWS))
    assert words.best_cosines(["押金"], ROWS[:0]).shape == (1, 0)


def test_forgetting_changes_nothing(snapshot: Snapshot, static: Encoder) -> None:
    roomy = UnitWords(snapshot, static)
    narrow = UnitWords(snapshot, static, words_kept=1)
    for first in range(0, 30, 10):
        rows = np.arange(first, first + 15, dtype=np.int64)
        expected = roomy.best_cosines(["押金", "标准"], rows)
        assert narrow.best_cosines(["押金", "标准"], rows) == pytest.approx(expected, abs=1e-6)


def test_what_a_word_gives_does_not_depend_on_what_else_was_asked(
    snapshot: Snapshot, static: Encoder
) -> None:
    """To the last bit: two workers that have answered different questions give one answer."""
    words = [
        "押金",
        "警察",
        "标准",
        "不见于任何文件",
        "实验室",
        "deposit",
        "河流",
        "罚款",
        "许可证",
        "船舶",
        "渔具",
    ]
    rows = np.arange(len(snapshot.units), dtype=np.int64)
    never = UnitWords(snapshot, static)
    expected = never.best_cosines(words, rows)
    for seed in range(8):
        chance = np.random.default_rng(seed)
        one = UnitWords(snapshot, static)
        for _ in range(6):
            asked = chance.permutation(len(words))[: chance.integers(1, len(words))]
            some = chance.permutation(rows)[: chance.integers(1, len(rows))]
            found = one.best_cosines([words[place] for place in asked], some)
            assert (found == expected[np.ix_(asked, some)]).all()


def test_words_of_units_are_read_from_the_index(snapshot: Snapshot, static: Encoder) -> None:
    """None is encoded again where the same encoder made them, all are where another did."""

    class Watched(Blind):
        name, dim = static.name, static.dim
        fingerprint = static.fingerprint

        def encode_documents(self, texts: Sequence[str]) -> Vectors:
            asked.extend(texts)
            return static.encode_documents(texts)

    asked: list[str] = []
    expected = UnitWords(snapshot, static).best_cosines(["押金", "警察"], ROWS)
    found = UnitWords(snapshot, Watched()).best_cosines(["押金", "警察"], ROWS)
    assert asked in ([], ["警察"])  # only what no unit prints
    np.testing.assert_array_equal(found, expected)
    Watched.fingerprint = "another"
    np.testing.assert_allclose(
        UnitWords(snapshot, Watched()).best_cosines(["押金", "警察"], ROWS), expected, atol=1e-6
    )
    assert len(asked) > 100


def test_threads_share_one(snapshot: Snapshot, static: Encoder) -> None:
    alone = WordInteraction(snapshot, static, Segmenter())
    expected = [alone.scores(query, [], ROWS) for query in QUESTIONS]
    shared = WordInteraction(snapshot, static, Segmenter())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda query: shared.scores(query, [], ROWS), QUESTIONS * 5))
    for place, scores in enumerate(found):
        assert scores == pytest.approx(expected[place % len(QUESTIONS)], abs=1e-5)


def test_rerank_by_hand() -> None:
    ranking = ranked([7, 3, 5, 1], [1.0, 0.8, 0.5, 0.4])
    found = rerank(ranking, [(ByRow({7: 0.2, 3: 0.6, 5: 0.4}), 0.5)], "", [], 3)
    # spread over 0 to 1: 3→1, 5→1/2, 7→0; row 1 is beyond the third place and keeps its score
    assert found.rows.tolist() == [3, 7, 5, 1]
    assert found.scores.tolist() == pytest.approx([1.3, 1.0, 0.75, 0.4])
    both = rerank(ranking, [(ByRow({7: 0.0, 3: 1.0}), 0.5), (ByRow({7: 9.0, 3: 8.0}), 2.0)], "", [], 2)
    assert both.rows.tolist() == [7, 3, 5, 1]
    assert both.scores.tolist() == pytest.approx([3.0, 1.3, 0.5, 0.4])
    assert rerank(ranked([], []), [(ByRow({}), 1.0)], "", [], 3).rows.tolist() == []


def test_only_fused_queries_are_reranked_and_why_is_untouched(snapshot: Snapshot, encoder: Encoder) -> None:
    weights = Weights()
    on = Searcher(snapshot, encoder, Segmenter(), weights=weights)
    off = Searcher(snapshot, encoder, Segmenter(), weights=replace(weights, interaction=0.0, tokens=0.0))
    for mode in (Mode.BM25, Mode.DENSE):
        assert on.search(Query(QUESTIONS[0], mode=mode)) == off.search(Query(QUESTIONS[0], mode=mode))
    assert on.related(3) == off.related(3)
    with_stage, without = (s.search(Query(QUESTIONS[0], 119)).hits for s in (on, off))
    assert [hit.row for hit in with_stage] != [hit.row for hit in without]
    assert {hit.row: hit.why for hit in with_stage} == {hit.row: hit.why for hit in without}


def test_it_is_off_for_other_encoders_and_at_weight_zero(snapshot: Snapshot, encoder: Encoder) -> None:
    def kinds(encoder: Encoder, weights: Weights) -> list[type]:
        return [type(one) for one, _ in load_rerankers(snapshot, encoder, Segmenter(), weights)]

    assert kinds(encoder, Weights()) == [WordInteraction, TokenInteraction]
    assert kinds(encoder, Weights(interaction=0.0)) == [TokenInteraction]
    assert kinds(encoder, Weights(tokens=0.0)) == [WordInteraction]
    assert kinds(HashEncoder(), Weights()) == []


@pytest.mark.parametrize("query", QUESTIONS)
def test_token_scores_are_those_of_a_naive_loop(
    snapshot: Snapshot, encoder: TokenEncoder, query: str
) -> None:
    """In thirty-two bits, from the texts; the index holds eight."""
    weight = word_weight(snapshot, 0.3)
    folded = Query(query).folded
    spelled, asked = encoder.encode_query_tokens(folded)
    texts = [encoded_text(snapshot.units.get(row)) for row in ROWS.tolist()]
    expected = []
    for held in encoder.encode_tokens(texts):
        met = [weight(word) * float((held @ one).max()) for word, one in zip(spelled, asked, strict=True)]
        expected.append(sum(met) / sum(map(weight, spelled)) if spelled else 0.0)
    interaction = TokenInteraction(snapshot, encoder, weight)
    found = interaction.scores(folded, [], ROWS)
    assert found == pytest.approx(expected, abs=0.01)
    order = np.random.default_rng(0).permutation(len(ROWS))
    assert interaction.scores(folded, [], ROWS[order]).tolist() == found[order].tolist()
    assert interaction.scores(folded, [], ROWS[:1]).tolist() == found[:1].tolist()
    assert interaction.scores(folded, [], ROWS[:0]).tolist() == []


def test_an_index_without_tokens_is_searched_by_words(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "law.txt").write_text("1. 国道由国家管理。\n\n2. 省道由省管理。\n", encoding="utf-8")
    for tokens in (True, False):
        build([tmp_path / "law.txt"], tmp_path / str(tokens), encoder, Segmenter(), tokens=tokens)
    with open_snapshot(tmp_path / "True") as kept, open_snapshot(tmp_path / "False") as without:
        assert [snapshot.tokens.kept for snapshot in (kept, without)] == [True, False]
        kinds = [len(load_rerankers(one, encoder, Segmenter(), Weights())) for one in (kept, without)]
        assert kinds == [2, 1]
        assert Searcher(without, encoder, Segmenter()).search(Query("谁管理国道")).hits[0].row == 0


def test_a_heading_and_the_text_below_it_make_no_word_together(tmp_path: Path) -> None:
    (tmp_path / "law.txt").write_text("公路法\n\n一. 公路法\n\n1. 国道由国家管理。\n", encoding="utf-8")
    with opened(tmp_path / "index", [tmp_path / "law.txt"]) as (snapshot, _):
        words = UnitWords(snapshot, Blind())
        found = words.best_cosines(["法国", "国道", "公路"], np.zeros(1, np.int64))
    assert found.tolist() == [[0.0], [1.0], [1.0]]
