"""Waiting for a descriptor, whatever its number: `select` refuses those from 1024 on."""

import select

__all__ = ["is_readable"]


def is_readable(descriptor: int, seconds: float = 0.0) -> bool:
    """Whether something can be read, or the other side has closed, within so many seconds.

    Example: of a pipe whose writing end is closed `is_readable(reading_end) is True`
    """
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(max(0.0, seconds) * 1000))
