"""The reference engine: jieba itself. Slow to start and slow to run; tests measure against it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from models.segmentation.dictionary import Term

__all__ = ["JiebaEngine"]


class JiebaEngine:
    """Jieba in a Tokenizer of its own; the module's global one is not touched.

    The dictionary is parsed here rather than by `Tokenizer.initialize`, which would log to standard
    error and trust a marshal file in the shared temporary directory.
    """

    def __init__(self, terms: Sequence[Term] = ()) -> None:
        """Load jieba's dictionary (about 1 CPU second) and add `terms`."""
        with warnings.catch_warnings():
            # Invalid escapes in jieba 0.42.1 and its use of pkg_resources.
            warnings.simplefilter("ignore")
            import jieba

        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.FREQ, self._tokenizer.total = jieba.Tokenizer.gen_pfdict(
            self._tokenizer.get_dict_file()
        )
        self._tokenizer.initialized = True
        for term in terms:
            self._tokenizer.add_word(term.word, term.frequency)

    def cut_for_search(self, run: str) -> list[str]:
        """See Engine."""
        return list(self._tokenizer.cut_for_search(run))
