"""Attack and load, the long form: `make load-test`. Prints a table; exits 1 where a bound is missed.

`--only NAME` runs one part, `--scale 0.1` a tenth of each. Documents are those of ../shared/seeds where it
exists, else the samples.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.load.clients import percentile
from tests.load.connections import big_body, half_open, honest, p95, strange_heads
from tests.load.figures import Figure, table
from tests.load.mixed import MEBIBYTE, mixed_load, mixed_paths
from tests.load.nasty import attempts, throw
from tests.load.questions import long_texts, questions, units_of
from tests.load.service import ROOT, build_index, running
from tests.load.swaps import swap_under_load
from tests.load.throughput import measure

SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLES = ROOT / "corpus" / "samples"
FLAT = 32.0  # MiB that memory may rise while 300 MB are sent
SLOPE = 2.0  # MiB a minute in the second half of the mixed load


def fuzzed(index: Path, scale: float) -> Iterator[Figure]:
    """2,000 generated requests to each operation, and every nasty string at every parameter."""
    from tests.load.fuzz import NO_MODEL, fuzz, operations, takes_input

    wanted = max(2, int(2000 * scale))
    for label, operation in operations(index):
        try:
            sent, note = fuzz(operation, wanted), ""
            failed = 0.0
        except (Exception, BaseExceptionGroup) as error:  # schemathesis raises groups
            print(f"{label}: {error}", file=sys.stderr)
            sent, note, failed = 0, "see above", 1.0
        yield Figure("generated", f"{label}: failures", failed, most=0, note=note)
        least = wanted if takes_input(operation) else 1
        yield Figure("generated", f"{label}: requests", float(sent), least=least)
    with running(index, YINZHENG_LLM_URL=NO_MODEL) as service:
        schema = json.loads(service.get("/openapi.json")[2])
        count, wrong = throw(service, attempts(schema))
        wrong += service.errors()
    print(*wrong, sep="\n", file=sys.stderr)
    yield Figure("nasty", f"failures in {count:,} requests", float(len(wrong)), most=0)


def attacked(index: Path, scale: float) -> Iterator[Figure]:
    """Half-open connections beside honest clients, a body of 300 MB, heads that are none."""
    paths = mixed_paths(index)
    seconds = max(5.0, 40 * scale)
    with running(index) as service:
        honest(service, paths, seconds=seconds / 2, rate=50)
        before = p95(honest(service, paths, seconds=seconds, rate=50))
        with half_open(service, 300) as closed:
            seen = honest(service, paths, seconds=seconds, rate=50)
            ended = closed()
        yield Figure("half-open", "p95 of honest clients alone", before, "ms")
        yield Figure("half-open", "p95 beside 300 half-open connections", p95(seen), "ms", most=2 * before)
        yield Figure("half-open", "errors of honest clients", float(len(seen.wrong)), most=0)
        yield Figure("half-open", "connections that the service closed", float(ended))
        status, grown = big_body(service, 300 * 1000 * 1000)
        yield Figure("body", "status of a body of 300 MB (0: none)", float(status), least=413, most=413)
        yield Figure("body", "memory gained meanwhile", grown / MEBIBYTE, "MiB", most=FLAT)
        wrong = strange_heads(service) + service.errors()
        print(*wrong, sep="\n", file=sys.stderr)
        yield Figure("heads", "strange heads with a wrong answer", float(len(wrong)), most=0)


def swapped(index: Path, scale: float) -> Iterator[Figure]:
    """Four workers, 100 generations, 50 requests a second."""
    with tempfile.TemporaryDirectory() as folder:
        count = max(5, int(100 * scale))
        found = swap_under_load(Path(folder) / "place", swaps=count, rate=50, workers=4, pause=0.5)
    print(*found.seen.wrong[:20], sep="\n", file=sys.stderr)
    yield Figure(
        "generations", f"wrong answers among {len(found.seen.all):,}", float(len(found.seen.wrong)), most=0
    )
    yield Figure(
        "generations", f"generations that answered, of {count + 1}", float(found.generations), least=count / 2
    )
    yield Figure("generations", "p99 meanwhile", percentile(found.seen.all, 0.99), "ms")


def mixed(index: Path, scale: float) -> Iterator[Figure]:
    """Five minutes of searches, answers, precedents, units and citations."""
    with running(index, workers=2) as service:
        done = mixed_load(service, mixed_paths(index), seconds=max(20.0, 300 * scale), rate=40)
        errors = service.errors()
    print(*done.seen.wrong[:20], *errors[:20], sep="\n", file=sys.stderr)
    yield Figure(
        "mixed", f"errors among {len(done.seen.all):,}", float(len(done.seen.wrong) + len(errors)), most=0
    )
    for label, figures in sorted(done.seen.milliseconds.items()):
        yield Figure("mixed", f"{label}, p50", percentile(figures, 0.5), "ms")
        yield Figure("mixed", f"{label}, p99", percentile(figures, 0.99), "ms")
    yield Figure("mixed", "memory of two workers at the end", done.memory[-1][1], "MiB")
    slope = SLOPE if scale >= 1 else None  # in less time caches are still filling
    yield Figure("mixed", "memory gained a minute, second half", done.slope, "MiB", most=slope)


def searched(index: Path, scale: float) -> Iterator[Figure]:
    """Searches a second on two cores, wrk included; different questions, with and without kept answers."""
    units = units_of(index)
    seconds, cores = (
        max(5, int(30 * scale)),
        "0,1" if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else None,
    )
    for name, kept in (("every answer searched", "0"), ("answers kept as shipped", "16")):
        with running(index, workers=2, core=cores, YINZHENG_CACHE_MIB=kept) as service:
            measure(
                service.port, questions(units, 800, seed=11), seconds=max(3, seconds // 3)
            )  # other questions
            found = measure(service.port, questions(units, 800, seed=12), seconds=seconds)
        note = (
            ""
            if found.tool == "wrk"
            else "wrk is not installed: measured by Python, which takes a part of the cores"
        )
        least, most = (500.0, 50.0) if found.tool == "wrk" else (None, None)
        yield Figure("throughput", f"searches a second, {name}", found.rate, "1/s", least=least, note=note)
        yield Figure("throughput", f"p50, {name}", found.p50, "ms")
        yield Figure("throughput", f"p99, {name}", found.p99, "ms", most=most)
        yield Figure("throughput", f"failures, {name}", float(found.failed), most=0)
    yield from _processor(index)


def _processor(index: Path) -> Iterator[Figure]:
    """CPU time of a search without HTTP, in this process."""
    import time

    from search.library import open_library, operations
    from search.query import Query

    library, units = open_library(index), units_of(index)
    for name, warm, asked in (
        ("a question", questions(units, 400, seed=21), questions(units, 400, seed=22)),
        ("2,000 characters", long_texts(units, 10, seed=23), long_texts(units, 20, seed=24)),
    ):
        for text in warm:
            operations.search(library, Query(text))
        start = time.process_time()
        for text in asked:
            operations.search(library, Query(text))
        spent = (time.process_time() - start) * 1000 / len(asked)
        yield Figure("processor", f"CPU time to search {name}, without HTTP", spent, "ms")


PARTS: dict[str, Callable[[Path, float], Iterator[Figure]]] = {
    "throughput": searched,
    "mixed": mixed,
    "generations": swapped,
    "attacks": attacked,
    "generated": fuzzed,
}


def main() -> int:
    """Run the parts, print the table, say by the exit status whether every bound holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    documents = SEEDS if SEEDS.is_dir() else SAMPLES
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        index = build_index(documents, Path(folder) / "index")
        for name in given.only or PARTS:
            print(f"{name} …", file=sys.stderr, flush=True)
            for figure in PARTS[name](index, given.scale):
                figures.append(figure)
                print(figure.line(), file=sys.stderr, flush=True)
    print(f"{documents.name}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
    print(table(figures))
    return int(any(figure.missed for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
