"""Writes the tables of areas in ``seed/``: which areas the OEWS had, and which followed which.

    python -m bench.area_links ../shared/data

The survey's areas are made of counties, until May 2023 in New England of towns. Two of BLS's lists
say of which: that of May 2021, which served until May 2023 (Office of Management and Budget's
delineations of 2013), and that of May 2024 and 2025 (delineations of 2023). An area of the older
list and one of the newer are compared by the counties and towns that both have.

If they have any in common, they are related:

    renamed  same extent, other code
    merged   the newer area has all of the older one, and more
    split    the older area had all of the newer one, and more
    part     each has something that the other lacks

The newer one followed the older one (``links``) if its code is new, or if it has more of the older
one than the area has that kept the older one's code. Between codes that are in both lists, a
county that moved is no link. A code that stayed and stands for another extent is told in the same
words (``changed``), or as ``reused`` if it has nothing in common with what it stood for.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import lzma
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import python_calamine

from app.importers.seed.files import seed_folder

OLDER = "places/area_definitions_m2021.xlsx"
NEWER = "places/area_definitions_m2025.made.csv"
NAMES = "bls-oews-flat/2019/oe.area"
"""Codes and names of May 2019: the codes of OLDER."""
FIRST = "bls-oews-older/aMSA_M2015_dl.csv.xz"
"""May 2015: eleven metropolitan areas and their divisions."""
OMB = "places/list1_2023.xlsx"
"""The delineations of 2023 themselves. NEWER must have their metropolitan areas."""
NEW_ENGLAND = frozenset({"09", "23", "25", "33", "44", "50"})
CONNECTICUT = "09"
ENDED = frozenset(
    {"02201", "02232", "02270", "02280", "12025", "30113"}
    | {"47191", "51515", "51560", "72042", "72120", "72134"}
)
"""Codes of counties in OLDER that had ended before 2019; those that followed are there too."""
REGIONS = """
110 Andover Avon Berlin Bloomfield Bolton Canton Columbia Coventry East_Granby East_Hartford
    East_Windsor Ellington Enfield Farmington Glastonbury Granby Hartford Hebron Manchester
    Mansfield Marlborough New_Britain Newington Plainville Rocky_Hill Simsbury Somers South_Windsor
    Southington Stafford Suffield Tolland Vernon West_Hartford Wethersfield Willington Windsor
    Windsor_Locks
120 Bridgeport Easton Fairfield Monroe Stratford Trumbull
130 Chester Clinton Cromwell Deep_River Durham East_Haddam East_Hampton Essex Haddam Killingworth
    Lyme Middlefield Middletown Old_Lyme Old_Saybrook Portland Westbrook
140 Ansonia Beacon_Falls Bethlehem Bristol Cheshire Derby Middlebury Naugatuck Oxford Plymouth
    Prospect Seymour Shelton Southbury Thomaston Waterbury Watertown Wolcott Woodbury
150 Ashford Brooklyn Canterbury Chaplin Eastford Hampton Killingly Plainfield Pomfret Putnam
    Scotland Sterling Thompson Union Voluntown Woodstock
160 Barkhamsted Burlington Canaan Colebrook Cornwall Goshen Hartland Harwinton Kent Litchfield
    Morris New_Hartford Norfolk North_Canaan Roxbury Salisbury Sharon Torrington Warren Washington
    Winchester
170 Bethany Branford East_Haven Guilford Hamden Madison Meriden Milford New_Haven North_Branford
    North_Haven Orange Wallingford West_Haven Woodbridge
180 Bozrah Colchester East_Lyme Franklin Griswold Groton Lebanon Ledyard Lisbon Montville
    New_London North_Stonington Norwich Preston Salem Sprague Stonington Waterford Windham
190 Bethel Bridgewater Brookfield Danbury Darien Greenwich New_Canaan New_Fairfield New_Milford
    Newtown Norwalk Redding Ridgefield Sherman Stamford Weston Westport Wilton
"""
"""County code of each of Connecticut's planning regions, its counties since 2022, and its towns.

