"""This project's own questions and graded pairs, joined again with the texts that they are about.

`models/data/own` holds the questions, the grades and the passages that were written for them. Texts of others
are not kept: they are made again, by their ids, from a folder of training text.

| id                        | text                                                                   |
|---------------------------|------------------------------------------------------------------------|
| `un:2015/a/69/767`, `…#2` | lines of a document of `zh_en/un_dev`, windows of up to 620 characters |
| `law:LAW|CHAPTER`         | the first articles of a chapter of `text/cn_law`                       |
| `news:17`                 | the beginning of the 18th text of `text/news`                          |
| `own:3-07`                | kept: written for this project                                         |

Passages of the batch `first` stand in `own/reader_passages` of the folder.
"""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["OWN", "GradedPair", "pairs", "passages", "questions", "records"]

OWN = Path(__file__).parents[2] / "data" / "own"
WINDOW = 620  # characters of lines of a UN document joined to a passage
LAW = 450  # characters from which no further article is added
NEWS = 520  # characters of a news text, cut back to its last full stop


def records(path: Path) -> Iterator[dict[str, Any]]:
    """One JSON object a line of a gzip file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def questions() -> list[dict[str, Any]]:
    """Every question: `passage`, `kind`, `query`, `batch`, and `answers`, `all`, `evidence` or `trap`."""
    return list(records(OWN / "questions.jsonl.gz"))


def passages(data: Path) -> dict[str, str]:
    """The text of every passage that a question is about, by id; `data` is the folder of training text.

    Example: `passages(Path("../shared/data"))["own:0-01"].startswith("1. ")`
    """
    wanted = {question["passage"] for question in questions()}
    found = {record["id"]: record["text"] for record in records(OWN / "passages.jsonl.gz")}
    found |= {record["id"]: record["text"] for record in records(data / "own" / "reader_passages.jsonl.gz")}
    for key in sorted(wanted - found.keys()):
        kind, _, name = key.partition(":")
        made = {"un": _un, "law": _law, "news": _news}[kind](data, name)
        found[key] = made
    return {key: found[key] for key in sorted(wanted)}


class GradedPair(NamedTuple):
    """Two passages, and whether the second is of the same matter (2), bears on it (1) or neither (0)."""

    source: str
    candidate: str
    grade: int
    key: str = ""  # id of the first


def pairs(data: Path, units: dict[str, str]) -> list[GradedPair]:
    """Every graded pair with its texts.

    `un:N` is line N of `un_dev`, `law:LAW|第N条` an article of `cn_law`. `units` gives the texts of the units
    of the sample documents, by `sample:DOCUMENT|KIND NUMBER`; a pair whose unit is not there is left out.
    """
    texts = {
        f"un:{at}": record["zh"] for at, record in enumerate(records(data / "zh_en" / "un_dev.jsonl.gz"))
    }
    for record in records(data / "text" / "cn_law.jsonl.gz"):
        texts[f"law:{record['law']}|{record['article']}"] = record["text"]
    texts |= units
    return [
        GradedPair(texts[judged["source"]], texts[key], grade, judged["source"])
        for judged in records(OWN / "pairs.jsonl.gz")
        for key, grade in judged["grades"].items()
        if judged["source"] in texts and key in texts
    ]


def _un(data: Path, name: str) -> str:
    document, _, window = name.partition("#")
    return _windows(data)[document][int(window or 0)]


@cache
def _windows(data: Path) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for record in records(data / "zh_en" / "un_dev.jsonl.gz"):
        lines.setdefault(record["document"], []).append(record["zh"])
    return {document: list(_joined(held)) for document, held in lines.items()}


def _joined(lines: list[str]) -> Iterator[str]:
    window: list[str] = []
    for line in lines:
        if window and sum(map(len, window)) + len(line) > WINDOW:
            yield "\n".join(window)
            window = []
        window.append(line)
    yield "\n".join(window)


def _law(data: Path, name: str) -> str:
    return _chapters(data)[name]


@cache
def _chapters(data: Path) -> dict[str, str]:
    chapters: dict[str, str] = {}
    for record in records(data / "text" / "cn_law.jsonl.gz"):
        name = f"{record['law']}|{record['chapter']}"
        text = chapters.setdefault(name, f"{record['law']} {record['chapter']}\n")
        if len(text) <= LAW:
            chapters[name] = text + f"{record['article']} {record['text']}\n"
    return {name: text.strip().replace("\u200b", "") for name, text in chapters.items()}


def _news(data: Path, name: str) -> str:
    text = _texts(data)[int(name)].split("正文：", 1)[-1][:NEWS]
    return text[: text.rfind("。") + 1]


@cache
def _texts(data: Path) -> list[str]:
    return [record["text"] for record in records(data / "text" / "news.jsonl.gz")]
