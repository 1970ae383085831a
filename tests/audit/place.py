"""Where a check works, and what it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the table: ``lost`` of ``tried`` went wrong; ``said`` is a figure or a reason.

    ``done`` is False for what could not be tried here: it is reported so, never as clean.
    """

    what: str
    where: str
    tried: int
    lost: int
    said: str = ""
    done: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Loaded databases and a scratch folder. ``short`` asks for CI's share of the work."""

    folder: Path
    urls: dict[str, str]  # "SQLite" and "PostgreSQL" → URL; read by all, written by none
    data: Path | None  # official files, where they are at hand
    short: bool

    def some(self, which: str) -> dict[str, str]:
        """Return both databases, or in the short form the one named, where neither decides much."""
        return {which: self.urls[which]} if self.short else self.urls

    def scratch(self, name: str) -> Path:
        """Return an empty folder of a check's own."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def sqlite_copy(self, name: str) -> str:
        """Return the URL of a copy of the SQLite database that may be written to and broken."""
        file = self.scratch(name) / "copy.sqlite3"
        shutil.copyfile(make_url(self.urls["SQLite"]).database or "", file)
        return f"sqlite:///{file}"


@dataclass(frozen=True, slots=True)
class Check:
    """A check by name; those not in CI's share run in ``make audit`` alone."""

    name: str
    run: Callable[[Place], Iterator[Outcome]]
    in_short: bool