Source: U.S. Census Bureau, Change to County-Equivalents in the State of Connecticut, 87 FR 34235.
"""


class List(NamedTuple):
    """A list of areas: their names, and the counties and towns that each is made of."""

    names: dict[str, str]
    extents: dict[str, set[str]]


class Link(NamedTuple):
    """An older and a newer area, how they are related, and how much they have in common."""

    older: str
    newer: str
    relation: str
    common: int


def read_older(data: Path) -> List:
    """Read the list of May 2021. A unit is a county, 01001, or a town, 25017-Cambridge."""
    names: dict[str, str] = {}
    extents: dict[str, set[str]] = {}
    for state, _, _, area, name, county, town, unit in _rows(data / OLDER)[1:]:
        fips = state + county.zfill(3)
        if fips in ENDED:
            continue
        # May 2019 has this list's codes; one name there has a letter that is broken here.
        names.setdefault(area, name if name.isprintable() else "")
        extents.setdefault(area, set()).add(fips if int(town) == 0 else f"{fips}-{unit}")
    for code, name in _names_of_2019(data).items():
        names[code] = names[code] or name
    return List(names, extents)


def read_newer(data: Path) -> List:
    """Read the list of May 2024 and 2025, by county."""
    names: dict[str, str] = {}
    extents: dict[str, set[str]] = {}
    with (data / NEWER).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            code = row["May 2025 Area Code"]
            names[code] = row["May 2025 Area Title"]
            extents.setdefault(code, set()).add(row["FIPS Code"] + row["County Code"])
    _agree_with_omb(data, extents)
    return List(names, extents)


def _agree_with_omb(data: Path, extents: Mapping[str, set[str]]) -> None:
    """Raise ``ValueError`` unless each metropolitan county is in OMB's area of the same code."""
    found: dict[str, set[str]] = {}
    for row in _rows(data / OMB)[3:]:
        if row[4] == "Metropolitan Statistical Area":
            found.setdefault(row[0], set()).add(row[9] + row[10])
    metropolitan = {code: its for code, its in extents.items() if len(code) == 5}
    if metropolitan != found:
        raise ValueError(f"{NEWER} and {OMB} have different metropolitan areas")


def _names_of_2019(data: Path) -> dict[str, str]:
    with (data / NAMES).open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file, delimiter="\t")]
    return {
        row["area_code"].removeprefix("00"): row["area_name"]
        for row in rows
        if row["areatype_code"] == "M"
    }


def codes_of_2015(data: Path, known: Iterable[str]) -> list[str]:
    """Return the codes of the older list that a file of May 2015 has."""
    with lzma.open(data / FIRST, "rt", encoding="utf-8-sig", newline="") as file:
        return sorted({row["AREA"] for row in csv.DictReader(file)} & {*known})


def compare(older: List, newer: List) -> tuple[list[Link], dict[str, str]]:
    """Return the links, and the relation of each code whose extent changed to what it was."""
    now = {unit: code for code, units in newer.extents.items() for unit in units}
    region = _regions()
    links: list[Link] = []
    changed: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    common: dict[str, Counter[str]] = {}
    for code, units in older.extents.items():
        shares = Counter(now[_county(unit, region)] for unit in units)
        common[code] = shares
        sizes.update(shares)
    if missing := newer.names.keys() - sizes.keys():
        raise ValueError(f"{sorted(missing)} of {NEWER} have nothing in common with {OLDER}")
    for code, shares in sorted(common.items()):
        if code in newer.names and code not in shares:
            changed[code] = "reused"
        for other, both in sorted(shares.items(), key=lambda share: (-share[1], share[0])):
            relation = RELATIONS[both == shares.total(), both == sizes[other]]
            if code == other:
                if relation != "renamed":
                    changed[code] = relation
            elif other not in older.names or both > shares[code]:
                links.append(Link(code, other, relation, both))
    return links, changed


RELATIONS = {
    (True, True): "renamed",
    (True, False): "merged",
    (False, True): "split",
    (False, False): "part",
}
"""Whether both areas' common extent is all of the older and all of the newer one → relation."""


