"""Files about places: their columns, and what release each makes."""

from __future__ import annotations

from dataclasses import dataclass

from app.importers.reading.columns import find_header, match_columns
from app.importers.reading.sheets import Document, Header


@dataclass(frozen=True, slots=True)
class Format:
    """A file's columns, and what release it makes. ``{year}`` is the year that its header names."""

    source: str
    name: str
    period: str
    title: str
    url: str
    columns: dict[str, str]  # pattern → field
    optional: frozenset[str] = frozenset()
    unused: str = "(?!)"  # pattern of columns that say nothing more, or are empty


CENSUS_ZIPS = "https://www.census.gov/geographies/reference-files/time-series/geo/relationship-files.2020.html"

FORMATS: dict[str, Format] = {
    "counties": Format(
        source="census",
        name="census-counties-2022",
        period="2022",
        title="Counties and county equivalents, with those of earlier years",
        url="https://www.census.gov/library/reference/code-lists/ansi.html",
        columns={"fips": "fips", "state": "state", "name": "name", "note": "note"},
    ),
    "county_areas": Format(
        source="bls-areas",
        name="bls-areas-counties-{year}-05",
        period="{year}-05",
        title="Counties of the areas of the OEWS, May {year}",
        url="https://www.bls.gov/oes/current/msa_def.htm",
        columns={
            "fips code": "state",
            "state": "state_name",
            "state abbreviation": "postal",
            r"may \d{4} (area|msa) code": "area_code",
            r"may \d{4} (area title|msa name)": "area_name",
            "county code": "county",
            "township code": "town",
        },
        optional=frozenset({"state_name", "town"}),
        unused=r"county name( \(or township name .*\))?",
    ),
    "zip_counties": Format(
        source="census",
        name="census-zcta-2020",
        period="2020",
        title="ZIP code tabulation areas of 2020 and the counties that they lie in",
        url=CENSUS_ZIPS,
        columns={
            "geoid_zcta5_20": "zip",
            "geoid_county_20": "fips",
            "arealand_part": "land",
            "areawater_part": "water",
        },
        unused="(oid|namelsad|arealand|areawater|mtfcc|classfp|funcstat)_(zcta5|county)_20",
    ),
}
"""Kind of file, the dataset that it fills → format."""

SERVES: dict[str, tuple[str, str | None]] = {
    "2021": ("2021-05", "2023-05"),
    "2024": ("2024-05", None),
    "2025": ("2024-05", None),
}
"""Year of a list of areas → the first and the last period of the OEWS that has these areas.

BLS drew its areas anew for May 2024 and kept the list of May 2021 until then. A list of another
year serves for that year.
"""


def format_of(document: Document) -> tuple[str, Header] | None:
    """Return a file's kind and header, if it is about places.

    Raises ``BadFile`` if it has most of the columns of a kind and lacks one.
    """
    for kind, form in FORMATS.items():
        wanted = form.columns
        least = len(wanted) - len(form.optional)
        for sheet in document.sheets():
            header = find_header(document, sheet, wanted, max(3, least - 1))
            if header is None or (kind == "counties" and len(header.names) > len(wanted)):
                continue
            match_columns(document, header, wanted, form.optional)
            return kind, header
    return None
