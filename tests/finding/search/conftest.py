"""A few handwritten occupations, with codes and titles as publishers write them."""

from __future__ import annotations

import pytest

from app.finding.entries import Description, Duty, Entries, Occupation, Title
from app.finding.search import SearchIndex

OCCUPATIONS = [
    Occupation("11-0000", "Management Occupations", "major"),
    Occupation("11-9000", "Other Management Occupations", "minor"),
    Occupation("11-9110", "Medical and Health Services Managers", "broad"),
    Occupation("11-9111", "Medical and Health Services Managers", "detailed"),
    Occupation("11-1011", "Chief Executives", "detailed"),
    Occupation("15-1252", "Software Developers", "detailed"),
    Occupation("17-1011", "Architects, Except Landscape and Naval", "detailed"),
    Occupation("17-1012", "Landscape Architects", "detailed"),
    Occupation("29-1141", "Registered Nurses", "detailed"),
    Occupation("29-1141.01", "Acute Care Nurses", "onet"),
    Occupation("29-1171", "Nurse Practitioners", "detailed"),
    Occupation("33-2011", "Firefighters", "detailed"),
    Occupation("33-3051", "Police and Sheriff’s Patrol Officers", "detailed"),  # noqa: RUF001
    Occupation("49-3023", "Automotive Service Technicians and Mechanics", "detailed"),
    Occupation("49-3031", "Bus and Truck Mechanics and Diesel Engine Specialists", "detailed"),
    Occupation("53-3032", "Heavy and Tractor-Trailer Truck Drivers", "detailed"),
]
EMPLOYMENT: dict[str, int | None] = {
    "11-9111": 436_770,
    "11-1011": 200_480,
    "15-1252": 1_364_180,
    "17-1011": 105_510,
    "17-1012": 18_270,
    "29-1141": 3_047_530,
    "29-1141.01": 3_047_530,
    "29-1171": 234_690,
    "33-2011": 317_200,
    "33-3051": 655_890,
    "49-3023": 605_910,
    "53-3032": 1_903_420,
}
TITLES = [
    Title("11-9111", "Nurse Manager", "alternate"),
    Title("11-9111", "Hospital Administrator", "direct_match"),
    Title("11-1011", "Chief Executive Officer (CEO)", "reported"),
    Title("15-1252", "Software Engineer", "alternate"),
    Title("15-1252", "Mobile Developer", "alternate"),
    Title("17-1011", "Building Architect", "alternate"),
    Title("29-1141", "RN (Registered Nurse)", "reported"),
    Title("29-1141", "Staff Nurse", "alternate"),
    Title("33-2011", "Fire Engine Driver", "alternate"),
    Title("33-3051", "Cop", "alternate"),
    Title("49-3023", "Auto Mechanic", "alternate"),
    Title("53-3032", "Trucker", "alternate"),
    Title("99-9999", "Belongs to Nobody", "alternate"),
]
DUTIES = [
    Duty("29-1141", "Administer medications to patients and record vital signs."),
    Duty("49-3023", "Repair cars and replace worn brakes."),
    Duty("53-3032", "Drive trucks over long distances."),
]
DESCRIPTIONS = [Description("33-2011", "Control and extinguish fires and rescue people.")]


@pytest.fixture(scope="session")
def entries() -> Entries:
    """All rows."""
    return Entries(OCCUPATIONS, TITLES, DUTIES, DESCRIPTIONS)


@pytest.fixture(scope="session")
def index(entries: Entries) -> SearchIndex:
    """An index of all rows."""
    return SearchIndex.build(entries).with_employment(EMPLOYMENT)
