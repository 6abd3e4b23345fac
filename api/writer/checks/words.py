"""Texts as the checks compare them: folded, numerals unified, cut into words and clauses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from corpus.plain_text.folding import fold
from corpus.plain_text.numerals import parse_numeral
from corpus.plain_text.sentences import cut_behind
from corpus.plain_text.unified import unify_numerals
from corpus.types import Span

__all__ = ["Token", "clauses", "connecting_words", "figures", "normal", "sentences", "tokens", "vocabulary"]

_SPACE = re.compile(r"(?<![0-9a-z])\s+|\s+(?![0-9a-z])")
_RUN = "[〇零一二三四五六七八九十百千万亿两]"
# A lone 一 inside a word (统一, 进一步) counts nothing; any other run before a measure word does.
_COUNTED = re.compile(
    rf"(?<![统唯单同之万进])(?P<run>{_RUN}+)(?=[多余几]?(?:[年月日名个人份件项次家种座倍岁天周届场级台条款段章节号页度吨米元角成位起所处类轮例宗点国字层步季艘辆部分]|小时|公里|公斤|毫米|微米|美元|欧元))"
    rf"|第(?P<ordinal>{_RUN}+)"
)
_PERCENT = re.compile(r"百分之([0-9]+(?:\.[0-9]+)?)")
# A figure is one word with the year, month, day or measure behind it: 2030年 and 91% never fall apart.
_TOKEN = re.compile(
    r"第?[0-9]+(?:[./][0-9]+)*(?:分之[0-9]+)?[%‰多余万亿]*(?:年|月|日|号|条|款|段|次|届|场|级|个|名|人|家|国|项|份|位|岁|元|角|倍)?"
    r"|[a-z][a-z0-9]*(?:[./\-][a-z0-9]+)*|[^\W_]"
)
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:分之[0-9]+)?%?")
# 缔约国应对受害人采取 is 应 and 对: as one word it would hide the duty.
_DUTY_AND_WORD = frozenset({"应对", "应用", "应邀", "应付"})
_CLAUSE = re.compile(r"[^,;:。!?\n]+")
_STOPS = "。!?\n"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a normal text and its place there; `telling` unless it only joins or points back."""

    text: str
    span: Span
    telling: bool


@lru_cache(maxsize=256)  # a source is compared with every sentence
def normal(text: str) -> str:
    """The form in which two texts are compared.

    Example: `normal("占百分之 四十，十一家") == "占40%,11家"`
    """
    unified = unify_numerals(fold(text))
    return _PERCENT.sub(r"\1%", _COUNTED.sub(_in_digits, _SPACE.sub("", unified)))


def _in_digits(found: re.Match[str]) -> str:
    run = found["run"] or found["ordinal"]
    number = parse_numeral(run, counted=True)
    return found[0] if number is None else found[0].replace(run, str(number))


def figures(normal_text: str) -> frozenset[str]:
    """The numbers of a normal text: `{"2031", "5", "40%"}`."""
    return frozenset(_FIGURE.findall(normal_text))


def clauses(normal_text: str) -> list[Span]:
    """What stands between commas, colons and stops, in order."""
    return [Span(*found.span()) for found in _CLAUSE.finditer(normal_text)]


def sentences(normal_text: str) -> list[Span]:
    """What ends with a stop, whatever it stands in, in order."""
    return cut_behind(normal_text, _STOPS)


def vocabulary(words: Iterable[str], first: str, second: str) -> frozenset[str]:
    """Words and names of two characters and more, by which both texts are cut alike.

    A word of one text alone is left out where words of both make it up: the segmenter may join 秘书处编写 in
    the one, and not 秘书处还编写 in the other.
    """
    found = {word for word in words if len(word) > 1} - _DUTY_AND_WORD
    shared = {word for word in found if word in first and word in second}
    parts = shared | connecting_words() | {"应"}
    return frozenset(shared | {word for word in found - shared if not _is_made_up(word, parts, shared)})


def _is_made_up(word: str, parts: set[str], shared: set[str]) -> bool:
    """Whether a word is cut into parts without a rest, one of them a word of both texts."""
    at, held = 0, False
    while at < len(word):
        size = next((n for n in range(len(word) - at, 0, -1) if word[at : at + n] in parts), 0)
        if not size:
            return False
        held = held or word[at : at + size] in shared or word[at : at + size] == "应"
        at += size
    return held


def tokens(normal_text: str, known: frozenset[str]) -> list[Token]:
    """The longest known word at each place, else a figure, a Latin word or symbol, a character.

    Marks are left out. Example: of 缔约国应考虑 with the words 缔约国, 考虑 three tokens
    """
    longest = max(map(len, known), default=1)
    found: list[Token] = []
    at = 0
    while (match := _TOKEN.search(normal_text, at)) is not None:
        start, end = match.span()
        sizes = range(min(longest, len(normal_text) - start), end - start, -1)
        end = start + next((n for n in sizes if normal_text[start : start + n] in known), end - start)
        text = normal_text[start:end]
        found.append(Token(text, Span(start, end), text not in connecting_words()))
        at = end
    return found


@cache
def connecting_words() -> frozenset[str]:
    """Words that say nothing of the matter, from `data/connecting.txt`."""
    text = files("api.writer").joinpath("data/connecting.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
