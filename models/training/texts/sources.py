"""Reads the training and evaluation text: which file holds what, and what is set aside for measuring."""

import gzip
import itertools
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["Article", "Gloss", "Question", "Sources", "Translation", "read_sources"]

UN_HELD_OUT = 1_000
HELD_OUT_EVERY = 45  # every 45th news text and every 45th law: about 1,500 texts and 3,100 law articles
ENGLISH_LIMIT = 256  # characters of an English text shown to the teacher, about 55 of its tokens

T = TypeVar("T")

_GLOSS_LINE = re.compile(r"^\S+ (\S+) \[[^\]]*\] /(.+)/$")
_GLOSS_NOISE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\bCL:\S+|[^\s/|]+\|(?=[^\s/])")
_GLOSS_POINTER = re.compile(
    r"^(variant of|old variant of|see|see also|used in|surname|abbr\. for|erhua variant of|\W*$)"
)
_NEWS_STAMP = re.compile(r"^[\d\-: ]{8,}，正文：")


@dataclass(frozen=True)
class Question:
    """A question, the paragraph that answers it, and the words in it that do, where they are known."""

    question: str
    paragraph: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Translation:
    """A Chinese text and its English translation, both cut at the same share of their length.

    `law` says that it is an article of a translated law.
    """

    zh: str
    en: str
    law: bool = False


@dataclass(frozen=True)
class Gloss:
    """A dictionary word and its English explanation, e.g. `Gloss("走私", "to smuggle, smuggling")`."""

    word: str
    english: str


@dataclass(frozen=True)
class Article:
    """Running text: the title that stands over it (empty if none) and its body."""

    title: str
    body: str


@dataclass(frozen=True)
class Sources:
    """Everything that is trained on, and the three sets that are only measured on."""

    questions: list[Question]
    translations: list[Translation]
    glosses: list[Gloss]
    articles: list[Article]
    held_out_questions: list[Question]
    held_out_translations: list[Translation]
    held_out_articles: list[Article]


def read_sources(folder: Path, seed: int) -> Sources:
    """Read the folder described in its `SOURCES.md`.

    Held out, never trained on: CMRC 2018 dev; about 1,000 sentences of the UN development set, taken as
    whole documents so that no neighbour of a measured sentence is seen; one in 45 of the news texts and,
    whole, of the laws.

    Raises `FileNotFoundError` naming the first file that is absent.
    """
    un_train, un_held_out = _split_documents(list(_records(folder / "zh_en/un_dev.jsonl.gz")), seed)
    translations = list(map(_translation, un_train))
    for name in ("tw_law", "tatoeba", "ntrex"):
        pairs = map(_translation, _records(folder / f"zh_en/{name}.jsonl.gz"))
        translations += [replace(pair, law=name == "tw_law") for pair in pairs]
    questions = [
        *_questions(folder / "qa/cmrc2018_train.jsonl.gz"),
        *_questions(folder / "qa/drcd_dev.jsonl.gz"),
    ]
    measured = list(_questions(folder / "qa/cmrc2018_dev.jsonl.gz"))
    measured_paragraphs = {question.paragraph for question in measured}
    news, held_out_news = _one_in_many(list(_news(folder / "text/news.jsonl.gz")))
    laws, held_out_laws = _one_in_many(list(_laws(folder / "text/cn_law.jsonl.gz")))
    written = {article.body for article in (*news, *itertools.chain(*laws))}
    return Sources(
        questions=[q for q in questions if q.paragraph not in measured_paragraphs],
        translations=translations,
        glosses=list(_glosses(folder / "lexicon/cedict.txt.gz")),
        articles=[
            *news,
            *itertools.chain(*laws),
            *_un_documents(un_train),
        ],
        held_out_questions=measured,
        held_out_translations=list(map(_translation, un_held_out)),
        held_out_articles=[
            article
            for article in (*held_out_news, *itertools.chain(*held_out_laws))
            if article.body not in written
        ],
    )


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _one_in_many(records: list[T]) -> tuple[list[T], list[T]]:
    """What is trained on, and what is held out."""
    held_out = records[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY]
    return [r for i, r in enumerate(records, 1) if i % HELD_OUT_EVERY], held_out


def _split_documents(
    records: list[dict[str, Any]], seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    documents = sorted({record["document"] for record in records})
    random.Random(seed).shuffle(documents)
    held_out: set[str] = set()
    count = 0
    for document in documents:
        if count >= UN_HELD_OUT:
            break
        held_out.add(document)
        count += sum(record["document"] == document for record in records)
    return (
        [record for record in records if record["document"] not in held_out],
        [record for record in records if record["document"] in held_out][:UN_HELD_OUT],
    )


def _translation(record: dict[str, Any]) -> Translation:
    zh, en = record["zh"], record["en"]
    share = min(1.0, ENGLISH_LIMIT / max(1, len(en)))
    return Translation(zh[: max(1, round(len(zh) * share))], en[:ENGLISH_LIMIT])


def _questions(path: Path) -> Iterator[Question]:
    for record in _records(path):
        yield Question(record["question"], record["paragraph"], tuple(record.get("answers", ())))


def _glosses(path: Path) -> Iterator[Gloss]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            match = _GLOSS_LINE.match(line.strip())
            if match is None:
                continue
            senses = (_GLOSS_NOISE.sub("", sense).strip(" ,;") for sense in match[2].split("/"))
            kept = [sense for sense in senses if sense and not _GLOSS_POINTER.match(sense)]
            if kept:
                yield Gloss(match[1], ", ".join(kept[:4])[:120])


def _news(path: Path) -> Iterator[Article]:
    for record in _records(path):
        yield Article("", _NEWS_STAMP.sub("", record["text"]))


def _laws(path: Path) -> Iterator[list[Article]]:
    """The chapters of each law."""
    laws: dict[str, dict[str, list[str]]] = {}
    for record in _records(path):
        laws.setdefault(record["law"], {}).setdefault(record["chapter"], []).append(record["text"])
    for law, chapters in laws.items():
        yield [Article(f"{law} {chapter}", "\n".join(texts)) for chapter, texts in chapters.items()]


def _un_documents(records: list[dict[str, Any]]) -> Iterator[Article]:
    bodies: dict[str, list[str]] = {}
    for record in records:
        bodies.setdefault(record["document"], []).append(record["zh"])
    for sentences in bodies.values():
        yield Article("", "。".join(sentences))
