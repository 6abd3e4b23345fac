"""Sentences and the passages around them, cut from held-out text: what the training draws, but fixed."""

import bisect
import itertools
import random
from collections.abc import Iterable, Iterator, Sequence

from corpus.plain_text.sentences import cut_behind
from models.training.texts.sources import Article, Question

__all__ = ["answering_part", "held_out_passages", "split_sentences"]

PASSAGE_LENGTH = 200  # characters at least, in two sentences at least
SENTENCE_LENGTH = (8, 80)  # characters of a sentence that is asked for
PER_ARTICLE = 4  # passages in order from its beginning, hard to tell apart

_ENDS = "。！？；\n"


def split_sentences(body: str) -> list[str]:
    """Sentences with their closing marks; blank ones are left out.

    Example: `split_sentences("甲。乙？丙") == ["甲。", "乙？", "丙"]`
    """
    pieces = (body[start:end].rstrip("\n") for start, end in cut_behind(body, _ENDS))
    return [piece for piece in pieces if piece.strip()]


def answering_part(paragraph: str, answers: Sequence[str]) -> str:
    """The sentences of a paragraph around its answer, about PASSAGE_LENGTH characters; its beginning without.

    The sentence before the one with the answer is kept, so that answers do not always come first.
    Example: `answering_part("甲。" * 200 + "乙。", ["乙"]) == "甲。乙。"`
    """
    sentences = split_sentences(paragraph)
    begins = [0, *itertools.accumulate(map(len, sentences))]
    place = next((at for answer in answers if (at := "".join(sentences).find(answer)) >= 0), 0)
    first = max(0, bisect.bisect_right(begins, place) - 2)
    last = first + 1
    while last < len(sentences) and (
        begins[last] <= place or begins[last + 1] - begins[first] <= PASSAGE_LENGTH
    ):
        last += 1
    return "".join(sentences[first:last])


def held_out_passages(articles: Iterable[Article]) -> list[Question]:
    """A sentence as question, the rest of its passage as paragraph; equal articles give equal pairs."""
    choice = random.Random(0)
    pairs: list[Question] = []
    for article in articles:
        for number, passage in enumerate(_passages(split_sentences(article.body))):
            asked = [row for row, s in enumerate(passage) if _within(len(s.strip()), SENTENCE_LENGTH)]
            if number >= PER_ARTICLE:
                break
            if asked:
                row = choice.choice(asked)
                pairs.append(Question(passage[row], "".join(passage[:row] + passage[row + 1 :])))
    return pairs


def _passages(sentences: list[str]) -> Iterator[list[str]]:
    passage: list[str] = []
    for sentence in sentences:
        passage.append(sentence)
        if len(passage) > 1 and sum(map(len, passage)) >= PASSAGE_LENGTH:
            yield passage
            passage = []


def _within(number: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= number <= bounds[1]
