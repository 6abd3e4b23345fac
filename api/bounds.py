"""How much one call may ask of a text with citations: of the service, and of the tools of assistants."""

from api.errors import BadInput

__all__ = ["MAX_CITED", "MAX_PASTED", "require_few_citations"]

MAX_PASTED = 10_000
"""Characters of a text whose citations are resolved; in JSON they may take six bytes each."""

MAX_CITED = 100
"""Citations resolved at once: each may be a range, and bring twenty units with their words."""


def require_few_citations(text: str) -> None:
    """Refuse a text with more than MAX_CITED citations.

    Example: `require_few_citations("见2031年会议建议3。" * 101)` raises BadInput
    """
    from corpus.citations.find import find_citations

    count = len(find_citations(text))
    if count > MAX_CITED:
        raise BadInput(
            f"the text has {count} citations; at most {MAX_CITED} are resolved in one call; "
            f"send it in parts, or run `yinzheng resolve`, which has no bound"
        )
