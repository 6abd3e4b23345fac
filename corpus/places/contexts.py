"""Cut a document into the contexts in which a number counts: body, annexes, resolutions, rules, sections."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.plain_text.lists import read_rows
from corpus.plain_text.numerals import parse_numeral
from corpus.structure.labels import annex_name, heading_level
from corpus.structure.regions import looks_like_heading
from corpus.structure.sequence import Label, best_chain

__all__ = ["Context", "ContextKind", "Stretch", "find_contexts", "rule_word", "with_different_names"]

_CHINESE = "〇零一二三四五六七八九十百"
_RESOLUTION = re.compile(
    r"(?:第\s?(?P<number>\d{1,3}\s?/\s?\d{1,3}|\d{1,4}\s?[(（]\d{4}[)）])\s?号\s?(?P<what>决议|決議|决定|決定)"
    r"|(?P<before>决议|決議|决定|決定)\s?(?P<after>\d{1,3}/\d{1,3}))"
    r"(?:[\s　:：.．]+(?P<title>\S.{0,80}))?"
)
_LONGEST_RULE = 60


class ContextKind(Enum):
    """What opens a context."""

    BODY = "body"
    ANNEX = "annex"
    RESOLUTION = "resolution"
    RULE = "rule"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Context:
    """Where a number counts; `name` is None in the body. Contexts that are equal are one."""

    name: str | None
    kind: ContextKind


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring lines of one context: `title` where it opens there, and the lines of its text.

    Example: `Stretch(Context("附件一", ANNEX), (line,), lines)`; `begin` is where words stand on a title line
    """

    context: Context
    title: tuple[Line, ...]
    lines: tuple[Line, ...]


def find_contexts(kept: Sequence[Line]) -> list[Stretch]:
    """Stretches in reading order of lines without furniture and blank lines.

    Example: lines up to `附件一` are one stretch of the body, from there up to `附件二` another
    """
    stretches: list[Stretch] = []
    for stretch in _cut(kept, Context(None, ContextKind.BODY), _resolutions(kept)):
        for part in _cut(stretch.lines, stretch.context, _annexes(stretch.lines), stretch.title):
            stretches += _rules(part)
    return with_different_names(stretches)


def rule_word(text: str) -> str | None:
    """The rule that a line names, e.g. `准则4` for `准则 4　标示`; None for any other line."""
    match = _rule_pattern().match(text)
    number = parse_numeral(match["number"]) if match else None
    return None if match is None or number is None else f"{match['word']}{number}"


@cache
def _rule_pattern() -> re.Pattern[str]:
    words = sorted((word for (word,) in read_rows("rule_words.txt", 1)), key=len, reverse=True)
    return re.compile(
        rf"[【\[]?(?P<word>{'|'.join(words)})\s?(?P<number>\d{{1,3}}|[{_CHINESE}]{{1,3}})[】\]]?"
        rf"(?:[\s　:：.．、]+(?P<title>\S.*)?|$)"
    )


_Openers = list[tuple[int, str, ContextKind]]


def _cut(
    lines: Sequence[Line], outer: Context, openers: _Openers, title: tuple[Line, ...] = ()
) -> Iterator[Stretch]:
    """The stretches of `lines` between openers; what stands before the first belongs to `outer`."""
    first = openers[0][0] if openers else len(lines)
    if first or title or not openers:
        yield Stretch(outer, title, tuple(lines[:first]))
    ends = [*(at for at, _, _ in openers[1:]), len(lines)][: len(openers)]
    for (at, name, kind), end in zip(openers, ends, strict=True):
        full = f"{outer.name}，{name}" if outer.name else name
        yield Stretch(Context(full, kind), (lines[at],), tuple(lines[at + 1 : end]))


