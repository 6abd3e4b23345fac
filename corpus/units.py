"""From the lines of a source to its units: the way through the grammar, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.layout.bilingual import find_translation
from corpus.layout.furniture import find_furniture
from corpus.layout.lines import Line, split_lines, wrap_width
from corpus.layout.markup import set_aside
from corpus.places.articles import Article, article_chain
from corpus.places.contexts import Context, ContextKind, Stretch, find_contexts
from corpus.places.entries import Entries
from corpus.places.gaps import with_gaps
from corpus.places.levels import find_levels, missing
from corpus.places.reading import Reader, Reading
from corpus.places.sections import cut_sections, is_ambiguous
from corpus.places.tables import Tables, find_tables
from corpus.structure.labels import Style, paragraph_labels
from corpus.structure.numbering import Numbered, number_part
from corpus.structure.paragraphs import shape_of
from corpus.types import Anomaly, AnomalyKind, Omission, OmissionKind, Span, TableRow, Unit, UnitKind

__all__ = ["Found", "find_units"]


@dataclass(slots=True)
class Found:
    """What the grammar found: units, anomalies, omissions, and where the head of the document ends."""

    units: list[Unit] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    head_end: int = 0


def find_units(
    source: str,
    document: str,
    start: int = 0,
    known: Sequence[Omission] = (),
    rows: Sequence[TableRow] = (),
) -> Found:
    """Units of `source` from offset `start` on, for the document with id `document`.

    `known` is the furniture that the layout of the file has told, `rows` the rows of its tables: whole lines.
    """
    lines = split_lines(source, start)
    furniture = find_furniture(lines, source, known)
    furniture |= find_translation(lines, furniture)
    kept = [line for line in lines if not line.blank and line.index not in furniture]
    tables = find_tables(kept, source, rows)
    passed_over = frozenset(
        index for index, kind in furniture.items() if kind is not OmissionKind.TRANSLATION
    )
    entries = Entries(document, shape_of(kept, wrap_width(lines)), passed_over)
    stretches = _stretches(kept, tables)
    readings, anomalies = _readings(stretches)
    reader = Reader(entries, tables.rows, tables.aside)
    alone = not any(reading.has_numbers for reading in readings.values())
    for order, stretch in enumerate(stretches):
        after = stretches[order + 1].context.kind if order + 1 < len(stretches) else None
        reader.read(
            stretch,
            readings[stretch.context],
            opens_document=order == 0,
            alone=alone,
            closes=after not in (ContextKind.RULE, ContextKind.BODY),
        )
    by_index = {line.index: line.span for line in kept}
    seen = {**furniture, **reader.seen, **tables.aside}
    seen |= dict.fromkeys((line.index for line in reader.title_page), OmissionKind.TITLE_PAGE)
    omissions = [*entries.omissions, *(Omission(kind, lines[index].span) for index, kind in seen.items())]
    omissions += set_aside(source)
    omissions.sort(key=lambda one: one.span)
    anomalies = [*anomalies, *entries.anomalies]
    if alone:
        message = "no numbered paragraph was found; the text is indexed as unnumbered blocks"
        anomalies.append(Anomaly(AnomalyKind.NO_NUMBERS, message, Span(start, len(source))))
    return Found(
        with_gaps(entries.units, omissions),
        anomalies,
        omissions,
        _head_end(reader.title_page, entries.units, by_index, len(source)),
    )


def _head_end(
    title_page: Sequence[Line], units: Sequence[Unit], spans: Mapping[int, Span], length: int
) -> int:
    """Where the head of a document ends: at its first numbered unit or text, past its title page."""
    first = min((unit.span.start for unit in units), default=length)
    return max([first, *(line.span.end for line in title_page)]) if not units else first


def _stretches(kept: Sequence[Line], tables: Tables) -> list[Stretch]:
    """Contexts and sections; rows of tables take no part in telling them, but keep their places."""
    plain = [line for line in kept if line.index not in tables.rows and line.index not in tables.aside]
    stretches = cut_sections(find_contexts(plain))
    if not tables.rows:
        return stretches
    others = [line for line in kept if line.index in tables.rows or line.index in tables.aside]
    out: list[Stretch] = []
    for order, stretch in enumerate(stretches):
        begin = stretches[order + 1] if order + 1 < len(stretches) else None
        first = (
            None
            if begin is None
            else min((line.index for line in (*begin.title, *begin.lines)), default=None)
        )
        own = [line for line in others if first is None or line.index < first]
        others = others[len(own) :]
        lines = sorted((*stretch.lines, *own), key=lambda line: line.index)
        out.append(Stretch(stretch.context, stretch.title, tuple(lines)))
    return out


def _readings(stretches: Sequence[Stretch]) -> tuple[dict[Context, Reading], list[Anomaly]]:
    """The numbers of every context, and what is doubtful about them."""
    lines: dict[Context, list[Line]] = {}
    for stretch in stretches:
        lines.setdefault(stretch.context, []).extend(stretch.lines)
    readings: dict[Context, Reading] = {}
    anomalies: list[Anomaly] = []
    counted = 0
    for context, own in lines.items():
        articles = article_chain(own)
        numbered, doubts = number_part(own, (), counted + 1) if own else ([], [])
        if articles and not _runs_through(own, numbered, articles):
            readings[context] = Reading(context.name, articles={one.line: one for one in articles})
            continue
        if levels := find_levels(own):
            readings[context] = Reading(context.name, levels={one.line: one for one in levels})
            spans = {line.index: line.span for line in own}
            anomalies += [
                Anomaly(AnomalyKind.MISSING_NUMBER, f"{lost} not found before {one.label}", spans[one.line])
                for one, lost in missing(levels)
            ]
            continue
        if context.kind is not ContextKind.RULE and _is_doubtful(own, numbered):
            anomalies.append(_doubt(context, own))
            readings[context] = Reading(context.name)
            continue
        anomalies += doubts
        paragraphs = [one.label.number for one in numbered if one.kind is UnitKind.PARAGRAPH]
        goes_on = (
            bool(paragraphs) and paragraphs[0] > 1 and counted > 0 and context.kind is not ContextKind.RULE
        )
        part = None if goes_on and context.kind is ContextKind.ANNEX else context.name
        readings[context] = Reading(part, {one.label.line: one for one in numbered})
        if context.kind is not ContextKind.RULE:
            counted = max([counted, *paragraphs])
    return readings, anomalies


def _runs_through(lines: Sequence[Line], numbered: Sequence[Numbered], articles: Sequence[Article]) -> bool:
    """Whether paragraphs count on across articles, which are then headings."""
    starts = [article.line for article in articles]
    firsts: list[int] = []
    for begin, end in zip(starts, [*starts[1:], lines[-1].index + 1], strict=True):
        inside = [one.label.number for one in numbered if begin <= one.label.line < end]
        firsts += inside[:1]
    return len(firsts) > 1 and sum(first > 1 for first in firsts) > len(firsts) / 2 and len(set(firsts)) > 1


def _is_doubtful(lines: Sequence[Line], numbered: Sequence[Numbered]) -> bool:
    chain = [one.label for one in numbered if one.kind is UnitKind.PARAGRAPH]
    return bool(chain) and is_ambiguous(lines, paragraph_labels(lines, (), Style.ARABIC), chain)


def _doubt(context: Context, lines: Sequence[Line]) -> Anomaly:
    message = (
        f"{context.name or 'the text'} counts its paragraphs from 1 more than once without a heading "
        "between; it is served as blocks, which are not cited by these numbers"
    )
    return Anomaly(AnomalyKind.AMBIGUOUS_NUMBERING, message, Span(lines[0].span.start, lines[-1].span.end))
