"""Small files about places in their publishers' shapes: a handful of counties and ZIP codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.builders import write_xlsx

COUNTIES = """\
fips,state,name,note
09001,CT,Fairfield County,until 2022; planning regions 09110-09190 after
09120,CT,Greater Bridgeport Planning Region,since 2022
09140,CT,Naugatuck Valley Planning Region,since 2022
09170,CT,South Central Connecticut Planning Region,since 2022
25017,MA,Middlesex County,
29189,MO,St. Louis County,
29510,MO,St. Louis city,
35013,NM,Doña Ana County,
46102,SD,Oglala Lakota County,since 2015/2019
46113,SD,Shannon County,replaced by 46102 in 2015
48021,TX,Bastrop County,
48047,TX,Brooks County,
48453,TX,Travis County,
60050,AS,Western District,
66010,GU,Guam,
74300,UM,Midway Islands,
"""
DEFINED = (
    "FIPS Code,State,State Abbreviation,May 2025 Area Code,May 2025 Area Title,County Code,"
    "County Name"
)
OF_2025 = f"""\
{DEFINED}
09,Connecticut,CT,14860,"Bridgeport-Stamford-Danbury, CT",120,Greater Bridgeport Planning Region
09,Connecticut,CT,47930,"Waterbury-Shelton, CT",140,Naugatuck Valley Planning Region
09,Connecticut,CT,35300,"New Haven, CT",170,South Central Connecticut Planning Region
25,Massachusetts,MA,14460,"Boston-Cambridge-Newton, MA-NH",017,Middlesex County
35,New Mexico,NM,29740,"Las Cruces, NM",013,Doña Ana County
46,South Dakota,SD,4600003,West South Dakota nonmetropolitan area,102,Oglala Lakota County
48,Texas,TX,12420,"Austin-Round Rock-San Marcos, TX",021,Bastrop County
48,Texas,TX,12420,"Austin-Round Rock-San Marcos, TX",453,Travis County
48,Texas,TX,4800006,Coastal Plains Region of Texas nonmetropolitan area,047,Brooks County
"""
HEADER_2021 = [
    *("FIPS code", "State", "State abbreviation", "May 2021 MSA code ", "May 2021 MSA name"),
    *("County code", "Township code"),
    "County name (or Township name for the New England states)",
]
BRIDGEPORT, DANBURY = "Bridgeport-Stamford-Norwalk, CT", "Danbury, CT"
LINES_2021: list[list[Any]] = [
    ["09", "Connecticut", "CT", "  71950", BRIDGEPORT, "001", "08070", "Bridgeport"],
    ["09", "Connecticut", "CT", "  71950", BRIDGEPORT, "001", 73000.0, "Stamford"],
    ["09", "Connecticut", "CT", 72850.0, DANBURY, "001", "18430", "Danbury"],
    ["48", "Texas", "TX", "  12420", "Austin-Round Rock, TX", "453", "000", "Travis County"],
    ["72", "Puerto Rico", "PR", "  32420", "Mayag\x81uez, PR", "097", "000", "Mayagüez Municipio"],
]
ZIPS = """\
OID_ZCTA5_20|GEOID_ZCTA5_20|NAMELSAD_ZCTA5_20|AREALAND_ZCTA5_20|OID_COUNTY_20|GEOID_COUNTY_20|\
NAMELSAD_COUNTY_20|AREALAND_PART|AREAWATER_PART
|06604|ZCTA5 06604|5500000||09001|Fairfield County|5500000|1000000
|78612|ZCTA5 78612|300||48021|Bastrop County|100|5
|78612|ZCTA5 78612|300||48453|Travis County|200|0
|78650|ZCTA5 78650|297||48047|Brooks County|100|0
|78650|ZCTA5 78650|297||48453|Travis County|99|0
|78650|ZCTA5 78650|297||48021|Bastrop County|98|0
|78636|ZCTA5 78636|300||48047|Brooks County|100|5
|78636|ZCTA5 78636|300||48453|Travis County|99|50
|78701|ZCTA5 78701|3906395||48453|Travis County|3906395|239536
|96799|ZCTA5 96799|72479711||60050|Western District|72479711|1550804
|96910|ZCTA5 96910|1000||66010|Guam|1000|0
|||||48047|Brooks County|7|0
"""
"""Some ZIP code areas lie in several counties; the last line is of no ZIP code area."""


def place_files(folder: Path) -> Path:
    """Write all of them into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    (folder / "counties.csv").write_text(COUNTIES, "utf-8")
    (folder / "areas_2025.csv").write_text(OF_2025, "utf-8")
    write_xlsx(folder / "areas_2021.xlsx", {"areas": [HEADER_2021, *LINES_2021]})
    (folder / "zips.txt").write_text("\ufeff" + ZIPS, "utf-8")
    return folder
