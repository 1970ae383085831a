"""Files that set codes of classifications side by side, or list them with their titles.

A format is a row of the table ``FORMATS``: the publisher's columns, and which pairs of codes a line
states. It is known by its columns of codes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.database.models.classifications import CURRENT
from app.database.models.occupations import SECTORS

SOC_SITE = "https://www.bls.gov/soc/"
ONET_SITE = "https://www.onetcenter.org/taxonomy.html"
ESCO_SITE = "https://esco.ec.europa.eu/en/use-esco/download"
CIP_SITE = "https://nces.ed.gov/ipeds/cipcode/post3.aspx?y=56"
NAICS_SITE = "https://www.census.gov/naics/"
US = r"20\d\d naics (us )?"
"""How the headings of the Census Bureau's own workbooks begin: 2022 NAICS US Code."""


@dataclass(frozen=True, slots=True)
class Side:
    """The columns of one classification in a file: patterns of their names.

    ``{version}`` in the classification's id is the version that the file or command names.
    """

    classification: str
    code: str
    title: str = ""
    uri: str = ""
    plain: str = ""  # the classification of codes without a dot: ESCO's files name groups of ISCO
    none: str = ""  # the code that says that there is no match

    def classification_of(self, code: str, version: str) -> str:
        """Return the classification of a code."""
        if self.plain and "." not in code:
            return self.plain
        return self.classification.format(version=version)


@dataclass(frozen=True, slots=True)
class Format:
    """A file's columns, and what release it makes."""

    source: str
    period: str  # when its publisher made it, as far as the file or its publisher says
    title: str
    url: str
    sides: tuple[Side, ...]
    name: str = ""  # of the release, where it is not the format's
    pairs: tuple[tuple[int, int], ...] = ()  # numbers of sides, from and to
    match: str = ""  # column that marks with an asterisk what is in the other code in part only
    note: str = ""
    sheet: str = ""  # where a workbook has several with the same columns
    reverse: str = ""  # the sheet that has the same pairs the other way round
    several: bool = False  # a pair may stand on several lines, which differ in a third code
    names: str = ""  # pattern of the file's name, where columns alone do not tell
    ignored: str = ""  # pattern of a further column that says nothing
    other: frozenset[str] = field(default_factory=frozenset)  # further columns that must be there

    @property
    def columns(self) -> dict[str, str]:
        """Pattern → field, as tables have them: code0, title0, uri0, code1 …, match, note."""
        found: dict[str, str] = {}
        for n, side in enumerate(self.sides):
            its = {f"code{n}": side.code, f"title{n}": side.title, f"uri{n}": side.uri}
            found |= {pattern: name for name, pattern in its.items() if pattern}
        both = {"match": self.match, "note": self.note}
        return found | {pattern: name for name, pattern in both.items() if pattern}

    @property
    def optional(self) -> set[str]:
        """The fields that a file may lack: comments, and titles that are not loaded."""
        current = {f"title{n}" for n, s in enumerate(self.sides) if s.classification == CURRENT}
        return current | {"note"}

    @property
    def codes(self) -> list[str]:
        """The patterns of the columns by which the format is known."""
        return [*(side.code for side in self.sides), *sorted(self.other)]


def _soc(year: int) -> Side:
    return Side(f"soc-{year}", rf"{year} soc code", rf"{year} soc title")


def _onet(year: int) -> Side:
    return Side(f"onet-soc-{year}", rf"o\*net-soc {year} code", rf"o\*net-soc {year} title")


def _oews(year: int) -> Side:
    return Side(f"oews-{year}", f"oes {year} estimates code", f"oes {year} estimates title")


