"""The turns of a worker, and what becomes of a worker that has lost all of them.

A turn is lost while a thread works on a request that nobody waits for any more. Nothing can stop the thread;
a worker without any other turn would answer 503 for ever, so it ends after a while, and the server that
started it starts another.
"""

import asyncio
from collections.abc import Callable
from typing import Any

__all__ = ["Turns"]


class Turns:
    """A number of turns, taken and given back on one event loop.

    Example: `turns = Turns(2, lost_seconds=30)`; `await turns.take()`; `turns.give_back()`
    """

    def __init__(
        self,
        number: int,
        *,
        lost_seconds: float,
        note: Callable[..., object] | None = None,
        end: Callable[[], object] | None = None,
    ) -> None:
        """`end()` is called once all turns have been lost for `lost_seconds`; None: nothing is.

        `note(event, **fields)` is told when the last turn is lost, and when the worker is to end.
        """
        self._number, self._lost_seconds = number, lost_seconds
        self._note, self._end = note or (lambda event, **fields: None), end
        self._free = asyncio.Semaphore(number)
        self._lost = 0
        self._ending: asyncio.TimerHandle | None = None

    @property
    def all_lost(self) -> bool:
        """Whether every turn is lost."""
        return self._lost == self._number

    def all_taken(self) -> bool:
        """Whether who wants a turn has to wait."""
        return self._free.locked()

    async def take(self) -> None:
        """Wait for a turn."""
        await self._free.acquire()

    def give_back(self, *, lost: bool = False) -> None:
        """End a turn, one that was `lost` or not."""
        if lost:
            self._lost -= 1
            if self._ending is not None:
                self._ending.cancel()
                self._ending = None
        self._free.release()

    def lose(self) -> None:
        """Nobody waits for the work of a turn any more; `give_back(lost=True)` if it ends after all."""
        self._lost += 1
        if self.all_lost:
            self._tell("turns_lost", ends_after_seconds=self._lost_seconds)
            self._ending = asyncio.get_running_loop().call_later(self._lost_seconds, self._ended)

    def _ended(self) -> None:
        self._tell("worker_ends", reason="every turn is lost to work that does not end")
        if self._end is not None:
            self._end()

    def _tell(self, event: str, **fields: Any) -> None:
        self._note(event, turns=self._number, **fields)
