"""Libraries, extras, the packaged encoder, the segmenter: whether the program is whole."""

from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from api.doctor.finding import Area, Finding, fine, problem, warning

if TYPE_CHECKING:
    from packaging.requirements import Requirement

__all__ = ["encoder", "libraries", "segmenter"]

DISTRIBUTION = "yinzheng"
KNOWN_TEXT = "贩运人口的受害者"
KNOWN_WORDS = ["贩运", "人口", "贩运人口", "的", "受害", "受害者"]
KNOWN_VECTOR = (0.0702, -0.0505, -0.0858, 0.0617, -0.0019, 0.0497)
"""The first components of the packaged encoder's vector of KNOWN_TEXT; changes with its weights."""
TOLERANCE = 0.01  # processors round eight-bit products alike, and the numbers between them nearly
REINSTALL = "install the program again: pip install --force-reinstall yinzheng"


def libraries() -> Iterator[Finding]:
    """The libraries that the program needs and those of each extra, by their declared versions."""
    for extra, requirements in _declared().items():
        name = f"extra {extra}" if extra else "libraries"
        unfit = [(line, _version(line.name)) for line in requirements if not _fits(line)]
        remedy = f"pip install 'yinzheng[{extra}]'" if extra else "pip install --upgrade yinzheng"
        if not unfit:
            yield fine(Area.PROGRAM, name, f"{len(requirements)} as asked for")
        elif extra and [version for _, version in unfit] == [None] * len(requirements):
            absent = ", ".join(line.name for line, _ in unfit)
            yield fine(Area.PROGRAM, name, f"not installed, and optional ({absent})", remedy=remedy)
        else:
            found = ", ".join(f"{line.name} {version or 'absent'}" for line, version in unfit)
            expected = ", ".join(f"{line.name} {line.specifier}" for line, _ in unfit)
            told = warning if extra else problem
            yield told(Area.PROGRAM, name, found, expected, remedy)


def encoder() -> Iterator[Finding]:
    """The packaged encoder opens, and gives the vector that it gave when it was packaged."""
    from models.encoders.registry import load_encoder

    packaged = load_encoder("packaged")
    vector: Sequence[float] = packaged.encode_queries([KNOWN_TEXT])[0].tolist()
    found = f"packaged {packaged.fingerprint[:12]}, {packaged.dim} dimensions"
    apart = max(abs(a - b) for a, b in zip(vector, KNOWN_VECTOR, strict=False))
    if apart <= TOLERANCE:
        yield fine(Area.PROGRAM, "encoder", f"{found}, a known vector given")
    else:
        expected = "the vector of a known text, to two digits"
        yield problem(Area.PROGRAM, "encoder", f"{found}, a vector {apart:.3f} apart", expected, REINSTALL)


def segmenter() -> Iterator[Finding]:
    """The segmenter opens its dictionaries, and takes a known text apart."""
    from models.segmenter import Segmenter

    words = Segmenter().words(KNOWN_TEXT)
    if words == KNOWN_WORDS:
        yield fine(Area.PROGRAM, "segmenter", " ".join(words))
    else:
        yield problem(Area.PROGRAM, "segmenter", " ".join(words), " ".join(KNOWN_WORDS), REINSTALL)


def _declared() -> "dict[str, list[Requirement]]":
    """Requirements by extra, those of the program under the empty name; none where it is not installed."""
    from packaging.requirements import Requirement

    try:
        lines = [Requirement(line) for line in metadata.requires(DISTRIBUTION) or ()]
    except metadata.PackageNotFoundError:
        return {}
    groups: dict[str, list[Requirement]] = {"": []}
    for line in lines:
        if line.marker is None or line.marker.evaluate({"extra": ""}):
            groups[""].append(line)
            continue
        for extra in metadata.metadata(DISTRIBUTION).get_all("Provides-Extra") or ():
            if extra != "dev" and line.marker.evaluate({"extra": extra}):
                groups.setdefault(extra, []).append(line)
    return groups


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _fits(requirement: "Requirement") -> bool:
    version = _version(requirement.name)
    return version is not None and requirement.specifier.contains(version, prereleases=True)
