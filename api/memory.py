"""Memory that runs out, told as what it is: libraries say it in a dozen ways."""

import errno

from api.errors import OutOfMemory

__all__ = ["LEAST", "address_space", "explained"]

LEAST = 1 << 30
"""Bytes of address space below which a library may end the process before anything can be said: the encoder
`quality` searched 804 units with 900 MB and not with 750."""

_SIGNS = ("can't start new thread", "failed to map segment", "Cannot allocate memory")


def explained(error: Exception) -> Exception:
    """The error as it is told to people: `OutOfMemory` where that is what it comes from, else itself.

    Example: `explained(MemoryError("Unable to allocate 48 MiB"))` is an `OutOfMemory` that says what to do
    """
    if not _ran_out(error):
        return error
    found = f" ({error!s:.200})" if str(error) else ""
    return OutOfMemory(
        f"no memory was left{found}; more was expected: raise the limit of the process or container, close "
        "other programs, or index fewer and smaller files at once. The index is as it was before."
    )


def address_space() -> int | None:
    """Bytes of address space that this process may have; None without a limit, and on Windows."""
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


def _ran_out(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, RuntimeError | ImportError):
        return any(sign in str(error) for sign in _SIGNS)
    return isinstance(error, MemoryError)
