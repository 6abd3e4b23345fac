"""Figures of a network in training, on texts that it never trains on."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.training.contextual.network import Network
from models.training.texts.passages import held_out_passages
from models.training.texts.sources import Question, Sources
from models.training.texts.terms import Concept
from models.training.words.evaluate import recall_at

__all__ = ["measure_on"]

TOKENS = 160
EVERY_PASSAGE = 4  # of the held-out passages: a figure after each epoch must not cost more than the epoch


def measure_on(
    sources: Sources,
    tokenizer: Tokenizer,
    teacher: NDArray[np.float32],
    terms: tuple[Sequence[Concept], Sequence[Concept]] = ((), ()),
) -> Callable[[Network], Mapping[str, float]]:
    """A function that measures a network; `teacher` (n, width) are vectors of the held-out English sentences.

    It gives R@1 and R@10 of CMRC 2018 dev, R@1 of sentence → rest of its passage in held-out news and
    laws, and R@1 of English → Chinese on held-out UN sentences, in the network's own English and in the
    teacher's. `terms` are all concepts and those held out: R@1 and R@10 of everyday word → official term
    among the terms of all.
    """
    laws = list(held_out_passages(a for a in sources.held_out_articles if a.title))[::EVERY_PASSAGE]
    news = list(held_out_passages(a for a in sources.held_out_articles if not a.title))[::EVERY_PASSAGE]

    official = [concept.official[0] for concept in terms[0]]
    everyday = [(word, official.index(held.official[0])) for held in terms[1] for word in held.everyday]

    def vectors(network: Network, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, `(texts, dim)`; pieces beyond TOKENS are not read."""
        encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return network.vectors([np.array(encoding.ids[:TOKENS], np.int32) for encoding in encodings])

    def questions(network: Network, asked: Sequence[Question], ks: Sequence[int]) -> list[float]:
        """For each k the share of questions, 0 to 1, whose paragraph is among the nearest k of all."""
        paragraphs = list(dict.fromkeys(question.paragraph for question in asked))
        place = {paragraph: row for row, paragraph in enumerate(paragraphs)}
        answers = np.array([place[question.paragraph] for question in asked], np.int64)
        found = vectors(network, paragraphs)
        queries = vectors(network, [question.question for question in asked])
        return [recall_at(queries, found, answers, k) for k in ks]

    def measure(network: Network) -> Mapping[str, float]:
        """All figures of a network by name, shares from 0 to 1."""
        chinese = vectors(network, [pair.zh for pair in sources.held_out_translations])
        english = vectors(network, [pair.en for pair in sources.held_out_translations])
        same = np.arange(len(chinese), dtype=np.int64)
        cmrc_1, cmrc_10 = questions(network, sources.held_out_questions, (1, 10))
        figures = {
            "cmrc_recall_1": cmrc_1,
            "cmrc_recall_10": cmrc_10,
            "english_recall_1": recall_at(english, chinese, same, 1),
            "teacher_recall_1": recall_at(teacher, chinese, same, 1),
        }
        for name, passages in (("news_recall_1", news), ("law_recall_1", laws)):
            if passages:
                (figures[name],) = questions(network, passages, (1,))
        if everyday:
            found, asked = vectors(network, official), vectors(network, [word for word, _ in everyday])
            answers = np.array([row for _, row in everyday], np.int64)
            figures |= {f"terms_recall_{k}": recall_at(asked, found, answers, k) for k in (1, 10)}
        return {name: round(figure, 4) for name, figure in figures.items()}

    return measure
