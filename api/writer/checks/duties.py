"""The check on duties: nobody is told to do more than the source tells, and no duty is told as a fact."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from api.writer.checks.alignment import Alignment
from api.writer.checks.guards import Guard, find_guards
from api.writer.checks.words import clauses, sentences
from api.writer.types import Removal
from corpus.types import Span
from search.wording.strength import Obligation, obligation_of

__all__ = ["check_duty"]


def check_duty(aligned: Alignment) -> Removal | None:
    """STRENGTH where a verb of duty is stronger than the one that governs the same words, or has none there.

    Words that are taken up with their verb left out are told as a fact: that fails too.
    Example: 应协调 fails where the source has 应考虑协调, and so does 协调 alone
    """
    governed = _scopes(aligned.source_text)
    met: list[Obligation] = []
    for told in _duties(aligned.text):
        meant = _meant(aligned, governed, told.span)
        if meant is None or told.strength.rank < meant.strength.rank:
            return Removal.STRENGTH
        met.append(meant)
    needed = (verb for verb, scope in governed if verb not in met and _takes_up(aligned, scope))
    return Removal.STRENGTH if any(True for _ in needed) else None


def _duties(text: str) -> Iterator[Obligation]:
    """Every verb of the scale in a text, in order; its spans are of that text."""
    at = 0
    # The verb may depend on the subject before it, so the text before it is blanked and not cut off.
    while (found := obligation_of("\n" * at + text[at:])) is not None:
        yield Obligation(found.strength, found.span, found.verb)
        at = found.span.end


def _scopes(source: str) -> list[tuple[Obligation, Span]]:
    """The verbs of a source and what each governs.

    That ends with the sentence, before a proposal, and where the next verb begins or its subject does; but
    of 似宜鼓励 both verbs govern what follows.
    Example: in 联络点必须值守;警报必须发出 the first 必须 governs 值守
    """
    verbs = list(_duties(source))
    ends = [_end(source, verb, following) for verb, following in pairwise([*verbs, None]) if verb]
    scopes = []
    for at, verb in enumerate(verbs):
        last = at
        while last + 1 < len(verbs) and verbs[last].span.end == verbs[last + 1].span.start:
            last += 1
        scopes.append((verb, Span(verb.span.end, ends[last])))
    return scopes


def _end(source: str, verb: Obligation, following: Obligation | None) -> int:
    end = next(s.end for s in sentences(source) if s.start <= verb.span.start < s.end)
    if following is not None and following.span.start < end:
        subject = next(c.start for c in clauses(source) if c.start <= following.span.start < c.end)
        end = subject if subject > verb.span.end else following.span.start
    proposals = find_guards(source[verb.span.end : end], Guard.PROPOSAL)
    return verb.span.end + proposals[0].start if proposals else end


def _meant(aligned: Alignment, governed: Sequence[tuple[Obligation, Span]], told: Span) -> Obligation | None:
    """The verb of the source that the sentence's verb stands for; None where there is none.

    It is the one whose words the sentence's verb is made of, else the one that governs what it leads to.
    """
    for at, token in enumerate(aligned.tokens):
        if at not in aligned.matched or not token.telling or token.span.end <= told.start:
            continue
        there = aligned.source[aligned.matched[at]].span
        if token.span.start < told.end:
            own = [
                verb for verb, _ in governed if verb.span.start < there.end and there.start < verb.span.end
            ]
            if own:
                return own[0]
        else:
            return next((verb for verb, s in reversed(governed) if s.start <= there.start < s.end), None)
    return None


def _takes_up(aligned: Alignment, scope: Span) -> bool:
    """Whether the sentence takes up words of a verb's scope."""
    spans = (aligned.source[at].span for at in aligned.kept if aligned.source[at].telling)
    inside = (span for span in spans if scope.start <= span.start < scope.end)
    return any(clause.start <= span.start < clause.end for span in inside for clause in aligned.clauses)
