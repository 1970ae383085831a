"""What keeps a worker's memory small and steady."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Function = TypeVar("Function", bound=Callable[..., Any])

MALLOPT: dict[int, int] = {
    -8: 2,  # M_ARENA_MAX: heaps of all threads together
    -3: 1 << 21,  # M_MMAP_THRESHOLD: bytes from which room is taken from the system by itself
    -1: 1 << 24,  # M_TRIM_THRESHOLD: free bytes at the end of a heap that are given back
}
"""Parameters of glibc's ``mallopt`` by their numbers."""


def settle() -> None:
    """Spare the collector of cycles what was just loaded: it would look through it in vain.

    Cycles among what was loaded before are collected first, some 0.1 s, and its room given back.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim()


def trim() -> None:
    """Give memory that is free back to the system, where the C library is glibc."""
    give_back = _of_glibc("malloc_trim")
    if give_back is not None:
        give_back(0)


def tune_heaps() -> None:
    """Set up the heaps where the C library is glibc; call it before there are threads.

    By itself each thread has a heap of its own, and each of them keeps the room that the largest
    answer or list ever made in it took. The arrays of search and title matching, of up to 2 MB
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


def remembered(most: int, longest: int) -> Callable[[Function], Function]:
    """Cache a pure function of a text: its ``most`` last results, of texts up to ``longest``.

    What clients send may be of any length; of a longer text the result is worked out each time.
    """

    def decorate(function: Function) -> Function:
        cached = lru_cache(most)(function)

        @wraps(function)
        def call(text: Any, *more: Any) -> Any:
            return (cached if len(text) <= longest else function)(text, *more)

        return call  # type: ignore[return-value] # it takes and gives what the function does

    return decorate


class Bounded(Generic[Key, Value]):
    """A cache of so many bytes, by a rough size of each value; what was not used for long goes."""

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self.limit = limit
        self.held = 0
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """Find a value."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, unless it alone is too large."""
        size = self._size(value)
        with self._lock:
            if key in self._values or size > self.limit:
                return
            self._values[key] = value
            self.held += size
            while self.held > self.limit:
                _, gone = self._values.popitem(last=False)
                self.held -= self._size(gone)
