"""What the term bank gives and costs: `python tests/bench/expansion.py`.

nDCG@10 by question type of BM25, of fused search without terms, and of fused search with them, each
for all questions and for every second one: a gain that one half alone shows is chance. Then the CPU
time of a query without and with terms. On the samples and, where ../shared exists, on the seeds.
"""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from time import process_time

from report import collections

from api.evaluation.measures import ndcg
from api.evaluation.questions import Question, read_questions
from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.library import Library, open_library
from search.query import Mode, Query
from search.unit_key import key_of

SYSTEMS = {"bm25": (Mode.BM25, False), "without": (Mode.FUSED, False), "with terms": (Mode.FUSED, True)}
RUNS = 5


def quality(library: Library, question: Question, mode: Mode, expand: bool) -> float:
    query = Query(question.query or "", 10, mode=mode, expand=expand)
    ranking = [key_of(hit.unit) for hit in library.searcher.search(query).hits]
    return ndcg(ranking, question.relevant)


def table(library: Library, questions: Sequence[Question]) -> Iterator[str]:
    yield f"{'':<10} {'n':>3}  " + "  ".join(f"{system + ' (halves)':<21}" for system in SYSTEMS)
    for kind, group in groupby(sorted(questions, key=lambda q: q.type), key=lambda q: q.type):
        asked = list(group)
        cells = []
        for mode, expand in SYSTEMS.values():
            values = [quality(library, question, mode, expand) for question in asked]
            halves = [statistics.mean(half) for half in (values[::2], values[1::2]) if half]
            cells.append(f"{statistics.mean(values):.3f} ({'/'.join(f'{half:.3f}' for half in halves)})")
        yield f"{kind:<10} {len(asked):>3}  " + "  ".join(f"{cell:<21}" for cell in cells)


def milliseconds(library: Library, questions: Sequence[Question], expand: bool) -> float:
    """Median CPU time of a query in a running process."""
    times = []
    for _ in range(RUNS):
        for question in questions:
            start = process_time()
            library.searcher.search(Query(question.query or "", expand=expand))
            times.append((process_time() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    encoder, segmenter = load_encoder("packaged"), Segmenter()
    for collection in collections():
        asked = [q for q in read_questions(collection.questions) if q.query and q.relevant]
        with tempfile.TemporaryDirectory() as folder:
            build([collection.documents], Path(folder), encoder, segmenter)
            library = open_library(Path(folder))
            print(f"\n{collection.name}, nDCG@10")
            print("\n".join(table(library, asked)))
            for expand in (False, True):
                took = milliseconds(library, asked, expand)
                print(f"CPU ms a query, {'with' if expand else 'without'} terms, p50: {took:.2f}")
            library.close()


if __name__ == "__main__":
    main()
