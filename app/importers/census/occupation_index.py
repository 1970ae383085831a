"""The alphabetical index of occupations: titles, each with a Census code and a code of the SOC.

The title above the header names the edition, the line below it the day. A code of the SOC may be a
broad one or end in X, where the Census Bureau joins what the SOC has apart. A line without codes
that only says which title to see gets the codes of that title, if they are at most ``FEW``. Some
codes are slips: ``CORRECTED`` has those that the SOC 2018 lacks. In the crosswalk a pair of at most
``SLIPS`` lines is one too, if the SOC's code has more lines under another Census code.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from app.importers.faults import BadFile
from app.importers.reading.columns import normal
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Record, Table
from app.importers.rows import MappingRow, PartKey, PartRows, Row, TitleRow

COLUMNS = {
    r"20\d\d occupation title": "title",
    r"20\d\d census industry code restriction": "industries",
    r"2018 census occupation code": "census",
    r"2018 soc code": "code",
}
KIND = "index"
CENSUS, SOC = "census-2018", "soc-2018"
CORRECTED = {
    "11-1012": "11-1011",
    "11-1022": "11-1021",
    "31-3011": "37-3011",
    "43-5072": "43-5071",
}
"""Code in the index of 2022 that the SOC 2018 lacks → the one that other lines of its Census code
have."""
MINOR_GROUPS = frozenset({"15-1200", "31-1100", "51-5100"})
"""The minor groups of the SOC 2018 that end in two zeros; all others end in three."""
SLIPS = 2
"""Lines of a pair up to which it may be a slip."""
ELSEWHERE = re.compile(r"\b(see|code (by|as))\b", re.I)
"""How a title without codes leads to another, or to the coder's judgement."""
SEE = re.compile(r'(.+?) see "([^"]+)"', re.I)
"""A title that leads to one other, and to nothing else."""
LEADING = "titles that lead to others"
FEW = 4
"""Occupations up to which a title that leads to another gets its codes; `Sales` is of many."""
_SOC = re.compile(r"\d\d-\d(\d{3}|\d\dX|\dXX|XXX)")
_YEAR = re.compile(r"\b(20\d\d) census alphabetical index of occupations")


def edition_of(document: Document, header: Header) -> tuple[str, date | None]:
    """Return the year that the file says it is of, and its day if it says one.

    Raises ``BadFile`` if the title and the header do not name one year.
    """
    above = [cells for row, cells in document.head(header.sheet) if row < header.row]
    texts = [normal(cell) for cells in above for cell in cells if cell]
    years = {year for text in texts for year in _YEAR.findall(text)}
    years |= {name[:4] for name in header.names if re.fullmatch(r"20\d\d occupation title", name)}
    if len(years) != 1:
        why = f"its title and its header name several years: {', '.join(sorted(years))}"
        raise BadFile(document.name, why, sheet=header.sheet, row=header.row)
    days = (re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})|(\d{4})-(\d\d)-(\d\d)( .*)?", t) for t in texts)
    found = next((_day(day) for day in days if day), None)
    return years.pop(), found


def _day(written: re.Match[str]) -> date | None:
    month, day, year, *iso = written.groups()
    text = f"{year}-{month:0>2}-{day:0>2}" if year else "-".join(iso[:3])
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None


def group_of(code: str) -> str:
    """Return the group of the SOC 2018 that a code with X is a part of; other codes as they are."""
    if "X" not in code:
        return code
    zeros = code.replace("X", "0")
    return zeros if zeros[-2:] != "00" or zeros in MINOR_GROUPS else f"{zeros[:4]}000"


