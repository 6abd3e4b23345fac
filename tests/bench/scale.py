"""How it grows: build rate, one-document update, start, memory, query time with and without a filter, recall.

    python tests/bench/scale.py 10000 100000       from ../shared/data/text, encoder `fast`, one thread

Texts are articles of law, fifty to a document, in turn with a word changed where they come again. CPU seconds of
this process and of the children that read, of txtai (`TXTAI` names a Python that has it) on the same texts; queries are words of the texts themselves, each asked once.
"""

import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402  # after the number of threads

from indexer.build import build  # noqa: E402
from indexer.snapshot import open_snapshot  # noqa: E402
from models.encoders.registry import load_encoder  # noqa: E402
from models.segmenter import Segmenter  # noqa: E402
from search.query import Query  # noqa: E402
from search.searcher import Searcher  # noqa: E402

TEXTS = ROOT.parent / "shared" / "data" / "text" / "cn_law.jsonl.gz"
EACH = 50  # units of a document
YEARS = range(2010, 2025)
QUERIES = 200


def texts(count: int) -> Iterator[str]:
    """Articles, again and again, each time with another word in them."""
    with gzip.open(TEXTS, "rt", encoding="utf-8") as file:
        articles = [json.loads(line)["text"].replace("\n", "") for line in file]
    for number in range(count):
        turn, place = divmod(number, len(articles))
        yield articles[place] if not turn else f"{articles[(place * 7 + turn) % len(articles)]}（第{turn}次）"


def write_documents(folder: Path, count: int) -> list[str]:
    """Documents of numbered paragraphs, each of a year; returns the texts."""
    held = list(texts(count))
    for first in range(0, count, EACH):
        number = first // EACH
        body = "\n\n".join(f"{at}. {text}" for at, text in enumerate(held[first : first + EACH], 1))
        place = folder / f"{number // 1000:03d}" / f"d{number:06d}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"第{number}号汇编\n\n{body}\n", encoding="utf-8")
        year = YEARS[number % len(YEARS)]
        place.with_suffix(".toml").write_text(f"date = {year}-03-01\n", encoding="utf-8")
    return held


def cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def size(folder: Path) -> int:
    """Bytes below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def queries(held: list[str]) -> list[str]:
    """Pieces of texts, as a question might use them."""
    chooser = Random(7)
    pieces: list[str] = []
    while len(pieces) < QUERIES:
        text = chooser.choice(held)
        at = chooser.randrange(max(1, len(text) - 14))
        pieces.append(text[at : at + chooser.randrange(6, 15)] + "的规定是什么")
    return pieces


def timed(searcher: Searcher, asked: list[str], years: frozenset[int]) -> tuple[float, float]:
    """CPU milliseconds of a query: the median and the 95th percentile."""
    spent = []
    for text in asked:
        started = time.process_time()
        searcher.search(Query(text, years=years))
        spent.append(1000 * (time.process_time() - started))
    return float(np.percentile(spent, 50)), float(np.percentile(spent, 95))


def recall(index: Path, asked: list[str], years: frozenset[int]) -> float:
    """How many of the ten nearest units are found, against all vectors compared one by one."""
    encoder, hits = load_encoder("fast"), 0
    with open_snapshot(index) as snapshot:
        scope = Searcher(snapshot, encoder, Segmenter())._filters.scope(Query("年", years=years))
        rows = np.arange(len(snapshot.units))
        passing = rows[snapshot.scopes.passes(rows, scope)]
        vectors = np.stack([snapshot.dense.vector(row) for row in passing.tolist()])
        for query in encoder.encode_queries(asked[:50]):
            best = passing[np.argsort(-(vectors @ query))[:10]]
            hits += len(np.intersect1d(best, snapshot.dense.search(query, 10, scope)[0]))
    return hits / (10 * min(50, len(asked)))


def measure(count: int, place: Path) -> None:
    """Print the line of one size."""
    files, index = place / "files", place / "index"
    held = write_documents(files, count)
    encoder, segmenter = load_encoder("fast"), Segmenter()
    started = cpu()
    report = build([files], index, encoder, segmenter)
    built = cpu() - started
    changed = files / "000" / "d000003.txt"
    changed.write_text(changed.read_text("utf-8") + f"\n\n{EACH + 1}. 本条系新增。\n", encoding="utf-8")
    before, started = {path.name for path in (index / "segments").iterdir()}, cpu()
    build([changed], index, encoder, segmenter)
    update = cpu() - started
    new = [path for path in (index / "segments").iterdir() if path.name not in before]
    written = sum(map(size, new)) + size(max((index / "generations").iterdir()))
    asked = queries(held)
    beside = beside_txtai(place, held, asked)
    del held
    started = time.process_time()
    with open_snapshot(index) as snapshot:
        searcher = Searcher(snapshot, encoder, segmenter)
        searcher.search(Query("不惩罚原则"))
        first = time.process_time() - started
        timed(searcher, asked[:20], frozenset())
        plain = timed(searcher, asked[20:], frozenset())
        filtered = timed(searcher, asked[20:], frozenset({2015, 2019}))
    print(
        f"{report.units} units: built in {built:.1f} CPU s ({report.units / built:.0f} units/s, "
        f"{size(index / 'segments') / 1e6:.0f} MB); one document changed {update:.2f} CPU s, "
        f"{written / 1e6:.2f} MB; start to first hit {first:.2f} CPU s; query p50 {plain[0]:.1f} ms, "
        f"p95 {plain[1]:.1f}; of two years p50 {filtered[0]:.1f}, p95 {filtered[1]:.1f}; memory at most "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB with the build, of a worker "
        f"{worker(index, asked):.0f} MB",
        flush=True,
    )
    print(f"  {beside}", flush=True)
    for name, years in (("all", frozenset[int]()), ("two years", frozenset({2015, 2019}))):
        print(f"  recall@10 of {name}: {recall(index, asked, years):.3f}", flush=True)


def worker(index: Path, asked: list[str]) -> float:
    """Megabytes that a process of its own holds which serves the index, after some queries."""
    code = (
        "import json, sys; from pathlib import Path; from indexer.snapshot import open_snapshot; "
        "from models.encoders.registry import load_encoder; from models.segmenter import Segmenter; "
        "from search.query import Query; from search.searcher import Searcher; "
        "searcher = Searcher(open_snapshot(Path(sys.argv[1])), load_encoder('fast'), Segmenter()); "
        "[searcher.search(Query(one)) for one in json.loads(sys.argv[2])]; "
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    command = [sys.executable, "-c", code, str(index), json.dumps(asked[:100])]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout) / 1024


def beside_txtai(place: Path, held: list[str], asked: list[str]) -> str:
    """What txtai takes for the same texts and queries, where `TXTAI` names a Python that has it."""
    python = os.environ.get("TXTAI")
    if not python:
        return "not compared: no txtai"
    given = place / "texts.json"
    given.write_text(json.dumps({"texts": held, "queries": asked}), encoding="utf-8")
    script = Path(__file__).with_name("scale_txtai.py")
    told = subprocess.run([python, str(script), str(given)], capture_output=True, text=True, check=False)
    if told.returncode:
        return f"not compared: {told.stderr.strip().splitlines()[-1:]}"
    found = json.loads(told.stdout.strip().splitlines()[-1])
    return (
        f"txtai: built in {found['built']:.1f} CPU s ({len(held) / found['built']:.0f} units/s); "
        f"query p50 {found['p50']:.1f} ms, p95 {found['p95']:.1f}"
    )


def main() -> None:
    """Measure each size that is asked for."""
    for count in map(int, sys.argv[1:] or ["10000", "100000"]):
        place = Path(tempfile.mkdtemp(prefix="scale-"))
        try:
            measure(count, place)
        finally:
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
