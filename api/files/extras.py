"""Libraries of the extra `exports`, and what is said where one is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import ExportUnavailable

__all__ = ["need"]


@contextmanager
def need(format: str, library: str) -> Iterator[None]:
    """Around the import of a library of the extra: raises ExportUnavailable where it is missing.

    Example: `with need("DOCX", "python-docx"): import docx`
    """
    try:
        yield
    except ImportError as error:
        raise ExportUnavailable(
            f"{format} is written with {library}, which is not installed ({error}); "
            'the extra "exports" was expected; run: pip install "yinzheng[exports]"'
        ) from error
