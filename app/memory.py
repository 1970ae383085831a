"""A worker's memory: the heap and the garbage collector, and caches with a bound."""

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
    """Exclude what was just loaded from garbage collection (``gc.freeze``): it holds no garbage.

    Collects first what was loaded before, some 0.1 s, and gives its memory back.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim()


def trim() -> None:
    """Give free memory back to the system, if the C library is glibc."""
    give_back = _of_glibc("malloc_trim")
    if give_back is not None:
        give_back(0)


def tune_heaps() -> None:
    """Set up the heap, if the C library is glibc; call it before there are threads.

    By default each thread has a heap of its own, which keeps as much memory as its largest answer
    took; and arrays of some MB, as search and title matching make them, go back to the system after
    each request, which clears them for the next: half the time of a match. Here threads share two
    heaps, and only memory of 2 MB or more, as of bodies, goes back at once.
    """
    tune = _of_glibc("mallopt")
    if tune is not None:
        for parameter, value in MALLOPT.items():
            tune(parameter, value)


def _of_glibc(name: str) -> Any:
    """Return a function of glibc; None on another system or C library."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def remembered(most: int, longest: int) -> Callable[[Function], Function]:
    """Cache a pure function of a text: the ``most`` last results, for texts up to ``longest``.

    Clients send texts of any length. For a longer one, the function is called each time.
    """

    def decorate(function: Function) -> Function:
        cached = lru_cache(most)(function)

        @wraps(function)
        def call(text: Any, *more: Any) -> Any:
            return (cached if len(text) <= longest else function)(text, *more)

        return call  # type: ignore[return-value] # it takes and gives what the function does

    return decorate


class Bounded(Generic[Key, Value]):
    """A cache of ``limit`` bytes, least recently used out; ``size`` estimates a value's bytes."""

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self.limit = limit
        self.held = 0
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """Return a value, or None."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Key, value: Value) -> None:
        """Store a value, unless it alone is too large."""
        size = self._size(value)
        with self._lock:
            if key in self._values or size > self.limit:
                return
            self._values[key] = value
            self.held += size
            while self.held > self.limit:
                _, gone = self._values.popitem(last=False)
                self.held -= self._size(gone)
