"""One open index shared by requests, and exchanged for a newer generation without failing any of them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from api.errors import NotReady, foreseeable
from api.memory import explained
from indexer.snapshot import watch_committed
from search.library import Library, open_library

__all__ = ["IndexService"]

RETRY_SECONDS = 30.0
"""Between attempts to open one generation that does not open, unless somebody asks for it."""

Opener = Callable[[Path], Library]
Note = Callable[..., object]


class _Generation:
    """A library with the number of requests that use it."""

    def __init__(self, library: Library, signature: bytes) -> None:
        self.library = library
        self.signature = signature
        self.users = 0
        self.retired = False


class IndexService:
    """Holds the current generation of an index directory; safe to use from any thread.

    A request holds the generation that was current when it began until it ends (`lease`), so its
    answer comes from one index. `start` looks at the directory's CURRENT file in the background.
    Example: `with service.lease() as library: library.index_version`
    """

    def __init__(
        self,
        index_dir: Path,
        *,
        interval: float = 1.0,
        opener: Opener = open_library,
        note: Note | None = None,
    ) -> None:
        """Nothing is opened yet. `interval` is in seconds; `note(event, **fields)` is told of reloads."""
        self._index_dir = index_dir
        self._signature = watch_committed(index_dir)
        self._interval = interval
        self._opener = opener
        self._note = note or (lambda event, **fields: None)
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._stopping = threading.Event()
        self._current: _Generation | None = None
        self._failure: tuple[bytes | None, str] | None = None
        self._failed_at = 0.0
        self._thread: threading.Thread | None = None

    @contextmanager
    def lease(self) -> Iterator[Library]:
        """The current library, kept open until the block ends; raises NotReady."""
        with self._lock:
            generation = self._current
            if generation is None:
                raise NotReady(self._why_not_ready())
            generation.users += 1
        try:
            yield generation.library
        finally:
            with self._lock:
                generation.users -= 1
                unused = generation.retired and not generation.users
            if unused:
                generation.library.close()

    @property
    def version(self) -> str | None:
        """The index version that a new request would get; None while no index is open."""
        generation = self._current
        return generation.library.index_version if generation else None

    @property
    def failure(self) -> str | None:
        """Why what CURRENT names is not open; None where it is, or where nothing was tried."""
        failure = self._failure
        return failure[1] if failure else None

    def refresh(self) -> bool:
        """Open what CURRENT names if it is not open yet; true where a generation was swapped in.

        Where it cannot be opened, the generation at hand goes on answering and the failure is noted once.
        """
        with self._refreshing:
            signature = self._signature()
            if self._current is not None and signature in (None, self._current.signature):
                if signature is not None:
                    self._failure = None  # CURRENT was put back
                return False
            try:
                library = self._opener(self._index_dir)
            except foreseeable() as error:
                self._failed(signature, str(explained(error)))
                return False
            self._swap(_Generation(library, signature or b""))
            self._failure = None
            self._note("index_opened", index_version=library.index_version)
            return True

    def start(self) -> None:
        """Open the index now and look for newer generations until `stop`."""
        self.refresh()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._watch, name="index-reload", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and close the index once nobody uses it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._swap(None)

    def _watch(self) -> None:
        while not self._stopping.wait(self._interval):
            if not self._is_worth_trying():
                continue
            try:
                self.refresh()
            except Exception as error:  # the watcher must outlive whatever an unforeseen error is
                self._failed(self._signature(), repr(error))

    def _is_worth_trying(self) -> bool:
        """Not, for a while, where CURRENT still names what has failed and another generation answers.

        Opening reads every byte of an index, which those who ask would have to wait for.
        """
        failure = self._failure
        if self._current is None or failure is None or failure[0] is None or failure[0] != self._signature():
            return True
        return time.monotonic() - self._failed_at >= RETRY_SECONDS

    def _swap(self, generation: _Generation | None) -> None:
        with self._lock:
            old, self._current = self._current, generation
            if old is None:
                return
            old.retired = True
            unused = not old.users
        if unused:
            old.library.close()

    def _failed(self, signature: bytes | None, message: str) -> None:
        self._failed_at = time.monotonic()
        if self._failure != (signature, message):
            self._failure = (signature, message)
            self._note("index_not_opened", reason=message)

    def _why_not_ready(self) -> str:
        if self._failure is None:
            return "the index is not open yet; ask again in a moment"
        return f"no index is open: {self._failure[1]}"
