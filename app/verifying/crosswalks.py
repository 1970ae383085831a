"""Lists of codes and crosswalks, compared with the tables: no address of the API shows them yet.

A line of a file states titles, one for each of its codes, and pairs of codes. The columns are known
by their place in the header, as the publishers' files have them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, text

from app.importers.loading.planned import Planned
from app.importers.loading.recognise import Found
from app.verifying.answers import Api
from app.verifying.cell_comparison import Difference, Tally
from app.verifying.cells import given
from app.verifying.cells import text as shown
from app.verifying.tables import Lines
from app.verifying.verification import Outcome, shown_release


class Columns(NamedTuple):
    """Columns of a code, its title and its address; ``classification`` of a code is by its form."""

    code: str
    title: str | None
    classification: str
    uri: str | None = None


LISTS: dict[str, tuple[tuple[Columns, ...], tuple[tuple[int, int], ...]]] = {
    "crosswalk-oews-2019": (
        (
            Columns("oes 2019.*code", "oes 2019.*title", "oews-2019"),
            Columns("2018 soc code", None, "soc-2018"),
            Columns("oes 2018.*code", "oes 2018.*title", "oews-2018"),
            Columns("2010 soc code", "2010 soc title", "soc-2010"),
        ),
        ((0, 1), (0, 2), (2, 3), (3, 1)),
    ),
    "crosswalk-soc-2000-soc-2010": (
        (
            Columns("2000 soc code", "2000 soc title", "soc-2000"),
            Columns("2010 soc code", "2010 soc title", "soc-2010"),
        ),
        ((0, 1),),
    ),
    "crosswalk-soc-2010-soc-2018": (
        (
            Columns("2010 soc code", "2010 soc title", "soc-2010"),
            Columns("2018 soc code", None, "soc-2018"),
        ),
        ((0, 1),),
    ),
    "crosswalk-isco-08-soc-2010": (
        (
            Columns("isco-08 code", "isco-08 title.*", "isco-08"),
            Columns("2010 soc code", "2010 soc title", "soc-2010"),
        ),
        ((0, 1),),
    ),
    "crosswalk-cip-2020-soc-2018": (
        (
            Columns("cip2020code", "cip2020title", "cip-2020"),
            Columns("soc2018code", None, "soc-2018"),
        ),
        ((0, 1),),
    ),
    "crosswalk-onet-soc-2010-onet-soc-2019": (
        (
            Columns(".*2010 code", ".*2010 title", "onet-soc-2010"),
            Columns(".*2019 code", ".*2019 title", "onet-soc-2019"),
        ),
        ((0, 1),),
    ),
    "crosswalk-onet-soc-2019-soc-2018": (
        (
            Columns("o.net-soc 2019 code", "o.net-soc 2019 title", "onet-soc-2019"),
            Columns("2018 soc code", None, "soc-2018"),
        ),
        ((0, 1),),
    ),
    "crosswalk-onet-soc-2019-nem-2022": (
        (
            Columns("o.net-soc code", "o.net-soc title", "onet-soc-2019"),
            Columns("nem code", "national employment matrix.*title", "nem-2022"),
        ),
        ((0, 1),),
    ),
    "crosswalk-esco-1.1-onet-soc-2019": (
        (
            Columns("esco/isco code", "esco/isco title", "esco-1.1"),
            Columns("o.net-soc 2019 code", "o.net-soc 2019 title", "onet-soc-2019"),
        ),
        ((0, 1),),
    ),
    "esco-occupations": (
        (
            Columns("code", "preferredlabel", "esco-", "concepturi"),
            Columns("iscogroup", None, "isco-08"),
        ),
        ((0, 1),),
    ),
    "esco-isco-groups": ((Columns("code", "preferredlabel", "isco-08", "concepturi"),), ()),
    "naics": ((Columns("(.* naics (us )?)?code", "(.* naics (us )?)?title", "naics-"),), ()),
}
"""Kind of file → its columns, and which of them state pairs."""
NO_MATCH = {"99.9999", "99-9999"}
Key = tuple[str, ...]


class Stated(NamedTuple):
    """A cell of a file, and what the tables must have for it."""

    key: Key
    value: tuple[Any, ...]
    row: int
    column: str


def stated(kind: str, lines: Lines, version: str) -> Iterator[Stated]:
    """Yield what each line of a file states: titles, then pairs with the publisher's comment."""
    sides, pairs = LISTS[kind]
    wanted = [name for side in sides for name in (side.code, side.title, side.uri)]
    patterns = [name or "no such column" for name in wanted]
    for row, _, *found in lines.select(*patterns, "part", "notes|comment.*"):
        *cells, part, note = found
        codes: list[tuple[str, str]] = []
        if sum(bool(shown(cell)) for cell in cells) == 1 and len(sides) > 1:
            continue  # a note below the table
        for n, side in enumerate(sides):
            code, title, uri = (shown(cell) for cell in cells[3 * n : 3 * n + 3])
            classification = side.classification + version * side.classification.endswith("-")
            if side.classification.startswith("esco") and "." not in code:
                classification = "isco-08"
            codes.append((classification, code))
            if side.title and code not in NO_MATCH:
                plain = re.sub(r"[\s*]+$", "", re.sub(r"\s+", " ", title))
                if kind == "naics" and plain[-2:-1].islower():
                    plain = plain.removesuffix("T")
                yield Stated((classification, code), (plain, uri or None), row, side.title)
        for one, other in pairs:
            both = codes[one], codes[other]
            if not NO_MATCH & {code for _, code in both}:
                comment = (given(part) and "part", given(note)) if one + other == 1 else (None,) * 2
                key = tuple(name for code in both for name in code)
                yield Stated(key, comment, row, sides[other].code)


