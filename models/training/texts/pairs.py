"""What one training step sees: pairs of texts that belong together, drawn anew from each kind of source."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.training.texts.passages import split_sentences
from models.training.texts.read import Texts, tokenize
from models.training.texts.sources import Sources

__all__ = ["Batch", "BatchSizes", "Corpus", "draw_batch", "tokenize_sources"]

Tokens = NDArray[np.int32]

CONTEXT_TOKENS = 110  # about the length of a citable paragraph
PARAGRAPH_TOKENS = 256
QUERY_TOKENS = (3, 48)
TITLE_SHARE = 0.15  # how often the title over a text stands for the query
KEPT_SENTENCE_SHARE = 0.1  # inverse cloze task: how often the query stays in its context (Lee et al. 2019)
DROPPED_TOKENS = 0.15


@dataclass(frozen=True)
class Corpus:
    """All training text as token ids. Sentences of article `i` are `articles[i]` to `articles[i + 1]`."""

    questions: Texts
    paragraphs: Texts
    sentences: Texts
    articles: NDArray[np.int64]
    titles: Texts
    chinese: Texts
    english: Texts
    words: Texts
    glosses: Texts


@dataclass(frozen=True)
class BatchSizes:
    """Pairs of each kind in one step."""

    questions: int = 384
    contexts: int = 1_024
    translations: int = 384
    glosses: int = 384


@dataclass(frozen=True)
class Batch:
    """Texts of one step in this order: queries, their documents, Chinese, English, words, glosses.

    `pairs` queries and documents; row `i` of Chinese and English translates to `translation_rows[i]` of
    the teacher's vectors, row `i` of words and glosses to `gloss_rows[i]`.
    """

    texts: list[Tokens]
    pairs: int
    translation_rows: NDArray[np.int64]
    gloss_rows: NDArray[np.int64]


def tokenize_sources(sources: Sources, tokenizer: Tokenizer) -> Corpus:
    """Token ids of everything that is trained on; articles are cut into sentences."""
    cut = [split_sentences(article.body) for article in sources.articles]
    return Corpus(
        questions=tokenize(tokenizer, (q.question for q in sources.questions)),
        paragraphs=tokenize(tokenizer, (q.paragraph for q in sources.questions)),
        sentences=tokenize(tokenizer, (sentence for sentences in cut for sentence in sentences)),
        articles=np.cumsum([0, *map(len, cut)], dtype=np.int64),
        titles=tokenize(tokenizer, (article.title for article in sources.articles)),
        chinese=tokenize(tokenizer, (t.zh for t in sources.translations)),
        english=tokenize(tokenizer, (t.en for t in sources.translations)),
        words=tokenize(tokenizer, (g.word for g in sources.glosses)),
        glosses=tokenize(tokenizer, (g.english for g in sources.glosses)),
    )


def draw_batch(corpus: Corpus, sizes: BatchSizes, random: np.random.Generator) -> Batch:
    """Texts of one step. Equal states of `random` give equal batches."""
    queries: list[Tokens] = []
    documents: list[Tokens] = []
    for row in _of_different_paragraphs(corpus, sizes.questions, random):
        queries.append(corpus.questions[row])
        documents.append(corpus.paragraphs[row][:PARAGRAPH_TOKENS])
    wanted = len(queries) + (sizes.contexts if len(corpus.articles) > 1 else 0)
    for article in _rows(random, len(corpus.articles) - 1, 2 * sizes.contexts):
        pair = _context_pair(corpus, int(article), random) if len(queries) < wanted else None
        if pair is not None:
            queries.append(pair[0])
            documents.append(pair[1])
    translation_rows = _rows(random, len(corpus.chinese), sizes.translations)
    gloss_rows = _rows(random, len(corpus.words), sizes.glosses)
    texts = [
        *(_thin(text, random) for text in queries),
        *(_thin(text, random) for text in documents),
        *(corpus.chinese[row] for row in translation_rows),
        *(corpus.english[row] for row in translation_rows),
        *(corpus.words[row] for row in gloss_rows),
        *(corpus.glosses[row] for row in gloss_rows),
    ]
    return Batch(texts, len(queries), translation_rows, gloss_rows)


def _rows(random: np.random.Generator, available: int, wanted: int) -> NDArray[np.int64]:
    """Distinct rows: a pair drawn twice would be its own false negative."""
    if available <= wanted:
        return random.permutation(available).astype(np.int64)
    return random.choice(available, wanted, replace=False, shuffle=False).astype(np.int64)


def _of_different_paragraphs(corpus: Corpus, wanted: int, random: np.random.Generator) -> list[int]:
    """Rows of questions: one asked of the same paragraph would be a false negative.

    A paragraph has four questions on average, so three times as many rows are drawn.
    """
    rows: dict[bytes, int] = {}
    for row in _rows(random, len(corpus.questions), 3 * wanted):
        rows.setdefault(corpus.paragraphs[row].tobytes(), int(row))
    return list(rows.values())[:wanted]


def _context_pair(corpus: Corpus, article: int, random: np.random.Generator) -> tuple[Tokens, Tokens] | None:
    """A sentence or title and the text around it; None where the article is a single sentence."""
    first, last = int(corpus.articles[article]), int(corpus.articles[article + 1])
    begin = int(random.integers(first, max(first + 1, last - 1)))
    if last - first < 2:
        return None
    end, tokens = begin, 0
    while end < last and (tokens < CONTEXT_TOKENS or end - begin < 2):
        tokens += len(corpus.sentences[end])
        end += 1
    title = corpus.titles[article]
    if len(title) and random.random() < TITLE_SHARE:
        return title, _joined(corpus, range(begin, end))
    chosen = int(random.integers(begin, end))
    query = corpus.sentences[chosen]
    if not QUERY_TOKENS[0] <= len(query) <= QUERY_TOKENS[1]:
        return None
    keep = random.random() < KEPT_SENTENCE_SHARE
    context = _joined(corpus, [s for s in range(begin, end) if keep or s != chosen])
    return (query, context) if len(context) else None


def _joined(corpus: Corpus, sentences: range | list[int]) -> Tokens:
    return np.concatenate([corpus.sentences[s] for s in sentences])[:PARAGRAPH_TOKENS]


def _thin(text: Tokens, random: np.random.Generator) -> Tokens:
    """A text less one token in seven, so that no pair hangs on one word; short texts stay whole."""
    if len(text) < QUERY_TOKENS[0] + 2:
        return text
    return text[random.random(len(text)) >= DROPPED_TOKENS]
