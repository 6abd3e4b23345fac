"""Which pieces stay: those of Chinese, simplified and traditional, and of English text; and the tokenizer.

The whole vocabulary has 250,002 pieces of a hundred languages, and its table is 96 of the model's 118 million
weights.
"""

import gzip
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from models.training.backbone.package import Package

__all__ = ["kept_pieces", "make_tokenizer", "read_texts"]

SOURCES = {  # and how many records one is taken of: what the large ones hold is in a part of them
    "own/reader_passages": 1, "own/reader_items": 1, "own/precedent_pairs": 1, "qa/cmrc2018_train": 4,
    "qa/drcd_dev": 4, "zh_en/un_dev": 1, "zh_en/tw_law": 3, "zh_en/ntrex": 1, "zh_en/tatoeba": 2,
    "text/cn_law": 6, "text/news": 12,
}  # fmt: skip
CONVERTED = ("s2t", "s2tw", "s2hk")  # OpenCC
LEAST = 2  # occurrences: single ones are misprints and other languages
COMMON = (0x4E00, 0x9FFF)  # Han characters, all that the vocabulary has of them
KEPT_APART = "\ue000"  # private use: stands for ～ while NFKC would make it ~
BATCH = 2_000


def read_texts(data: Path) -> Iterator[str]:
    """Every text of the sources, as far as SOURCES says; SOURCES.md beside them says what they are."""
    for source, one_in in SOURCES.items():
        with gzip.open(data / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in islice(lines, 0, None, one_in):
                yield from _strings(json.loads(line))


def kept_pieces(package: Package, texts: Iterable[str]) -> list[int]:
    """Ids of the pieces that stay, in their old order, special marks first.

    A piece stays where it is a mark, ASCII, one common Han character, or occurs twice in the texts, as they
    are or in traditional characters.
    """
    tokenizer = make_tokenizer(package, list(range(len(package.pieces))))
    converters = _converters()
    counts: Counter[int] = Counter()
    texts = iter(texts)
    while batch := list(islice(texts, BATCH)):
        traditional = [converters[place % len(converters)].convert(text) for place, text in enumerate(batch)]
        for encoding in tokenizer.encode_batch_fast(batch + traditional, add_special_tokens=False):
            counts.update(encoding.ids)
    marks = set(package.marks.values())
    return [
        number
        for number, piece in enumerate(package.pieces)
        if number in marks or _always(piece) or (counts[number] >= LEAST and _readable(piece))
    ]


def make_tokenizer(package: Package, kept: list[int]) -> Any:
    """A `tokenizers.Tokenizer` of the pieces kept, that normalises and cuts as the package does.

    The package writes each character by NFKC and by sentencepiece's rules for control characters and spaces,
    all but the full-width tilde, and joins spaces.
    """
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
    from tokenizers.models import Unigram

    pieces = [(package.pieces[number], float(package.scores[number])) for number in kept]
    tokenizer = Tokenizer(Unigram(pieces, unk_id=kept.index(package.marks["unknown"]), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("～", KEPT_APART),
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(KEPT_APART, "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always", split=True)
    return tokenizer


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("id", "document", "attribution"):
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _converters() -> list[Any]:
    from opencc import OpenCC

    return [OpenCC(name) for name in CONVERTED]


def _always(piece: str) -> bool:
    bare = piece.removeprefix("▁")
    if len(bare) == 1 and COMMON[0] <= ord(bare) <= COMMON[1]:
        return True
    return len(bare) <= 1 and bare.isascii()


def _readable(piece: str) -> bool:
    """Whether all letters are Latin or Han: pieces of other scripts only occur in quotations."""
    return all(
        not character.isalpha() or unicodedata.name(character, "").startswith(("LATIN", "CJK"))
        for character in piece
    )
