"""The contextual encoder: a small transformer in eight bits, run by onnxruntime without torch."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors
from models.encoders.model_files import WEIGHTS, encodable, fingerprint, read_tokenizer, require_file
from models.encoders.quiet_runtime import ends_of, open_session, run
from models.encoders.static import unit_rows
from models.errors import DamagedModel

__all__ = ["TOKENIZER", "ContextualEncoder", "ContextualTokenEncoder"]

TOKENIZER = "tokenizer.json"
PART = 126  # tokens read at once, two marks not counted: training saw no more than a paragraph
FEW = 8  # texts for which threads would cost more than they give
KEPT = 4_096  # texts read last, whose token vectors of some 10 kB are kept: they are asked for apart
KEPT_TOKENS = 1_000_000  # of all of them: 128 MB, and as many texts as KEPT have fewer
_OUTPUTS = (["vector"], ["vector", "tokens"])


class Read(NamedTuple):
    """What the graph says of a text: `vector (dim,)`, not normalised, and its tokens `(tokens, token dim)`.

    Tokens are in float16, which is nearer than the eight bits of an index; without any where the graph has no
    such output.
    """

    vector: NDArray[np.float32]
    tokens: NDArray[np.float16] | None


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
        gives_tokens = len(session.get_outputs()) == len(_OUTPUTS[1])
        kind = ContextualTokenEncoder if gives_tokens else ContextualEncoder
        return kind(name, tokenizer, session, (tokens, tokens + 1), fingerprint(paths))

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
        rows = [read.vector for read in self._read_all(texts)]
        return unit_rows(np.array(rows, np.float32).reshape(len(rows), self._dim))

    def _read_all(self, texts: Sequence[str]) -> list[Read]:
        encodings = self._tokenizer.encode_batch_fast(list(map(encodable, texts)), add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        if len(ids) < FEW:
            return [self._read(tokens) for tokens in ids]
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # the session releases the interpreter's lock
            return list(threads.map(self._read, ids))

    def _read(self, tokens: Sequence[int]) -> Read:
        """The sum of the vectors of a text's parts, zeros where there is no token; tokens in their order."""
        vector = np.zeros(self._dim, np.float32)
        found = []
        parts = -(-len(tokens) // PART)
        for part in range(parts):
            held = tokens[part * len(tokens) // parts : (part + 1) * len(tokens) // parts]
            ids = np.array([[self._marks[0], *held, self._marks[1]]], np.int64)
            whole, *each = run(self._session, None, {"input_ids": ids})
            vector += whole[0]
            found += [own[1:-1].astype(np.float16) for own in each]  # without the two marks
        return Read(vector, np.concatenate(found) if found else None)


class ContextualTokenEncoder(ContextualEncoder):
    """A contextual encoder whose graph also gives `tokens (n, token dim)`; a `TokenEncoder`.

    Both come out of one reading: what `encode_*` has read last is kept for `encode_tokens`.
    Example: `load_encoder("quality").encode_query_tokens("器官")[1].shape == (1, 64)`
    """

    def __init__(
        self, name: str, tokenizer: Any, session: Any, marks: tuple[int, int], fingerprint: str
    ) -> None:
        """As `ContextualEncoder`."""
        super().__init__(name, tokenizer, session, marks, fingerprint)
        self.token_dim = int(session.get_outputs()[1].shape[1])
        self._kept: OrderedDict[str, NDArray[np.float16]] = OrderedDict()
        self._held = 0  # tokens in all of `_kept`
        self._lock = Lock()

    def encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """Token vectors of texts to be found, `(tokens, token_dim) float32` each."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known |= {
            text: self._tokens(read) for text, read in zip(missing, self._read_all(missing), strict=True)
        }
        return [known[text].astype(np.float32) for text in texts]

    def encode_query_tokens(self, text: str) -> tuple[list[str], Vectors]:
        """The tokens of a query and their vectors, `(tokens, token_dim) float32`."""
        spelled = self._tokenizer.encode(encodable(text), add_special_tokens=False).tokens
        return list(spelled), self.encode_tokens([text])[0]

    def _read_all(self, texts: Sequence[str]) -> list[Read]:
        reads = super()._read_all(texts)
        with self._lock:
            for text, read in zip(texts[-KEPT:], reads[-KEPT:], strict=True):
                self._held -= len(self._kept.pop(text, ()))
                self._kept[text] = self._tokens(read)
                self._held += len(self._kept[text])
            while len(self._kept) > KEPT or self._held > KEPT_TOKENS:
                _, oldest = self._kept.popitem(last=False)
                self._held -= len(oldest)
        return reads

    def _tokens(self, read: Read) -> NDArray[np.float16]:
        return np.empty((0, self.token_dim), np.float16) if read.tokens is None else read.tokens


def _open_session(path: Path) -> Any:
    session = open_session(path)  # one thread: texts are read side by side, not parts of one text
    inputs, outputs = ends_of(session)
    if inputs != ["input_ids"] or outputs not in _OUTPUTS:
        raise DamagedModel(
            f"{path}: has inputs {inputs} and outputs {outputs}; expected input_ids, and vector, with or "
            "without tokens: is it another model?"
        )
    return session
