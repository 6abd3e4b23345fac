"""What an open index answers: `Library.open("my-index")` searches, asks, shows, finds precedents."""

from search.library.facade import Library, open_library
from search.opened import Place, is_verbatim

__all__ = ["Library", "Place", "is_verbatim", "open_library"]
