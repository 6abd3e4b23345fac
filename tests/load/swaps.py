"""Generations exchanged under load: every answer from exactly one of them."""

import json
import re
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.load.clients import Seen, ask_steadily
from tests.load.service import Service, running

__all__ = ["Swapped", "swap_under_load"]

_MARK = re.compile(r"第(\d+)版")
PARAGRAPHS = 12


@dataclass(frozen=True, slots=True)
class Swapped:
    """What clients saw while generations were exchanged, and how many different ones answered."""

    seen: Seen
    generations: int
    made: int


def swap_under_load(place: Path, *, swaps: int, rate: float, workers: int, pause: float = 0.0) -> Swapped:
    """Commit `swaps` generations while clients ask; each text says which generation it belongs to.

    An answer is wrong where its texts tell of two generations, or of another than its `index_version`.
    """
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    documents, index = place / "documents", place / "index"
    shutil.rmtree(place, ignore_errors=True)
    documents.mkdir(parents=True)
    encoder, segmenter = load_encoder("hash"), Segmenter()
    said: dict[str, str] = {}
    answered: set[str] = set()

    def commit(number: int) -> None:
        for name in ("a", "b"):
            lines = [
                f"{n}. 第{number}版关于河流的规定之{n}，各国应予执行。" for n in range(1, PARAGRAPHS + 1)
            ]
            (documents / f"{name}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        build([documents], index, encoder, segmenter)

    def check(path: str, status: int, body: bytes) -> str | None:
        answer = json.loads(body)
        versions = set(_MARK.findall(body.decode()))
        if len(versions) != 1:
            return f"texts of versions {sorted(versions)}"
        (version,) = versions
        answered.add(version)
        known = said.setdefault(answer["index_version"], version)
        return None if known == version else f"{answer['index_version']} said {known}, now {version}"

    commit(0)
    with running(index, workers=workers, YINZHENG_RELOAD_SECONDS="0.05") as service:
        seen = _while(service, rate, check, lambda: _commits(commit, swaps, pause))
        errors = service.errors()
    seen.wrong += errors
    return Swapped(seen, len(answered), swaps)


def _commits(commit: Callable[[int], None], swaps: int, pause: float) -> None:
    for number in range(1, swaps + 1):
        commit(number)
        time.sleep(pause)


def _while(
    service: Service, rate: float, check: Callable[[str, int, bytes], str | None], work: Callable[[], None]
) -> Seen:
    asked = [(name, path) for name, path in ASKED]
    until, seen = threading.Event(), Seen()
    thread = threading.Thread(
        target=lambda: seen.add(
            ask_steadily(service.port, asked, seconds=3600, rate=rate, clients=8, check=check, until=until)
        )
    )
    thread.start()
    try:
        work()
        time.sleep(1.0)
    finally:
        until.set()
        thread.join()
    return seen


ASKED = [
    ("search", f"/v1/search?k=20&q={quote('河流的规定')}"),
    ("search", f"/v1/search?k=5&q={quote('各国应予执行')}"),
    ("units", "/v1/units/a/paragraph/3?context=5"),
    ("related", f"/v1/related?k=5&ref={quote('a 段3')}"),
    ("show", f"/v1/show?context=3&ref={quote('b 段5')}"),
]
