"""A process that indexes again and again and is killed at random moments; run by tests/test_fault_kill.py.

    python tests/fault_killing.py PLACE KILLS SEED

Forks a process for every run and every look at the index, so that importing is paid once and nothing of a
killed run lives on. Prints one line of JSON: how often the old state was found, how often the new one.
"""

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parents[1])]

from tests.fault_cases import NO_LEFTOVERS, Case, state, without_processes  # noqa: E402  # its place is above
from tests.indexer_fakes import report, write_reports  # noqa: E402

FULL_EVERY = 10  # so many kills, then a run to its end
STATES = 6  # different contents of the documents, one after the other


def forked(act: Callable[[], object]) -> int:
    """The id of a process that does something and ends."""
    child = os.fork()
    if child:
        return child
    try:
        act()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def asked(act: Callable[[], str]) -> str:
    """What a process says in the end."""
    reading, writing = os.pipe()
    child = forked(lambda: os.write(writing, act().encode()))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("looking at the index failed")
    return said


def _texts_after(case: Case, index: Path) -> str:
    case.run(index)
    return texts_of(index)


def texts_of(index: Path) -> str:
    """What the index holds, checked whole."""
    found = state(index)
    return (
        "" if found is None else json.dumps([found.units, found.vectors, found.lexical], ensure_ascii=False)
    )


def write(reports: Path, number: int) -> None:
    """Documents of the n-th state: b changes, d comes and goes."""
    number %= STATES
    (reports / "b.txt").write_text(report("第二份", [f"缔约国应第{number}次监测洗钱。"]), "utf-8")
    if number % 2:
        (reports / "d.txt").write_text(report("第四份", ["三者皆应监测。"]), "utf-8")
    else:
        (reports / "d.txt").unlink(missing_ok=True)


def kill(place: Path, kills: int, random: Random) -> dict[str, int]:
    """Kill runs at random moments; after each the index holds exactly the old state or the new one."""
    case = Case("kill", place / "nowhere", place / "reports", prune=True)
    write_reports(case.reports)
    index = place / "index"
    counts = {"old": 0, "new": 0, "over before the kill": 0, "runs to the end": 0}
    old, longest = "", 0.05
    known: dict[int, str] = {}
    number = -1
    while counts["old"] + counts["new"] < kills:
        number += 1
        write(case.reports, number)
        if number < STATES:
            fresh = place / f"fresh{number}"
            known[number] = asked(partial(_texts_after, case, fresh))
        new = known[number % STATES]
        child = forked(lambda: case.run(index))
        time.sleep(random.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        over = not os.WIFSIGNALED(os.waitpid(child, 0)[1])
        # Moments are spread over a run: a little further after each kill, less after a run that was quicker.
        longest = longest * 0.85 if over else longest * 1.05
        found = asked(lambda: texts_of(index))
        if found not in (old, new):
            sys.exit(f"neither old nor new after kill {number}: {found}")
        counts["over before the kill" if over else "new" if found == new else "old"] += 1
        old = found
        if number % FULL_EVERY == FULL_EVERY - 1:
            run_to_the_end(case, index, new)
            counts["runs to the end"] += 1
            old = new
    return counts


def run_to_the_end(case: Case, index: Path, new: str) -> None:
    """The next run succeeds and leaves nothing of the killed ones."""
    if os.waitpid(forked(lambda: case.run(index)), 0)[1] != 0:
        sys.exit("the run after a killed one failed")
    if asked(lambda: texts_of(index)) != new:
        sys.exit("the run after a killed one did not give the new state")
    left = {path.name for path in index.iterdir()} - NO_LEFTOVERS
    folders = [path.name for path in (index / "generations").iterdir()]
    if left or len(folders) > 2 or not all(name.isdecimal() for name in folders):
        sys.exit(f"left behind: {left} {folders}")


def limit(place: Path, steps: int) -> dict[str, int]:
    """Runs that may write no file beyond a size, from nothing up to what the largest file needs."""
    case = Case("limit", place / "nowhere", place / "limited", prune=True)
    write_reports(case.reports)
    index, counts = place / "limited-index", {"old": 0, "new": 0}
    asked(lambda: (case.run(index), "")[1])
    old = asked(lambda: texts_of(index))
    known: dict[int, str] = {}
    largest = max(path.stat().st_size for path in index.rglob("*") if path.is_file())
    for step in range(steps):
        write(case.reports, step)
        size = (largest + 8192) * step // (steps - 1)
        if step < STATES:
            fresh = place / f"limited-fresh{step}"
            known[step] = asked(partial(_texts_after, case, fresh))
        new = known[step % STATES]

        def run(size: int = size) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  # for the life of this process
            case.run(index)

        succeeded = os.waitpid(forked(run), 0)[1] == 0
        found = asked(lambda: texts_of(index))
        if found != (new if succeeded else old):
            sys.exit(f"with files of at most {size} bytes: neither old nor new, or not what was said")
        counts["new" if succeeded else "old"] += 1
        old = found
    run_to_the_end(case, index, old)
    return counts


if __name__ == "__main__":
    without_processes()
    where, how_many = Path(sys.argv[1]), int(sys.argv[2])
    told = {
        "kills": kill(where, how_many, Random(int(sys.argv[3]))),
        "limits": limit(where, max(8, how_many // 10)),
    }
    print(json.dumps(told))
