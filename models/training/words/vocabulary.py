"""Chooses the words of the encoder and builds its tokenizer.

The tokenizer does everything by itself: compatibility forms and case are folded, all but Han characters,
Latin letters and digits is dropped, and each run is cut along the most probable path through the
vocabulary. For Chinese that is what jieba does with its dictionary when its hidden Markov model is off.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from models.training.texts.sources import Sources

__all__ = ["UNKNOWN", "Vocabulary", "build_tokenizer", "choose_vocabulary"]

UNKNOWN = "[UNK]"
RUNS = r"\p{Han}+|[a-z]+|[0-9]+"
FORMAL_WEIGHT = 5  # a Chinese word of translated text counts this often: closest to what is searched
GLOSS_WEIGHT = 5  # an English word of the dictionary counts this often: law has few everyday words
PIECE_LENGTHS = range(1, 6)
PIECE_PENALTY = 4.0  # nats per piece, so that a known English word is never cut

_HAN = re.compile(r"[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Vocabulary:
    """Tokens with their log-probability and relative frequency; row 0 is the unknown token."""

    tokens: list[str]
    scores: list[float]  # natural logarithm, within the token's own script
    frequencies: list[float]  # share of all tokens of all scripts, 0 where never seen as a token


@dataclass
class _Counts:
    han: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    latin: Counter[str] = field(default_factory=Counter)
    digits: Counter[str] = field(default_factory=Counter)


def choose_vocabulary(sources: Sources, han_words: int, latin_words: int) -> Vocabulary:
    """The commonest words of both languages, every common character, and pieces of English words.

    `han_words` counts Chinese words of two characters or more, `latin_words` English words.

    Ties go to the smaller string, so equal sources give equal vocabularies.
    """
    counts = _count(sources)
    characters = {char: counts.han[char] for char, n in counts.characters.items() if n >= 5}
    characters |= {char: counts.han[char] for char in _gb2312_characters()}
    words = dict(_commonest(((w, n) for w, n in counts.han.items() if len(w) > 1), han_words))
    latin = dict(_commonest(counts.latin.items(), latin_words))
    digits = dict(_commonest(counts.digits.items(), 400)) | {str(d): counts.digits[str(d)] for d in range(10)}
    pieces = dict(_commonest(_pieces(counts.latin).items(), 2_500))
    table = {**_log_probabilities(characters | words, 0.0), **_log_probabilities(digits, 0.0)}
    table |= _log_probabilities(pieces, PIECE_PENALTY) | _log_probabilities(latin, 0.0)
    seen = Counter(characters | words | digits | latin)
    total = sum(seen.values())
    tokens = sorted(table)
    return Vocabulary(
        [UNKNOWN, *tokens],
        [min(table.values()) - 10.0, *(table[token] for token in tokens)],
        [0.0, *(seen[token] / total for token in tokens)],
    )


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """A `tokenizers.Tokenizer` whose ids are the rows of the vocabulary.

    Example: `build_tokenizer(v).encode("打击人口贩运").tokens == ["打击", "人口", "贩运"]`
    """
    tokenizer = Tokenizer(
        models.Unigram(list(zip(vocabulary.tokens, vocabulary.scores, strict=True)), 0, False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(RUNS), "removed", invert=True)
    return tokenizer


def _count(sources: Sources) -> _Counts:
    counts = _Counts()
    for text, weight in _weighted_texts(sources):
        _count_text(counts, unicodedata.normalize("NFKC", text).lower(), weight)
    return counts


def _weighted_texts(sources: Sources) -> Iterator[tuple[str, int]]:
    for article in sources.articles:
        yield article.title + "\n" + article.body, 1
    for question in sources.questions:
        yield question.question + "\n" + question.paragraph, 1
    for translation in sources.translations:
        yield translation.zh, FORMAL_WEIGHT
        yield translation.en, 1
    for gloss in sources.glosses:
        yield gloss.english, GLOSS_WEIGHT


def _count_text(counts: _Counts, text: str, weight: int) -> None:
    import rjieba

    for run in _HAN.findall(text):
        for word in rjieba.cut(run, hmm=False):
            counts.han[word] += weight
        for character in run:
            counts.characters[character] += weight
    for word in _LATIN.findall(text):
        counts.latin[word] += weight
    for number in _DIGITS.findall(text):
        if len(number) <= 4:
            counts.digits[number] += weight


def _commonest(counts: Iterable[tuple[str, int]], n: int) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:n]


def _pieces(words: Counter[str]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for word, count in words.items():
        for length in PIECE_LENGTHS:
            for start in range(len(word) - length + 1):
                pieces[word[start : start + length]] += count
    for letter in "abcdefghijklmnopqrstuvwxyz":
        pieces[letter] += max(pieces.values(), default=1)
    return pieces


def _log_probabilities(counts: dict[str, int], penalty: float) -> dict[str, float]:
    total = sum(counts.values()) + 1
    return {token: round(math.log(max(count, 0.5) / total) - penalty, 3) for token, count in counts.items()}


def _gb2312_characters() -> Iterator[str]:
    """The 6,763 characters of GB 2312-80, rows 16 to 87."""
    for row in range(16, 88):
        for cell in range(1, 95):
            try:
                yield bytes([row + 0xA0, cell + 0xA0]).decode("gb2312")
            except UnicodeDecodeError:
                continue
