"""A searcher whose stages are timed: the service's, which has metrics. Search itself knows no clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from search.fusion import Candidates
from search.hits import Results
from search.searcher import Searcher

__all__ = ["Observe", "timed", "timed_searcher"]

Observe = Callable[[str, float], None]
"""Is told the name of a stage and its seconds."""


@contextmanager
def timed(observe: Observe, stage: str) -> Iterator[None]:
    """Tell how long the block takes. Example: `with timed(metrics.stage, "answer"): …`"""
    start = perf_counter()
    try:
        yield
    finally:
        observe(stage, perf_counter() - start)


def timed_searcher(observe: Observe) -> type[Searcher]:
    """The class Searcher with its stages timed: references, lexical, expansion and dense, rerank, hits."""

    class Timed(Searcher):
        """Adds a clock to each stage and changes nothing else."""

        def _references(self, *given: Any, **named: Any) -> Any:
            with timed(observe, "references"):
                return super()._references(*given, **named)

        def _lexical(self, *given: Any, **named: Any) -> Candidates:
            with timed(observe, "lexical"):
                return super()._lexical(*given, **named)

        def _dense(self, *given: Any, **named: Any) -> Candidates:
            with timed(observe, "dense"):
                return super()._dense(*given, **named)

        def _rerank(self, *given: Any, **named: Any) -> Candidates:
            with timed(observe, "rerank"):
                return super()._rerank(*given, **named)

        def search(self, *given: Any, **named: Any) -> Results:
            """As Searcher.search."""
            with timed(observe, "search"):
                return super().search(*given, **named)

    return Timed
