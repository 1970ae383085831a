"""Finds data files in the files, folders and zips that the command line names."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from app.importers.faults import BadFile, Refusals
from app.importers.loading.recognise import Found, recognise
from app.importers.reading.compressed import OPENERS, unpack_to, unpacked_name
from app.importers.reading.formats import PACKAGES, START, ZIP, format_of
from app.importers.reading.opening import open_regular, special
from app.importers.reading.sheets import open_document
from app.importers.reading.zips import MOST_BYTES, check_totals, opened_zip, unfit

DATA = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".txt", ".tsv", ".zip"})
"""Suffixes of files that are read in folders and zips, also with .gz or .xz behind."""
FLAT = re.compile(r"oe\.[a-z]+(\..+)?", re.I)
"""The names of the OEWS's flat files, which have no suffix: oe.data.0.Current, oe.area."""
NOT_DATA = "not a data file"
MOST_FILES = 10_000
"""Files and folders in a path that is given, with those inside zips."""
MOST_DEPTH = 3
"""Zips within zips."""


class Finder:
    """Finds data files in files, folders and zips. Unpacked files are there until it is closed.

    ``refusals`` collects the faults of files that are refused, while the others are found.
    """

    def __init__(self, refusals: Refusals | None = None) -> None:
        self.refusals = Refusals(strict=True) if refusals is None else refusals
        self._folder = tempfile.TemporaryDirectory(prefix="occupations-")
        self._unpacked = 0
        self._room = 0  # bytes that the present file may still unpack to, with zips within it
        self._left = 0  # files that the present path may still have

    def __enter__(self) -> Finder:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._folder.cleanup()

    def find(self, paths: Iterable[Path], kind: str | None = None) -> Iterator[Found]:
        """Yield every file with what it is; ``kind`` overrides that. Raises ``BadFile``.

        A path that is a link is followed. A link in a folder is not.
        """
        for path in paths:
            with _permitted(str(path)):  # a folder above it may be shut
                if not path.exists():
                    raise BadFile(str(path), "there is no such file or folder")
            self._left = MOST_FILES
            if path.is_dir():
                for inside, kind_of_file in sorted(self._walk(path), key=lambda one: one[0].parts):
                    name = _name(f"{path.name}/{inside.relative_to(path).as_posix()}")
                    why = kind_of_file or ("" if _may_be_data(name) else _what_is_left_out(inside))
                    yield from self._one(inside, name, kind, 0, why)
            elif what := special(path.stat().st_mode):
                raise BadFile(str(path), f"{what}, not a regular file")
            else:
                yield from self._one(path.resolve(), _name(path.name), kind, 0)

    def _walk(self, folder: Path) -> list[tuple[Path, str]]:
        """Return the paths below a folder, each with what it is if it is no regular file."""
        found = []
        waiting = [folder]
        while waiting:
            for entry in self._entries(waiting.pop()):
                self._count(1, folder.name)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                else:
                    mode = entry.stat(follow_symlinks=False).st_mode
                    found.append((Path(entry.path), special(mode)))
        return found

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """Return what is in a folder, one more than ``MOST_FILES`` at most."""
        with self.refusals.caught(), _permitted(str(folder)), os.scandir(folder) as entries:
            shown = (entry for entry in entries if not _is_hidden(entry.name))
            return list(islice(shown, MOST_FILES + 1))
        return []

    def _count(self, files: int, name: str) -> None:
        self._left -= files
        if self._left < 0:
            raise BadFile(name, f"more than {MOST_FILES:,} files and folders in all")

    def _one(
        self, path: Path, name: str, kind: str | None, depth: int, why: str = ""
    ) -> Iterator[Found]:
        """Yield a file, or the files in an archive. ``why`` says why the file is left out."""
        if depth == 0:
            self._room = MOST_BYTES
        if why:
            yield Found(None, name, "", why=why)
            return
        with self.refusals.caught(), _permitted(name):
            unpack = self._unpack_one if path.suffix.lower() in OPENERS else self._unpack
            if unpack == self._unpack_one or _is_archive(path, name):
                if depth == MOST_DEPTH:
                    raise BadFile(name, "archives within archives within archives: unpack it first")
                # All at once: of a damaged archive no file is loaded.
                for inner, inner_name, inner_why in list(unpack(path, name)):
                    yield from self._one(inner, inner_name, kind, depth + 1, inner_why)
            else:
                yield recognise(open_document(path, name), kind)

    def _unpack_one(self, path: Path, name: str) -> Iterator[tuple[Path, str, str]]:
        """Yield the file that a compressed file holds. It keeps the name."""
        place = self._place(unpacked_name(name))
        self._room -= unpack_to(place, path, name, self._room)
        yield place, name, ""

    def _place(self, called: str) -> Path:
        """Return where to unpack the next file, with the suffixes of its name."""
        self._unpacked += 1
        return Path(self._folder.name) / f"{self._unpacked}{''.join(Path(called).suffixes[-2:])}"

    def _unpack(self, path: Path, name: str) -> Iterator[tuple[Path, str, str]]:
        """Yield the files of a zip: path where it is unpacked, name, and why it is left out."""
        with opened_zip(path, name, "zip") as archive:
            self._room -= check_totals(archive, path, name)
            if self._room < 0:
                raise BadFile(name, f"unpacks to more than {MOST_BYTES:,} bytes in all")
            files = {e.filename: e for e in archive.infolist() if not e.filename.endswith("/")}
            self._count(len(files), name)
            for called, entry in sorted(files.items()):
                why = unfit(entry)
                if not why and _is_hidden(called):
                    continue
                place = self._place(called)
                why = why or ("" if _may_be_data(called) else NOT_DATA)
                if not why:
                    with archive.open(entry) as packed, place.open("wb") as out:
                        shutil.copyfileobj(packed, out, 1 << 20)
                yield place, f"{name}/{called}", why


def _is_hidden(name: str) -> bool:
    """Tell hidden files, locks, backups and ``__MACOSX``, which other programs leave behind."""
    return any(part.startswith((".", "~", "__")) for part in name.split("/"))


def _may_be_data(name: str) -> bool:
    called = unpacked_name(name.rpartition("/")[2])
    return Path(called).suffix.lower() in DATA or FLAT.fullmatch(called) is not None


def _what_is_left_out(path: Path) -> str:
    with suppress(PermissionError), open_regular(path) as stream:
        return format_of(stream.read(START), path.name) or NOT_DATA
    return NOT_DATA


@contextmanager
def _permitted(name: str) -> Iterator[None]:
    """Turn the fault of a file or folder that may not be read into a ``BadFile``."""
    try:
        yield
    except PermissionError as fault:
        raise BadFile(name, "its permissions do not let this user read it") from fault


def _name(name: str) -> str:
    """Return a file's name as text that a database takes, whatever its bytes are."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _is_archive(path: Path, name: str) -> bool:
    """Tell a zip of files from a workbook, which is a zip too."""
    with open_regular(path) as stream:
        start = stream.read(START)
    if not start.startswith(ZIP):
        if name.lower().endswith(".zip"):
            what = format_of(start, name) or "not a zip file, or its start is cut off"
            what = what if start else "the file is empty"
            raise BadFile(name, what)
        return False
    with opened_zip(path, name, "zip") as archive:
        names = archive.namelist()
    if what := next((what for inside, what in PACKAGES.items() if inside in names), ""):
        raise BadFile(name, what)
    return "[Content_Types].xml" not in names
