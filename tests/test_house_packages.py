"""The packages as installed and as they stand in the repository."""

import importlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "models", "indexer", "search", "api")


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_ships_our_package_name(name: str) -> None:
    """An editable install lists no packages, so the name may be absent; it may not be another's."""
    owners = set(importlib.metadata.packages_distributions().get(name, ()))
    assert owners <= {"yinzheng"}


@pytest.mark.parametrize("name", PACKAGES)
def test_the_package_imported_is_the_one_of_this_repository(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == (ROOT / name / "__init__.py").resolve()


@pytest.mark.parametrize(
    "modules", ["corpus, search", "corpus.reader, search.searcher, models.encoders.registry"]
)
def test_import_loads_no_heavy_library(modules: str) -> None:
    heavy = ("torch", "sentence_transformers", "transformers", "fastapi", "granian", "typer")
    code = f"import sys, {modules}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_is_typed_and_explained(name: str) -> None:
    assert (ROOT / name / "py.typed").is_file()
    readme = (ROOT / name / "README.md").read_text(encoding="utf-8")
    assert "import" in readme, f"{name}/README.md has to say what {name} may import"


def data_files() -> list[Path]:
    found = [path for name in PACKAGES for path in (ROOT / name / "data").rglob("*") if path.is_file()]
    return sorted(found)


SAYING = ("own work", "data of our own", "source", "licen", "after ")


def test_data_files_state_their_source_on_the_first_line() -> None:
    """Or the README of a folder of data does so for files that cannot."""
    assert data_files()
    for path in data_files():
        told = path.parent / "README.md"
        whole = told.is_file()
        text = (told if whole else path).read_text(encoding="utf-8")
        first = text if whole else text.split("\n", 1)[0]
        assert first.startswith("#"), f"{path.relative_to(ROOT)}: the first line has to be a comment"
        assert any(word in first.lower() for word in SAYING), (
            f"{path.relative_to(ROOT)}: state the source, e.g. '# Own work of this project'"
        )


def test_tests_are_flat_and_no_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert folders.isdisjoint(PACKAGES)
