"""The engine at work: rjieba, the same algorithm and dictionary in Rust."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.machinery import ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from models.segmentation.dictionary import Term
from models.segmentation.hidden_markov import HiddenMarkovModel

if TYPE_CHECKING:
    from rjieba import Jieba

__all__ = ["RjiebaEngine"]

_CACHED = 65536
_LONGEST_CACHED = 64  # characters of a run: longer ones do not come again


class RjiebaEngine:
    """Rjieba in an instance of its own, with jieba's hidden Markov model at full precision.

    On Han runs its search mode equals jieba's word for word (tests/test_models_identity.py).
    """

    def __init__(self, terms: Sequence[Term] = ()) -> None:
        """Load the dictionary compiled into rjieba (0.12 CPU seconds) and add `terms`."""
        self._jieba = _new_jieba()
        for term in terms:
            self._jieba.add_word(term.word, term.frequency, None)
        self._model = HiddenMarkovModel()
        # What the dictionary leaves over is short and repeats: one run in three has been seen.
        self._cut_short = lru_cache(maxsize=_CACHED)(self._cut_left_over)

    def cut_for_search(self, run: str) -> list[str]:
        """See Engine."""
        words: list[str] = []
        left_over = ""
        for word in self._jieba.cut_for_search(run, False):
            if len(word) == 1:
                left_over += word
                continue
            if left_over:
                words += self._cut_unknown(left_over)
                left_over = ""
            words.append(word)
        if left_over:
            words += self._cut_unknown(left_over)
        return words

    def _cut_unknown(self, characters: str) -> tuple[str, ...]:
        cut = self._cut_short if len(characters) <= _LONGEST_CACHED else self._cut_left_over
        return cut(characters)

    def _cut_left_over(self, characters: str) -> tuple[str, ...]:
        """Characters that the dictionary left alone, cut by the model unless it is a word of the dictionary.

        That a word may come out in single characters is jieba's rule (`Tokenizer.__cut_DAG`).
        """
        if len(characters) == 1 or self._jieba.has_word(characters):
            return tuple(characters)
        found = self._model.cut(characters)
        return tuple(token for word in found for token in (*self._words_inside(word), word))

    def _words_inside(self, word: str) -> list[str]:
        """Dictionary words of two and three characters that are a proper part of `word`."""
        parts = [
            word[at : at + size] for size in (2, 3) if len(word) > size for at in range(len(word) - size + 1)
        ]
        return [part for part in parts if self._jieba.has_word(part)]


def _new_jieba() -> Jieba:
    """A new instance, from the extension module directly where it can be found.

    `import rjieba` builds a global instance that nobody here uses, which doubles the 0.12 seconds.
    """
    package = find_spec("rjieba")
    folders = (package.submodule_search_locations or []) if package else []
    for path in (path for folder in folders for path in Path(folder).glob("rjieba*.so")):
        loader = ExtensionFileLoader("rjieba.rjieba", str(path))
        spec = spec_from_file_location("rjieba.rjieba", path, loader=loader)
        if spec is not None:
            extension = module_from_spec(spec)
            loader.exec_module(extension)
            jieba: Jieba = extension.Jieba()
            return jieba
    from rjieba import Jieba

    return Jieba()
