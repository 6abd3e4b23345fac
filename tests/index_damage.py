"""Random damage to the files of an index, drawn from a seed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

__all__ = ["KINDS", "damage"]

PAGE = 4096


def truncated(file: Path, _index: Path, random: Random) -> None:
    os.truncate(file, random.randrange(file.stat().st_size or 1))


def flipped(file: Path, _index: Path, random: Random) -> None:
    data = bytearray(file.read_bytes())
    for _ in range(random.choice((1, 1, 1, 2, 8))):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    file.write_bytes(data)


def zeroed(file: Path, _index: Path, random: Random) -> None:
    data = bytearray(file.read_bytes())
    start = random.randrange(len(data) // PAGE + 1) * PAGE
    length = min(PAGE, len(data) - start)
    data[start : start + length] = bytes(length)
    file.write_bytes(data)


def appended(file: Path, _index: Path, random: Random) -> None:
    with file.open("ab") as end:
        end.write(random.randbytes(random.choice((1, 7, PAGE))))


def deleted(file: Path, _index: Path, _random: Random) -> None:
    file.unlink()


def swapped(file: Path, index: Path, random: Random) -> None:
    """Change places with a file of the same name, of another segment or generation."""
    names = [path for path in index.rglob(file.name) if path.is_file() and path != file]
    other = random.choice(sorted(names) or [file])
    aside = file.with_name("aside")
    file.rename(aside)
    if other != file:
        other.rename(file)
    aside.rename(other)


def replaced(file: Path, index: Path, random: Random) -> None:
    """The contents of any other file of the index."""
    files = sorted(path for path in index.rglob("*") if path.is_file() and path != file)
    shutil.copyfile(random.choice(files), file)


def misdirected(_file: Path, index: Path, random: Random) -> None:
    """CURRENT names another generation, one that is there or not, or comes from another index."""
    current = index / "CURRENT"
    text = current.read_text("utf-8")
    digest = f"{random.getrandbits(64):016x}"
    current.write_text(
        random.choice(
            (
                text.replace('"generation":2', f'"generation":{random.choice((0, 1, 3, 99))}'),
                text[: text.index('xxh3":"') + 7] + digest + '"}',
                text.replace('"format_version":3', f'"format_version":{random.choice((0, 1, 4))}'),
                (index / "CURRENT.of-1").read_text("utf-8"),
            )
        ),
        "utf-8",
    )


def generations_swapped(_file: Path, index: Path, _random: Random) -> None:
    first, second = (index / "generations" / name for name in ("00000001", "00000002"))
    first.rename(first.with_name("aside"))
    second.rename(first)
    first.with_name("aside").rename(second)


KINDS: tuple[Callable[[Path, Path, Random], None], ...] = (
    truncated,
    flipped,
    flipped,
    zeroed,
    appended,
    deleted,
    swapped,
    replaced,
    misdirected,
    generations_swapped,
)


def damage(index: Path, seed: int) -> tuple[str, Path]:
    """Damage one file, mostly of the committed generation; returns what was done, and to which file.

    The index has two generations, of which the second counts, and a copy of the first one's CURRENT under
    CURRENT.of-1, which is removed.
    """
    random = Random(seed)
    kind = KINDS[seed % len(KINDS)]
    places = ["segments"] * 5 + [
        "generations/00000002",
        "generations/00000001",
        "cache",
        "CURRENT",
        "CURRENT",
    ]
    place = index / random.choice(places)
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    file = random.choice(files)
    kind(file, index, random)
    (index / "CURRENT.of-1").unlink(missing_ok=True)
    return kind.__name__, index / "CURRENT" if kind is misdirected else file
