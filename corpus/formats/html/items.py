"""Count the items of each list beforehand: a reversed list begins with their number."""

from html.parser import HTMLParser

__all__ = ["count_items"]


class _Counter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.counts: dict[int, int] = {}
        self._open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ol", "ul"):
            self._open.append((tag, len(self.counts)))
            self.counts[len(self.counts)] = 0
        elif tag == "li" and self._open:
            self.counts[self._open[-1][1]] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul") and self._open and self._open[-1][0] == tag:
            self._open.pop()

    def parse_html_declaration(self, i: int) -> int:
        if self.rawdata.startswith("<![", i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)


def count_items(source: str) -> dict[int, int]:
    """How many items each list of a page has, by its place among the lists; empty without `reversed`.

    Example: `count_items("<ol reversed><li>甲<li>乙</ol>") == {0: 2}`
    """
    if "reversed" not in source.lower():
        return {}
    counter = _Counter()
    counter.feed(source)
    counter.close()
    return counter.counts
