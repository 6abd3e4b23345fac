"""What the tests of the index share: a deterministic encoder, small documents, the seeds."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Metadata, Run, Span, Unit, UnitKind
from models.segmenter import Segmenter

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
TOPICS = ("贩运人口", "联合调查", "器官切除", "国际合作", "受害人援助", "洗钱", "证人保护", "资产追回")


class CountingEncoder:
    """A vector drawn from the digest of the text; remembers what it was asked to encode."""

    def __init__(self, name: str = "counting", dim: int = 16) -> None:
        self.name = name
        self.dim = dim
        self.fingerprint = hashlib.sha256(f"{name} {dim}".encode()).hexdigest()
        self.texts: list[str] = []

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
            vector = np.random.default_rng(seed).standard_normal(self.dim)
            vectors[row] = vector / np.linalg.norm(vector)
        return vectors


class SplitSegmenter(Segmenter):
    """Words are the characters of a text: tests of storage need no dictionary."""

    def __init__(self, fingerprint: str = "characters") -> None:
        self.fingerprint = fingerprint

    def words(self, text: str) -> list[str]:
        return [character for character in text if not character.isspace()]

    def han_runs(self, text: str) -> list[str]:
        return self.bigrams(text)  # each pair is a run of its own

    def bigrams(self, text: str) -> list[str]:
        return [text[i : i + 2] for i in range(len(text) - 1) if not text[i : i + 2].isspace()]


def report(title: str, paragraphs: Sequence[str]) -> str:
    """The text of a document whose paragraphs are numbered from 1."""
    body = "\n\n".join(f"{number}. {text}" for number, text in enumerate(paragraphs, 1))
    return f"{title}\n\n一. 导言\n\n{body}\n"


def write_reports(folder: Path, count: int = 3, paragraphs: int = 4) -> list[Path]:
    """Files a.txt, b.txt, … of a few paragraphs each, all different."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for which in range(count):
        topics = [TOPICS[(which + number) % len(TOPICS)] for number in range(paragraphs)]
        texts = [
            f"缔约国应在第{which + 1}份报告第{number}点所述范围内加强{topic}工作。"
            for number, topic in enumerate(topics, 1)
        ]
        path = folder / f"{chr(ord('a') + which)}.txt"
        path.write_text(report(f"第{which + 1}份报告", texts), encoding="utf-8")
        paths.append(path)
    return paths


def make_document(document_id: str, texts: Sequence[str], **unit_fields: object) -> Document:
    """A document of paragraphs whose runs are true to its source."""
    source, units = "", []
    for number, text in enumerate(texts, 1):
        source += f"{number}. "
        start = len(source)
        source += text + "\n"
        units.append(
            Unit(
                document=document_id,
                kind=UnitKind.PARAGRAPH,
                number=number,
                part=None,
                text=text,
                runs=(Run(0, start, len(text)),),
                span=Span(start, start + len(text)),
                **unit_fields,  # type: ignore[arg-type]  # passed through as given
            )
        )
    return Document(document_id, source, "utf-8", Metadata(title=document_id), tuple(units), ())
