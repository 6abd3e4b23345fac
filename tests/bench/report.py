"""Quality and speed of the installed program: `make bench`.

Prints, for the sample documents and, where ../shared exists, for the seeds: what `yinzheng eval`
says, then a table of indexing, updating, cold start and latency, each beside its target.
"""

import json
import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from process import run, run_json
from service import median_latency

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
RUNS = 5


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and the questions asked of them."""

    name: str
    documents: Path
    questions: Path


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure beside its target, which it must not exceed, or must reach; None where there is none."""

    collection: str
    measure: str
    value: float
    unit: str
    target: float | None = None
    reach: bool = False

    def line(self) -> str:
        target = "" if self.target is None else f"{self.target:g}"
        missed = self.target is not None and (
            self.value < self.target if self.reach else self.value > self.target
        )
        return (
            f"{self.collection:<8} {self.measure:<40} {self.value:>10.2f} {self.unit:<6}"
            f" {target:>6} {'MISSED' if missed else ''}"
        ).rstrip()


def collections() -> Iterator[Collection]:
    yield Collection("samples", ROOT / "corpus/samples", ROOT / "tests/data/sample_questions.jsonl")
    if (SHARED / "seeds").is_dir():
        yield Collection("seeds", SHARED / "seeds", SHARED / "eval/dev_questions.jsonl")
    else:
        print("no ../shared/seeds beside the repository: only the samples are measured\n")


def queries(path: Path) -> list[str]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row["query"] for row in rows if row["query"] and row["type"] != "unanswerable"]


def indexing(collection: Collection, place: Path) -> Iterator[Row]:
    """From nothing (median of runs), again unchanged, and after a change of one document."""
    documents = place / "documents"
    shutil.copytree(collection.documents, documents, copy_function=shutil.copyfile)
    documents.chmod(0o755)
    index = place / "index"
    figures = []
    for _ in range(RUNS):
        shutil.rmtree(index, ignore_errors=True)
        figures.append(run("index", documents, "--index", index))
    name = collection.name
    yield Row(name, "indexing from nothing, wall", statistics.median(c.wall for c in figures), "s", 5.0)
    yield Row(name, "indexing from nothing, CPU", statistics.median(c.cpu for c in figures), "s")
    yield Row(
        name, "indexing again, nothing changed, wall", run("index", documents, "--index", index).wall, "s"
    )
    changed = sorted(documents.glob("*.txt"))[0]
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("。", "；", 1), encoding="utf-8")
    report = run_json("index", documents, "--index", index)
    encoded = report.get("encoded")
    if isinstance(encoded, int):
        yield Row(name, "units encoded after a change in one", float(encoded), "units")
    changed.write_text(text, encoding="utf-8")
    run("index", documents, "--index", index)


def searching(collection: Collection, index: Path) -> Iterator[Row]:
    """A search from a cold process (median of runs), and searches in a running service."""
    asked = queries(collection.questions)
    costs = [run("search", query, "--index", index) for query in asked[:RUNS]]
    name = collection.name
    yield Row(name, "cold start to the first hit, CPU", statistics.median(c.cpu for c in costs), "s", 1.0)
    yield Row(name, "cold start to the first hit, wall", statistics.median(c.wall for c in costs), "s")
    middle, slow = median_latency(index, "/v1/search?k=10&q=", asked)
    yield Row(name, "query in a running service, p50", middle, "ms", 5.0)
    yield Row(name, "query in a running service, p95", slow, "ms")


def answering(collection: Collection, index: Path, report: dict[str, Any]) -> Iterator[Row]:
    """What `ask`, `related` and `chain` do, by the report of `yinzheng eval` and in a running service."""
    name, answers, types = collection.name, report["answers"], report["types"]
    yield Row(name, "ask: unanswerable refused", answers["refusals"], "share", 0.83, reach=True)
    yield Row(name, "ask: answerable refused", answers["false_refusals"], "share", 0.05)
    yield Row(name, "ask: factoids right", answers["factoid_correct"], "share", 0.95, reach=True)
    if "precedent" in types:
        precedents = types["precedent"]["fused"]["ndcg@10"]["mean"]
        yield Row(name, "related: precedents, nDCG@10", precedents, "", 0.75, reach=True)
    asked = queries(collection.questions)
    yield Row(
        name, "ask in a running service, p50", median_latency(index, "/v1/ask?q=", asked)[0], "ms", 30.0
    )
    units = json.loads(run("units", "--index", index, "--json").output)["units"]
    cited = [unit["citation"] for unit in units if unit["kind"] == "recommendation"][:10]
    for path in ("related", "chain"):
        middle, _ = median_latency(index, f"/v1/{path}?ref=", cited)
        yield Row(name, f"{path} in a running service, p50", middle, "ms")


def main() -> None:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        for collection in collections():
            place = Path(temporary) / collection.name
            place.mkdir()
            rows += indexing(collection, place)
            print(f"yinzheng eval, {collection.name}")
            print(run("eval", collection.questions, "--index", place / "index").output)
            rows += searching(collection, place / "index")
            report = json.loads(
                run("eval", collection.questions, "--index", place / "index", "--json").output
            )
            rows += answering(collection, place / "index", report)
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, median of {RUNS} runs")
    print(f"{'':<8} {'measure':<40} {'value':>10} {'unit':<6} {'target':>6}")
    for row in rows:
        print(row.line())


if __name__ == "__main__":
    main()
