"""The Dockerfile as its stages, read by the rules of its format that it uses."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def stages(path: Path = ROOT / "Dockerfile") -> list[list[tuple[str, str]]]:
    """Instructions with their arguments, a list for each FROM; what stands before the first goes to it."""
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
    ]
    found: list[list[tuple[str, str]]] = [[]]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        instruction, _, arguments = line.strip().partition(" ")
        if instruction == "FROM" and any(name == "FROM" for name, _ in found[-1]):
            found.append([])
        found[-1].append((instruction, " ".join(arguments.split())))
    return found
