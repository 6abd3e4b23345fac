"""What a citation is: a record of the place and of what is named there.

| kind           | example                       | key                                 |
|----------------|-------------------------------|-------------------------------------|
| SYMBOL         | CTOC/COP/WG.4/2015/4          | `symbol:CTOC/COP/WG.4/2015/4`       |
| RESOLUTION     | 大会第77/236号决议              | `resolution:GA:77/236`              |
| DECISION       | 缔约方会议第4/4号决定             | `decision:COP:4/4`                  |
| ARTICLE        | 《贩运人口议定书》第9条第1款        | `article:贩运人口议定书:9:1`            |
| PARAGRAPH      | CTOC/COP/WG.4/2019/7，第12段   | `paragraph:CTOC/COP/WG.4/2019/7:12` |
| RECOMMENDATION | 2019年会议建议7(c)              | `recommendation:2019:7:c`           |

Equal keys mean the same thing cited, however it was written; `?` stands where the text does not say
(the organ, the treaty, the document). A/RES/77/236 is a symbol with the key of the resolution.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter

from corpus.types import Span

__all__ = ["Citation", "CitationKind"]

_LONGEST_RANGE = 200  # a longer range is a misreading; it keeps its own key only


class CitationKind(StrEnum):
    """What is cited."""

    SYMBOL = "symbol"
    RESOLUTION = "resolution"
    DECISION = "decision"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    RECOMMENDATION = "recommendation"


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation in a text; `raw` is `text[span.start:span.end]`.

    - SYMBOL: `symbol` in canonical form; `organ`, `number`, `year` where it is that of a resolution.
    - RESOLUTION, DECISION: `organ` (code of corpus/data/organs.tsv), `number` (`77/236`), `year` (SC).
    - ARTICLE: `instrument` (canonical name), `first`, `last` (articles), `paragraph` (款), `item`.
    - PARAGRAPH, RECOMMENDATION: `first`, `last`, `item`, and what names the document: `document` (symbol,
      document id, or the key of a resolution), `title` (between 《》), `year` and `session` of the meeting,
      `part` (附件一), `own` (本报告). The span leaves out a symbol, title or resolution before it.
    """

    kind: CitationKind
    span: Span
    raw: str
    key: str
    symbol: str | None = None
    organ: str | None = None
    number: str | None = None
    year: int | None = None
    session: int | None = None
    document: str | None = None
    title: str | None = None
    part: str | None = None
    own: bool = False
    first: int | None = None
    last: int | None = None
    item: tuple[str, ...] = ()
    instrument: str | None = None
    paragraph: int | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """Everything but the place: where two citations of one text are alike in this, they name the same."""
        return _SAID(self)

    @property
    def keys(self) -> tuple[str, ...]:
        """The key, the key of each member of a range, and those of the wholes that contain it.

        Example: for 《公约》第6条第1款 `("article:有组织犯罪公约:6:1", "article:有组织犯罪公约:6")`
        """
        if self.first is None or self.last is None:
            return (self.key,)
        steps = (self.paragraph is not None) + len(self.item)
        base, *tail = self.key.rsplit(":", steps + 1)
        if self.last > self.first:
            few = self.last - self.first < _LONGEST_RANGE
            members = range(self.first, self.last + 1) if few else ()
            return (self.key, *(f"{base}:{number}" for number in members))
        return tuple(":".join([base, *tail[:n]]) for n in range(len(tail), 0, -1))


_SAID: Callable[[Citation], tuple[object, ...]] = attrgetter(
    *(field.name for field in fields(Citation) if field.name != "span")
)
