"""All checks on the sentences of a model, in order; what passes is a sentence with checked citations."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from api.writer.checks.alignment import Alignment, align
from api.writer.checks.borne_out import check_negation, check_qualifiers, check_words
from api.writer.checks.duties import check_duty
from api.writer.checks.named import check_names, check_numbers, names, roles
from api.writer.checks.quoted import check_quotations
from api.writer.checks.surface import check_surface
from api.writer.checks.words import clauses, figures, normal, tokens, vocabulary
from api.writer.types import Draft, Removal, Sentence, Source, Summary
from models.segmenter import Segmenter

__all__ = ["MOST_CITATIONS", "MOST_SENTENCES", "check_all", "check_sentence"]

MOST_SENTENCES = 12
"""Sentences that are looked at: five quotes say less, and each costs some milliseconds."""

MOST_CITATIONS = 5
"""Citations of one sentence: as many as an answer has units."""

_HEAD = re.compile(
    r"^(?:根据|按照|据|在)?(?P<of>[^,]{0,80}?(?:报告|文件|汇编|会议|说明))(?P<voice>中)?(?:指出|表示|认为|显示|称|,)"
)
_BINDING = (check_duty, check_negation, check_qualifiers, check_words)


def check_all(drafts: Sequence[Draft | None], sources: Sequence[Source], segmenter: Segmenter) -> Summary:
    """Check every sentence by itself; None stands for one that could not be read.

    Example: a draft that cites source 7 of five adds 1 to `removed[Removal.UNKNOWN_CITATION]`
    """
    by_number = {source.number: source for source in sources}
    kept: list[Sentence] = []
    removed: Counter[Removal] = Counter()
    for place, draft in enumerate(drafts):
        reason = _reason(draft, place, by_number, segmenter, kept)
        if reason is None and draft is not None:
            kept.append(Sentence(" ".join(draft.text.split()), tuple(sorted(set(draft.citations)))))
        elif reason is not None:
            removed[reason] += 1
    return Summary(tuple(kept), dict(removed))


def _reason(
    draft: Draft | None,
    place: int,
    sources: Mapping[int, Source],
    segmenter: Segmenter,
    kept: Sequence[Sentence],
) -> Removal | None:
    if draft is None:
        return Removal.MALFORMED
    if place >= MOST_SENTENCES:
        return Removal.TOO_MANY
    if normal(draft.text) in {normal(sentence.text) for sentence in kept}:
        return Removal.REPEATED
    return check_sentence(draft, sources, segmenter)


def check_sentence(draft: Draft, sources: Mapping[int, Source], segmenter: Segmenter) -> Removal | None:
    """The first reason to remove a sentence; None where it passes every check.

    Example: None for `Draft("押金为每个容器两角。", (1,))` where source 1 holds these words
    """
    reason = check_surface(draft)
    if reason is not None:
        return reason
    if not draft.citations:
        return Removal.NO_CITATION
    if len(draft.citations) > MOST_CITATIONS or not set(draft.citations) <= sources.keys():
        return Removal.UNKNOWN_CITATION
    cited = [sources[number] for number in sorted(set(draft.citations))]
    for check in (check_quotations, check_numbers, check_names):
        reason = check(draft, cited)
        if reason is not None:
            return reason
    return _check_support(_body(normal(draft.text), cited), cited, segmenter)


def _check_support(text: str, cited: Sequence[Source], segmenter: Segmenter) -> Removal | None:
    """The sentence against one cited quote, or each clause against the one that holds most of it.

    Every quote has to hold some clause: a citation that supports nothing is a wrong citation.
    """
    parts = [text[span.start : span.end] for span in clauses(text)]
    if not parts:
        return Removal.UNSUPPORTED
    if len(cited) == 1:
        return _binding(_aligned(text, cited[0], segmenter))
    alone = [[_aligned(part, source, segmenter) for source in cited] for part in parts]
    for at in range(len(cited)):
        if not any(_matched(tried[at]) and check_words(tried[at]) is None for tried in alone):
            return Removal.UNUSED_CITATION
    if any(_binding(_aligned(text, source, segmenter)) is None for source in cited):
        return None
    assigned: dict[int, list[str]] = {at: [] for at in range(len(cited))}
    for part, tried in zip(parts, alone, strict=True):
        best = max(range(len(cited)), key=lambda at: (_matched(tried[at]), -at))
        assigned[best].append(part)
    found = (
        _binding(_aligned(",".join(held), cited[at], segmenter)) for at, held in assigned.items() if held
    )
    return next((reason for reason in found if reason is not None), None)


def _binding(aligned: Alignment) -> Removal | None:
    return next((found for check in _BINDING if (found := check(aligned)) is not None), None)


def _aligned(text: str, source: Source, segmenter: Segmenter) -> Alignment:
    held = normal(source.text)
    words = (*segmenter.words(held), *segmenter.words(text), *names(held), *names(text), *roles(held))
    known = vocabulary(words, held, text)
    return align(held, tokens(held, known), text, tokens(text, known))


def _matched(aligned: Alignment) -> int:
    return sum(len(aligned.tokens[at].text) for at in aligned.matched if aligned.tokens[at].telling)


def _body(text: str, cited: Sequence[Source]) -> str:
    """The sentence without 2031年会议的报告指出 at its head, where its citation says so too."""
    head = _HEAD.match(text)
    if head is None:
        return text
    context = "\n".join(normal(source.context) for source in cited)
    bare = head["of"].strip("《》「」")
    if bare in context or (not figures(bare) and len(bare) <= 4):
        return text[head.end() :]
    return text
