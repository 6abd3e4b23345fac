"""From text to the terms that the lexical index holds and queries are made of."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import xxhash

from corpus.plain_text.folding import fold
from corpus.plain_text.unified import unify_numerals
from models.errors import BadDictionary
from models.segmentation.dictionary import Term, parse_terms
from models.segmentation.engine import Engine
from models.segmentation.runs import RunKind, divide, han_runs

__all__ = ["Segmenter"]

_DATA = Path(__file__).parent / "data"
_CORPUS_DATA = Path(__file__).parents[1] / "corpus" / "data"
# Part of the fingerprint: raise it with every change that can change a token.
_ALGORITHM = "3"
_TEXTS_KEPT = 8192  # short texts whose words are kept: some 10 MB at most
_LONGEST_KEPT = 64  # characters of a short text
_LONG_TEXTS_KEPT = 8  # for the fields of a unit, which ask one after the other
_LONGEST_OF_ALL_KEPT = 50_000  # the words of a text of millions would take hundreds of megabytes


class Segmenter:
    """Cuts text into words and character bigrams, for matching only.

    Texts are folded (width, script, case) and their numerals unified first. Instances share no
    state; one may be used from several threads. Equal `fingerprint` means equal tokens.

    Example: `Segmenter().words("《禁止販運人口議定書》第九條")` holds `贩运`, `人口`, `议定书`, `9`, `条`
    """

    def __init__(
        self, user_dictionary: Path | None = None, *, engine: Literal["rjieba", "jieba"] = "rjieba"
    ) -> None:
        """Load an engine with the terms of `user_dictionary`, None being the packaged UN terms.

        Raises BadDictionary where the file is missing or a line cannot be read. `engine="jieba"`
        is the reference: the same tokens, slowly.
        """
        data = _read(user_dictionary or _DATA / "un_terms.txt")
        self._engine = _engine(engine, parse_terms(data, str(user_dictionary or "un_terms.txt")))
        self.fingerprint = _fingerprint(data)
        # A query is cut by each of the steps that answer it, and terms of the bank come again and again.
        self._folded = lru_cache(_LONG_TEXTS_KEPT)(fold)
        self._kept_words = lru_cache(_TEXTS_KEPT)(self._cut)
        self._latest_words = lru_cache(_LONG_TEXTS_KEPT)(self._cut)

    def words(self, text: str) -> list[str]:
        """Words in text order, those inside a longer word before it; punctuation is dropped.

        Document symbols, numbers of resolutions (`77/236`, `2652(2022)`) and words of other scripts
        are one token each, in lower case.
        Example: `words("见CTOC/COP/WG.4/2015/4")` is `["见", "ctoc/cop/wg.4/2015/4"]`
        """
        if len(text) > _LONGEST_OF_ALL_KEPT:
            return self._cut(text)
        return list(self._kept_words(text) if len(text) <= _LONGEST_KEPT else self._latest_words(text))

    def _cut(self, text: str) -> list[str]:
        tokens: list[str] = []
        for kind, run in divide(unify_numerals(self._fold(text))):
            if kind == RunKind.HAN:
                tokens.extend(self._engine.cut_for_search(run))
            else:
                tokens.append(run)
        return tokens

    def han_runs(self, text: str) -> list[str]:
        """The Han runs of the folded text, whose neighbouring characters are its bigrams.

        Example: `han_runs("器官，腎")` is `["器官", "肾"]`
        """
        return han_runs(self._fold(text))

    def _fold(self, text: str) -> str:
        return fold(text) if len(text) > _LONGEST_OF_ALL_KEPT else self._folded(text)

    def bigrams(self, text: str) -> list[str]:
        """Character bigrams of each Han run of the folded text; a lone character gives itself.

        Example: `bigrams("器官，肾")` is `["器官", "肾"]`
        """
        tokens: list[str] = []
        for run in self.han_runs(text):
            tokens.extend([run] if len(run) == 1 else map("".join, pairwise(run)))
        return tokens


def _engine(name: Literal["rjieba", "jieba"], terms: tuple[Term, ...]) -> Engine:
    if name == "jieba":
        from models.segmentation.jieba_reference import JiebaEngine

        return JiebaEngine(terms)
    from models.segmentation.rjieba_fast import RjiebaEngine

    return RjiebaEngine(terms)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadDictionary(
            f"{path}: {error.strerror}; expected a UTF-8 file of 'word frequency' lines; "
            "check the path, or leave it out to use the packaged terms"
        ) from error


def _fingerprint(dictionary: bytes) -> str:
    """Digest over the algorithm's version, the dictionary, and the data of folding and numerals."""
    digest = xxhash.xxh3_128(_ALGORITHM.encode())
    for data in (
        dictionary,
        (_CORPUS_DATA / "radicals.tsv").read_bytes(),
        (_CORPUS_DATA / "variants.tsv").read_bytes(),
        (_CORPUS_DATA / "zhu_words.txt").read_bytes(),
        (_CORPUS_DATA / "numeral_contexts.txt").read_bytes(),
    ):
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()
