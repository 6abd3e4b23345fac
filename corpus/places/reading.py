"""Read the stretches of a document one after the other: numbered units, articles, and text between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from corpus.layout.lines import Line, cut_line, ends_clause, ends_sentence
from corpus.places.articles import Article, find_clauses, title_end
from corpus.places.contexts import Context, ContextKind, Stretch, rule_word
from corpus.places.entries import Entries, place_label
from corpus.places.front import PieceKind, read_front
from corpus.places.laws import law_items
from corpus.places.levels import Level
from corpus.places.tables import Row
from corpus.plain_text.lists import read_rows
from corpus.structure.blocks import is_heading_block, split_blocks
from corpus.structure.labels import annex_name, heading_level, is_list_line
from corpus.structure.numbering import Numbered
from corpus.structure.outline import Outline
from corpus.structure.paragraphs import NEVER, is_quoting, split_paragraphs
from corpus.structure.regions import looks_like_heading, text_end
from corpus.structure.sequence import Label
from corpus.types import Anomaly, AnomalyKind, OmissionKind, UnitKind

__all__ = ["Reader", "Reading"]

_LONGEST_NAME = 40
_PLAIN_LEVEL = 4  # of headings without numbers, as in `Outline`
_RULE_LEVEL = _ARTICLE_LEVEL = 3


@dataclass(frozen=True)
class Reading:
    """What is known of a context before it is read: its numbers or its articles, by index of line.

    `part` is what its units bear; None too where an annex goes on counting.
    """

    part: str | None
    numbered: Mapping[int, Numbered] = field(default_factory=dict)
    articles: Mapping[int, Article] = field(default_factory=dict)
    levels: Mapping[int, Level] = field(default_factory=dict)

    @property
    def has_numbers(self) -> bool:
        """Whether anything in the context has a number."""
        return bool(self.numbered or self.articles or self.levels)

    @cached_property
    def over(self) -> frozenset[tuple[int, ...]]:
        """Numbers in levels that have others below them."""
        return frozenset(one.path[:-1] for one in self.levels.values())

    @cached_property
    def above(self) -> int:
        """The level of headings over numbers in levels: of those without numbers where no chapter has one."""
        return 0 if any(len(one.path) == 1 for one in self.levels.values()) else _PLAIN_LEVEL

    def begins(self, index: int) -> bool:
        """Whether something that has a number begins at a line."""
        return index in self.numbered or index in self.articles or index in self.levels


class Reader:
    """Reads stretches in reading order into `entries`; `rows` are the lines that are rows of tables."""

    def __init__(self, entries: Entries, rows: Mapping[int, Row], aside: Mapping[int, OmissionKind]) -> None:
        """Read into `entries`; `aside` are the heads and captions of tables."""
        self._entries = entries
        self._rows = rows
        self._aside = aside
        self._outline = Outline(entries.shape.width)
        self._closing: frozenset[int] = frozenset()
        self._last: dict[Context, str] = {}  # the last numbered unit of each context
        self.title_page: list[Line] = []

    def read(
        self, stretch: Stretch, reading: Reading, *, opens_document: bool, alone: bool, closes: bool
    ) -> None:
        """Take in a stretch; `alone` says that the document has no number anywhere.

        `closes` says that what follows is no part of what stands around it: short lines at the end of the
        stretch (names, dates) are then text, not headings.
        """
        self._open(stretch)
        self._closing = frozenset(_closing_lines(stretch.lines)) if closes else frozenset()
        starts = [at for at, line in enumerate(stretch.lines) if reading.begins(line.index)]
        head: Sequence[Line] = stretch.lines[: starts[0]] if starts else stretch.lines
        if stretch.context.kind is ContextKind.RULE and stretch.title:
            head = self._rule(stretch, head)
        self._head(head, stretch, reading, opens_document=opens_document, alone=alone, followed=bool(starts))
        for begin, end in zip(starts, [*starts[1:], len(stretch.lines)], strict=False):
            region = stretch.lines[begin:end]
            if article := reading.articles.get(region[0].index):
                self._article(region, article, stretch.context, reading)
            elif level := reading.levels.get(region[0].index):
                self._level(region, level, stretch.context, reading)
            else:
                self._paragraph(region, reading.numbered[region[0].index], stretch.context, reading)

    @property
    def seen(self) -> Mapping[int, OmissionKind]:
        """Whole lines that are headings or key topics, by index."""
        return self._outline.seen

    def _open(self, stretch: Stretch) -> None:
        if not stretch.title:
            return
        kind = stretch.context.kind
        if kind is ContextKind.RULE:
            words = " ".join(line.text for line in stretch.title)
            self._outline.push(_RULE_LEVEL, words, stretch.title)
        elif kind is ContextKind.SECTION and heading_level(stretch.title[0]) not in (1, None):
            self._outline.read(stretch.title)
        else:
            self._outline.restart(stretch.title)

    def _rule(self, stretch: Stretch, head: Sequence[Line]) -> Sequence[Line]:
        """The text of a rule, up to a heading, as one block; what follows is left."""
        end = next((at for at, line in enumerate(head) if at and self._is_heading(head, at)), len(head))
        lines = [line for line in head[:end] if line.index not in self._rows]
        name = rule_word(stretch.title[0].text) or ""
        if lines:
            self._entries.block(name, stretch.context.name, lines, self._outline)
        return head[len(lines) :] if len(lines) == end else head[:0]

    def _is_heading(self, lines: Sequence[Line], at: int) -> bool:
        before = lines[at - 1]
        return looks_like_heading(lines[at]) and len(lines[at].text) <= 30 and ends_sentence(before.text)

    def _head(
        self,
        head: Sequence[Line],
        stretch: Stretch,
        reading: Reading,
        *,
        opens_document: bool,
        alone: bool,
        followed: bool,
    ) -> None:
        if not head:
            return
        context = stretch.context
        if context in self._last:
            self._loose(head, context, reading.part, f"{self._last[context]}之后的文本")
        elif not reading.has_numbers and (alone or context.kind is ContextKind.ANNEX):
            self._whole(head, context, reading.part, alone=alone and opens_document)
        else:
            self._front(head, reading.part, opens_document=opens_document, followed=followed)

    def _front(self, head: Sequence[Line], part: str | None, *, opens_document: bool, followed: bool) -> None:
        text = [line for line in head if line.index not in self._rows and line.index not in self._aside]
        pieces = read_front(
            text, self._entries.shape, self._entries.furniture, title_page=opens_document, numbered=followed
        )
        at = 0
        for piece in pieces:
            at = self._rows_before(head, at, piece.lines[0].index, part)
            if piece.kind is PieceKind.TITLE_PAGE:
                self.title_page += piece.lines
            elif piece.kind is PieceKind.HEADING:
                self._outline.read(piece.lines)
                self._unread(part)
            else:
                self._entries.block(piece.label, part, piece.lines, self._outline)
        self._rows_before(head, at, head[-1].index + 1, part)

    def _rows_before(self, lines: Sequence[Line], at: int, index: int, part: str | None) -> int:
        """Emit the rows among `lines` from position `at` on that stand before a line."""
        while at < len(lines) and lines[at].index < index:
            row = self._rows.get(lines[at].index)
            if row is not None:
                self._entries.block(f"表{row.table}第{row.row}行", part, [lines[at]], self._outline, row=row)
            at += 1
        return at

    def _whole(self, lines: Sequence[Line], context: Context, part: str | None, *, alone: bool) -> None:
        """A text without numbers: blocks that count from 1, headings between them."""
        text = [line for line in lines if line.index not in self._rows and line.index not in self._aside]
        if part is not None and len(text) > 1 and all(looks_like_heading(line) for line in text):
            self._outline.read(text[:1])  # a list of names, say
            self._unread(part)
            self._entries.block(None, part, text[1:], self._outline)
            self._rows_before(lines, 0, lines[-1].index + 1, part)
            return
        blocks, at, first = split_blocks(text), 0, True
        for block in blocks:
            at = self._rows_before(lines, at, block[0].index, part)
            masthead = alone and block is blocks[0] and all(looks_like_heading(line) for line in block)
            if (masthead or is_heading_block(block)) and (not first or len(blocks) > 1 or not alone):
                self._outline.read(block)
                self._unread(part)
                if first and alone:
                    self.title_page += block
                continue
            first = False
            self._entries.block(None, part, block, self._outline)
        if first and alone and text:  # nothing but short lines: they are the text
            self.title_page.clear()
            self._outline.seen.clear()
            self._entries.block(None, part, text, self._outline)
        self._rows_before(lines, at, lines[-1].index + 1, part)

    def _unread(self, part: str | None) -> None:
        """Lines that the outline took for no heading are text."""
        if self._outline.unplaced:
            lines, self._outline.unplaced = self._outline.unplaced, []
            self._entries.block("正文前", part, lines, self._outline)

    def _loose(self, lines: Sequence[Line], context: Context, part: str | None, label: str) -> None:
        """Lines between units: headings go to the outline, rows and sentences become blocks."""
        shape, furniture = self._entries.shape, self._entries.furniture
        at = 0
        pending: list[Line] = []

        def flush() -> None:
            self._outline.read(pending)
            texts, self._outline.unplaced = self._outline.unplaced, []
            for paragraph in split_paragraphs(texts, shape, furniture):
                self._entries.block(label, part, paragraph, self._outline)
            pending.clear()

        while at < len(lines):
            line = lines[at]
            row = self._rows.get(line.index)
            if row is not None:
                flush()
                self._entries.block(f"表{row.table}第{row.row}行", part, [line], self._outline, row=row)
            elif line.index in self._closing:
                flush()
                end = next(
                    (to for to in range(at, len(lines)) if lines[to].index not in self._closing), len(lines)
                )
                self._entries.block(label, part, lines[at:end], self._outline)
                at = end
                continue
            elif line.index not in self._aside:
                if pending and not looks_like_heading(pending[-1]) and looks_like_heading(line):
                    flush()
                pending.append(line)
            at += 1
        flush()

    def _cut_at_table(self, region: Sequence[Line]) -> int:
        """Where the first row, head or caption of a table stands in a region; its length without one."""
        return next(
            (at for at, line in enumerate(region) if line.index in self._rows or line.index in self._aside),
            len(region),
        )

    def _paragraph(self, region: Sequence[Line], one: Numbered, context: Context, reading: Reading) -> None:
        table = self._cut_at_table(region)
        length = text_end(region[:table], self._entries.shape.width, self._entries.shape.airy)
        length = self._first_paragraph(region[:length])
        self._entries.numbered(one, reading.part, region[:length], self._outline)
        name = self._last[context] = place_label(one)
        if length < len(region):
            self._loose(region[length:], context, reading.part, f"{name}之后的文本")

    def _level(self, region: Sequence[Line], level: Level, context: Context, reading: Reading) -> None:
        """A number in levels: a heading where text or other numbers follow its words, else a block."""
        first, depth = region[0], reading.above + len(level.path)
        words = first.text[level.begin :]
        marked = any(mark in words for mark in "，。；：")
        if not marked and len(words) <= _LONGEST_NAME and (len(region) > 1 or level.path in reading.over):
            self._outline.push(depth, first.text, [first])
            self._loose(region[1:], context, reading.part, level.label)
        else:
            self._outline.leave(depth)
            table = self._cut_at_table(region)
            length = text_end(region[:table], self._entries.shape.width, self._entries.shape.airy)
            length = self._first_paragraph(region[:length])
            own = region[:length]
            self._entries.block(level.label, reading.part, own, self._outline, begin=level.begin)
            if length < len(region):
                self._loose(region[length:], context, reading.part, f"{level.label}之后的文本")
        self._last[context] = level.label

    def _first_paragraph(self, lines: Sequence[Line]) -> int:
        """How many lines a numbered paragraph takes up: its own, and the items that follow it."""
        shape = self._entries.shape
        if shape.blind or len(lines) < 2:
            return len(lines)
        paragraphs = split_paragraphs(lines, shape, self._entries.furniture)
        last_item = max((at for at, one in enumerate(paragraphs) if is_list_line(one[0])), default=0)
        taken, quoting = len(paragraphs[0]), False
        for at, paragraph in enumerate(paragraphs[1:], 1):
            before = paragraphs[at - 1][-1]
            whole = ends_sentence(before.text) and ends_sentence(paragraph[-1].text)
            page = any(index in self._entries.furniture for index in range(before.index, paragraph[0].index))
            apart = paragraph[0].index - before.index > 1 and not shape.airy
            # Where lines are cut at a width, one that ends early may still go on over the page.
            cut = shape.full < NEVER and not apart
            quoting = is_quoting(paragraphs[at - 1], quoting)
            goes_on = page or cut or quoting or paragraph[0].text.startswith(_continuations())
            if whole and at > last_item and not goes_on:
                return taken
            taken += len(paragraph)
        return taken

    def _article(self, region: Sequence[Line], article: Article, context: Context, reading: Reading) -> None:
        table = self._cut_at_table(region)
        hard = self._hard_end(region[:table])
        body, rest = region[:hard], region[hard:]
        title, taken, begin = title_end(body, article.begin, self._entries.shape.width)
        self._article_heading(body, article, title, taken)
        texts = [cut_line(body[taken - 1], begin), *body[taken:]]
        texts = [line for line in texts if line.text]
        one = Numbered(UnitKind.ARTICLE, Label(body[0].index, article.number, 0, 1.0), article.suffix)
        name = place_label(one)
        if texts:
            name = self._article_units(texts, one, context, reading) or name
        self._last[context] = name
        if rest:
            self._loose(rest, context, reading.part, f"{name}之后的文本")

    def _hard_end(self, region: Sequence[Line]) -> int:
        """Where a chapter heading ends the article, or headings stand at its end."""
        shape = self._entries.shape
        for at in range(1, len(region)):
            chapter = heading_level(region[at]) in (1, 2) and region[at].text.startswith("第")
            apart = region[at].index - region[at - 1].index > 1 and not shape.blind
            ended = ends_clause(region[at - 1].text) or not region[at - 1].text.strip("\u200b\ufeff")
            if chapter and looks_like_heading(region[at]) and (apart or ended):
                return at
        alone = len(region) == 2 and not ends_clause(region[0].text)
        return len(region) if alone else text_end(region, shape.width, shape.airy)

    def _article_heading(
        self, body: Sequence[Line], article: Article, title: tuple[int, int], taken: int
    ) -> None:
        entries = self._entries
        entries.aside(OmissionKind.NUMBER, body[0], 0, article.begin)
        printed = body[0].text[: article.begin].strip(" 　\t:：.．、")
        words = body[0].text[slice(*title)].strip()
        for line in body[1:taken]:
            words += line.text
            entries.aside(OmissionKind.HEADING, line)
        if title[1] > title[0]:
            end = min(title[1] + 1, len(body[0].text))  # with the bracket that closes it
            entries.aside(OmissionKind.HEADING, body[0], article.begin, end)
        if words:
            self._outline.push(_ARTICLE_LEVEL, f"{printed} {words}")
        else:
            self._outline.leave(_ARTICLE_LEVEL)

    def _article_units(
        self, texts: Sequence[Line], one: Numbered, context: Context, reading: Reading
    ) -> str | None:
        """Units of an article; the name of the last where it is a 款."""
        clauses = find_clauses(texts, 0)
        if clauses.doubt is not None:
            message = f"{place_label(one)}: {clauses.doubt}; it is served whole"
            self._entries.anomalies.append(Anomaly(AnomalyKind.AMBIGUOUS_NUMBERING, message, texts[0].span))
        if not clauses.labels:
            self._law_article(texts, one, reading, context)
            return None
        at = {line.index: position for position, line in enumerate(texts)}
        begins = [at[label.line] for label in clauses.labels]
        if begins[0]:
            self._law_article(texts[: begins[0]], one, reading, context)
        last = None
        for label, begin, end in zip(clauses.labels, begins, [*begins[1:], len(texts)], strict=True):
            clause = Numbered(
                one.kind, Label(label.line, one.label.number, label.begin, 1.0), one.suffix, label.number
            )
            region = texts[begin:end]
            length = self._first_paragraph(region)
            self._entries.numbered(clause, reading.part, region[:length], self._outline)
            last = place_label(clause)
            if length < len(region):
                self._loose(region[length:], context, reading.part, f"{last}之后的文本")
        return last

    def _law_article(self, texts: Sequence[Line], one: Numbered, reading: Reading, context: Context) -> None:
        """An article without printed 款: its paragraphs are its 款."""
        paragraphs = split_paragraphs(texts, self._entries.shape, self._entries.furniture)
        breaks = {paragraph[0].index for paragraph in paragraphs[1:]}
        unit = self._entries.numbered(one, reading.part, texts, self._outline, breaks=breaks, items=())
        if unit is not None:
            self._entries.units[-1] = replace(unit, items=law_items(unit.text))


@cache
def _continuations() -> tuple[str, ...]:
    return tuple(word for (word,) in read_rows("continuations.txt", 1))


def _closing_lines(lines: Sequence[Line]) -> list[int]:
    """Indexes of the short lines after the last sentence: signatures, dates, the meeting of adoption.

    A numbered heading among them opens what follows.
    """
    last = max((at for at, line in enumerate(lines) if ends_clause(line.text)), default=len(lines))
    found: list[int] = []
    for line in lines[last + 1 :]:
        if heading_level(line) in (1, 2) or line.hashes or annex_name(line) is not None:
            break
        found.append(line.index)
    return found
