"""Pairs from a term bank: what is read, what is found in text, and what a step draws of it."""

from pathlib import Path

import numpy as np
import pytest

from models.training.texts.sources import Article
from models.training.texts.terms import (
    HELD_OUT_EVERY,
    PER_CONCEPT,
    Concept,
    draw_mention,
    draw_pair,
    find_mentions,
    held_out,
    read_concepts,
)

ORGANS = Concept(("切除器官", "摘取器官"), ("卖肾", "割腰子"), ("organ removal",))
COURT = Concept(("法院",), ("打官司的地方",), ())
DEPOSIT = Concept(("押金退还制度",), (), ())
BEFORE, PRINTED, AFTER = "本章规定保护的范围。", "各国应惩治为切除器官而招募他人的行为。", "罚则另行规定。"


def test_a_bank_is_read_by_columns(tmp_path: Path) -> None:
    lines = [
        "# a first line that states the source",
        "切除器官\t摘取器官\t卖肾|割腰子\torgan removal",
        "",
        "法院\t\t打官司的地方",
        "押金退还制度",
    ]
    (tmp_path / "bank.tsv").write_text("\n".join(lines), encoding="utf-8")
    assert read_concepts(tmp_path / "bank.tsv") == [ORGANS, COURT, DEPOSIT]


def test_the_packaged_bank_is_read_whole() -> None:
    path = Path(__file__).parents[1] / "search/data/termbank.tsv"
    concepts = read_concepts(path)
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert [concept.official[0] for concept in concepts] == [line.split("\t")[0] for line in lines]
    known, measured = held_out(concepts)
    assert len(measured) == len(concepts) // HELD_OUT_EVERY
    assert {c.official[0] for c in known}.isdisjoint(c.official[0] for c in measured)
    assert len(known) + len(measured) == len(concepts)


def test_a_mention_is_the_sentence_and_its_passage() -> None:
    concepts = [COURT, DEPOSIT, ORGANS]
    (mention,) = find_mentions(concepts, [Article("", BEFORE + PRINTED + AFTER + "第四句。" * 3)])
    assert (mention.concept, mention.term) == (2, "切除器官")
    assert mention.before + mention.term + mention.after == PRINTED
    assert mention.passage == BEFORE + PRINTED + AFTER + "第四句。"
    assert find_mentions(concepts, [Article("", "法院应当公开审理此案。押金退还制度另行规定。")]) == []


def test_the_longest_term_counts_and_no_concept_fills_the_list() -> None:
    longer = Concept(("切除器官罪",), ("割肾罪",), ())
    article = Article("", "切除器官罪的追诉时效为二十年。" * 60)
    mentions = find_mentions([ORGANS, longer], [article])
    assert {mention.term for mention in mentions} == {"切除器官罪"}
    assert len(mentions) == PER_CONCEPT


def test_a_pair_names_one_thing_twice() -> None:
    random = np.random.default_rng(0)
    drawn = {draw_pair(ORGANS, random) for _ in range(60)}
    assert drawn == {(word, "切除器官") for word in ("卖肾", "割腰子", "organ removal", "摘取器官")}
    assert draw_pair(DEPOSIT, random) is None


def test_an_everyday_word_stands_for_the_term() -> None:
    (mention,) = find_mentions([ORGANS], [Article("", BEFORE + PRINTED)])
    random = np.random.default_rng(0)
    drawn = [draw_mention(mention, ORGANS, random) for _ in range(60)]
    assert {passage for _, passage in drawn} == {BEFORE + PRINTED}
    for text, _ in drawn:
        assert "切除器官" not in text
        assert sum(word in text for word in ORGANS.asked) == 1
    assert {text for text, _ in drawn} > set(ORGANS.asked)  # alone, and with a part of the sentence


@pytest.mark.parametrize("seed", [0, 1])
def test_equal_states_draw_equal_pairs(seed: int) -> None:
    one, other = (np.random.default_rng(seed) for _ in range(2))
    assert [draw_pair(ORGANS, one) for _ in range(9)] == [draw_pair(ORGANS, other) for _ in range(9)]
