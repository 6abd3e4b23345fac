"""Words whose loss or gain changes what a sentence says: not, at least, unless, one speaker, a proposal."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files

from corpus.types import Span

__all__ = ["Guard", "find_guards"]


class Guard(StrEnum):
    """The classes of `data/guards.tsv`; each is explained there."""

    NONE = "none"
    NEGATION = "negation"
    BEFORE = "before"
    BEHIND = "behind"
    SENTENCE = "sentence"
    SPEAKER = "speaker"
    PROPOSAL = "proposal"
    PERSON = "person"
    VOICE = "voice"


_TITLE = re.compile("《[^《》]*》")


def find_guards(normal_text: str, *classes: Guard) -> list[Span]:
    """Where words of these classes stand in a normal text; what stands inside 《》 is a name.

    Example: `find_guards("不应", Guard.NEGATION) == [Span(0, 1)]`
    """
    bare = _TITLE.sub(lambda title: " " * len(title[0]), normal_text)
    return [span for span, found in _all(bare) if found in classes]


def _all(text: str) -> Iterator[tuple[Span, Guard]]:
    pattern, classes = _grammar()
    for match in pattern.finditer(text):
        yield Span(*match.span()), classes[match.lastgroup or ""]


@cache
def _grammar() -> tuple[re.Pattern[str], dict[str, Guard]]:
    """One pattern of all words, the exceptions first, then the longest; and the class of each group."""
    text = files("api.writer").joinpath("data/guards.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    listed = [(Guard(name), word) for name, words in rows for word in words.split("|")]
    listed.sort(key=lambda one: (one[0] is not Guard.NONE, -len(one[1])))
    pattern = "|".join(f"(?P<g{at}>{word})" for at, (_, word) in enumerate(listed))
    return re.compile(pattern), {f"g{at}": guard for at, (guard, _) in enumerate(listed)}
