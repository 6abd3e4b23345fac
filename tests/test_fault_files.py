"""Hostile and damaged files: none hangs the run, takes the memory, ends the parent or costs another document.

The short form runs with every test; the long one, `pytest -m long tests/test_fault_files.py -s`, builds the
bombs at full size, changes good files 500 times, and prints what each has cost.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.build import build
from indexer.care.verify import verify
from indexer.reading import reader as reading
from indexer.reading.limits import DEFAULT_LIMITS, ReadingLimits
from indexer.reading.received import Ending, Read, outcome
from indexer.report import BuildReport, Failure
from indexer.snapshot import open_snapshot
from tests import bombs
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports

SAMPLES = Path(__file__).parents[1] / "corpus/samples"
MOST_SECONDS = 30.0
MOST_MEMORY = 2 << 30
# A good file that was changed is read, or refused for what it is; a signal would be a fault of a parser.
KINDS = frozenset(
    {
        *("BadArchive", "BadMetadata", "BadXml", "BinaryFile", "DamagedFile", "EmptyFile", "EncryptedFile"),
        *("NoTextLayer", "OutOfMemory", "ParserCrashed", "TooLarge", "TookTooLong", "UnknownEncoding"),
    }
)


@dataclass
class Cost:
    """What became of one file, and what its child has used: CPU seconds, bytes."""

    name: str
    said: str
    cpu: float
    peak: int


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> list[Cost]:
    """What each file read in this test has cost."""
    found: list[Cost] = []

    def note(path: Path, answer: bytes | None, ending: Ending, limits: ReadingLimits) -> Read | Failure:
        result = outcome(path, answer, ending, limits)
        said = result.error if isinstance(result, Failure) else f"{len(result.document.units)} units"
        found.append(Cost(path.name, str(said), ending.cpu, ending.peak))
        return result

    monkeypatch.setattr(reading, "outcome", note)
    return found


def index_among_good(folder: Path, files: dict[str, bytes], limits: ReadingLimits) -> BuildReport:
    """Index hostile files beside three good ones, which must all be there afterwards, unharmed."""
    write_reports(folder / "in")
    for name, data in files.items():
        (folder / "in" / name).write_bytes(data)
    report = build([folder / "in"], folder / "index", CountingEncoder(), SplitSegmenter(), limits=limits)
    assert {"a", "b", "c"} <= set(report.added)
    assert len(report.added) + len(report.failures) == len(files) + 3
    for failure in report.failures:
        assert failure.error in KINDS, failure
        assert failure.path.name in failure.message
    assert verify(folder / "index") == []
    with open_snapshot(folder / "index") as snapshot:
        assert [len(snapshot.units.rows(document=one)) for one in "abc"] == [4, 4, 4]
    return report


def require_bounded(costs: list[Cost], seconds: float, count: int) -> None:
    assert len(costs) == count
    assert max(cost.cpu for cost in costs) <= DEFAULT_LIMITS.cpu_seconds + 2
    assert max(cost.peak for cost in costs) <= MOST_MEMORY
    worst_cpu, worst_peak = max(costs, key=lambda one: one.cpu), max(costs, key=lambda one: one.peak)
    print(
        f"\n{count} files in {seconds:.1f} s; most CPU {worst_cpu.cpu:.1f} s ({worst_cpu.name}); "
        f"most memory {worst_peak.peak >> 20} MiB ({worst_peak.name})"
    )


MUST_FAIL = frozenset(
    {
        *("zip_of_zeros.docx", "zip_of_one_kernel.docx", "zip_of_many_entries.docx", "zip_in_zip.docx"),
        *("xml_billion_laughs.docx", "xml_quadratic.docx", "xml_deep.docx", "docx_of_paragraphs.docx"),
        *("pdf_page_tree_loop.pdf", "text_of_deep_front_matter.txt"),
    }
)


def test_bombs_at_a_three_hundredth_of_their_size(tmp_path: Path, costs: list[Cost]) -> None:
    files = {name: make(0.003) for name, make in bombs.BOMBS.items()}
    assert len(files) >= 12
    started = time.monotonic()
    report = index_among_good(tmp_path, files, ReadingLimits(memory=512 << 20))
    require_bounded(costs, time.monotonic() - started, len(files) + 3)
    failed = {failure.path.name for failure in report.failures}
    assert MUST_FAIL - {"docx_of_paragraphs.docx"} <= failed


@pytest.mark.long
@pytest.mark.parametrize("name", bombs.BOMBS)
def test_a_bomb_of_full_size(name: str, tmp_path: Path, costs: list[Cost]) -> None:
    data = bombs.BOMBS[name](1.0)
    started = time.monotonic()
    report = index_among_good(tmp_path, {name: data}, DEFAULT_LIMITS)
    seconds = time.monotonic() - started
    assert seconds < MOST_SECONDS + 30  # four files, one after another, beside other work
    bomb = next((cost for cost in costs if cost.name == name), None)
    said = report.failures[0].error if report.failures else "read"
    cpu, peak = (bomb.cpu, bomb.peak) if bomb else (0.0, 0)
    assert peak <= MOST_MEMORY
    print(f"\n{name}: {len(data):,} bytes, {said}, CPU {cpu:.1f} s, {peak >> 20} MiB, run {seconds:.1f} s")
    if name in MUST_FAIL:
        assert report.failures


def good_files() -> dict[str, bytes]:
    """Documents as text, markdown, HTML, Word and PDF."""
    text = (SAMPLES / "meeting-report-2031.md").read_bytes()
    lines = text.decode().splitlines()
    return {
        "txt": (SAMPLES / "thematic-compilation-2030.txt").read_bytes(),
        "md": text,
        "gb.txt": text.decode().encode("gb18030", errors="replace"),
        "u16.txt": text.decode().encode("utf-16"),
        "html": ("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>").encode(),
        "docx": bombs.docx(
            bombs.body(
                "".join(f"<w:p><w:r><w:t>{line.replace('<', '')}</w:t></w:r></w:p>" for line in lines[:80])
            )
        ),
        "pdf": good_pdf(),
    }


def good_pdf() -> bytes:
    text = "".join(
        f"BT /F 11 Tf 60 {780 - 20 * n} Td ({n}. A paragraph of words.) Tj ET\n" for n in range(1, 30)
    )
    return bombs.pdf(bombs.CATALOGUE, bombs.PAGES, bombs.PAGE, bombs.stream(text.encode()))


NASTY = [
    "\u202e",
    "\ufeff",
    "\x00",
    "\ud7ff",
    "\U0010ffff",
    "\u2028",
    "\ufffd",
    "½",
    "﷽",
    "\x1b[2J",
    "𠀀",
    "e\u0301" * 50,
]


def flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 8, 200))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def zero(data: bytearray, chance: random.Random) -> None:
    at, length = chance.randrange(len(data)), chance.choice((1, 64, 4096))
    data[at : at + length] = bytes(min(length, len(data) - at))


def double(data: bytearray, chance: random.Random) -> None:
    at, length = chance.randrange(len(data)), chance.choice((1, 512, 8192))
    data[at:at] = data[at : at + length] * chance.choice((1, 3, 100))


def splice(data: bytearray, chance: random.Random) -> None:
    other = chance.choice(list(good_files().values()))
    at = chance.randrange(len(data))
    data[at : at + chance.randrange(2000)] = other[chance.randrange(len(other)) :][:2000]


def plant(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 20))):
        at = chance.randrange(len(data))
        data[at:at] = chance.choice(NASTY).encode() * chance.choice((1, 1000))


CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (flip, cut, zero, double, splice, plant)


def mutations(count: int) -> dict[str, bytes]:
    """Good files of every format, each changed in one of six ways, the same at every run."""
    good = list(good_files().items())
    files = {}
    for number in range(count):
        chance = random.Random(number)
        ending, data = good[number % len(good)]
        changed = bytearray(data)
        CHANGES[number // len(good) % len(CHANGES)](changed, chance)
        files[f"m{number:03}.{ending}"] = bytes(changed)
    return files


def test_the_good_files_are_good(tmp_path: Path) -> None:
    report = index_among_good(
        tmp_path,
        {f"good-{at}.{ending}": data for at, (ending, data) in enumerate(good_files().items())},
        DEFAULT_LIMITS,
    )
    assert report.failures == []


@pytest.mark.parametrize("count", [42, pytest.param(500, marks=pytest.mark.long)])
def test_changed_files_are_read_or_refused(count: int, tmp_path: Path, costs: list[Cost]) -> None:
    files = mutations(count)
    started = time.monotonic()
    report = index_among_good(tmp_path, files, DEFAULT_LIMITS)
    require_bounded(costs, time.monotonic() - started, count + 3)
    kinds = sorted({str(failure.error) for failure in report.failures})
    print(f"{len(report.added) - 3} of {count} read, {len(report.failures)} refused: {', '.join(kinds)}")
    assert not {"ParserCrashed", "OutOfMemory", "TookTooLong"} & set(kinds)
