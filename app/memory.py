"""What keeps a worker's memory small and steady."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any

M_ARENA_MAX = -8
"""glibc's name for how many heaps threads may have."""


def settle() -> None:
    """Spare the collector of cycles what was just loaded: it would look through it in vain.

    Cycles among what was loaded before are collected first, some 0.1 s, and its room given back.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def share_heaps() -> None:
    """Have threads share two heaps where the C library is glibc; call it before there are any.

    By itself each thread has a heap of its own, and each of them keeps the room that the largest
    answer or list ever made in it took.
    """
    tune = _of_glibc("mallopt")
    if tune is not None:
        tune(M_ARENA_MAX, 2)


def _of_glibc(name: str) -> Any:
    """Return a function of the C library, None if that has no such one."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