FORMATS: dict[str, Format] = {
    "crosswalk-oews-2019": Format(
        source="bls-oews",
        period="2019-05",
        title="Codes of May 2019 and of May 2018, with the SOC 2018 and 2010",
        url="https://www.bls.gov/oes/soc_2018.htm",
        sides=(_oews(2019), _soc(2018), _oews(2018), _soc(2010)),
        pairs=((0, 1), (0, 2), (2, 3), (3, 1)),
        note="notes",
        several=True,
    ),
    "crosswalk-soc-2000-soc-2010": Format(
        source="soc",
        period="2010-01",
        title="SOC 2000 to SOC 2010",
        url=SOC_SITE,
        sides=(_soc(2000), _soc(2010)),
        pairs=((0, 1),),
    ),
    "crosswalk-soc-2010-soc-2018": Format(
        source="soc",
        period="2017-11",
        title="SOC 2010 to SOC 2018",
        url=SOC_SITE,
        sides=(_soc(2010), _soc(2018)),
        pairs=((0, 1),),
    ),
    "crosswalk-isco-08-soc-2010": Format(
        source="soc",
        period="2015-06",
        title="ISCO-08 to SOC 2010",
        url=SOC_SITE,
        sides=(Side("isco-08", "isco-08 code", "isco-08 title en"), _soc(2010)),
        pairs=((0, 1),),
        match="part",
        note=r"comment.*",
        sheet="ISCO-08 to 2010 SOC",
        reverse="2010 SOC to ISCO-08",
    ),
    "crosswalk-cip-2020-soc-2018": Format(
        source="nces-cip",
        period="2020",
        title="CIP 2020 to SOC 2018",
        url=CIP_SITE,
        sides=(
            Side("cip-2020", "cip2020code", "cip2020title", none="99.9999"),
            Side("soc-2018", "soc2018code", "soc2018title", none="99-9999"),
        ),
        pairs=((0, 1),),
        sheet="CIP-SOC",
        reverse="SOC-CIP",
    ),
    "crosswalk-onet-soc-2010-onet-soc-2019": Format(
        source="onet",
        period="2020-11",
        title="O*NET-SOC 2010 to O*NET-SOC 2019",
        url=ONET_SITE,
        sides=(_onet(2010), _onet(2019)),
        pairs=((0, 1),),
    ),
    "crosswalk-onet-soc-2019-soc-2018": Format(
        source="onet",
        period="2020-11",
        title="O*NET-SOC 2019 to SOC 2018",
        url=ONET_SITE,
        sides=(_onet(2019), _soc(2018)),
        pairs=((0, 1),),
    ),
    "crosswalk-onet-soc-2019-nem-2022": Format(
        source="bls-ep",
        period="2022-32",
        title="O*NET-SOC 2019 to the National Employment Matrix 2022-32",
        url="https://www.bls.gov/emp/documentation/crosswalks.htm",
        sides=(
            Side("onet-soc-2019", r"o\*net-soc code", r"o\*net-soc title"),
            Side("nem-2022", "nem code", "national employment matrix occupational title"),
        ),
        pairs=((0, 1),),
    ),
    "crosswalk-esco-1.1-onet-soc-2019": Format(
        source="onet",
        period="2022-12",
        title="ESCO 1.1 to O*NET-SOC 2019",
        url="https://www.onetcenter.org/crosswalks.html",
        sides=(
            Side("esco-1.1", "esco/isco code", "esco/isco title", plain="isco-08"),
            _onet(2019),
        ),
        pairs=((0, 1),),
    ),
    "esco-occupations": Format(
        name="esco-{version}-occupations",
        source="esco",
        period="{version}",
        title="ESCO {version}, occupations",
        url=ESCO_SITE,
        sides=(
            Side("esco-{version}", "code", "preferredlabel", uri="concepturi"),
            Side("isco-08", "iscogroup"),
        ),
        pairs=((0, 1),),
        other=frozenset({"concepttype"}),
    ),
    "esco-isco-groups": Format(
        name="esco-{version}-isco-groups",
        source="esco",
        period="{version}",
        title="ESCO {version}, groups of ISCO-08",
        url=ESCO_SITE,
        sides=(Side("isco-08", "code", "preferredlabel", uri="concepturi"),),
        other=frozenset({"concepttype", "preferredlabel"}),
    ),
    "naics": Format(
        name="naics-{version}",
        source="census",
        period="{version}",
        title="NAICS {version}, codes and titles",
        url=NAICS_SITE,
        sides=(Side("naics-{version}", rf"code|{US}code", rf"title|{US}title"),),
        names=r"naics|\d[- ]digit",
        ignored=r"seq\. no\.",
    ),
}
"""Kind of file, mostly its release's name → format. One with more columns of codes comes first."""

CODES = {
    "soc": r"\d\d-\d{4}",
    "oews": r"\d\d-\d{4}",
    "nem": r"\d\d-\d{4}",
    "onet-soc": r"\d\d-\d{4}\.\d\d",
    "isco": r"\d{1,4}",
    "esco": r"\d{4}(\.\d{1,3})+",
    "cip": r"\d\d\.\d{4}",
    "naics": r"\d{2,6}|31-33|44-45|48-49",
}
"""System of classifications → the shape of its codes."""
TITLE_MARKS = {"naics": r"(?<=[a-z)])T$"}
"""System → mark at the end of its titles. T in NAICS: Canada and Mexico have the industry too."""
LEVELS: dict[str, tuple[str, ...]] = {
    "soc": ("detailed",),
    "oews": ("detailed",),
    "nem": ("detailed",),
    "onet-soc": ("onet",),
    "isco": ("major", "sub_major", "minor", "unit"),
    "esco": ("occupation",),
    "cip": ("program",),
    "naics": ("", "sector", "subsector", "industry_group", "industry", "national_industry"),
}
"""System → the levels of its codes by their length, or the one that all have in such files."""
PARTS = {"*": True, "": False}
"""Mark in a column ``part`` → whether only a part of the line's first code is in the other."""
MATCHES: dict[tuple[bool, bool | None], str | None] = {
    (False, False): "exact",
    (False, True): "broad",
    (True, False): "narrow",
    (True, True): "close",
    (True, None): "narrow",
    (False, None): None,
}
"""Marks of a pair in a sheet and in the one the other way round, if that is there → match (SKOS).

A code of which a part is in the other is the broader one; two codes that share a part are close.
"""


def system_of(classification: str) -> str:
    """Return the system of a classification: onet-soc of onet-soc-2019."""
    return classification.rpartition("-")[0]


def level_of(classification: str, code: str) -> str:
    """Return the level of a code."""
    levels = LEVELS[system_of(classification)]
    if "-" in code:  # the sectors 31-33, 44-45, 48-49
        code = code[:2]
    return levels[0] if len(levels) == 1 else levels[len(code) - 1]


def parent_of(classification: str, code: str) -> str | None:
    """Return the code above, where the code itself shows it: in ISCO, ESCO and NAICS."""
    system = system_of(classification)
    if system == "esco":
        return code.rpartition(".")[0]
    if system == "naics" and len(code) == 3:
        return SECTORS.get(code[:2], code[:2])
    if system == "isco" or (system == "naics" and len(code) > 3 and code.isdigit()):
        return code[:-1] or None
    return None
