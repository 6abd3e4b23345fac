"""The contextual encoder: a small transformer in eight bits, run by onnxruntime without torch."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors
from models.encoders.model_files import WEIGHTS, encodable, fingerprint, read_tokenizer, require_file
from models.encoders.quiet_runtime import open_onnxruntime
from models.encoders.static import unit_rows
from models.errors import DamagedModel

__all__ = ["TOKENIZER", "ContextualEncoder"]

TOKENIZER = "tokenizer.json"
PART = 126  # tokens read at once, two marks not counted: training saw no more than a paragraph
FEW = 8  # texts for which threads would cost more than they give


class ContextualEncoder:
    """Encoder of a folder with a tokenizer and a graph from `input_ids (1, n)` to `vector (1, dim)`.

    One text is read at a time, so that its vector does not depend on its neighbours: eight-bit activations
    are scaled over all that is read at once. A text of more than PART tokens is read in parts of equal
    length, and its vector is the mean of theirs. Nothing is folded here but what the tokenizer folds.

    Example: `ContextualEncoder.open(Path("models/packaged/quality"), "quality").dim == 384`
    """

    def __init__(
        self, name: str, tokenizer: Any, session: Any, marks: tuple[int, int], fingerprint: str
    ) -> None:
        """Take a `tokenizers.Tokenizer`, an `onnxruntime.InferenceSession` and the ids of the two marks."""
        self._name = name
        self._tokenizer = tokenizer
        self._session = session
        self._marks = marks
        self._fingerprint = fingerprint
        self._dim = int(session.get_outputs()[0].shape[1])

    @classmethod
    def open(cls, folder: Path, name: str) -> "ContextualEncoder":
        """Read a model folder; raises DamagedModel where a file is missing or cannot be read."""
        paths = [folder / TOKENIZER, folder / WEIGHTS]
        for path in paths:
            require_file(folder, path)
        tokenizer, session = read_tokenizer(paths[0]), _open_session(paths[1])
        tokens = tokenizer.get_vocab_size()
        return cls(name, tokenizer, session, (tokens, tokens + 1), fingerprint(paths))

    @property
    def name(self) -> str:
        """What the encoder was asked for as."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    @property
    def fingerprint(self) -> str:
        """xxh3 of tokenizer and weights, 32 hexadecimal digits."""
        return self._fingerprint

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, `(n, dim) float32`, unit norm or zero."""
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to search with: queries and documents are encoded alike."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch_fast(list(map(encodable, texts)), add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        if len(ids) < FEW:
            rows = [self._vector(tokens) for tokens in ids]
        else:  # the session releases the interpreter's lock while it computes
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                rows = list(threads.map(self._vector, ids))
        return unit_rows(np.array(rows, np.float32).reshape(len(ids), self._dim))

    def _vector(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Mean of the vectors of a text's parts, `(dim,) float32`; zeros where there is no token."""
        vector = np.zeros(self._dim, np.float32)
        parts = -(-len(tokens) // PART)
        for part in range(parts):
            held = tokens[part * len(tokens) // parts : (part + 1) * len(tokens) // parts]
            ids = np.array([[self._marks[0], *held, self._marks[1]]], np.int64)
            vector += self._session.run(None, {"input_ids": ids})[0][0]
        return vector


def _open_session(path: Path) -> Any:
    onnxruntime = open_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # texts are read side by side, not parts of one text
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done at export
    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises errors of its own that share no base
        raise DamagedModel(
            f"{path} is not a graph that onnxruntime reads ({error}): restore the folder"
        ) from error
    if [one.name for one in session.get_inputs()] != ["input_ids"] or len(session.get_outputs()) != 1:
        raise DamagedModel(f"{path}: expected one input, input_ids, and one output: is it another model?")
    return session
