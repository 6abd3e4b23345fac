"""What is known of a document when families are looked for, and which pairs are worth comparing."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.families.fingerprint import BINS, Fingerprint
from corpus.families.versions import SymbolVersion, TitleVersion, read_symbol, read_title
from corpus.types import Metadata

__all__ = ["Card", "pairs_of"]

_ROWS = 4  # bins of a band: two texts alike by .5 share one of the 32 bands in 7 of 8 cases, by .8 always
_MOST = 12  # of one bucket each document is compared with these many, so that time stays linear


@dataclass(frozen=True)
class Card:
    """A document as families see it."""

    id: str
    metadata: Metadata

    @cached_property
    def symbol(self) -> SymbolVersion | None:
        """Its symbol, taken apart."""
        return read_symbol(self.metadata.symbol) if self.metadata.symbol else None

    @cached_property
    def title(self) -> TitleVersion:
        """Its title, taken apart; empty where none is known."""
        return read_title(self.metadata.title or "")

    @cached_property
    def text(self) -> Fingerprint | None:
        """The fingerprint of its text."""
        return Fingerprint.read(self.metadata.fingerprint) if self.metadata.fingerprint else None

    @cached_property
    def day(self) -> datetime.date | None:
        """When the document was issued, as far as it says: of an edition the year in its title."""
        if self.title.year is not None:
            return datetime.date(self.title.year, 12, 31)
        if self.metadata.date is not None:
            return self.metadata.date
        year = self.metadata.stated_year
        return None if year is None else datetime.date(year, 12, 31)


def pairs_of(cards: Sequence[Card]) -> Iterator[tuple[Card, Card]]:
    """Pairs that may be versions of one another, each once; about linear in the number of cards.

    Such share the root of their symbol, their plain title, their text, or a band of their fingerprint.
    """
    seen: set[tuple[int, int]] = set()
    for bucket in _buckets(cards):
        for at, place in enumerate(bucket):
            for other in bucket[max(0, at - _MOST) : at]:
                if (other, place) not in seen:
                    seen.add((other, place))
                    yield cards[other], cards[place]


def _buckets(cards: Sequence[Card]) -> Iterable[list[int]]:
    buckets: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, card in enumerate(cards):
        if card.symbol is not None:
            buckets["symbol", card.symbol.root].append(place)
        if len(card.title.plain) >= 4:
            buckets["title", card.title.plain].append(place)
        if card.text is not None:
            buckets["text", card.text.digest].append(place)
            filled = _filled(card.text.minima)
            for band in range(0, BINS, _ROWS):
                buckets[band, filled[band : band + _ROWS]].append(place)
    return (bucket for bucket in buckets.values() if len(bucket) > 1)


def _filled(minima: Sequence[int]) -> tuple[int, ...]:
    """Empty bins filled from the next one on the right that is not, so that short texts have bands too."""
    empty = 0xFFFFFFFF
    filled = list(minima)
    value = next((one for one in minima if one != empty), 0)
    for place in range(len(filled) - 1, -1, -1):
        if filled[place] == empty:
            filled[place] = value + 1 & empty
        value = filled[place]
    return tuple(filled)