def _regions() -> dict[str, str]:
    """Return town → county code of its planning region."""
    found: dict[str, str] = {}
    county = ""
    for word in REGIONS.split():
        if word.isdigit():
            county = CONNECTICUT + word
        else:
            found[word.replace("_", " ")] = county
    return found


def _county(unit: str, region: Mapping[str, str]) -> str:
    """Return the county of 2023 that a county or a town of 2021 lies in."""
    county, _, town = unit.partition("-")
    if county.startswith(CONNECTICUT):
        return region[town.rpartition(" ")[0]]  # without the word town, city or borough
    return county


def _rows(path: Path) -> list[list[str]]:
    """Return a workbook's rows as text; codes that are numbers there have lost no zeros."""
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return [
        [str(int(cell)) if isinstance(cell, float) else str(cell).strip() for cell in row]
        for row in sheet.to_python()
    ]


OLD = """\
# The areas of the OEWS, May 2019 to May 2023. Made by `python -m bench.area_links ../shared/data`
# from the files below; do not edit it. The codes of May 2019 and May 2021 are the same.

release:
  name: bls-areas-2021-05
  source: bls-areas
  period: 2021-05
  title: Areas of the OEWS, May 2019 to May 2023, by the delineations of 2013
  published: null
  source_url: https://www.bls.gov/oes/2021/may/msa_def.htm
  excerpt: false

first: 2019-05
last: 2023-05
"""
NEW = """\
# The areas of the OEWS since May 2024, and which of those before they followed. Made by
# `python -m bench.area_links ../shared/data` from the files below; do not edit it.
# bench/area_links.py says what the relations mean. `common` counts counties and, in New England,
# towns. A town of Connecticut is in the planning region that 87 FR 34235 says.

release:
  name: bls-areas-2025-05
  source: bls-areas
  period: 2025-05
  title: Areas of the OEWS since May 2024, by the delineations of 2023
  published: null
  source_url: https://www.bls.gov/oes/current/msa_def.htm
  excerpt: false
  notice: >-
    Which area followed which is worked out here from the counties and towns of both lists. The list
    of counties was made from the Department of Labor's wage area files; its metropolitan areas are
    those of OMB Bulletin No. 23-01.

first: 2024-05
last: null
"""


def tables(data: Path) -> dict[str, str]:
    """Return the content of each table, by its name in ``seed/``."""
    older, newer = read_older(data), read_newer(data)
    links, changed = compare(older, newer)
    earlier = ", ".join(f'"{code}"' for code in codes_of_2015(data, older.names))
    return {
        "bls-areas-2021-05.yaml": OLD
        + f"earlier:\n  2015-05: [{earlier}]\n\n"
        + _made_from(data, OLDER, NAMES, FIRST)
        + _names(older),
        "bls-areas-2025-05.yaml": NEW
        + "\n"
        + _made_from(data, OLDER, NEWER, OMB)
        + _names(newer)
        + "\n# Codes that stand for another extent than in May 2023.\nchanged:\n"
        + "".join(f'  "{code}": {relation}\n' for code, relation in sorted(changed.items()))
        + "\nlinks:\n"
        + "".join(
            f'  - {{older: "{link.older}", newer: "{link.newer}", relation: {link.relation}, '
            f"common: {link.common}}}\n"
            for link in links
        ),
    }


def _made_from(data: Path, *names: str) -> str:
    digests = ((name, hashlib.sha256((data / name).read_bytes()).hexdigest()) for name in names)
    return "made_from:\n" + "".join(f"  {name}: {digest}\n" for name, digest in digests) + "\n"


def _names(areas: List) -> str:
    return "areas:\n" + "".join(
        f'  "{code}": {name}\n' for code, name in sorted(areas.names.items())
    )


def main() -> None:
    """Write the tables and print how many areas are related how."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    folder = Path(str(seed_folder()))
    for name, content in tables(data).items():
        (folder / name).write_text(content, encoding="utf-8")
    links, changed = compare(read_older(data), read_newer(data))
    print(len(links), "links:", dict(Counter(link.relation for link in links)))
    print(len(changed), "codes of another extent:", dict(Counter(changed.values())))


if __name__ == "__main__":
    main()
