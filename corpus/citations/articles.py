"""Articles of treaties and laws: 《禁止贩运人口议定书》第9条第1款, 第三条(a)款, 议定书第9条."""

import re
from collections.abc import Iterator, Mapping

from corpus.citations.lists import NUMBERS, Pinpoint, read_pinpoints
from corpus.citations.names import Mention, Mentions, find_instruments
from corpus.citations.shadow import Shadow
from corpus.citations.types import Citation, CitationKind

__all__ = ["find_articles"]

# 第3条建议 is a recommendation, 第一条线 no article.
_ARTICLE = re.compile(rf"第(?P<numbers>{NUMBERS})条(?!建议|意见|线|路)")


def find_articles(
    shadow: Shadow, source: str, short_names: Mapping[str, str | None] | None = None
) -> Iterator[Citation]:
    """Articles cited in a text, in order of place; `short_names` as for `find_instruments`.

    The treaty is the one named directly before, else the last one named in the same sentence.
    """
    text = shadow.text
    if "条" not in text:
        return
    instruments: Mentions | None = None
    for match in _ARTICLE.finditer(text):
        instruments = instruments or find_instruments(text, short_names)
        pinpoints = read_pinpoints(text, match.start(), match.span("numbers"), match.end(), "条")
        mention = _named_directly(text, instruments, match.start())
        for pinpoint in pinpoints:
            start = mention.start if mention and pinpoint is pinpoints[0] else pinpoint.start
            instrument = mention or instruments.before(match.start())
            yield _citation(shadow, source, start, pinpoint, instrument.meaning if instrument else None)


def _named_directly(text: str, instruments: Mentions, place: int) -> Mention | None:
    gap = 1 if text[place - 1 : place] == "的" else 0
    return instruments.ending_at(place - gap)


def _citation(
    shadow: Shadow, source: str, start: int, pinpoint: Pinpoint, instrument: str | None
) -> Citation:
    span = shadow.span(start, pinpoint.end)
    number = str(pinpoint.first)
    if pinpoint.last > pinpoint.first:
        number += f"-{pinpoint.last}"
    steps = [str(pinpoint.paragraph)] if pinpoint.paragraph is not None else []
    key = ":".join(["article", instrument or "?", number, *steps, *pinpoint.item])
    return Citation(
        CitationKind.ARTICLE,
        span,
        source[span.start : span.end],
        key,
        number=number,
        first=pinpoint.first,
        last=pinpoint.last,
        item=pinpoint.item,
        instrument=instrument,
        paragraph=pinpoint.paragraph,
    )
