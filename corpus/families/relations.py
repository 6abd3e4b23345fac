"""The relations of versions, and which version is in force.

| what is found                                                       | relation                     |
|---------------------------------------------------------------------|------------------------------|
| X/Rev.2 beside X/Rev.1, or else X                                   | supersedes                   |
| X/Corr.1, X/Add.1, X/Amend.1 beside X                               | corrects, adds_to            |
| a paper of a limited series (L., CRP.) or 草案, and an alike one that is not | draft_of            |
| one title, alike texts, different days, a mark of an edition or no symbol    | supersedes          |
| one symbol or title, nearly equal texts of equal figures, no days between   | duplicate_of        |
| what the owner says                                                 | as said, in place of these   |
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.families.cards import Card, pairs_of
from corpus.families.fingerprint import likeness
from corpus.families.versions import Step
from corpus.types import Metadata, Relation

__all__ = ["Families", "Kin", "find_families"]

_DRAFT_LIKE = 0.2  # a resolution keeps a third of its draft; reports of one committee share under a tenth
_EDITION_LIKE = 0.3
_VERSION_LIKE = 0.6
_COPY_LIKE = 0.85  # PDF and DOCX of one text differ by what their readers make of tables and notes

_INVERSE = {
    Relation.SUPERSEDES: Relation.SUPERSEDED_BY,
    Relation.CORRECTS: Relation.CORRECTED_BY,
    Relation.DRAFT_OF: Relation.FINAL_OF,
    Relation.DUPLICATE_OF: Relation.DUPLICATE_OF,
    Relation.ADDS_TO: Relation.ADDED_BY,
    Relation.UNRELATED_TO: Relation.UNRELATED_TO,
}
_INVERSE |= {later: earlier for earlier, later in _INVERSE.items()}
_SAME_TEXT = frozenset(
    {
        *(Relation.SUPERSEDES, Relation.SUPERSEDED_BY, Relation.DRAFT_OF, Relation.FINAL_OF),
        *(Relation.DUPLICATE_OF, Relation.CORRECTS, Relation.CORRECTED_BY),
    }
)
_ORDER = {relation: place for place, relation in enumerate(Relation)}


@dataclass(frozen=True, slots=True)
class Kin:
    """What a document is to another: `Kin(Relation.CORRECTS, "r19")` of r19's corrigendum."""

    relation: Relation
    document: str


class Families:
    """The relations between the documents of an index.

    Example: `Families({"a": (Kin(Relation.DRAFT_OF, "b"),)}, {"a": "b"}).in_force("a") == "b"`
    """

    def __init__(self, kin: Mapping[str, Sequence[Kin]], over: Mapping[str, str]) -> None:
        """`kin` of each document that has some; `over` leads from one to what took its place."""
        self._kin = {id: tuple(each) for id, each in kin.items() if each}
        self._over = dict(over)

    def of(self, document: str) -> tuple[Kin, ...]:
        """The family of a document, in the order of the relations and then of ids; empty without one."""
        return self._kin.get(document, ())

    def related(self, document: str, relation: Relation) -> tuple[str, ...]:
        """The documents to which a document has a relation."""
        return tuple(kin.document for kin in self.of(document) if kin.relation is relation)

    def in_force(self, document: str) -> str:
        """The version that took a document's place in the end: itself where none did."""
        seen = {document}
        while (later := self._over.get(document)) is not None and later not in seen:
            seen.add(later)
            document = later
        return document

    @property
    def folded(self) -> frozenset[str]:
        """Documents that are not in force: superseded, drafts, copies, corrigenda of what is superseded."""
        return frozenset(self._over)

    def same_text(self, document: str) -> frozenset[str]:
        """The document and every version, draft, copy and corrigendum of its text, by whatever steps."""
        found, left = {document}, [document]
        while left:
            kin = (one for one in self.of(left.pop()) if one.relation in _SAME_TEXT)
            new = {one.document for one in kin} - found
            found |= new
            left += sorted(new)
        return frozenset(found)

    def preferred(self, documents: Iterable[str]) -> frozenset[str]:
        """Without those whose version in force is among them too."""
        given = frozenset(documents)
        return frozenset(one for one in given if self.in_force(one) == one or self.in_force(one) not in given)


