"""Names of organs and treaties in a text, from the lists `organs.tsv` and `instruments.tsv`."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from corpus.citations.shadow import fold
from corpus.plain_text.lists import read_rows

__all__ = ["Mention", "Mentions", "find_instruments", "find_organs", "resolve_instrument", "short_names_of"]

_SENTENCE_END = re.compile("[。!?]")
# A short name counts where a word ends before it: “在委员会第33/1号决议中”, not “消除歧视委员会”.
_WORD_BEFORE = r"(?:(?<![\u4e00-\u9fff])|(?<=[在据按照依该本和与及见的于由对对如以经请向为其将使是]))"

_CONFERENCE = re.compile(r"(?:^|[^\u4e00-\u9fff])《?([\u4e00-\u9fff]{2,40}?公约)》?#?缔约方会议")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at `[start, end)` of a shadow and what it means; None where the text does not say."""

    start: int
    end: int
    meaning: str | None


class Mentions:
    """Mentions of a text in order of place, asked for by place."""

    def __init__(self, text: str, mentions: list[Mention]) -> None:
        """Take the shadow text and its mentions, sorted by place."""
        self._mentions = mentions
        self._ends = [mention.end for mention in mentions]
        self._stops = [match.end() for match in _SENTENCE_END.finditer(text)]
        self._by_end = {mention.end: mention for mention in mentions}

    def ending_at(self, place: int) -> Mention | None:
        """The mention that ends exactly at `place`."""
        return self._by_end.get(place)

    def before(self, place: int) -> Mention | None:
        """The nearest mention before `place` in the same sentence."""
        at = bisect_right(self._ends, place)
        if at == 0:
            return None
        mention = self._mentions[at - 1]
        stop = bisect_right(self._stops, place)
        return mention if stop == 0 or self._stops[stop - 1] <= mention.start else None


def _any_of(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


@cache
def _organs() -> tuple[dict[str, str], re.Pattern[str]]:
    codes, generic = {}, []
    for code, names in read_rows("organs.tsv", 2):
        for name in names.split("|"):
            codes[fold(name)] = code
            if code.startswith("~"):
                generic.append(fold(name))
    named = _any_of([name for name, code in codes.items() if not code.startswith("~")])
    return codes, re.compile(f"{named}|(?:{_any_of(generic)})")


def find_organs(text: str) -> Mentions:
    """Organs named in a shadow text, by code: `大会` → `GA`.

    委员会 alone means the last committee named in full before it; as the end of a name that is not
    listed (消除种族歧视委员会) it means an organ that we do not know.
    """
    codes, pattern = _organs()
    mentions: list[Mention] = []
    last: dict[str, str] = {}
    for match in pattern.finditer(text):
        code: str | None = codes[match[0]]
        if code is not None and code.startswith("~"):
            alone = re.compile(_WORD_BEFORE).match(text, match.start())
            code = last.get(code) if alone else None
        else:
            last |= {name: str(code) for name in _generic_names() if match[0].endswith(name[1:])}
        mentions.append(Mention(match.start(), match.end(), code))
    return Mentions(text, mentions)


@cache
def _generic_names() -> tuple[str, ...]:
    return tuple(code for code, _ in read_rows("organs.tsv", 2) if code.startswith("~"))


@cache
def _instruments() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Listed names → (canonical, class), and short names → (class, default)."""
    listed, short = {}, {}
    for name, kind, others in read_rows("instruments.tsv", 3):
        if name.startswith("="):
            short[fold(name[1:])] = (kind, others)
            continue
        for other in [name, *filter(None, others.split("|"))]:
            listed[fold(other)] = (name, kind)
    return listed, short


@cache
def _instrument_pattern() -> re.Pattern[str]:
    listed, short = _instruments()
    # A treaty's body is no treaty: in 有组织犯罪公约缔约方会议第4/4号决定 no treaty is cited.
    named = f"(?:{_any_of(list(listed))})(?!缔约)"
    bare = rf"{_WORD_BEFORE}(?:{_any_of(list(short))})(?=的?第)"
    return re.compile(rf"《(?P<title>[^《》]{{1,120}})》|(?P<bare>{named}|{bare})")


def resolve_instrument(name: str) -> str | None:
    """The canonical name of a listed treaty, else None: `禁止贩运人口议定书` → `贩运人口议定书`."""
    listed, _ = _instruments()
    found = listed.get(fold(name))
    return found[0] if found else None


def find_instruments(text: str, short_names: Mapping[str, str | None] | None = None) -> Mentions:
    """Treaties named in a shadow text, by canonical name, and the unlisted ones between 《》 by their own.

    《议定书》 or 议定书 alone means the last listed protocol before it, else what `short_names` say
    (by class, see `short_names_of`), else the default of the list.
    """
    listed, short = _instruments()
    meant = short_names or {}
    last: dict[str, str | None] = {}
    mentions = []
    for match in _instrument_pattern().finditer(text):
        name = match["title"] or match["bare"]
        if name in short:
            kind, default = short[name]
            meaning = last.get(kind, meant.get(kind, default))
        else:
            meaning, kind = listed.get(name, (name, ""))
            last[kind] = meaning
        mentions.append(Mention(match.start(), match.end(), meaning))
    return Mentions(text, mentions)


def short_names_of(head: str) -> dict[str, str | None]:
    """What 《公约》 and 《议定书》 mean in a document, by its title page; no entry where that does not say.

    The treaty is the one whose Conference of the Parties the document is for. Under a treaty that is
    not the default of the list, a protocol that the title page does not name is unknown (None).
    Example: under 防止跨界河流塑料污染公约缔约方会议 `{"公约": "防止跨界河流塑料污染公约", "议定书": None}`
    """
    listed, short = _instruments()
    text = fold("".join(head.split()))
    body = _CONFERENCE.search(text)
    if body is None:
        return {}
    name, kind = listed.get(body[1], (body[1], "公约"))
    if (kind, name) in short.values():
        return {}
    meant: dict[str, str | None] = dict.fromkeys((other for other, _ in short.values()), None)
    meant[kind] = name
    for match in _instrument_pattern().finditer(text):
        named, named_kind = listed.get(match["title"] or match["bare"], ("", ""))
        if named and meant.get(named_kind, "") is None:
            meant[named_kind] = named
    return meant
