"""Mutations of a table: its cells, columns, rows, and the names of its file, sheet and folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.audit.changed import FIGURES, PAIRS, TOLD, Change, Changed, is_large, is_number, number


def one_cell(
    made: Callable[[Any], Any],
    fits: Callable[[Any], bool] = is_number,
    patterns: dict[str, str] = FIGURES,
) -> Change:
    """Return a mutation of one cell."""

    def change(given: Changed) -> bool:
        place = given.cell(patterns, fits)
        if place is None:
            return False
        row, at = place
        if patterns is TOLD and given.kind == "oews" and not _on_both_bases(given, row, at):
            return False
        given.book.rows[row][at] = made(given.book.rows[row][at])
        return True

    return change


def _on_both_bases(given: Changed, row: int, at: int) -> bool:
    """Tell whether a wage stands there by the hour and by the year."""
    name = given.book.names[at]
    other = given.columns(("a" if name[0] == "h" else "h") + name[1:])
    return bool(other) and is_number(given.book.rows[row][other[0]])


def decimal_comma(cell: Any) -> str:
    return f"{number(cell) or 0:.2f}".replace(".", ",")


CELLS: dict[str, Change] = {
    "an error word": one_cell(lambda _: "#N/A"),
    "another error word": one_cell(lambda _: "#DIV/0!"),
    "an error word in a name": one_cell(
        lambda _: "#REF!", bool, dict.fromkeys(("oews", "projections", "onet", "soc"), ".*title")
    ),
    "a decimal comma": one_cell(decimal_comma),
    "a comma in the wrong place": one_cell(lambda c: f"{int(number(c) or 0) + 12},5"),
    "a dollar sign": one_cell(lambda c: f"${number(c)}"),
    "a percent sign": one_cell(lambda c: f"{number(c)}%"),
    "blanks around": one_cell(lambda c: f"  {number(c)} "),
    "no-break spaces around": one_cell(lambda c: f"\u00a0{number(c)}\u00a0"),
    "a minus": one_cell(lambda c: -(number(c) or 0), is_large, {**TOLD, "oews": FIGURES["oews"]}),
    "ten times": one_cell(
        lambda c: round((number(c) or 0) * 10, 2),
        is_large,
        {k: TOLD[k] for k in ("projections",)} | {"oews": TOLD["oews"]},
    ),
    "a thousand times": one_cell(lambda c: round((number(c) or 0) * 1000, 2), is_large, TOLD),
    "cents for dollars": one_cell(
        lambda c: round((number(c) or 0) * 100, 2), is_large, {"oews": TOLD["oews"]}
    ),
    "zero for a wage": one_cell(lambda _: 0.0, is_large, {"oews": TOLD["oews"]}),
    "an unknown mark": one_cell(lambda _: "***"),
    "a dash": one_cell(lambda _: "-"),
    "NA": one_cell(lambda _: "NA"),
    "a text": one_cell(lambda _: "about 5"),
    "a date": one_cell(lambda _: "5/1/2021"),
    "a boolean": one_cell(lambda _: True),
    "nothing": one_cell(lambda _: ""),
    "NaN": one_cell(lambda _: "NaN"),
    "an exponent": one_cell(lambda c: f"{number(c):E}"),
    "# where other wages are lower and higher": one_cell(
        lambda _: "#", is_number, {"oews": "[ah]_pct10"}
    ),
    "a control character in a name": one_cell(
        lambda c: f"{c[:2]}\x07{c[2:]}",
        lambda c: isinstance(c, str) and len(c) > 3,
        dict.fromkeys(("projections", "onet", "soc"), ".*title"),
    ),
    "a name of 100,000 characters": one_cell(
        lambda c: c * (100_000 // len(c)),
        lambda c: isinstance(c, str) and len(c) > 3,
        dict.fromkeys(("oews", "projections", "onet", "soc"), ".*title"),
    ),
}


def neighbours_swapped(given: Changed) -> bool:
    """Swap two cells of a line."""
    pairs = _pairs(given)
    given.draw.shuffle(pairs)
    for one, other in pairs:
        for row in given.draw.sample(given.lines(), len(given.lines())):
            cells = given.book.rows[row]
            # In a row with wages on one basis nothing tells its mean from its median.
            if "*" in cells and given.kind == "oews":
                continue
            if all(map(is_number, (cells[one], cells[other]))) and cells[one] != cells[other]:
                cells[one], cells[other] = cells[other], cells[one]
                return True
    return False


def _pairs(given: Changed) -> list[tuple[int, int]]:
    found = []
    for one, other in PAIRS.get(given.kind, ()):
        places = (
            given.columns(one)[:2]
            if one == other
            else [*given.columns(one)[:1], *given.columns(other)[:1]]
        )
        if len(places) == 2 and places[0] != places[1]:
            found.append((places[0], places[1]))
    return found


def headers_swapped(given: Changed) -> bool:
    pairs = _pairs(given)
    if not pairs:
        return False
    one, other = given.draw.choice(pairs)
    header = given.book.rows[given.book.header]
    header[one], header[other] = header[other], header[one]
    return True


def _column(given: Changed) -> int:
    return given.draw.choice([n for n, name in enumerate(given.book.names) if name])


def header_renamed(given: Changed) -> bool:
    at = _column(given)
    given.book.rows[given.book.header][at] = f"x_{given.book.names[at]}"
    return True


def _table(given: Changed) -> list[list[Any]]:
    """Return the header and the rows under it, all as wide as the header."""
    width = len(given.book.rows[given.book.header])
    under = given.book.rows[given.book.header :]
    for row in under:
        row.extend([""] * (width - len(row)))
    return under


def column_dropped(given: Changed) -> bool:
    at = _column(given)
    table = _table(given)
    if not any(row[at] for row in table[1:]):
        return False  # the column of a year that has none of these figures
    for row in table:
        del row[at]
    return True


def column_doubled(given: Changed) -> bool:
    at = _column(given)
    for row in _table(given):
        row.append(row[at])
    return True


def columns_shifted(given: Changed) -> bool:
    """Move the cells under the header one to the right, from some column on."""
    at = _column(given)
    for row in _table(given)[1:]:
        row.insert(at, "")
        row.pop()
    return True


def columns_reordered(given: Changed) -> bool:
    if "SOC Group" not in given.book.rows[given.book.header] and given.kind == "soc":
        return False  # in the structure the title has no header
    table = _table(given)
    order = list(range(len(table[0])))
    given.draw.shuffle(order)
    for row in table:
        row[:] = [row[at] for at in order]
    return True


def column_added(name: str, *values: Any) -> Change:
    """Return a mutation that adds a column, in front or behind, with values in turn."""

    def change(given: Changed) -> bool:
        at = given.draw.choice([0, len(given.book.rows[given.book.header])])
        for n, row in enumerate(_table(given)):
            row.insert(at, name if n == 0 else values[n % len(values)] if values else n)
        return True

    return change


COLUMNS: dict[str, Change] = {
    "two headers swapped": headers_swapped,
    "two cells swapped": neighbours_swapped,
    "a header renamed": header_renamed,
    "a column dropped": column_dropped,
    "a column doubled": column_doubled,
    "columns shifted by one": columns_shifted,
    "columns in another order": columns_reordered,
    "an index column": column_added("Unnamed: 0"),
}
OTHER_COLUMNS: dict[str, Change] = {
    "a column STATE": column_added("STATE", "Texas"),
    "a column STATE that differs": column_added("STATE", "Texas", "Ohio"),
    "a column ST": column_added("ST", "TX"),
    "a column YEAR": column_added("YEAR", 2019.0),
    "a column OWNERSHIP": column_added("OWNERSHIP", "Private", "Local government"),
    "a column NAICS_CODE": column_added("NAICS_CODE", "611100"),
    "a column MSA_CODE": column_added("MSA_CODE", "14460"),
    "a column that is not known and differs": column_added("GRP", "a", "b", "c"),
}
"""They say that the figures are of another place, industry, owner or year: always to be refused."""


def _dropped(given: Changed, rows: list[int]) -> bool:
    for row in sorted(rows, reverse=True):
        del given.book.rows[row]
    return bool(rows)


def cut(given: Changed) -> bool:
    """Cut the file at the end, wherever."""
    lines = given.lines()
    return _dropped(given, lines[given.draw.randrange(1, len(lines)) :])


def row_dropped(given: Changed) -> bool:
    return _dropped(given, [given.draw.choice(given.lines())])


def row_doubled(given: Changed) -> bool:
    row = given.draw.choice(given.lines())
    given.book.rows.insert(row, list(given.book.rows[row]))
    return True


def row_doubled_otherwise(given: Changed) -> bool:
    place = given.cell(FIGURES, is_large)
    if place is None:
        return False
    row, at = place
    again = list(given.book.rows[row])
    again[at] = (number(again[at]) or 0) + 1
    given.book.rows.insert(row + 1, again)
    return True


def row_shifted(given: Changed) -> bool:
    cells = given.book.rows[given.draw.choice(given.lines())]
    at = given.draw.randrange(len(cells) - 1)
    if not any(cells[at:]):
        return False
    cells.insert(at, "")
    cells.pop()
    return True


def rows_sorted(given: Changed) -> bool:
    lines = given.lines()
    if len(lines) < 2 or lines[-1] - lines[0] >= len(lines):
        return False
    moved = [given.book.rows[row] for row in lines]
    given.draw.shuffle(moved)
    given.book.rows[lines[0] : lines[-1] + 1] = moved
    return True


def total_dropped(given: Changed) -> bool:
    totals = [row for row in given.lines() if "00-0000" in given.book.rows[row]]
    return _dropped(given, totals[:1])


def blank_rows(given: Changed) -> bool:
    given.book.rows.insert(given.draw.choice(given.lines()), [""] * len(given.book.names))
    return True


def header_again(given: Changed) -> bool:
    header = list(given.book.rows[given.book.header])
    given.book.rows.insert(given.draw.choice(given.lines()[1:]), header)
    return True


ROWS: dict[str, Change] = {
    "cut at the end": cut,
    "a row dropped": row_dropped,
    "a row doubled": row_doubled,
    "a row doubled with another figure": row_doubled_otherwise,
    "a row shifted by a cell": row_shifted,
    "rows in another order": rows_sorted,
    "a total dropped": total_dropped,
    "a blank row": blank_rows,
    "the header again": header_again,
}


def renamed(made: Callable[[str], str]) -> Change:
    """Return a mutation of the file's name without its folder."""

    def change(given: Changed) -> bool:
        folder, slash, name = given.book.path.rpartition("/")
        given.book.path = folder + slash + made(name)
        return not given.book.path.endswith("/" + name) and given.book.path != name

    return change


