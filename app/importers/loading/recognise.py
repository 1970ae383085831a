"""What a file is, by what it says of itself: the columns of its header, not its name."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.importers.faults import BadFile
from app.importers.loading.kinds import SOC_KINDS
from app.importers.oews.wages import data_header
from app.importers.onet.columns import COMMON, ELEMENT_KINDS, KINDS, LINKS, NAMES, UNUSED, Kind
from app.importers.projections.columns import exported
from app.importers.projections.employment import main_table
from app.importers.reading.columns import find_header, match_columns, normal, unknown_columns
from app.importers.reading.opening import open_regular, special
from app.importers.reading.sheets import Document, Header, TextTable, open_document
from app.importers.reading.zips import MOST_BYTES, check_totals, opened_zip, unfit
from app.importers.soc.structure import DEFINITIONS, DIRECT_MATCH, STRUCTURE

FIXED: dict[str, Kind] = {
    **dict(zip(SOC_KINDS, map(Kind, (STRUCTURE, DEFINITIONS, DIRECT_MATCH)), strict=True)),
    **KINDS,
}
"""Kinds that are known by their columns alone."""

DATA = frozenset({".xlsx", ".xlsm", ".csv", ".txt", ".tsv", ".zip"})
MOST_FILES = 10_000
"""Files and folders in what the command line names, those inside zips included."""
KEPT_OPEN = 20 << 20
"""Bytes from which a workbook stays open between being recognised and being read."""
README = re.compile(r"O\*NET[^\d\n]{0,20}(\d+\.\d+)[^\n]*Database")
ELEMENT = re.compile(r"[1-9]\.[A-Z](\.\w+)*")
UNUSED_MARK = "unused: "
NOT_USED = "not used by this API"


@dataclass(frozen=True, slots=True)
class Found:
    """A file and what it was taken for; ``kind`` is "" if nothing known, with the reason."""

    document: Document | None
    name: str
    kind: str
    header: Header | None = None
    why: str = ""


class Finder:
    """Finds data files in files, folders and zips; holds what it unpacks until closed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="occupations-")
        self._unpacked = 0
        self._room = 0  # bytes that the file given may still unpack to, zips within it included
        self._left = 0  # files that there may still be in the path given

    def __enter__(self) -> Finder:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._folder.cleanup()

    def find(self, paths: Iterable[Path], kind: str | None = None) -> Iterator[Found]:
        """Yield every file with what it is; ``kind`` overrides that. Raises ``BadFile``.

        A path that is a link is followed, for it was asked for; a link in a folder is not.
        """
        for path in paths:
            if not path.exists():
                raise BadFile(str(path), "there is no such file or folder")
            self._left = MOST_FILES
            if path.is_dir():
                for inside, what in sorted(self._walk(path), key=lambda one: one[0].parts):
                    name = _name(f"{path.name}/{inside.relative_to(path).as_posix()}")
                    yield from self._one(inside, name, kind, 0, what or _not_data(inside))
            elif what := special(path.stat().st_mode):
                raise BadFile(str(path), f"{what}, not a regular file")
            else:
                yield from self._one(path.resolve(), _name(path.name), kind, 0)

    def _walk(self, folder: Path) -> list[tuple[Path, str]]:
        """Return what is in a folder and the folders within it, and what it is if no file."""
        found = []
        waiting = [folder]
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if _is_hidden(entry.name):
                        continue
                    self._count(1, folder.name)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        mode = entry.stat(follow_symlinks=False).st_mode
                        found.append((Path(entry.path), special(mode)))
        return found

    def _count(self, files: int, name: str) -> None:
        self._left -= files
        if self._left < 0:
            raise BadFile(name, f"more than {MOST_FILES:,} files and folders in all")

    def _one(
        self, path: Path, name: str, kind: str | None, depth: int, why: str = ""
    ) -> Iterator[Found]:
        """Yield a file, or what is in a zip; ``why`` if it is left out."""
        if depth == 0:
            self._room = MOST_BYTES
        if why:
            yield Found(None, name, "", why=why)
        elif _is_archive(path, name):
            if depth == 3:
                raise BadFile(name, "zips within zips within zips: unpack it first")
            for inner, inner_name, inner_why in self._unpack(path, name):
                yield from self._one(inner, inner_name, kind, depth + 1, inner_why)
        else:
            yield take(open_document(path, name), kind)

    def _unpack(self, path: Path, name: str) -> Iterator[tuple[Path, str, str]]:
        """Yield the files of a zip: where each was unpacked to, its name, and why it was not."""
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
                self._unpacked += 1
                suffix = Path(called).suffix.lower()
                place = Path(self._folder.name) / f"{self._unpacked}{suffix}"
                why = why or _not_data(place)
                if not why:
                    with archive.open(entry) as packed, place.open("wb") as out:
                        shutil.copyfileobj(packed, out, 1 << 20)
                yield place, f"{name}/{called}", why


def _is_hidden(name: str) -> bool:
    """Tell what programs leave behind: hidden files, locks and backups, and ``__MACOSX``."""
    return any(part.startswith((".", "~", "__")) for part in name.split("/"))


def _not_data(path: Path) -> str:
    return "" if path.suffix.lower() in DATA else "not a data file"