class IndexReader:
    """Reads one file. When all parts are taken, ``table`` has its counts."""

    def __init__(self, document: Document, header: Header) -> None:
        self.table = Table(document, header, COLUMNS, {"industries"})
        self.lines: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """Census code → codes of the SOC as the lines have them, each with its number of lines."""
        self.rows: dict[tuple[str, str], int] = {}  # pair → its first row

    def parts(self) -> Iterator[PartRows]:
        """Yield the titles, then which Census code goes with which codes of the SOC."""
        yield PartRows(PartKey(TitleRow, KIND), list(self._titles()))
        self.table.require_rows()
        key = PartKey(MappingRow, f"{CENSUS}/{SOC}", classification=CENSUS)
        yield PartRows(key, list(self._pairs()), {"from": CENSUS, "to": SOC})

    def fault_at(self, classification: str, code: str, why: str) -> BadFile:
        """Return a fault at the first line that has a code."""
        field = "census" if classification == CENSUS else "code"
        for (census, given), row in self.rows.items():
            if code in {census, group_of(given)}:
                return self.table.fault(why, row, field)
        return BadFile(self.table.document.name, why)

    def _titles(self) -> Iterator[Row]:
        said: defaultdict[str, list[TitleRow]] = defaultdict(list)
        leading: list[tuple[str, str]] = []
        for record in self.table.records():
            if record.text_or_none("title") is None:
                self.table.leave_out("lines without a title")
                continue
            title = " ".join(record.title("title").split())
            if _has_none(record, "code"):
                see = None if record.text_or_none("industries") else SEE.fullmatch(title)
                if see:
                    leading.append((see[1], see[2]))
                else:
                    self._leave_out(record, title)
                continue
            census, published = _digits(record, "census"), record.text("code")
            if not _SOC.fullmatch(published):
                raise record.fault(f"{published!r} is no code of the SOC, also not with X", "code")
            given = CORRECTED.get(published, published)
            self.lines[census][given] += 1
            self.rows.setdefault((census, given), record.row)
            row = TitleRow(group_of(given), title, KIND, origin=census)
            if "X" in given:
                row = row._replace(note=f"Published as {published}: a part of this group.")
            elif given != published:
                row = row._replace(note=f"Published as {published}, which the SOC 2018 lacks.")
            row = row._replace(industries=_industries(record))
            name, _, qualified = title.partition("\\")
            if not qualified or qualified.endswith("ns"):  # not specified
                said[name.strip().casefold()].append(row)
            yield row
        for title, other in leading:
            rows = said[other.partition("\\")[0].strip().casefold()]
            if not 0 < len({row.code for row in rows}) <= FEW:
                self.table.leave_out(LEADING)
                continue
            for row in rows:
                note = f'Published without a code: see "{other}".'
                yield row._replace(title=title, note=f"{note} {row.note}" if row.note else note)

    def _leave_out(self, record: Record, title: str) -> None:
        elsewhere = ELSEWHERE.search(title)
        if not elsewhere and _has_none(record, "census"):
            raise record.fault("no code, and no other title that it leads to", "code")
        why = LEADING if elsewhere else "titles with a Census code alone"
        self.table.leave_out(why)

    def _pairs(self) -> Iterator[Row]:
        most: Counter[str] = Counter()
        for codes in self.lines.values():
            for given, count in codes.items():
                most[given] = max(most[given], count)
        slips: Counter[str] = Counter()
        pairs: dict[tuple[str, str], Row] = {}
        for census, codes in sorted(self.lines.items()):
            for given, count in sorted(codes.items()):
                if count <= SLIPS and most[given] > count:
                    slips[census] += count
                    continue
                code = group_of(given)
                joined = given if "X" in given else None
                row = MappingRow(census, code, match="broad" if joined else None, note=joined)
                # Of a group that stands both whole and with X, whole comes first, and stays.
                pairs.setdefault((census, code), row)
        if slips:
            what = f"lines whose codes are not taken for a pair, under {len(slips)} Census codes"
            self.table.leave_out(f"crosswalk: {slips.total()} {what}", 0)
        yield from pairs.values()


def _has_none(record: Record, *fields: str) -> bool:
    return not any(str(record.cell(field)).strip() for field in fields)


def _industries(record: Record) -> str | None:
    if isinstance(record.cell("industries"), float):
        return _digits(record, "industries")
    found = record.text_or_none("industries")
    return " ".join(found.split()) if found else None


def _digits(record: Record, field: str) -> str:
    """Return a code of four digits. As a number it may have lost zeros, which it gets again."""
    cell = record.cell(field)
    code = f"{int(cell):04}" if isinstance(cell, float) else record.text(field)
    if not re.fullmatch(r"\d{4}", code):
        raise record.fault(f"{code!r} is no code of four digits", field)
    return code
