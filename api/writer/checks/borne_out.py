"""Checks on what a sentence says: that it is its source with words left out, and none that matters."""

from api.writer.checks.alignment import Alignment
from api.writer.checks.guards import Guard, find_guards
from api.writer.checks.words import Token, figures
from api.writer.types import Removal
from corpus.types import Span

_COMPLEMENTS = "至到了着于为"

__all__ = ["check_negation", "check_qualifiers", "check_words"]


def check_words(aligned: Alignment) -> Removal | None:
    """UNSUPPORTED or NUMBER for the first word that the source lacks, ORDER for one that it has elsewhere.

    Every telling word has to be there, not a share of them: 上升 and 下降 are one word of twenty.
    ORDER also where one clause has words of two sentences: the subject of the one and the deed of the other.
    Example: 上游国 for 下游国 is ORDER where the source names both
    """
    for token in aligned.loose:
        if token.text in aligned.source_text:
            return Removal.ORDER
        if not _nearly_stands(token, aligned.source_text):
            return Removal.NUMBER if figures(token.text) else Removal.UNSUPPORTED
    return Removal.ORDER if aligned.grafted else None


def check_negation(aligned: Alignment) -> Removal | None:
    """NEGATION where the sentence denies more often, or less often, than the clauses that it takes up."""
    said = len(find_guards(aligned.text, Guard.NEGATION))
    meant = sum(
        any(clause.start <= found.start < clause.end for clause in aligned.clauses)
        for found in find_guards(aligned.source_text, Guard.NEGATION)
    )
    return None if said == meant else Removal.NEGATION


def check_qualifiers(aligned: Alignment) -> Removal | None:
    """QUALIFIER where a limit, a condition, a speaker or a proposal of the source is left out.

    Example: 三十天内完成 fails where the source goes on 除非另有约定, 提前 where it says 至少提前
    """
    source, text = aligned.source_text, aligned.text
    inside = [span for span in find_guards(source, Guard.BEFORE, Guard.BEHIND) if _drops(aligned, span)]
    if inside:
        return Removal.QUALIFIER
    for sentence in aligned.sentences:
        # What stands behind the last clause that is taken up says nothing of it, a condition apart.
        reach = max(c.end for c in aligned.clauses if sentence.start <= c.start < sentence.end)
        before = source[sentence.start : reach]
        # An item of a list has its own conditions; what leads into the list binds all of it.
        own = source[
            sentence.start : source.find(";", reach) if ";" in source[reach : sentence.end] else sentence.end
        ]
        for guard, governed in ((Guard.SENTENCE, own), (Guard.SPEAKER, before), (Guard.PROPOSAL, before)):
            held = {governed[s.start : s.end] for s in find_guards(governed, guard)}
            said = {text[s.start : s.end] for s in find_guards(text, guard)}
            if held and not (said if guard is Guard.PROPOSAL else held & said):
                return Removal.QUALIFIER
        speaks = find_guards(before, Guard.PERSON)
        if speaks and not find_guards(text, Guard.PERSON, Guard.VOICE, Guard.PROPOSAL):
            return Removal.QUALIFIER
    return None


def _drops(aligned: Alignment, guard: Span) -> bool:
    """Whether a limit is left out though the word that it limits is taken up."""
    here = [n for n, t in enumerate(aligned.source) if t.span.start < guard.end and guard.start < t.span.end]
    if not here or any(n in aligned.kept for n in here):
        return False
    limits = aligned.source_text[guard.start : guard.end]
    if any(
        aligned.text[s.start : s.end] == limits for s in find_guards(aligned.text, Guard.BEFORE, Guard.BEHIND)
    ):
        return False
    beside = here[0] - 1 if guard in find_guards(aligned.source_text, Guard.BEHIND) else here[-1] + 1
    if not 0 <= beside < len(aligned.source):
        return False
    lower, upper = sorted((guard.end, aligned.source[beside].span.start))
    return beside in aligned.kept and not aligned.source_text[lower:upper].strip()


def _nearly_stands(token: Token, source: str) -> bool:
    """Whether a verb stands in the source but for its complement: 升至 where it has 上升到."""
    bare = token.text.rstrip(_COMPLEMENTS)
    return bool(bare) and bare != token.text and bare in source