def _name(name: str) -> str:
    """Return a file's name as text that a database takes, whatever its bytes are."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _is_archive(path: Path, name: str) -> bool:
    """Tell a zip of files from a workbook, which is a zip too."""
    with open_regular(path) as stream:
        if stream.read(4) != b"PK\x03\x04":
            if name.lower().endswith(".zip"):
                raise BadFile(name, "not a zip file, or its start is cut off")
            return False
    with opened_zip(path, name, "zip") as archive:
        return "[Content_Types].xml" not in archive.namelist()


def take(document: Document, kind: str | None = None) -> Found:
    """Return what a document is; ``kind`` says so against what it seems to be."""
    found = _forced(document, kind) if kind else _seen(document)
    if document.bytes < KEPT_OPEN:
        document.forget()
    return found


def _forced(document: Document, kind: str) -> Found:
    if kind == "oews":
        return Found(document, document.name, kind, data_header(document, least=3))
    if kind == "projections":
        main = main_table(document)
        if main is None:
            raise BadFile(document.name, "no sheet has the columns of employment projections")
        return Found(document, document.name, _projections(main[0]), main[0])
    for sheet in document.sheets():
        if header := find_header(document, sheet, FIXED[kind].columns, 2):
            finer = _finer(document, kind, header) or kind
            return Found(document, document.name, finer, header)
    raise BadFile(document.name, f"no sheet has columns of {kind}")


def _seen(document: Document) -> Found:
    name = document.name
    if isinstance(document, TextTable) and README.search(_start(document)):
        return Found(document, name, "onet_readme")
    if header := data_header(document):
        return Found(document, name, "oews", header)
    if main := main_table(document):
        return Found(document, name, _projections(main[0]), main[0])
    best: tuple[float, int, str, Header] | None = None
    for sheet in document.sheets():
        for kind, its in FIXED.items():
            must = {p: f for p, f in its.columns.items() if f not in its.optional}
            header = find_header(document, sheet, must, max(2, -(-len(must) * 3 // 4)))
            if header is None:
                continue
            matched = {
                f for p, f in must.items() if any(re.fullmatch(p, n, re.I) for n in header.names)
            }
            hits = len(matched)
            if not its.elements and matched <= COMMON:
                continue
            if best is None or (hits / len(must), hits) > best[:2]:
                best = hits / len(must), hits, kind, header
    unused, telling = _unused(document)
    if best:
        strange = set(unknown_columns(best[3], FIXED[best[2]].columns)) - telling
        kind = "" if unused and best[0] < 1 and not strange else _finer(document, best[2], best[3])
        if kind:
            what = kind.removeprefix(UNUSED_MARK)
            why = f"{what}: {NOT_USED}" if what != kind else ""
            return Found(document, name, kind, best[3], why)
    if unused:
        return Found(document, name, f"{UNUSED_MARK}{unused}", why=f"{unused}: {NOT_USED}")
    names = next((cells for _, cells in document.head(document.sheets()[0]) if any(cells)), [])
    if called := NAMES.get(Path(name).stem.lower()):
        its = KINDS[called]
        header = Header(document.sheets()[0], 1, tuple(map(normal, names)))
        match_columns(document, header, its.columns, its.optional)
    header_text = ", ".join(str(cell)[:30] for cell in names[:8])
    return Found(document, name, "", why=f"not a file this program knows; it begins: {header_text}")


def _projections(header: Header) -> str:
    return "projections_csv" if exported(header) else "projections_workbook"


def _unused(document: Document) -> tuple[str, frozenset[str]]:
    """Return what a file of O*NET is that is not used, and the columns that tell it."""
    for sheet in document.sheets():
        rows = document.head(sheet)
        names = {str(cell).strip().lower() for cell in rows[0][1]} if rows else set()
        for what, columns in UNUSED.items():
            if columns <= names:
                return what, columns
        linked = frozenset(name for name in names if name.endswith(" element id"))
        if len(linked) > 1:
            return LINKS, linked
    return "", frozenset()


def _finer(document: Document, kind: str, header: Header) -> str:
    """Return the kind by its first element id, where several kinds of file share their columns.

    The id is known by its shape: its column may have another name, which is told later. Returns ""
    if there is none.
    """
    its = KINDS.get(kind)
    if its is None or not its.elements:
        return kind
    lines = [cells for row, cells in document.head(header.sheet) if row > header.row and any(cells)]
    if not lines:
        raise BadFile(document.name, "no rows under the header", sheet=header.sheet)
    element = next((str(c) for cells in lines for c in cells if ELEMENT.fullmatch(str(c))), "")
    if element.startswith(its.elements):
        return f"onet_{ELEMENT_KINDS[element[:3]]}" if kind == "onet_ratings" else kind
    for other, one in KINDS.items():
        # A column is renamed or gone; the elements still tell whose file it is.
        rated = one.elements and "value" in one.columns.values()
        if element and rated and element.startswith(one.elements):
            return _finer(document, other, header)
    return f"{UNUSED_MARK}elements {element[:3]} of O*NET" if element else ""


def _start(document: Document) -> str:
    with document.open() as stream:
        return stream.read(2_000).decode("utf-8", "replace")


def readme_of(document: Document) -> tuple[str, str | None]:
    """Return version and period (27.0, 2022-08) that an O*NET Read Me states."""
    text = _start(document)
    version = README.search(text)
    assert version is not None  # noqa: S101 - it was recognised by this
    months = "January February March April May June July August September October November December"
    for number, month in enumerate(months.split(), 1):
        if said := re.search(rf"\b{month} (20\d\d) Release", text):
            return version[1], f"{said[1]}-{number:02}"
    return version[1], None