def loaded(connection: Connection, release: str) -> dict[Key, tuple[Any, ...]]:
    """Return what the tables have of a release: title and address of a code, comment of a pair."""
    live = "FROM parts p JOIN releases r ON r.id = p.release_id AND NOT r.superseded"
    entries = text(
        f"SELECT p.classification_id, e.code, e.title, e.uri {live}"
        " JOIN entries e ON e.part_id = p.id WHERE r.name = :release"
    )
    mappings = text(
        f"SELECT p.kind, m.from_code, m.to_code, m.match, m.note {live}"
        " JOIN mappings m ON m.part_id = p.id WHERE r.name = :release"
    )
    found: dict[Key, tuple[Any, ...]] = {}
    for classification, code, title, uri in connection.execute(entries, {"release": release}):
        found[classification, code] = title, uri
    for kind, one, other, match, note in connection.execute(mappings, {"release": release}):
        first, second = kind.split("/")
        found[first, one, second, other] = match, note
    return found


def verify_list(api: Api, planned: Planned, tables: Engine | None, limit: int) -> Outcome:
    """Compare the file of a release with the tables. Raises ``NotShown``."""
    release, notes = shown_release(api, planned)
    (found,) = planned.files
    if tables is None:
        return Outcome(release, notes=[f"{found.name}: not compared, no address shows its codes"])
    started = time.monotonic()
    with tables.connect() as connection:
        tally, differences = _compare(connection, release, found, limit)
    tally.seconds = time.monotonic() - started
    return Outcome(release, [tally], differences, notes)


def _compare(
    connection: Connection, release: str, found: Found, limit: int
) -> tuple[Tally, list[Difference]]:
    document, header = found.opened
    lines = Lines(document, header)
    tally = Tally(found.name, release)
    version = release.removeprefix("esco-").removeprefix("naics-").partition("-")[0]
    tables = loaded(connection, release)
    differences: list[Difference] = []

    def differs(row: int | None, column: str, why: str) -> None:
        tally.differ += 1
        if len(differences) < limit:
            sheet = header.sheet if row else None
            differences.append(Difference(found.name, sheet, row, column, why, "the tables"))

    met = set()
    for one in stated(found.kind, lines, version):
        tally.compared += 1
        met.add(one.key)
        if tables.get(one.key) != one.value:
            said = " ".join(one.key)
            why = f"{said}: {one.value!r} in the file; {tables.get(one.key)!r} in the tables"
            differs(one.row, one.column, why)
    for key in sorted(tables.keys() - met):
        differs(None, "", f"{' '.join(key)} stands in no line of the file")
    tally.unused = lines.unused()
    return tally, differences
