"""How strongly a text obliges: its verb on an ordinal scale, from 应 down to 可.

The verbs are those of `data/obligation_verbs.tsv`. The first in the text counts, as a recommendation
begins with its verb; what stands in quotation marks or 《》 is named, not said, and does not count.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from corpus.plain_text.folding import fold_with_map
from corpus.types import Span

__all__ = ["Obligation", "Strength", "obligation_of", "strength_of"]

_QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”|「[^「」]*」|『[^『』]*』")
_GAP_LENGTH = 40
"""Characters of the longest phrase between 应 and 考虑; 应根据本国法律的基本原则，考虑 has 11."""


class Strength(StrEnum):
    """The scale, strongest first. With 应 somebody is bound, with the others he is asked or allowed.

    Why they stand in this order is told in docs/decisions/0026. Example: `Strength.URGE > Strength.REQUEST`
    is a comparison of strings; compare `rank`: `Strength.URGE.rank < Strength.REQUEST.rank`.
    """

    SHALL = "shall"  # 应, 必须, 须, 不得
    SHALL_QUALIFIED = "shall_qualified"  # 应酌情, 应尽可能, 应努力
    SHALL_CONSIDER = "shall_consider"  # 应考虑
    URGE = "urge"  # 促请, 敦促
    CALL_UPON = "call_upon"  # 吁请, 呼吁
    REQUEST = "request"  # 请
    ENCOURAGE = "encourage"  # 鼓励
    INVITE = "invite"  # 邀请
    MAY_WISH = "may_wish"  # 似宜, 不妨
    MAY = "may"  # 可

    @property
    def rank(self) -> int:
        """The place on the scale, 0 for the strongest."""
        return list(Strength).index(self)


@dataclass(frozen=True, slots=True)
class Obligation:
    """The verb that obliges: its strength, its place in the text, and the text there.

    Example: `Obligation(Strength.SHALL_CONSIDER, Span(3, 6), "应考虑")` of 缔约国应考虑制定……
    """

    strength: Strength
    span: Span
    verb: str


def strength_of(text: str) -> Strength | None:
    """How strongly a text obliges; None where it has no verb of the scale.

    Example: `strength_of("鼓励缔约方公布数据") is Strength.ENCOURAGE`, `strength_of("反应不一") is None`
    """
    found = obligation_of(text)
    return None if found is None else found.strength


def obligation_of(text: str) -> Obligation | None:
    """The first verb of the scale in a text, in whichever characters it is printed.

    Example: `obligation_of("締約國應考慮").span == Span(3, 6)`
    """
    folded, offsets = fold_with_map(text)
    pattern, strengths = _grammar()
    seen = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), folded)
    for match in pattern.finditer(seen):
        strength = strengths[match.lastgroup or ""]
        if strength is not None:
            span = Span(offsets[match.start()], offsets[match.end() - 1] + 1)
            return Obligation(strength, span, text[span.start : span.end])
    return None


@cache
def _grammar() -> tuple[re.Pattern[str], dict[str, Strength | None]]:
    """One pattern of all verbs, the longest first, each in a group; and the strength of each group.

    Words that oblige nobody are matched too, so that the character inside them is passed over.
    """
    rows = _rows()
    gaps = "|".join(verb for name, verb in rows if name == "gap")
    subjects = [verb for name, verb in rows if name == "subjects"]
    entries = [_entry(name, verb, gaps, subjects) for name, verb in rows if name not in ("subjects", "gap")]
    entries.sort(key=lambda entry: -entry[0])
    verbs = "|".join(f"(?P<g{at}>{pattern})" for at, (_, pattern, _) in enumerate(entries))
    first = "".join(sorted({verb[0] for name, verb in rows if name not in ("subjects", "gap")}))
    strengths = {f"g{at}": strength for at, (_, _, strength) in enumerate(entries)}
    return re.compile(f"(?=[{first}])(?:{verbs})"), strengths


def _entry(name: str, verb: str, gaps: str, subjects: list[str]) -> tuple[float, str, Strength | None]:
    """Length, pattern and strength of a verb; one with a condition goes before the same without."""
    kind, _, condition = name.partition(" ")
    strength = None if kind == "none" else Strength(kind)
    if condition == "after":
        return len(verb) + 0.5, _behind(subjects) + verb, strength
    if condition == "split":
        return len(verb) + 0.5, f"{_behind(subjects, alone=True)}{verb[0]}(?={verb[1:]})", strength
    head, gap, tail = verb.partition("…")
    # The phrase in between ends at its first comma, and makes a longer verb than any without it.
    middle = rf"(?:{gaps})[^，,。；;：:]{{1,{_GAP_LENGTH}}}?[，,]?" if gap else ""
    # 考虑到 takes into account, which leaves the duty whole.
    end = "(?!到)" if verb.endswith("考虑") else ""
    return len(verb) + (_GAP_LENGTH if gap else 0), head + middle + tail + end, strength


def _behind(subjects: list[str], *, alone: bool = False) -> str:
    """A look-behind for a subject; `alone` where no Han character stands before it."""
    not_han = r"(?<![\u4e00-\u9fff]{0})"
    each = (f"(?<={one})" + (not_han.format(one) if alone else "") for one in subjects)
    return f"(?:{'|'.join(each)})"


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    """Pairs of name and verb; raises ValueError naming a line without exactly two columns."""
    text = files("search").joinpath("data/obligation_verbs.tsv").read_text("utf-8")
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != 2:
            raise ValueError(f"search/data/obligation_verbs.tsv, line {number}: {len(cells)} columns, not 2")
        rows += [(cells[0], verb) for verb in cells[1].split("|")]
    return tuple(rows)
