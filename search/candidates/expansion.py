"""Visible query expansion: from the words that people use to the terms that documents print.

Words that people use and documents do not (卖肾) are matched in the query and never searched
for or shown; what is searched for and shown is official (切除器官, 摘取器官).
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from indexer.snapshot import Scope, Snapshot
from models.segmenter import Segmenter
from search.candidates.fusion import Candidates, best_of, weighted_sum
from search.candidates.lexical import lexical_candidates, query_terms
from search.terms.termbank import Trigger
from search.weights import Weights

__all__ = ["Expansion"]

_KEPT = 2_000


class Expansion:
    """Candidates of the concepts that a query names, from one snapshot; may be shared by threads.

    Candidates of a printed term are kept where no filter is set: a query names three concepts with
    five terms each, and the same concepts come again with other questions.
    """

    def __init__(self, snapshot: Snapshot, segmenter: Segmenter, weights: Weights) -> None:
        """Nothing is searched yet; 2,000 terms of 200 candidates take 6 MB at most."""
        self._snapshot = snapshot
        self._segmenter = segmenter
        self._weights = weights
        self._kept: OrderedDict[str, Candidates] = OrderedDict()
        self._lock = Lock()

    def candidates(self, triggers: Sequence[Trigger], scope: Scope) -> Candidates:
        """Units scored in BM25 units by the concepts that a query names.

        A unit's score for a concept is the best of its scores for the concept's printed terms: they
        are names of one thing, and a unit that uses two of them is not about it twice. Concepts add up.
        """
        weighted = [(trigger, self.weight(trigger)) for trigger in triggers]
        used = [(trigger, weight) for trigger, weight in weighted if weight > 0]
        used = sorted(used, key=lambda pair: -pair[1])[: self._weights.concepts]
        lists = [best_of([self._term(term, scope) for _, term in trigger.others]) for trigger, _ in used]
        return weighted_sum(lists, [self._weights.expansion * weight for _, weight in used])

    def weight(self, trigger: Trigger) -> float:
        """How much of what is printed about a concept the trigger's own words would miss, 0 to 1.

        With the trigger in t units and the concept's most frequent other term in n it is n / (t + n): 1
        for a word that no document prints (卖肾), near 0 for a term that most units use themselves.
        """
        own, *others = (
            self._segmenter.words(term) for term in (trigger.term, *(o[1] for o in trigger.others))
        )
        self._snapshot.lexical.expect(word for words in (own, *others) for word in words)
        most = max(map(self._doc_freq, others), default=0)
        return most / (most + self._doc_freq(own)) if most else 0.0

    def _doc_freq(self, words: list[str]) -> int:
        """Units that hold the rarest word of a term: at least as many as hold the term."""
        return min((self._snapshot.lexical.doc_freq("words", word) for word in words), default=0)

    def _term(self, folded: str, scope: Scope) -> Candidates:
        if not scope.lets_all:
            return self._search(folded, scope)
        with self._lock:
            kept = self._kept.pop(folded, None)
            if kept is not None:
                self._kept[folded] = kept
                return kept
        found = self._search(folded, scope)
        with self._lock:
            self._kept[folded] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def _search(self, folded: str, scope: Scope) -> Candidates:
        terms = query_terms(folded, self._segmenter, self._weights)
        return lexical_candidates(self._snapshot, terms, self._weights.candidates, scope)
