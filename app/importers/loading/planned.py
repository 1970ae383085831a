"""What a command plans before it reads: options, releases to be, and their heads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from app.importers.faults import BadFile
from app.importers.loading.recognise import Found
from app.importers.rows import Reading, ReleaseHead

Files = list[tuple[str, Found]]
"""Files of a release with their kinds, of which OEWS has finer ones than those recognised."""


PROJECTING = frozenset({"bls-ep", "projections-central"})
"""Sources whose periods are those of projections."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to what the files state."""

    period: str | None = None
    top_code: tuple[int, int] | None = None  # dollars a year, cents an hour
    version: str | None = None  # of O*NET
    accepted: frozenset[str] = frozenset()  # rules that rows may break


@dataclass(slots=True)
class Planned:
    """A release to be: its files, what it lacks, and how to begin reading it."""

    name: str
    files: list[Found]
    read: Callable[[], Reading]
    lacks: list[str] = field(default_factory=list)
    wider: Callable[[], Planned] | None = None  # plans it anew where the first rows misled
    others: list[Found] = field(default_factory=list)  # the same figures in another edition


def check_past(source: str, period: str, name: str) -> None:
    """Raise ``BadFile`` for a file or folder whose period is still to come."""
    # The base year of a projection, 2024-34, is past; the month of all others too.
    present = f"{date.today():%Y-%m}"
    if (period[:4] if source in PROJECTING else period) > present:
        raise BadFile(name, f"its period is {period}, and it is {present} now")


def release_head(
    name: str, source: str, period: str, title: str, url: str, files: Files
) -> ReleaseHead:
    """Return the head of a release. Its checksum is of the files' contents, not their names."""
    digests = sorted(one.opened[0].sha256 for _, one in files)
    checksum = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    kinds = tuple(sorted({kind for kind, _ in files}))
    return ReleaseHead(
        name, source, period, title, url, checksum, kinds=kinds, files=frozenset(digests)
    )
