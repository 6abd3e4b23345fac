"""The order of hits does not depend on the engine's own, nor on the limit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from indexer.content.ranking import Hits, exact_top, round_scores

# Few distinct values, so that most runs have ties across the limit.
SCORES = hnp.arrays(np.float32, st.integers(0, 120), elements=st.sampled_from([-1, 0, 0.5, 1, 1.5, 7]))


class Engine:
    """An engine that breaks ties by its own whim and is off by a unit in the last place."""

    def __init__(self, scores: np.ndarray, seed: int) -> None:
        random = np.random.default_rng(seed)
        noise = random.integers(-1, 2, len(scores))
        self.scores = np.where(noise > 0, np.nextafter(scores, np.float32(9)), scores).astype(np.float32)
        self.order = np.lexsort((random.permutation(len(scores)), -self.scores))

    def fetch(self, n: int) -> Hits:
        return self.order[:n].astype(np.int64), self.scores[self.order[:n]]


@given(SCORES, st.integers(-1, 200), st.integers(0, 9), st.data())
def test_best_first_ties_by_row(scores: np.ndarray, limit: int, seed: int, data: st.DataObject) -> None:
    allowed = data.draw(st.none() | hnp.arrays(np.bool_, len(scores)))
    rows, found = exact_top(Engine(scores, seed).fetch, limit, len(scores), allowed)
    permitted = [row for row in range(len(scores)) if allowed is None or allowed[row]]
    expected = sorted((-float(scores[row]), row) for row in permitted if scores[row] > 0)[: max(limit, 0)]
    assert [(-float(score), int(row)) for row, score in zip(rows, found, strict=True)] == expected


def test_rounding_keeps_seventeen_bits() -> None:
    near = np.array([3.7748933, 3.7748931, -3.7748931, 0.0, 1.0], np.float32)
    rounded = round_scores(near)
    assert rounded[0] == rounded[1] == -rounded[2]
    assert rounded[3:].tolist() == [0.0, 1.0]
    assert np.all(np.abs(rounded - near) <= np.abs(near) * 2.0**-17)
