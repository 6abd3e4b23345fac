"""Questions with their passages, and pairs of passages, as they lie in files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xxhash

from models.training.texts import own

__all__ = ["Item", "Pair", "Passage", "held_out", "read_own", "read_pairs", "read_qa"]

FIFTH = 5


@dataclass(frozen=True)
class Passage:
    """A text and the line that says where it stands, which may be empty."""

    key: str
    text: str
    context: str = ""


@dataclass(frozen=True)
class Item:
    """A question on a passage.

    `kind`: fact, list, double, open, none. `answers` are spans any of which is right (fact) or all of which
    are needed (list, double), or the sentences that decide (open).
    """

    query: str
    passage: Passage
    kind: str
    answers: tuple[str, ...] = ()
    trap: str = ""
    own: bool = False


@dataclass(frozen=True)
class Pair:
    """Two passages and how much they have in common: 2 same matter, 1 bears on it, 0 other."""

    source: str
    candidate: str
    grade: int
    key: str = field(default="")


def held_out(key: str) -> bool:
    """Whether a document is in the fifth that is never trained on; parts of one document go together."""
    return xxhash.xxh3_64_intdigest(key.split("#")[0].encode()) % FIFTH == 0


def read_qa(paths: Sequence[Path]) -> list[Item]:
    """Questions of CMRC and DRCD; those whose answer does not stand in the paragraph are left out."""
    passages: dict[str, Passage] = {}
    items = []
    for path in paths:
        for record in own.records(path):
            text = record["paragraph"]
            passage = passages.setdefault(text, Passage(f"qa:{len(passages)}", text, opening(text)))
            answers = tuple(dict.fromkeys(answer for answer in record["answers"] if answer in text))
            if answers:
                items.append(Item(record["question"], passage, "fact", answers))
    return items


def read_own(data: Path) -> list[Item]:
    """This project's own questions with their texts; how many do not fit their passage is printed.

    `data` is the folder of training text, as for `texts.own.passages`.
    """
    texts = {}
    for key, whole in own.passages(data).items():
        context, text = parted(key, whole)
        texts[key] = Passage(key, text, context), whole
    found = [_item(record, texts) for record in own.questions()]
    fitting = [item for item in found if item is not None]
    print(f"{len(fitting)} own questions, {len(found) - len(fitting)} that do not fit their passage left out")
    return fitting


def read_pairs(data: Path) -> list[Pair]:
    """Graded pairs of passages, those of the sample documents aside."""
    return [Pair(one.source, one.candidate, one.grade, one.key) for one in own.pairs(data, {})]


def opening(text: str) -> str:
    """The first clause of a text, which says what it is about. Example: `opening("甲，乙") == "甲"`."""
    return re.split(r"[，。；：,;\n（(]", text.strip(), maxsplit=1)[0][:40]


def parted(key: str, text: str) -> tuple[str, str]:
    """Context and body of an own passage: title line of a law; symbol of a UN document; else the opening."""
    if key.startswith("law:") and "\n" in text:
        title, body = text.split("\n", 1)
        return "；".join(title.split(maxsplit=1)), body
    if key.startswith("un:") and "/" in key:
        symbol = key.split("#")[0].split("/", 1)[1].upper().replace("_", ".")
        return f"{symbol}；{opening(text)}", text
    return opening(text), text


def _item(record: dict[str, Any], texts: dict[str, tuple[Passage, str]]) -> Item | None:
    if record.get("passage") not in texts:
        return None
    passage, whole = texts[record["passage"]]
    kind = record.get("kind", "")
    answers = tuple(record.get({"fact": "answers", "open": "evidence"}.get(kind, "all"), ()))
    if kind != "none" and any(answer not in passage.text for answer in answers):
        passage = Passage(passage.key, whole, "")  # the answer stands in the title line
    if kind not in ("fact", "list", "double", "open", "none") or any(a not in whole for a in answers):
        return None
    if kind != "none" and not answers:
        return None
    return Item(record["query"], passage, kind, answers, record.get("trap", ""), own=True)
