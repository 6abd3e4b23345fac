"""Articles of treaties and laws: which 第N条 open one, their titles, and the 款 in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.plain_text.numerals import parse_numeral
from corpus.structure.labels import Style, paragraph_labels
from corpus.structure.regions import looks_like_heading
from corpus.structure.sequence import Label, best_chain

__all__ = ["Article", "Clauses", "article_chain", "find_clauses", "title_end"]

_NUMBER = r"[〇零一二三四五六七八九十百千]{1,7}|[0-9０-９]{1,4}"
_ARTICLE = re.compile(
    rf"[【\[]?第\s?(?P<number>{_NUMBER})\s?[条條](?:\s?之\s?(?P<suffix>{_NUMBER}))?[】\]]?"
    r"(?P<after>[\s　]*[:：.．、]?[\s　]*)(?P<rest>.*)"
)
# 第三条所述…, 第三条第2款, 第三条至第五条: a sentence that begins with a reference, no label.
_REFERENCE = re.compile(r"[所的规規第中至和与與，,、及或之款项項—\-－~～（(]|以及|另有|提到|载|載")
_LONGEST_TITLE = 40
_TITLE_IN_BRACKETS = re.compile(r"[【（(\[〔](?P<title>[^】）)\]〕。；]{1,30})[】）)\]〕][\s　]*")


@dataclass(frozen=True, slots=True)
class Article:
    """A line that opens an article: index of the line, its number, 1 for 之一, where words begin."""

    line: int
    number: int
    suffix: int | None
    begin: int


@dataclass(frozen=True, slots=True)
class Clauses:
    """The numbered 款 of an article; `doubt` says in words why its numbers cannot be trusted."""

    labels: tuple[Label, ...]
    doubt: str | None = None


def article_chain(lines: Sequence[Line]) -> list[Article]:
    """The articles of a context in reading order; empty where there are none worth the name.

    Example: 第一条, 第二条 (inside a sentence), 第二条, 第二条之一 give 1, 2, 2 with suffix 1
    """
    found = [(article, weight) for article, weight in _candidates(lines) if weight > 0]
    plain = [
        Label(order, article.number, article.begin, weight)
        for order, (article, weight) in enumerate(found)
        if article.suffix is None
    ]
    chain = {label.line for label in best_chain(plain)} or _excerpt(plain)
    kept: list[Article] = []
    for order, (article, _) in enumerate(found):
        if order in chain or (kept and _follows(kept[-1], article)):
            kept.append(article)
    return kept if len(kept) >= 2 else []


def _excerpt(labels: Sequence[Label]) -> set[int]:
    """Orders of articles that rise from another than 1, as in part of a law; no other line looks like one."""
    rising = all(one.number < other.number for one, other in pairwise(labels))
    sure = all(label.weight >= 1.0 for label in labels)
    return {label.line for label in labels} if rising and sure else set()


def _follows(before: Article, article: Article) -> bool:
    return article.suffix is not None and (article.number, article.suffix) == (
        before.number,
        (before.suffix or 0) + 1,
    )


def _candidates(lines: Sequence[Line]) -> list[tuple[Article, float]]:
    matches = [_ARTICLE.match(line.text) for line in lines]
    found: list[tuple[Article, float]] = []
    for at, (line, match) in enumerate(zip(lines, matches, strict=True)):
        number = parse_numeral(match["number"]) if match else None
        suffix = parse_numeral(match["suffix"]) if match and match["suffix"] else None
        if match is None or number is None or not 0 < number < 3000:
            continue
        if match["suffix"] and suffix is None:
            continue
        weight = _weight(lines, at, match)
        found.append((Article(line.index, number, suffix, match.start("rest")), weight))
    return found


def _weight(lines: Sequence[Line], at: int, match: re.Match[str]) -> float:
    """How much a line reads like the opening of an article; 0 where it is a sentence that cites one."""
    line, rest = lines[at], match["rest"]
    if rest and not match["after"] and not _TITLE_IN_BRACKETS.match(rest):
        if _REFERENCE.match(rest):
            return 0.0
        weight = 0.5
    else:
        weight = 1.0
    before = lines[at - 1] if at else None
    opens = (
        before is None
        or bool(line.hashes)
        or ends_clause(before.text)
        or line.index - before.index > 1
        or looks_like_heading(before)
    )
    after = lines[at + 1] if at + 1 < len(lines) else None
    bare = not ends_sentence(rest) and after is not None and _ARTICLE.match(after.text) is not None
    if bare or (after is None and not rest):
        weight = 0.2  # a contents list
    return weight if opens else 0.3 * weight


def title_end(body: Sequence[Line], begin: int, width: int) -> tuple[tuple[int, int], int, int]:
    """The title of an article, and where its text begins: a range of the first line, lines, offset.

    `body` are its lines from the label on, `begin` where words stand in the first. The answer is the
    range of title words in the first line (empty where there are none), how many lines label and title
    take up, and where text begins in the last of them (its length where the text begins a line later).
    Example: for `第三条` + `押金制度` + `1. …` it is `((3, 3), 2, 4)`
    """
    first = body[0].text
    bracketed = _TITLE_IN_BRACKETS.match(first, begin)
    closed = bracketed is not None and not first[bracketed.end() :].startswith(("，", "。", "；"))
    if bracketed is not None and closed and (bracketed.end() < len(first) or len(body) > 1):
        return bracketed.span("title"), 1, bracketed.end()
    if first[begin:].strip():
        if len(body) > 1 and _is_title(first[begin:], body[1], width, first):
            return (begin, len(first)), 1, len(first)
        return (begin, begin), 1, begin
    below = body[1].text if len(body) > 2 and looks_like_heading(body[1]) else ""
    if below and _is_title(below, body[2], width, below):
        return (begin, begin), 2, len(below)
    return (begin, begin), 1, len(first)


def _is_title(text: str, after: Line, width: int, line: str) -> bool:
    """Whether words are a title: no sentence, and the `line` on which they stand is not full."""
    full = width and len(line) >= 0.8 * width and len(line) > 12
    marks = any(mark in text for mark in "，；：。,;:")
    return len(text) <= _LONGEST_TITLE and not marks and not full and bool(after.text)


def find_clauses(lines: Sequence[Line], lead: int) -> Clauses:
    """The 款 with printed numbers among the lines of an article; `lead` counts its lines before them.

    Lines that a colon leads into are items, not 款.
    Example: `1. 甲。`, `2. 乙。` give two labels; 1, 2, 1, 2 is in doubt
    """
    candidates = [paragraph_labels(lines, (), style) for style in (Style.ARABIC, Style.CHINESE)]
    chains = [best_chain(labels) for labels in candidates]
    for labels, chain in zip(candidates, chains, strict=True):
        if not chain or chain[0].number != 1:
            continue
        at = {line.index: position for position, line in enumerate(lines)}
        first = at[chain[0].line]
        if first > lead and lines[first - 1].text.endswith(("：", ":")):
            continue
        again = [
            label
            for label in labels
            if label.number == 1
            and label.line > chain[0].line
            and not lines[at[label.line] - 1].text.endswith(("：", ":", "；", ";"))
        ]
        if again:
            return Clauses((), "two paragraphs 1 stand in it")
        return Clauses(tuple(chain))
    return Clauses(())