def sheet_renamed(given: Changed) -> bool:
    name, *_ = given.book.sheets
    other = re.sub(r"20\d\d", "2019", name)
    if not given.book.path.endswith(".xlsx") or other == name:
        return False
    given.book.sheets = {other if n == name else n: rows for n, rows in given.book.sheets.items()}
    return True


def folder_renamed(given: Changed) -> bool:
    folder, slash, name = given.book.path.rpartition("/")
    if given.kind == "onet":
        return False  # all of a release's files stand in one folder
    given.book.path = f"oesm19nat/{folder}{slash}{name}"
    return True


def years_moved(given: Changed) -> bool:
    """Move every year in the header and the caption by one: another edition with these figures."""
    moved = False
    for row in given.book.rows[: given.book.header + 1]:
        for at, cell in enumerate(row):
            if isinstance(cell, str) and (found := re.search(r"20\d\d", cell)):
                row[at] = re.sub(r"20\d\d", lambda y: str(int(y[0]) - 1), cell)
                row[at] = re.sub(r"(?<=-)\d\d\b(?!\d)", lambda y: f"{int(y[0]) - 1}", row[at])
                moved = moved or bool(found)
    given.book.path = f"projections{Path(given.book.path).suffix}"
    return moved


NAMES: dict[str, Change] = {
    "another year in the file's name": renamed(lambda n: re.sub(r"20\d\d", "2019", n)),
    "two digits for the year": renamed(lambda n: re.sub(r"\w*20\d\d\w*", "oesm97nat", n)),
    "a year to come in the file's name": renamed(lambda n: re.sub(r"20\d\d", "2041", n)),
    "another year in the sheet's name": sheet_renamed,
    "another year in the folder's name": folder_renamed,
}
