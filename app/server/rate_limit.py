"""The optional rate limit: so many requests of one client, known by its key or its address.

Each worker counts for itself, in windows of fixed length; what is counted is kept in memory alone.
The fields are those of draft-ietf-httpapi-ratelimit-headers-10.
"""

from __future__ import annotations

import math
import time
from collections import Counter

from starlette.types import Scope

from app.errors import TooManyRequests
from app.server.cache import Header
from app.server.proxies import client_address
from app.settings import Settings

KEY_HEADER = b"x-api-key"

CLIENTS = 50_000
"""Clients counted at once, some 200 bytes each. One more resets all counts."""


class RateLimit:
    """Counts the requests of each client."""

    def __init__(self, settings: Settings) -> None:
        from limits import parse  # noqa: PLC0415 - 0.1 s, for those alone who set a limit

        self.item = parse(settings.rate_limit or "")
        self.counted: Counter[str] = Counter()  # requests of each client in this window
        self.ends = 0.0  # of the window; monotonic
        self.keys = {key.encode(): f"key {n}" for n, key in enumerate(settings.rate_limit_keys)}
        self.proxies = settings.trusted_proxies
        self.policy = b'"default";q=%d;w=%d' % (self.item.amount, self.item.get_expiry())

    def take(self, scope: Scope, headers: dict[bytes, bytes]) -> Taken | None:
        """Count a request; None: it is not counted."""
        if scope["raw_path"].startswith(b"/health/"):
            return None
        key = self.keys.get(headers.get(KEY_HEADER, b""))
        return Taken(self, key or client_address(scope, self.proxies))

    def count(self, who: str, cost: int) -> bool:
        """Count so many requests of a client, or none if they are more than it has left."""
        now = time.monotonic()
        crowded = len(self.counted) >= CLIENTS and who not in self.counted
        if now >= self.ends or crowded:
            self.counted.clear()
            self.ends = now + self.item.get_expiry()
        passes = self.counted[who] + cost <= self.item.amount
        self.counted[who] += cost * passes
        return passes


class Taken:
    """One request's count against its client's limit; ``wait`` seconds, 0: it may pass."""

    def __init__(self, limit: RateLimit, who: str) -> None:
        self._limit = limit
        self._who = who
        self._tell(passes=limit.count(who, 1))

    def charge(self, cost: int) -> None:
        """Count a request as ``cost`` instead of one; raises ``TooManyRequests``.

        What costs more than the whole limit takes the whole limit. What is refused takes one.
        """
        more = min(cost, self._limit.item.amount) - 1
        if more:
            self._tell(passes=self._limit.count(self._who, more))
        if self.wait:
            raise self.refusal()

    def refusal(self) -> TooManyRequests:
        """Return the error, with the seconds to wait."""
        return TooManyRequests(headers={"Retry-After": str(self.wait)})

    def _tell(self, *, passes: bool) -> None:
        limit = self._limit
        wait = max(1, math.ceil(limit.ends - time.monotonic()))
        left = limit.item.amount - limit.counted[self._who]
        self.wait = 0 if passes else wait
        self.fields: tuple[Header, ...] = (
            (b"ratelimit-policy", limit.policy),
            (b"ratelimit", b'"default";r=%d;t=%d' % (left, wait)),
        )