def find_families(documents: Iterable[tuple[str, Metadata]]) -> Families:
    """The families of documents by their metadata, which hold the fingerprints; about linear in their number.

    Example: of RIV/7 and RIV/7/Rev.1 the second `supersedes` the first
    """
    cards = [Card(id, metadata) for id, metadata in documents]
    edges: dict[tuple[str, str], Relation] = {}
    for one, other in pairs_of(cards):
        for first, second in ((one, other), (other, one)):
            relation = _relation(first, second)
            if relation is not None:
                edges[first.id, second.id] = relation
                break
    edges = _nearest(edges, {card.id: card for card in cards})
    edges = _supplied(cards, edges)
    return _families(edges)


def _relation(one: Card, other: Card) -> Relation | None:
    """What the first is to the second: a later version, a draft, a copy; None where nothing is known."""
    by_symbol = _by_symbol(one, other)
    if by_symbol is not None or _in_line(one, other):
        return by_symbol
    if one.text is None or other.text is None:
        return None
    like = likeness(one.text, other.text)
    if _is_draft(one) and not _is_draft(other) and _may_be_adopted_as(one, other):
        same_title = one.title.plain == other.title.plain != ""
        return Relation.DRAFT_OF if like >= (_DRAFT_LIKE if same_title else _VERSION_LIKE) else None
    if _is_draft(other) and not _is_draft(one):
        return None  # asked the other way round
    return _by_text(one, other, like)


def _by_symbol(one: Card, other: Card) -> Relation | None:
    if one.symbol is None or other.symbol is None or one.symbol.step is None:
        return None
    mine, theirs = one.symbol, other.symbol
    whole = theirs.parent if theirs.step is None else f"{theirs.parent}/{theirs.step}.{theirs.number}"
    if mine.step is Step.REVISION:
        earlier = (
            theirs.step is Step.REVISION and theirs.parent == mine.parent and theirs.number < mine.number
        )
        return Relation.SUPERSEDES if earlier or whole == mine.parent else None
    if whole != mine.parent:
        return None
    return Relation.CORRECTS if mine.step is Step.CORRIGENDUM else Relation.ADDS_TO


def _in_line(one: Card, other: Card) -> bool:
    """Whether symbols of one root say all: two of them differ, so that no text makes them copies."""
    if one.symbol is None or other.symbol is None or one.symbol.root != other.symbol.root:
        return False
    return (one.symbol.parent, one.symbol.step, one.symbol.number) != (
        other.symbol.parent,
        other.symbol.step,
        other.symbol.number,
    )


def _is_draft(card: Card) -> bool:
    return card.title.draft or (card.symbol is not None and card.symbol.draft)


def _may_be_adopted_as(draft: Card, final: Card) -> bool:
    """Whether a draft can have been adopted as this: by the same body, not before the draft."""
    if final.symbol is not None and final.symbol.step in (Step.CORRIGENDUM, Step.ADDENDUM, Step.AMENDMENT):
        return False
    if draft.symbol is not None and final.symbol is not None:
        series = (one.root.split("/")[0] for one in (draft.symbol, final.symbol))
        if len(set(series)) > 1:
            return False
    return draft.day is None or final.day is None or draft.day <= final.day


def _by_text(one: Card, other: Card, like: float) -> Relation | None:
    """Editions and copies of documents without symbols, or with the same."""
    if one.text is None or other.text is None:
        return None
    symbols = {card.symbol for card in (one, other) if card.symbol is not None}
    if one.text.digest == other.text.digest and _one_title(one, other):
        return _copy(one, other)
    same_title = one.title.plain == other.title.plain != ""
    if len(symbols) > 1 or not (same_title or (len(symbols) == 1 and one.symbol == other.symbol)):
        return None
    if _other_meeting(one.metadata, other.metadata):
        return None
    if one.day is not None and other.day is not None and one.day != other.day:
        edition = one.title.edition or other.title.edition or len(symbols) == 1
        least = _EDITION_LIKE if edition else _VERSION_LIKE
        return Relation.SUPERSEDES if like >= least and one.day > other.day else None
    equal = one.text.figures == other.text.figures
    if len(symbols) == 1 and one.symbol == other.symbol and like >= _COPY_LIKE:
        return _copy(one, other)
    return _copy(one, other) if equal and like >= _COPY_LIKE else None


