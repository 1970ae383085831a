"""The folder of a database's index files: its permissions, its lock, and the removal of old files.

All workers and servers of a database share it. Who has its lock builds; the others load the files
as soon as they are there. A process that cannot use it builds in a temporary folder, which it
removes after loading. This happens if the shared folder is not private to this user or cannot be
written to, something else has its name, or a process holds its lock without a sign of life.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.settings import Settings

log = logging.getLogger("occupations")

INDEX = ".index"
PART = ".part"  # suffix of an unfinished file
SHARED = ".memory"  # suffix of the link to the shared copy, see `shared_memory`
LOCK = "building.lock"
SILENT_SECONDS = 5.0
"""How long others wait for the lock while its holder shows no sign of life."""
MARK_SECONDS = 3600.0
"""How often a server marks its folder as used."""
KEEP_SECONDS = 7 * 86400.0
"""After how long a folder that no server marks is removed."""


@dataclass(slots=True)
class Folder:
    """A folder of index files, in which one process at a time builds."""

    path: Path
    lock: int | None = None  # file descriptor of the lock, if others may want the folder
    _beaten: int = 0  # the last sign of life of another process that has the lock
    _since: float = 0.0  # when it was first seen

    def take(self) -> bool:
        """Take the lock if it is free; ``TimeoutError`` if its holder shows no sign of life."""
        if self.lock is None:
            return True
        with suppress(BlockingIOError):
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.beat()
            return True
        now, beaten = time.monotonic(), os.fstat(self.lock).st_mtime_ns
        if beaten != self._beaten:
            self._beaten, self._since = beaten, now
        elif now - self._since > SILENT_SECONDS:
            message = f"the holder of {LOCK} showed no sign of life for {SILENT_SECONDS:g} s"
            raise TimeoutError(message)
        return False

    def beat(self) -> None:
        """Show a sign of life to processes that wait for the lock, which this one has."""
        if self.lock is not None:
            os.utime(self.lock)


def path_of(settings: Settings) -> Path:
    """Return the folder of a database's index files, whether it exists or not."""
    if settings.index_folder is not None:
        return settings.index_folder
    name = sha256(settings.database_url.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"occupations-{os.getuid()}" / name


def files_of(folder: Path, key: str) -> tuple[Path, Path]:
    """Return the files of the search index and the title index with a key."""
    return folder / f"search-{key}{INDEX}", folder / f"titles-{key}{INDEX}"


def opened(settings: Settings) -> Path:
    """Create the shared folder, to read in; raises ``OSError`` if it cannot be used."""
    path = path_of(settings)
    if settings.index_folder is None:
        _make_private(path.parent)
        _make_private(path)
        os.utime(path)
        _remove_old(path.parent)
    else:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def shared(settings: Settings) -> Iterator[Folder]:
    """Create the shared folder, to build in; raises ``OSError`` if it cannot be used."""
    path = opened(settings)
    lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        yield Folder(path, lock)
    finally:
        os.close(lock)


@contextmanager
def own() -> Iterator[Folder]:
    """Create a temporary folder, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="occupations-index-") as name:
        yield Folder(Path(name))


def lack(settings: Settings) -> str:
    """Return why no process can build index files, if none are there; empty: one can."""
    try:
        path = path_of(settings)
        with suppress(OSError), tempfile.TemporaryFile(dir=opened(settings)):
            return ""
        if settings.index_folder is not None and any(path.glob(f"*{INDEX}")):
            return ""  # they were built elsewhere; the workers see whether they are the right ones
        with tempfile.TemporaryFile():
            return ""
    except OSError:  # no folder for temporary files
        usual = "the system's folder for temporary files"
        places = f"{settings.index_folder} and {usual}" if settings.index_folder else usual
        return f"{places} cannot be written to"


def mark(settings: Settings) -> None:
    """Mark the shared folder as used, once an hour."""
    with suppress(OSError):
        path = path_of(settings)
        if path.stat().st_mtime < time.time() - MARK_SECONDS:
            os.utime(path)


def make_room(path: Path) -> None:
    """Remove all but the two index files that were used last, and unfinished files.

    The two are kept because the previous texts often come back: a release is restored.
    """
    files = sorted(path.glob(f"*{INDEX}"), key=lambda file: file.lstat().st_mtime)
    for old in [*files[:-2], *path.glob(f"*{PART}")]:
        remove(old)
        remove(old.with_suffix(SHARED))


def remove(path: Path) -> None:
    """Remove a file, a symbolic link or a folder, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _make_private(path: Path) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    state = path.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        message = f"{path} is not a folder that is private to this user"
        raise PermissionError(message)


def _remove_old(path: Path) -> None:
    """Remove the folders of databases that no server has used for a week."""
    for old in path.iterdir():
        with suppress(OSError):  # another server is removing it too
            if old.lstat().st_mtime < time.time() - KEEP_SECONDS:
                remove(old)
