"""A search that one page needs twice, for its hits and for its answer, is made once."""

from search.query import Query
from search.searcher import Results, Searcher

__all__ = ["Once"]


class Once(Searcher):
    """The searcher of one request: it remembers what was found, and is otherwise the one it was made of."""

    def __init__(self, searcher: Searcher) -> None:
        """Take over a searcher; nothing of it changes."""
        self.__dict__.update(searcher.__dict__)
        self._found: dict[Query, Results] = {}

    def search(self, query: Query) -> Results:
        """What was found before, else what is found now."""
        if query not in self._found:
            self._found[query] = super().search(query)
        return self._found[query]
