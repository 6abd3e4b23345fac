"""What an engine does: cut a run of Han characters into words as jieba's search mode does."""

from typing import Protocol

__all__ = ["Engine"]


class Engine(Protocol):
    """Search-mode segmentation of Han runs, jieba 0.42.1 with its own dictionary being the measure.

    A run holds characters of `models.segmentation.runs.JIEBA_HAN` only; there both engines give the
    same words, which they do not where ASCII or rarer Han characters are mixed in.
    """

    def cut_for_search(self, run: str) -> list[str]:
        """Words in order, each word of three characters and more after the words inside it.

        Jieba's search mode looks for inner words of two and three characters.
        Example: `cut_for_search("缔约方会议")` is `["缔约", "会议", "缔约方", "缔约方会议"]`
        """
        ...