def _one_title(one: Card, other: Card) -> bool:
    return one.title.plain == other.title.plain or "" in (one.title.plain, other.title.plain)


def _other_meeting(one: Metadata, other: Metadata) -> bool:
    """Whether both say of which session or meeting they are, and say different ones."""
    pairs = ((one.session, other.session), (one.meeting, other.meeting))
    return any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs)


def _copy(one: Card, other: Card) -> Relation | None:
    """The first as a copy of the second: the one that says more of itself is kept, or the lesser id."""
    return Relation.DUPLICATE_OF if _rank(one) > _rank(other) else None


def _rank(card: Card) -> tuple[int, str]:
    said = (card.metadata.symbol, card.metadata.title, card.metadata.date, card.metadata.meeting)
    return sum(value is None for value in said), card.id


def _nearest(
    edges: Mapping[tuple[str, str], Relation], cards: Mapping[str, Card]
) -> dict[tuple[str, str], Relation]:
    """Of several that a document supersedes the last, of several that a draft became the first."""
    kept = dict(edges)
    of_one: defaultdict[tuple[str, Relation], list[str]] = defaultdict(list)
    for (first, second), relation in edges.items():
        if relation in (Relation.SUPERSEDES, Relation.DRAFT_OF):
            of_one[first, relation].append(second)
    for (first, relation), others in of_one.items():
        chosen = max(others, key=lambda id: _nearness(cards[first], cards[id], relation))
        for id in others:
            if id != chosen:
                del kept[first, id]
    return kept


def _nearness(first: Card, other: Card, relation: Relation) -> tuple[object, ...]:
    number = 0 if other.symbol is None else other.symbol.number
    day = 0 if other.day is None else other.day.toordinal()
    like = likeness(first.text, other.text) if first.text is not None and other.text is not None else 0.0
    if relation is Relation.SUPERSEDES:
        return (number, day, like, other.id)
    return (-number, -day, like, other.id)


def _supplied(
    cards: Sequence[Card], found: Mapping[tuple[str, str], Relation]
) -> dict[tuple[str, str], Relation]:
    """What owners say, in place of what was found between the two; a name that fits none says nothing."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for card in cards:
        for name in {card.id, card.metadata.symbol, card.metadata.title} - {None, ""}:
            names[str(name)].append(card.id)
    edges = dict(found)
    for card in cards:
        for relation, name in card.metadata.relations:
            for other in names.get(name, ()):
                if other == card.id:
                    continue
                edges.pop((card.id, other), None)
                edges.pop((other, card.id), None)
                edges[card.id, other] = relation
    return edges


def _families(edges: Mapping[tuple[str, str], Relation]) -> Families:
    kin: defaultdict[str, set[Kin]] = defaultdict(set)
    over: dict[str, str] = {}
    for (first, second), relation in sorted(edges.items()):
        if relation is Relation.UNRELATED_TO:
            continue
        kin[first].add(Kin(relation, second))
        kin[second].add(Kin(_INVERSE[relation], first))
        for earlier, later, said in ((first, second, relation), (second, first, _INVERSE[relation])):
            if said in (Relation.SUPERSEDED_BY, Relation.DRAFT_OF):
                over[earlier] = later
        if relation is Relation.DUPLICATE_OF:
            over.setdefault(first, second)
    for (first, second), relation in edges.items():
        if relation is Relation.CORRECTS and second in over:
            over.setdefault(first, second)
        elif relation is Relation.CORRECTED_BY and first in over:
            over.setdefault(second, first)
    ordered = {
        id: sorted(each, key=lambda one: (_ORDER[one.relation], one.document)) for id, each in kin.items()
    }
    return Families(ordered, over)
