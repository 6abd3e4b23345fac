"""Every number that decides a ranking, with the reason for it, in one place."""

from dataclasses import dataclass

__all__ = ["Weights"]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts.

    Field weights multiply the BM25 scores of that field; list weights multiply scores normalised
    to at most 1, against 1 for BM25. Example: `Weights(bigrams=0.0)` searches without bigrams.

    Chosen in the middle of flat regions: no measure moves by more than a question or two when one
    of them is halved or doubled, unless its comment says so.
    """

    words: float = 1.0  # the unit of measure
    bigrams: float = 0.1  # a net for words that segmentation cuts otherwise; they repeat the words' evidence
    headings: float = 0.2  # half a section shares a heading, and a short field makes BM25 scores high
    topics: float = 0.2  # as for headings; 0.5 and more cost two hundredths on everyday questions
    function_words: float = 0.3  # 怎么办 is rare in documents, hence of high idf, and says nothing
    expansion: float = 0.8  # a term stands for the word asked; 0 costs a tenth, .3 loses in a large index
    concepts: int = 12  # named by one query, the heaviest; a question names three, a pasted page seventy
    least: float = 0.5  # of a full match: what BM25 divides by at least; .3 to .8 differ by a question or so
    dense: float = 1.0  # times what words leave uncovered; flat from .3 to 1.3; 1.5 loses in a large index
    reference: float = 0.5  # a citation inside a longer question; alone it leads and needs no weight
    interaction: float = 1.0  # as much as BM25; flat from .7 to 1.5; 0 switches the comparison of words off
    tokens: float = 1.0  # in their context; flat from .5 to 1.5 beside `interaction`; 0 switches it off
    reranked: int = 100  # candidates that are looked at word by word; 50 and 200 rank as well
    document: float = 0.4  # flat from .2 to .8; it decides among thousands of documents, hardly among four
    document_units: int = 5  # of a document; 3 and 10 rank as well
    precedent_words: int = 30  # about one printed sentence of telling words
    precedent_headings: float = 0.2  # as `headings`
    precedent_dense: float = 0.6  # not scaled: a paragraph is never covered; a large index needs .5 and more
    candidates: int = 200  # of each list; twenty times the usual k
