"""An abbreviation means what the words beside it make of it."""

from __future__ import annotations

import pytest

from app.finding.entries import Entries, Occupation, Title
from app.finding.search import SearchIndex
from app.finding.titles.title_reader import read
from app.finding.words.abbreviations import ALONE, ANY, ONLY, SENSES


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("PA", "physician assistant"),
        ("Surgical PA", "surgical physician assistant"),
        ("PA - Orthopedics", "physician assistant orthopedic"),
        ("PA, Film Set", "production assistant film set"),
        ("PA announcer", "public address announcer"),
        ("Personal PA to CEO", "personal personal assistant chief executive officer"),
        ("Office PA", "office pa"),  # nobody says which
        ("Outpatient PT", "outpatient physical therapist"),
        ("PT Aide", "physical therapy aide"),
        ("Acute Care PT", "acute care physical therapist"),
        ("Acute Care PT Tech", "acute care physical therapy technician"),
        ("PT Manager", "physical therapist manager"),
        ("PT Registrar", "patient registrar"),
        ("OT", "occupational therapist"),
        ("OT / SLP", "occupational therapist speech language pathologist"),
        ("OT Security Engineer", "operational technology security engineer"),
        ("Sr. RN mgr", "senior registered nurse manager"),
        ("ED RN", "emergency department registered nurse"),
        ("Tech Ed Teacher", "technician education teacher"),
        ("CNA", "certified nursing assistant"),
        ("CNA, Novell networks", "certified network administrator novell network"),
        ("PM", "project manager"),
        ("IT PM", "information technology project manager"),
        ("PM, Apartments", "property manager apartment"),
        ("PM Mechanic", "preventive maintenance mechanic"),
        ("Cashier 3 PM", "cashier"),
        ("Senior SE", "senior software engineer"),
        ("SE, Sales", "sales engineer sales"),
        ("Assistant PM", "assistant project manager"),
        ("SE Regional Manager", "southeast regional manager"),
        ("AD Engineer", "active directory engineer"),
        ("AD Sales", "advertising sales"),
        ("1st AD", "1st assistant director"),
        ("CSR", "customer service representative"),
        ("Sterile CSR", "sterile central sterile reprocessing"),
        ("Asst DA", "assistant district attorney"),
        ("County DA Clerk", "county district attorney clerk"),
        ("Asst DA Clerk", "assistant da clerk"),  # of a dentist or an attorney
        ("Dental DA", "dental dental assistant"),
        ("M&A investment analyst", "merger acquisition investment analyst"),
        ("Director HR", "director human resource"),
        ("Plant Manager 12 hr", "plant manager"),
        ("Plant Manager $30 / hr", "plant manager"),
        ("R&D Engr", "research engineer"),
        ("R&D Food Scientist", "research food scientist"),
        ("RD, Renal Diet", "registered dietitian renal diet"),
    ],
)
def test_what_stands_beside_it_decides(title: str, expected: str) -> None:
    assert [" ".join(reading.words) for reading in read(title)] == [expected]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("PT Cashier", "cashier"),
        ("PT Store Manager", "store manager"),
        ("PT School Bus Driver", "school bus driver"),
        ("Kitchen Assistant, PT", "kitchen assistant"),
        ("Cashier PT/FT", "cashier"),
        ("Welder - OT available", "welder"),
        ("Civil Engineer, PE", "civil engineer"),
        ("GM Dealership Technician", "dealership technician"),
    ],
)
def test_what_says_nothing_of_the_work_is_dropped(title: str, expected: str) -> None:
    assert [" ".join(reading.words) for reading in read(title)] == [expected]


@pytest.mark.parametrize(
    "place",
    [
        *(", PA", " - Philadelphia, PA", " Philadelphia PA", ", Baltimore, MD", " Baltimore MD"),
        *(", MA", " - Boston, MA", ", Columbia, SC", ", Hartford CT", ", Portland, OR"),
        *(", Wilmington, DE", " - Los Angeles LA", " in Fort Wayne, IN", " Fort Worth TX"),
    ],
)
def test_a_state_behind_a_comma_or_its_city_is_a_place(place: str) -> None:
    (reading,) = read("Medical Lab Manager" + place)
    assert reading.words[:3] == ("medical", "laboratory", "manager")
    assert reading.head == "manager"
    assert not {"assistant", "physician", "tomography", "supply"} & {*reading.words}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("OR Nurse", "operating room nurse"),
        ("Travel OR RN", "operating room registered nurse"),
        ("Nurse OR", "nurse operating room"),
        ("Nurse or Technician", "nurse technician"),
        ("Cook or Nurse", "cook nurse"),
        ("Director of IS", "director information system"),
        ("Secretario de la Escuela", "secretario escuela"),
    ],
)
def test_a_stop_word_is_one_where_an_abbreviation_may_stand(title: str, expected: str) -> None:
    assert [" ".join(reading.words) for reading in read(title)] == [expected]


def test_a_bracket_explains_an_abbreviation_that_stands_alone() -> None:
    aide = [" ".join(reading.words) for reading in read("Restorative Aide (RA)")]
    assert aide == ["restorative aide", "ra"]
    assert read("RA")[0].words == ("research", "assistant")


def test_search_and_suggestions_read_them_alike() -> None:
    occupations = [
        Occupation("27-2012", "Producers and Directors", "detailed"),
        Occupation("29-1071", "Physician Assistants", "detailed"),
        Occupation("27-4011", "Audio and Video Technicians", "detailed"),
    ]
    titles = [
        Title("27-2012", "Film Production Assistant", "alternate"),
        Title("29-1071", "Surgical Physician Assistant", "alternate"),
        Title("27-4011", "Public Address Announcer", "alternate"),
    ]
    index = SearchIndex.build(Entries(occupations, titles))
    for q, code in (
        ("film pa", "27-2012"),
        ("surgical pa", "29-1071"),
        ("pa announcer", "27-4011"),
    ):
        assert index.search(q).hits[0].code == code
        assert index.suggest(q, 1)[0].code == code


def test_every_line_of_the_table_can_fit() -> None:
    for short, lines in SENSES.items():
        assert short == short.lower()
        seen: set[str] = set()
        for beside, meaning in lines:
            assert beside, short
            assert ANY not in seen, short
            if ONLY not in beside:
                assert not beside & seen, (short, beside & seen)  # an earlier line is always taken
                seen |= beside
            assert short not in beside
            assert ALONE not in beside or beside == {ALONE}
            assert not set(meaning.split()) & SENSES.keys(), meaning
