"""How many bits to compute with."""

from contextlib import AbstractContextManager, nullcontext

__all__ = ["half_precision"]


def half_precision() -> AbstractContextManager[object]:
    """bfloat16 where the processor has it: half the time; elsewhere torch is many times slower with it."""
    import torch

    if torch.backends.cpu.get_cpu_capability() == "AVX2":
        return nullcontext()
    return torch.autocast("cpu", torch.bfloat16)
