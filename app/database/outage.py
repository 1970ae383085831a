"""What the log says of a database that is away: when and why, now and then, and its return.

Passwords never stand in it.
"""

from __future__ import annotations

import logging
import time
from urllib.parse import quote_plus

from sqlalchemy.engine import make_url

log = logging.getLogger("occupations")

REMIND_SECONDS = 300.0
"""How often the log says that the database is still away."""

SECRET = "***"  # noqa: S105 - stands for one


class Outage:
    """Is told of each look at the database: ``met`` if it failed, ``over`` if it did not."""

    def __init__(self, url: str, remind: float = REMIND_SECONDS) -> None:
        self._url = url
        self._remind = remind
        self._since: float | None = None
        self._cause = ""
        self._told = 0.0

    def met(self, error: BaseException, then: str = "") -> None:
        """Say what is wrong, unless that was said less than ``remind`` seconds ago.

        ``then``: what the program does about it.
        """
        now, cause = time.monotonic(), cause_of(error, self._url)
        if self._since is None:
            self._since = now
        elif cause == self._cause and now - self._told < self._remind:
            return
        away = f" for {now - self._since:.0f} s" if now > self._since else ""
        message = "the database is away%s: %s%s"
        log.error(message, away, cause, then, extra={"event": "database_lost"})
        self._cause, self._told = cause, now

    def over(self) -> None:
        """Say that the database answers again, if it was away."""
        if self._since is None:
            return
        away = time.monotonic() - self._since
        message = "the database answers again, after %.1f s"
        log.warning(message, away, extra={"event": "database_back"})
        self._since = None


def cause_of(error: BaseException, url: str) -> str:
    """Return the driver's own words for what is wrong, in one line and without the password."""
    found = error
    while found.__cause__ is not None:
        found = found.__cause__
    found = getattr(found, "orig", None) or found
    lines = str(found).strip().splitlines() or [type(found).__name__]
    return without_password(lines[0].removeprefix("connection failed: "), url)


def without_password(text: str, url: str) -> str:
    """Return a text in which the password of a URL is hidden, as it is and as URLs write it."""
    target = make_url(url)
    given = [target.password, target.query.get("password")]
    for password in filter(None, given):
        for written in (str(password), quote_plus(str(password))):
            text = text.replace(written, SECRET)
    return text
