"""The trained reader: a network in eight bits, run by onnxruntime without torch."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from models.encoders.model_files import encodable, fingerprint, read_tokenizer, require_file
from models.encoders.quiet_runtime import ends_of, open_session, run
from models.errors import DamagedModel
from models.reader import Passage, Reading, Sentence, Span
from models.reading.decoding import KEPT, KINDS, WindowReading, decode
from models.reading.layout import Layout, Row
from models.reading.windows import cut

__all__ = ["FILES", "PACKAGED", "OnnxReader"]

PACKAGED = Path(__file__).parents[1] / "packaged" / "reader"
TOKENIZER, GRAPH, CARD = "tokenizer.json", "reader.onnx", "reader.json"
FILES = (TOKENIZER, GRAPH, CARD)
INPUTS, OUTPUTS = ["ids", "segments"], ["tokens", "texts"]


class OnnxReader:
    """Reader of a folder with a tokenizer and a graph from a row's ids and segments to logits.

    One window is read at a time: eight-bit activations are scaled over all that is read at once, and a
    reading shall not depend on what stands beside it.
    """

    def __init__(self, name: str, tokenizer: Any, session: Any, digest: str) -> None:
        """Take a `tokenizers.Tokenizer` and an `onnxruntime.InferenceSession`."""
        self._name, self._digest = name, digest
        self._layout, self._session = Layout(tokenizer), session

    @classmethod
    def open(cls, folder: Path = PACKAGED, name: str = "packaged", threads: int = 1) -> "OnnxReader":
        """Read a model folder; raises DamagedModel where a file is missing or cannot be read."""
        paths = [folder / file for file in FILES]
        for path in paths:
            require_file(folder, path)
        _check_card(paths[2])
        return cls(name, read_tokenizer(paths[0]), _open_session(paths[1], threads), fingerprint(paths))

    @property
    def name(self) -> str:
        """What the reader was asked for as."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """xxh3 of tokenizer, weights and card, 32 hexadecimal digits."""
        return self._digest

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """One reading for each passage, in their order."""
        question = encodable(question)
        return [self._read(question, passage) for passage in passages]

    def likeness(self, source: str, passages: Sequence[Passage]) -> list[float]:
        """Logits of being about the same matter; what does not fit beside `source` is not read."""
        found = []
        for passage in passages:
            row = self._layout.row(encodable(source), "", encodable(passage.text), like=True)
            _, texts = self._run(row)
            found.append(float(texts[1]))
        return found

    def _read(self, question: str, passage: Passage) -> Reading:
        text, context = encodable(passage.text), encodable(passage.context)
        windows = cut(text, self._layout.pieces(text)[1], self._layout.room(question, context))
        readings = []
        for start, end in windows:
            row = self._layout.row(question, context, text[start:end])
            tokens, texts = self._run(row)
            readings.append((start, decode(text[start:end], row, tokens, texts)))
        return join(readings)

    def _run(self, row: Row) -> tuple[Any, Any]:
        """Logits of the pieces `(pieces, 4)` and of the whole `(5,)`."""
        tokens, texts = run(
            self._session,
            OUTPUTS,
            {"ids": np.array([row.ids], np.int64), "segments": np.array([row.segments], np.int64)},
        )
        return tokens[0], texts[0]


def join(readings: Sequence[tuple[int, WindowReading]]) -> Reading:
    """One reading of a passage's windows, each with the place it begins at.

    What is said of the whole is said by the window that answers best; members are taken from it alone, since
    a window that does not answer has none to add.
    """
    start, best = max(readings, key=lambda one: one[1].answers)
    spans = sorted(
        (
            replace(one, start=at + one.start, end=at + one.end)
            for at, window in readings
            for one in window.spans
        ),
        key=lambda one: (-one.score, one.start),
    )
    kind = max(range(len(KINDS)), key=lambda number: best.kinds[number])
    return Reading(
        answers=best.answers,
        relevance=max(window.relevance for _, window in readings),
        margin=spans[0].score if spans else best.margin,
        kind=KINDS[kind],
        sureness=best.kinds[kind],
        spans=tuple(spans[:KEPT]),
        members=tuple(Span(start + one.start, start + one.end, one.score) for one in best.members),
        sentences=tuple(
            Sentence(at + one.start, at + one.end, one.evidence)
            for at, window in readings
            for one in window.sentences
        ),
    )


def _check_card(path: Path) -> None:
    try:
        card = json.loads(path.read_bytes())
        known = card["format"] == 1
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModel(f"{path} is not the card of a reader ({error!r}): restore the folder") from error
    if not known:
        raise DamagedModel(f"{path}: this version reads format 1, not {card['format']}: install a later one")


def _open_session(path: Path, threads: int = 1) -> Any:
    session = open_session(path, threads)
    if ends_of(session) != (INPUTS, OUTPUTS):
        raise DamagedModel(f"{path}: expected inputs {INPUTS} and outputs {OUTPUTS}: is it another model?")
    return session
