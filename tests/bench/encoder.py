"""An encoder measured by itself and beside word matching: `make bench-encoder`.

    python tests/bench/encoder.py [--encoder NAME] [--articles 10000]

Prints retrieval on CMRC 2018 dev and on held-out UN sentences, speed, size, and what the development
questions lose to distractors. Needs the texts of ../shared/data; what is absent is said and left out. The make
target keeps the numerical libraries and the tokenizer to one thread; CPU seconds are of all threads.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from baselines import bigram_scores, bm25_scores
from distractors import fused_with_distractors
from numpy.typing import NDArray

from corpus.plain_text.folding import fold
from models.encoder import Encoder
from models.encoders.registry import FAST, QUALITY, load_encoder
from models.training.texts.sources import Sources, read_sources

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
SEED = 0  # of the split that holds UN sentences out of training
SPEED_TEXTS = 4_000
SPEED_RUNS = 3
SPEED_BATCH = 500
SPEED_SECONDS = 20.0  # a transformer is not given all texts
LATENCY_QUERIES = 500
LAW_ARTICLE = (100, 300)  # characters of a text that counts as a paragraph in the measure of speed

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Shares from 0 to 1, and the mean reciprocal rank among the first ten."""

    recall_1: float
    recall_10: float
    mrr_10: float

    def line(self, system: str) -> str:
        return f"  {system:<36} {self.recall_1:>7.3f} {self.recall_10:>7.3f} {self.mrr_10:>8.3f}"


def retrieval(scores: Scores, answers: NDArray[np.int64]) -> Retrieval:
    """Measure `(queries, paragraphs)` scores; a paragraph with the right one's score counts as before it."""
    right = scores[np.arange(len(answers)), answers]
    ranks = (scores >= right[:, None]).sum(axis=1)
    within = ranks <= 10
    return Retrieval(
        float((ranks == 1).mean()), float(within.mean()), float(np.where(within, 1 / ranks, 0).mean())
    )


def cmrc(encoder: Encoder, sources: Sources) -> None:
    questions = sources.held_out_questions
    paragraphs = list(dict.fromkeys(question.paragraph for question in questions))
    place = {paragraph: row for row, paragraph in enumerate(paragraphs)}
    answers = np.array([place[question.paragraph] for question in questions], np.int64)
    asked, texts = [fold(q.question) for q in questions], [fold(p) for p in paragraphs]
    systems: dict[str, Callable[[], Scores]] = {
        f"dense, {one.name}": lambda one=one: one.encode_queries(asked) @ one.encode_documents(texts).T
        for one in beside_first(encoder)
    } | {
        "BM25, words and bigrams": lambda: bm25_scores(texts, asked),
        "TF-IDF, character bigrams": lambda: bigram_scores(texts, asked),
    }
    print(f"CMRC 2018 dev, {len(questions)} questions, {len(paragraphs)} paragraphs")
    print(f"  {'':<36} {'R@1':>7} {'R@10':>7} {'MRR@10':>8}")
    for name, scores in systems.items():
        print(retrieval(scores(), answers).line(name))


def beside_first(encoder: Encoder) -> list[Encoder]:
    """An encoder, and the first kind that was packaged, to compare it with."""
    return [encoder] if encoder.name == "fast" else [encoder, load_encoder("fast")]


def united_nations(encoder: Encoder, sources: Sources) -> None:
    translations = sources.held_out_translations
    chinese, english = [fold(t.zh) for t in translations], [fold(t.en) for t in translations]
    same = np.arange(len(translations), dtype=np.int64)
    print(f"UN sentences held out, {len(translations)} pairs")
    print(f"  {'':<36} {'R@1':>7} {'R@10':>7} {'MRR@10':>8}")
    for name, queries, documents in (
        ("English → Chinese", english, chinese),
        ("Chinese → English", chinese, english),
    ):
        for one in beside_first(encoder):
            scores = one.encode_queries(queries) @ one.encode_documents(documents).T
            print(retrieval(scores, same).line(f"{name}, {one.name}"))


def speed(encoder: Encoder, sources: Sources) -> None:
    """Paragraphs of laws a CPU second, best of some runs, and one query at a time."""
    shortest, longest = LAW_ARTICLE
    lines = (line for article in sources.articles if article.title for line in article.body.splitlines())
    texts = [text for text in lines if shortest <= len(text) <= longest]
    texts = texts[:: max(1, len(texts) // SPEED_TEXTS)][:SPEED_TEXTS]
    encoder.encode_documents(texts[:16])
    rates = [_rate(encoder, texts) for _ in range(SPEED_RUNS)]
    delays = []
    for question in sources.held_out_questions[:LATENCY_QUERIES]:
        begin = time.perf_counter()
        encoder.encode_queries([fold(question.question)])
        delays.append((time.perf_counter() - begin) * 1000)
    length = statistics.mean(map(len, texts))
    print(f"Speed on one thread, {encoder.name}, {encoder.dim} dimensions")
    print(f"  paragraphs of {length:.0f} characters a CPU second {max(rates):>9,.0f}")
    print(f"  one query, p50 {statistics.median(delays):.2f} ms")


def _rate(encoder: Encoder, texts: list[str]) -> float:
    """Texts a CPU second, over batches until all are encoded or the time is spent."""
    start, done = time.process_time(), 0
    while done < len(texts) and time.process_time() - start < SPEED_SECONDS:
        batch = texts[done : done + SPEED_BATCH]
        encoder.encode_documents(batch)
        done += len(batch)
    return done / (time.process_time() - start)


def size(name: str) -> None:
    folder = {"packaged": QUALITY, "quality": QUALITY, "fast": FAST}.get(name) or Path(name)
    if not folder.is_dir():
        print(f"Size on disk: {name} is no folder here; its size is not known")
        return
    held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"Size on disk: {held / 1e6:.1f} MB")


def distractors(name: str, articles: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, after, units = fused_with_distractors(SHARED, Path(folder), name, articles)
    print(f"Development questions, nDCG@10, seeds alone and among {units:,} units")
    print(f"  {'':<12} {'BM25':>7} {'':>7} {'dense':>7} {'':>7} {'fused':>7} {'':>7} {'change':>7}")
    for kind in before:
        cells = [
            types[kind][system]["ndcg@10"]["mean"]
            for system in ("bm25", "dense", "fused")
            for types in (before, after)
        ]
        print(
            f"  {kind:<12} " + " ".join(f"{cell:>7.3f}" for cell in cells) + f" {cells[5] - cells[4]:>+7.3f}"
        )


def one_thread() -> None:
    """torch chooses its threads by itself; only a transformer loads it."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--encoder", default="packaged", help="as for `yinzheng index`")
    parser.add_argument("--articles", type=int, default=10_000, help="distractors; 0 leaves that part out")
    chosen = parser.parse_args()
    if not (SHARED / "data").is_dir():
        raise SystemExit(
            f"no {SHARED.name}/data beside the repository: there is nothing to measure an encoder on"
        )
    encoder = load_encoder(chosen.encoder)
    one_thread()
    sources = read_sources(SHARED / "data", SEED)
    cmrc(encoder, sources)
    united_nations(encoder, sources)
    speed(encoder, sources)
    size(chosen.encoder)
    if not chosen.articles:
        return
    if not (SHARED / "seeds").is_dir():
        raise SystemExit("no ../shared/seeds beside the repository: the test with distractors is left out")
    distractors(chosen.encoder, chosen.articles)


if __name__ == "__main__":
    main()
