"""The static encoder, a mean of token vectors: sentence-transformers' StaticEmbedding without torch."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors
from models.encoders.model_files import encodable, fingerprint, read_tokenizer, require_file
from models.errors import DamagedModel

__all__ = ["StaticEncoder", "mean_rows", "unit_rows"]

CONFIG = "modules.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = "model.safetensors"
ROWS = "embedding.weight"
BATCH_TEXTS = 1024  # texts tokenised at once: bounds memory


class StaticEncoder:
    """Encoder of a folder that `SentenceTransformer(folder)` opens too, with equal vectors.

    The folder holds `modules.json` (StaticEmbedding, then Normalize), a tokenizer that does all folding
    and segmentation itself, and one row per token, `(tokens, dim)` float16 or float32. A text is encoded
    as it is given: nothing is folded or cut here.

    Example: `StaticEncoder.open(Path("models/packaged/fast"), "fast").encode_queries(["器官"]).shape == (1,
    256)`
    """

    instant = True  # a vector takes 0.1 ms: see `models.encoder.is_instant`

    def __init__(self, name: str, tokenizer: Any, rows: NDArray[np.float32], fingerprint: str) -> None:
        """Take a `tokenizers.Tokenizer` and its rows `(tokens, dim)`; `open` reads both from a folder."""
        self._name = name
        self._tokenizer = tokenizer
        self._rows = rows
        self._fingerprint = fingerprint

    @classmethod
    def open(cls, folder: Path, name: str) -> "StaticEncoder":
        """Read a model folder.

        Raises `DamagedModel` where a file is missing, cannot be read, or the rows do not fit the
        tokenizer.
        """
        module = folder / _module_path(folder)
        paths = [folder / CONFIG, module / TOKENIZER, module / WEIGHTS]
        for path in paths:
            require_file(folder, path)
        tokenizer, rows = read_tokenizer(paths[1]), _read_rows(paths[2])
        if tokenizer.get_vocab_size() != len(rows):
            raise DamagedModel(
                f"model folder {folder}: the tokenizer has {tokenizer.get_vocab_size()} tokens, "
                f"the weights have {len(rows)} rows; they must be equal: restore both files from one model"
            )
        return cls(name, tokenizer, rows, fingerprint(paths))

    @property
    def name(self) -> str:
        """What the encoder was asked for as."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    @property
    def fingerprint(self) -> str:
        """xxh3 of configuration, tokenizer and weights, 32 hexadecimal digits."""
        return self._fingerprint

    @property
    def tokenizer(self) -> Any:
        """The `tokenizers.Tokenizer` that cuts a text into the tokens of the rows."""
        return self._tokenizer

    @property
    def rows(self) -> NDArray[np.float32]:
        """The row of each token, `(tokens, dim) float32`."""
        return self._rows

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, `(n, dim) float32`, unit norm or zero."""
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to search with: queries and documents are encoded alike."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), BATCH_TEXTS):
            chunk = [encodable(text) for text in texts[start : start + BATCH_TEXTS]]
            encodings = self._tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
            ids = [encoding.ids for encoding in encodings]
            flat = np.array([token for text in ids for token in text], dtype=np.int64)
            lengths = np.array([len(text) for text in ids], dtype=np.int64)
            vectors[start : start + len(chunk)] = unit_rows(mean_rows(self._rows, flat, lengths))
        return vectors


def mean_rows(
    rows: NDArray[np.floating[Any]], flat: NDArray[np.integer[Any]], lengths: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Mean of the rows of each text, `(n, dim) float32`; the zero row where a text has no token.

    `flat` holds the token ids of all texts one after the other, `lengths` how many belong to each.
    """
    means = np.zeros((len(lengths), rows.shape[1]), dtype=np.float32)
    begin = 0
    for mean, length in zip(means, lengths.tolist(), strict=True):
        if length:  # one text at a time: five times as fast as all, whose rows no cache would hold
            gathered = rows.take(flat[begin : begin + length], axis=0)  # (tokens, dim)
            np.add.reduce(gathered, axis=0, dtype=np.float32, out=mean)
            mean /= length
            begin += length
    return means


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors at norm one; rows of zeros stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return unit


def _module_path(folder: Path) -> str:
    """Where in the folder the StaticEmbedding lies, e.g. `0_StaticEmbedding`; it must be the first module."""
    require_file(folder, folder / CONFIG)
    try:
        first = json.loads((folder / CONFIG).read_text(encoding="utf-8"))[0]
        kind, path = str(first["type"]), str(first["path"])
    except (ValueError, LookupError, TypeError) as error:
        raise DamagedModel(
            f"{folder / CONFIG} is not a list of modules with type and path ({error!r}): "
            "restore the model folder"
        ) from error
    if not kind.endswith(".StaticEmbedding"):
        raise DamagedModel(
            f"{folder / CONFIG} begins with a {kind}, expected a StaticEmbedding: is it another model?"
        )
    return path


def _read_rows(path: Path) -> NDArray[np.float32]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as file:
            if ROWS not in file.keys():  # noqa: SIM118 - safe_open is no mapping
                raise DamagedModel(
                    f"{path} holds {sorted(file.keys())}, expected {ROWS!r}: is it a StaticEmbedding model?"
                )
            rows: NDArray[Any] = file.get_tensor(ROWS)
    except (SafetensorError, OSError) as error:
        raise DamagedModel(
            f"{path} is not a readable safetensors file ({error}): restore the model folder"
        ) from error
    if rows.ndim != 2 or rows.dtype not in (np.float16, np.float32):
        raise DamagedModel(
            f"{path}: {ROWS} is {rows.dtype} of shape {rows.shape}, expected (tokens, dim) "
            "float16 or float32: restore the model folder"
        )
    return rows.astype(np.float32, copy=False)
