"""Lists of codes and crosswalks, compared with the API's classifications and crosswalks.

A line of a file states titles, one for each of its codes, and pairs of codes. The columns are known
by their place in the header, as the publishers' files have them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.importers.loading.planned import Planned
from app.importers.loading.recognise import Found
from app.importers.reading.sheets import Document, Header
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
BACK = "2010 SOC to ISCO-08"
"""The sheet of the ISCO workbook with the same pairs the other way round, and marks of its own."""
MATCHES = {("", ""): "exact", ("", "*"): "broad", ("*", ""): "narrow", ("*", "*"): "close"}
"""Marks of a pair in the two sheets → match: an asterisk says that a part of the code is meant."""
Key = tuple[str, ...]


class Stated(NamedTuple):
    """A cell of a file, and what the tables must have for it."""

    key: Key
    value: tuple[Any, ...]
    row: int
    column: str


def marks_back(document: Document) -> dict[tuple[str, str], str]:
    """Return codes of ISCO and the SOC → the mark of the pair in the sheet the other way round."""
    if BACK not in document.sheets():
        return {}
    head = ((row, cells) for row, cells in document.head(BACK) if "2010 SOC Code" in cells)
    row, cells = next(head)
    lines = Lines(document, Header(BACK, row, tuple(shown(cell).lower() for cell in cells)))
    columns = ("2010 soc code", "part", "isco-08 code")
    return {
        (shown(isco), shown(soc)): shown(part) for _, _, soc, part, isco in lines.select(*columns)
    }


def stated(kind: str, lines: Lines, version: str) -> Iterator[Stated]:
    """Yield what each line of a file states: titles, then pairs with match and comment."""
    sides, pairs = LISTS[kind]
    back = marks_back(lines.document)
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
                plain = re.sub(r"(\(#\)|[\s*])+$", "", re.sub(r"\s+", " ", title))
                if kind == "naics" and plain[-2:-1].islower():
                    plain = plain.removesuffix("T")
                yield Stated((classification, code), (plain, uri or None), row, side.title)
        for one, other in pairs:
            both = codes[one], codes[other]
            if not NO_MATCH & {code for _, code in both}:
                match = MATCHES.get((shown(part), back.get((both[0][1], both[1][1]), "?")))
                key = tuple(name for code in both for name in code)
                comment = given(note) if one + other == 1 else None
                yield Stated(key, (match, comment), row, sides[other].code)


def answered(api: Api, release: str) -> dict[Key, tuple[Any, ...]]:
    """Return what the API has of a release: title and address of a code, comment of a pair."""
    found: dict[Key, tuple[Any, ...]] = {}
    for known in api.pages("/v1/classifications", {}):
        for one in known["items"]:
            for page in api.pages(f"/v1/classifications/{one['id']}", {"release": release}):
                for code in page["items"]:
                    found[one["id"], code["code"]] = code["title"], code["uri"]
    tables = {one["release"] for page in api.pages("/v1/crosswalks", {}) for one in page["items"]}
    for page in api.pages(f"/v1/crosswalks/{release}", {}) if release in tables else ():
        for pair in page["items"]:
            first = pair["from_classification"], pair["from_code"]
            second = pair["to_classification"], pair["to_code"]
            found[*first, *second] = pair["match"], pair["note"]
    return found


def verify_list(api: Api, planned: Planned, limit: int) -> Outcome:
    """Compare the file of a release with the API. Raises ``NotShown`` or ``ApiFault``."""
    release, notes = shown_release(api, planned)
    (found,) = planned.files
    started = time.monotonic()
    tally, differences = _compare(api, release, found, limit)
    tally.seconds = time.monotonic() - started
    return Outcome(release, [tally], differences, notes)


def _compare(api: Api, release: str, found: Found, limit: int) -> tuple[Tally, list[Difference]]:
    document, header = found.opened
    lines = Lines(document, header)
    tally = Tally(found.name, release)
    version = release.removeprefix("esco-").removeprefix("naics-").partition("-")[0]
    answers = answered(api, release)
    differences: list[Difference] = []

    def differs(key: Key, row: int | None, column: str, why: str) -> None:
        tally.differ += 1
        if len(differences) < limit:
            sheet = header.sheet if row else None
            url = f"/v1/classifications/{key[0]}" if len(key) == 2 else f"/v1/crosswalks/{release}"
            said = f"{' '.join(key)}{why}"
            differences.append(Difference(found.name, sheet, row, column, said, url))

    met = set()
    for one in stated(found.kind, lines, version):
        tally.compared += 1
        met.add(one.key)
        if answers.get(one.key) != one.value:
            why = f": {one.value!r} in the file; answered {answers.get(one.key)!r}"
            differs(one.key, one.row, one.column, why)
    for key in sorted(answers.keys() - met):
        differs(key, None, "", " stands in no line of the file")
    tally.unused = lines.unused()
    return tally, differences
