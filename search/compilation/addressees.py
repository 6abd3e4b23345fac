"""Whom a recommendation addresses, read from its head."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.plain_text.folding import fold

__all__ = ["addressee_names", "addressees_of"]

_HEAD = 80  # characters; 促请尚未…的缔约国 takes 18, a long list of conditions before the subject 60
_JOINED = re.compile(r"\s*(?:以及|和|及|或|、)\s*(?:其他|有关|相关)?")
_SPEAKS = re.compile(r"(?:还|并|也|又)?(?:建议|促请|敦促|鼓励|呼吁|邀请|请|要求|吁请)")
_SENTENCE_END = re.compile(r"[。；;：:\n]")


@dataclass(frozen=True, slots=True)
class _Addressee:
    name: str
    terms: tuple[str, ...]
    speaks: bool


def addressee_names() -> tuple[str, ...]:
    """The addressees that are known, in the order of search/data/addressees.tsv."""
    return tuple(addressee.name for addressee in _addressees())


def addressees_of(text: str) -> tuple[str, ...]:
    """The addressees at the head of a recommendation, as printed there; empty where none is recognised.

    The first that is named is taken, with those joined to it. A body that speaks to others there
    (工作组促请缔约国) is passed over. Whatever follows is what they are to do, and to whom.
    Example: `addressees_of("缔约国和国际组织应采取措施") == ("缔约国", "国际和区域组织")`
    """
    folded = fold(text)
    end = _SENTENCE_END.search(folded)
    head = folded[: min(end.start() if end else len(folded), _HEAD)]
    at = 0
    while (found := _first(head, at)) is not None:
        addressee, at = found
        if not (addressee.speaks and _SPEAKS.match(head, at)):
            return tuple(dict.fromkeys([addressee.name, *_joined(head, at)]))
    return ()


def _joined(head: str, at: int) -> list[str]:
    names = []
    while (link := _JOINED.match(head, at)) and (longest := _at(head, link.end())):
        addressee, at = longest
        names.append(addressee.name)
    return names


def _first(head: str, start: int) -> tuple[_Addressee, int] | None:
    """The first addressee from `start` on, and where it ends."""
    return next((found for at in range(start, len(head)) if (found := _at(head, at))), None)


def _at(head: str, at: int) -> tuple[_Addressee, int] | None:
    """The addressee whose longest term stands exactly here, and where that ends."""
    found = [(len(t), a) for a in _addressees() for t in a.terms if head.startswith(t, at)]
    if not found:
        return None
    length, addressee = max(found, key=lambda pair: pair[0])
    return addressee, at + length


@cache
def _addressees() -> tuple[_Addressee, ...]:
    text = files("search").joinpath("data/addressees.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple(_Addressee(row[0], tuple(map(fold, row[1].split("|"))), row[2:] == ["yes"]) for row in rows)
