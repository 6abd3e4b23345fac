"""What is kept of a text so that nearly equal ones are found without reading them again.

One-permutation minwise hashing: Li, Owen, Zhang (2012), with empty bins filled from the next one on the
right: Shrivastava, Li (2014). Time is linear in the text; a fingerprint has about 700 characters.
"""

import base64
import re
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from corpus.plain_text.folding import fold
from corpus.plain_text.unified import unify_numerals

__all__ = ["BINS", "Fingerprint", "fingerprint_of", "likeness"]

BINS = 128
"""The standard error of a likeness of a half is .044."""

_BIN_BITS, _LAST_BIN = BINS.bit_length() - 1, BINS - 1  # BINS is a power of two
_SHINGLE = 6  # characters: about three words
_EMPTY = 0xFFFFFFFF
_SPREAD = 2654435761  # Knuth's multiplier: the low bits of a CRC of short texts are alike
_DROPPED = re.compile(r"[^\w]|_")
_FIGURE = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digests of a text and of its figures, and the least hash of each bin; `minima (BINS,)`, 32 bits each.

    Texts are alike in `digest` where they differ at most in script, width, marks and white space.
    """

    digest: str
    figures: str
    minima: tuple[int, ...]

    def __str__(self) -> str:
        """One line without white space; `Fingerprint.read` reads it."""
        packed = array("I", self.minima)
        return ":".join([self.digest, self.figures, base64.b64encode(packed.tobytes()).decode()])

    @staticmethod
    def read(line: str) -> "Fingerprint | None":
        """The fingerprint that a line spells; None where it is none."""
        try:
            digest, figures, packed = line.split(":", 2)
            minima = array("I")
            minima.frombytes(base64.b64decode(packed, validate=True))
        except ValueError:
            return None
        return Fingerprint(digest, figures, tuple(minima)) if len(minima) == BINS else None


def fingerprint_of(texts: Iterable[str]) -> Fingerprint | None:
    """The fingerprint of a document's texts, joined; None where they have no word.

    Example: `fingerprint_of(["缔约国应公布数据。"]) == fingerprint_of(["締約國應 公布數據"])`
    """
    plain = unify_numerals(fold("\n".join(texts)))
    squeezed = _DROPPED.sub("", plain)
    if not squeezed:
        return None
    figures = " ".join(_FIGURE.findall(plain))
    return Fingerprint(_short(squeezed), _short(figures), _minima(squeezed))


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """About which share of all their shingles two texts have in common, 0 to 1.

    Example: a text and itself give 1
    """
    same = sum(a == b != _EMPTY for a, b in zip(one.minima, other.minima, strict=True))
    filled = sum(a != _EMPTY or b != _EMPTY for a, b in zip(one.minima, other.minima, strict=True))
    return same / filled if filled else 0.0


def _minima(text: str) -> tuple[int, ...]:
    data = text.encode("utf-32-le")
    least = [_EMPTY] * BINS
    width = 4 * _SHINGLE
    crc32, spread = zlib.crc32, _SPREAD  # this loop is met once a character
    for at in range(0, max(4, len(data) - width + 4), 4):
        value = crc32(data[at : at + width]) * spread & 0xFFFFFFFF
        place, rest = value & _LAST_BIN, value >> _BIN_BITS  # value % BINS, value // BINS
        if rest < least[place]:
            least[place] = rest
    return tuple(least)


def _short(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