def _resolutions(kept: Sequence[Line]) -> _Openers:
    """Headings such as 第5/2号决议 with text below them; without text they are a contents list."""
    found: _Openers = []
    for at, line in enumerate(kept):
        match = _RESOLUTION.fullmatch(line.text)
        if match is None or ends_clause(line.text) or not _opens(kept, at):
            continue
        number = re.sub(r"\s", "", match["number"] or match["after"])
        what = (match["what"] or match["before"]).replace("議", "议").replace("決", "决")
        found.append((at, f"第{number}号{what}", ContextKind.RESOLUTION))
    ends = [*(at for at, _, _ in found[1:]), len(kept)][: len(found)]
    return [
        one
        for one, end in zip(found, ends, strict=True)
        if any(ends_clause(line.text) or line.text[-1:] in "，," for line in kept[one[0] + 1 : end])
    ]


def _annexes(lines: Sequence[Line]) -> _Openers:
    return [
        (at, str(annex_name(line)), ContextKind.ANNEX)
        for at, line in enumerate(lines)
        if at and annex_name(line) is not None and _opens_annex(lines, at)
    ]


def _opens_annex(kept: Sequence[Line], at: int) -> bool:
    line, before = kept[at], kept[at - 1]
    alone = annex_name(line) == line.text and looks_like_heading(before) and len(before.text) < 30
    apart = line.index - before.index > 1 or line.opens_page
    return bool(line.hashes) or ends_clause(before.text) or apart or alone


def _opens(kept: Sequence[Line], at: int) -> bool:
    """Whether a line stands as a heading does: at the start, after a sentence, apart, or after a heading."""
    if at == 0:
        return True
    line, before = kept[at], kept[at - 1]
    return (
        bool(line.hashes)
        or ends_clause(before.text)
        or line.index - before.index > 1
        or looks_like_heading(before)
    )


def _rules(part: Stretch) -> list[Stretch]:
    """A stretch with its rules (准则1, 准则2 …) cut out, each up to the next or to a heading above them."""
    lines = part.lines
    chain = _rule_chain(lines)
    if len(chain) < 2:
        return [part]
    found: list[Stretch] = []
    begin, title = 0, part.title
    for number, at in enumerate(chain):
        if at > begin or title:
            found.append(Stretch(part.context, title, tuple(lines[begin:at])))
            title = ()
        bound = chain[number + 1] if number + 1 < len(chain) else len(lines)
        end = next((to for to in range(at + 1, bound) if _is_above(lines, to)), bound)
        name = f"{part.context.name}，" if part.context.name else ""
        context = Context(f"{name}{rule_word(lines[at].text)}", ContextKind.RULE)
        found.append(Stretch(context, (lines[at],), tuple(lines[at + 1 : end])))
        begin = end
    if begin < len(lines):
        found.append(Stretch(part.context, (), tuple(lines[begin:])))
    return found


def _rule_chain(lines: Sequence[Line]) -> list[int]:
    """Positions of the rules of the word that makes the longest rising series from 1 (or near it) on."""
    by_word: dict[str, list[Label]] = {}
    for at, line in enumerate(lines):
        match = _rule_pattern().match(line.text)
        number = parse_numeral(match["number"]) if match else None
        if match is None or number is None or not _opens(lines, at) or len(line.text) > _LONGEST_RULE:
            continue
        if ends_sentence(line.text) and not line.hashes:
            continue
        followed = at + 1 < len(lines) and rule_word(lines[at + 1].text) is None
        by_word.setdefault(match["word"], []).append(Label(at, number, 0, 1.0 if followed else 0.2))
    chains = [best_chain(labels) for labels in by_word.values()]
    best = max(chains, key=len, default=[])
    rising = bool(best) and best[0].number == 1
    return [label.line for label in best] if rising else []


def _is_above(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    return (
        heading_level(line) == 1
        and not line.bullet
        and looks_like_heading(line)
        and ends_clause(lines[at - 1].text)
    )


def with_different_names(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The same name opened at two places names two contexts: the second is 附件（2）."""
    seen: dict[str, int] = {}
    renamed: list[Stretch] = []
    for stretch in stretches:
        name = stretch.context.name
        if stretch.title and name is not None:
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                stretch = replace(stretch, context=replace(stretch.context, name=f"{name}（{seen[name]}）"))
        renamed.append(stretch)
    return renamed
