"""Tells what a file is, by the columns of its header and never by its name."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from pathlib import Path

from app.importers.census import occupation_index
from app.importers.crosswalks.reader import format_of
from app.importers.faults import BadFile
from app.importers.loading.kinds import CENSUS_INDEX, EMPLOYER_TITLES, SOC_KINDS, STATE_PROJECTIONS
from app.importers.loading.other_files import NOT_READ, name_of
from app.importers.loading.other_files import UNUSED as UNUSED_FILES
from app.importers.oews.flat_companions import flat_kind
from app.importers.oews.notes import explains_columns
from app.importers.oews.wages import data_header
from app.importers.oflc import titles as employer_titles
from app.importers.onet.columns import COMMON, ELEMENT_KINDS, KINDS, LINKS, NAMES, UNUSED, Kind
from app.importers.places import formats as places
from app.importers.projections.assignments import assignments_header
from app.importers.projections.columns import exported
from app.importers.projections.employment import main_table
from app.importers.projections.other_tables import other_tables
from app.importers.reading.columns import find_header, match_columns, normal, unknown_columns
from app.importers.reading.compressed import unpacked_name
from app.importers.reading.sheets import Document, Header, TextTable
from app.importers.soc.structure import DEFINITIONS, DIRECT_MATCH, STRUCTURE
from app.importers.state_projections.columns import COLUMNS as STATE_COLUMNS
from app.importers.state_projections.columns import YEARS

FIXED: dict[str, Kind] = {
    **dict(zip(SOC_KINDS, map(Kind, (STRUCTURE, DEFINITIONS, DIRECT_MATCH)), strict=True)),
    STATE_PROJECTIONS: Kind(STATE_COLUMNS, YEARS),
    CENSUS_INDEX: Kind(occupation_index.COLUMNS),
    EMPLOYER_TITLES: Kind(employer_titles.COLUMNS),
    **KINDS,
}
"""Kinds that are known by their columns alone."""

CUT_LISTS = {
    "soc_titles": (r"(\d{4} )?soc direct match title", "direct-match titles of the SOC"),
    "soc_definitions": ("soc definition", "definitions of the SOC"),
}
"""Kind → the column that tells it from all others, and what it is."""

KEPT_OPEN = 20 << 20
"""Bytes from which a workbook stays open between being recognised and being read."""
README = re.compile(r"O\*NET[^\d\n]{0,20}(\d+\.\d+)[^\n]*Database")
ELEMENT = re.compile(r"[1-9]\.[A-Z](\.\w+)*")
UNUSED_MARK = "unused: "
OEWS_NOTES = "oews_notes"
NOT_USED = "not used by this API"


@dataclass(frozen=True, slots=True)
class Found:
    """A file and its kind, "" for a table that is not known, and why it is left out.

    ``document`` is None if the file is no table.
    """

    document: Document | None
    name: str
    kind: str
    header: Header | None = None
    why: str = ""

    @property
    def opened(self) -> tuple[Document, Header]:
        """The document and the header of its data, which a file of a known kind has."""
        assert self.document is not None and self.header is not None  # noqa: S101, PT018
        return self.document, self.header

    @property
    def folder(self) -> str:
        """The folder or zip that the file stands in."""
        return self.name.rpartition("/")[0]


def recognise(document: Document, kind: str | None = None) -> Found:
    """Return what a document is. ``kind`` overrides what it seems to be. Raises ``BadFile``."""
    found = _as_kind(document, kind) if kind else _recognise(document)
    if document.bytes < KEPT_OPEN:
        document.forget()
    return found


def _as_kind(document: Document, kind: str) -> Found:
    if kind == "oews":
        header = data_header(document, least=3)
        if header is None:
            raise BadFile(document.name, "no sheet has the columns of the OEWS")
        return Found(document, document.name, kind, header)
    if kind == "projections":
        projected = _projected(document)
        if projected is None or projected.why:
            raise BadFile(document.name, "no sheet has the columns of employment projections")
        return projected
    for sheet in document.sheets():
        if header := find_header(document, sheet, FIXED[kind].columns, 2):
            finer = _finer(document, kind, header) or kind
            return Found(document, document.name, finer, header)
    raise BadFile(document.name, f"no sheet has columns of {kind}")


def _recognise(document: Document) -> Found:
    name = document.name
    if isinstance(document, TextTable) and README.search(_start(document)):
        return Found(document, name, "onet_readme")
    if oews := _oews(document):
        return Found(document, name, *oews)
    if known := _projected(document) or _code_list(document) or _places(document):
        return known
    best = _best_match(document)
    unused, telling = _unused(document)
    if best:
        kind, header, share = best
        strange = set(unknown_columns(header, FIXED[kind].columns)) - telling
        kind = "" if unused and share < 1 and not strange else _finer(document, kind, header)
        if kind:
            what = kind.removeprefix(UNUSED_MARK)
            why = f"{what}: {NOT_USED}" if what != kind else ""
            return Found(document, name, kind, header, why)
    if unused:
        return Found(document, name, f"{UNUSED_MARK}{unused}", why=f"{unused}: {NOT_USED}")
    return _not_used(document)


def _not_used(document: Document) -> Found:
    """Return what a document is that is not read."""
    name = document.name
    if unused := name_of(document, UNUSED_FILES):
        return Found(document, name, f"{UNUSED_MARK}{unused}", why=f"{unused}: {NOT_USED}")
    _refuse_cut_list(document)
    names = next((cells for _, cells in document.head(document.sheets()[0]) if any(cells)), [])
    if called := NAMES.get(Path(unpacked_name(name)).stem.lower()):
        its = KINDS[called]
        header = Header(document.sheets()[0], 1, tuple(map(normal, names)))
        match_columns(document, header, its.columns, its.optional)
    if isinstance(document, TextTable) and len(names) < 2:
        return Found(None, name, "", why="text without columns")
    what = name_of(document, NOT_READ) or "not a file this program knows"
    header_text = ", ".join(str(cell)[:30] for cell in names[:8])
    return Found(document, name, "", why=f"{what}; it begins: {header_text}")


def _oews(document: Document) -> tuple[str, Header] | None:
    if flat := flat_kind(document):
        return flat
    if header := data_header(document):
        return "oews", header
    header = explains_columns(document)
    return (OEWS_NOTES, header) if header else None


def _best_match(document: Document) -> tuple[str, Header, float] | None:
    """Return the kind whose columns are most like a sheet's, its header, and the share it has.

    Columns of the sheet that a kind does not know count against it, as those that it misses do.
    """
    best: tuple[tuple[float, int], str, Header, float] | None = None
    for sheet in document.sheets():
        for kind, its in FIXED.items():
            must = {p: f for p, f in its.columns.items() if f not in its.optional}
            header = find_header(document, sheet, must, max(2, -(-len(must) * 3 // 4)))
            if header is None:
                continue
            matched = {
                f for p, f in must.items() if any(re.fullmatch(p, n, re.I) for n in header.names)
            }
            if not its.elements and matched <= COMMON:
                continue
            hits = len(matched)
            every = len(must) + len(unknown_columns(header, its.columns))
            if best is None or (hits / every, hits) > best[0]:
                best = (hits / every, hits), kind, header, hits / len(must)
    return best[1:] if best else None


def _refuse_cut_list(document: Document) -> None:
    """Raise ``BadFile`` for a list of the SOC that is known by one column and lacks others."""
    for sheet in document.sheets():
        for kind, (column, what) in CUT_LISTS.items():
            if header := find_header(document, sheet, {column: ""}, 1):
                try:
                    match_columns(document, header, FIXED[kind].columns)
                except BadFile as fault:
                    why = f"{what}: {fault.why}"
                    raise BadFile(
                        document.name, why, sheet=sheet, row=fault.row, column=fault.column
                    ) from None


def _code_list(document: Document) -> Found | None:
    found = format_of(document)
    return Found(document, document.name, *found) if found else None


def _places(document: Document) -> Found | None:
    found = places.format_of(document)
    return Found(document, document.name, *found) if found else None


def _projected(document: Document) -> Found | None:
    """Return what a file of the Employment Projections is, if it is one. Raises ``BadFile``."""
    if main := main_table(document):
        return Found(document, document.name, _projections(main[0]), main[0])
    if others := other_tables(document):
        if len(others) == 1:
            kind, why = f"{UNUSED_MARK}{others[0]}", f"{others[0]}: {NOT_USED}"
        else:  # the workbook of an edition, whose main table is not as it should be
            kind, why = "", f"no sheet has the projections; there are {'; '.join(others)}"
        return Found(document, document.name, kind, why=why)
    if header := assignments_header(document):
        return Found(document, document.name, "projections_education", header)
    return None


def _projections(header: Header) -> str:
    return "projections_csv" if exported(header) else "projections_workbook"


def _unused(document: Document) -> tuple[str, frozenset[str]]:
    """Return what an unused O*NET file is, and the columns that it is known by."""
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
    """Return the kind by the first element id, where several kinds of file share their columns.

    The id is known by its shape, for its column may be renamed. Returns "" if there is none.
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
    figures = "value" in its.columns.values()
    for other, one in KINDS.items():
        # A column is renamed or missing; the elements still tell the kind of file.
        alike = one.elements and ("value" in one.columns.values()) is figures
        if element and alike and element.startswith(one.elements):
            return _finer(document, other, header)
    return f"{UNUSED_MARK}elements {element[:3]} of O*NET" if element else ""


def _start(document: Document) -> str:
    with document.open() as stream:
        return stream.read(2_000).decode("utf-8", "replace")


def readme_of(found: Found) -> tuple[str, str | None]:
    """Return version and period, 27.0 and 2022-08, that an O*NET Read Me states."""
    assert found.document is not None  # noqa: S101 - it was recognised by its text
    text = _start(found.document)
    version = README.findall(text)[0]
    for number, month in enumerate(calendar.month_name[1:], 1):
        if stated := re.search(rf"\b{month} (20\d\d) Release", text):
            return version, f"{stated[1]}-{number:02}"
    return version, None
