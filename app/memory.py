"""What keeps a worker's memory small and steady."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any

MALLOPT: dict[int, int] = {
    -8: 2,  # M_ARENA_MAX: heaps of all threads together
    -3: 1 << 20,  # M_MMAP_THRESHOLD: bytes from which room is taken from the system by itself
    -1: 1 << 23,  # M_TRIM_THRESHOLD: free bytes at the end of a heap that are given back
}
"""Parameters of glibc's ``mallopt`` by their numbers."""


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


def tune_heaps() -> None:
    """Set up the heaps where the C library is glibc; call it before there are threads.

    By itself each thread has a heap of its own, and each of them keeps the room that the largest
    answer or list ever made in it took. The arrays of search and title matching, of some 400 KB
    each, would be given back to the system after every request and cleared by it for the next: half
    the time of a match. Larger room, as of bodies, is given back at once.
    """
    tune = _of_glibc("mallopt")
    if tune is not None:
        for parameter, value in MALLOPT.items():
            tune(parameter, value)


def _of_glibc(name: str) -> Any:
    """Return a function of the C library, None if that has no such one."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
