"""No development figure may fall by more than .02 below the recorded one; they are measured on the seeds."""

import json

import pytest

from search.library import Library
from tests.figures import FALLS, QUESTIONS, RECORDED, RISES, measure

Figures = dict[str, float]


@pytest.fixture(scope="module")
def figures(seeds_library: Library) -> Figures:
    if not (QUESTIONS / "dev_ask.jsonl").is_file():
        pytest.skip("the development questions are not beside this checkout (../shared/eval)")
    return measure(seeds_library)


def recorded() -> Figures:
    return dict(json.loads(RECORDED.read_text("utf-8")))


@pytest.mark.parametrize("name", recorded())
def test_no_figure_falls(figures: Figures, name: str) -> None:
    worse = recorded()[name] - figures[name]
    assert (-worse if name.endswith(RISES) else worse) <= FALLS + 1e-3, (figures[name], recorded()[name])


def test_every_figure_is_recorded(figures: Figures) -> None:
    assert set(figures) == set(recorded())
