"""Job titles are read as normalized words."""

import time

import pytest

from app.finding.titles.title_reader import (
    MAX_WORDS,
    read,
    split_brackets,
    without_licence,
)
from app.finding.words.normalization import MAX_LENGTH, fold, singular


def words(title: str) -> list[str]:
    return [" ".join(reading.words) for reading in read(title)]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Sr. RN", "senior registered nurse"),
        ("R.N.", "registered nurse"),
        ("VP of Sales", "vice president sales"),
        ("Asst. Mgr", "assistant manager"),
        ("A/V Tech", "audio visual technician"),
        ("R&D Engr", "research engineer"),
        ("X-Ray Tech", "x ray technician"),
        ("Electrician II", "electrician"),
        ("Cooks", "cook"),
        ("Secretaries", "secretary"),
        ("Waitresses", "waitress"),
        ("Sales", "sales"),
        ("Physics Teachers", "physics teacher"),
        ("Women's Coach", "women coach"),
        ("Tractor-Trailer Driver", "tractor trailer driver"),
        ("C++ Developer", "c++ developer"),
        ("Teachers, Postsecondary", "teacher postsecondary"),
        ("Café Manager", "cafe manager"),
        ("\uff2e\uff35\uff32\uff33\uff25", "nurse"),  # fullwidth letters
    ],
)
def test_a_title_is_read_in_full_words(title: str, expected: str) -> None:
    assert words(title) == [expected]


@pytest.mark.parametrize(
    "title",
    [
        "URGENT! Forklift Operator",
        "Now Hiring: Forklift Operators",
        "Forklift Operator - Dallas, TX",
        "Forklift Operator $22.50/hr",
        "Forklift Operator | 2nd Shift | Full-Time",
        "Forklift Operator needed ASAP!!!",
        "Forklift Operator (Night Shift)",
        "Forklift Operator, up to $25 an hour",
        "Forklift Operator - Part Time - Weekends",
        "Forklift Operator in Chicago",
        "🚨 Forklift Operator 🚨 $1,000 sign-on bonus",
        "Forklift Operator R-00123",
        "Req 445 Forklift Operator",
        "JR0012345 Forklift Operator",
        "Forklift Operator (Site 12)",
        "Forklift Operator Bldg. 5",
        "Forklift Operator 2",
        "Per Diem Forklift Operator",
        "Forklift Operator 7a-7p",
        "Forklift Operator - Rotating Shift",
    ],
)
def test_what_an_advertisement_adds_is_dropped(title: str) -> None:
    assert words(title) == ["forklift operator"]


@pytest.mark.parametrize(
    "title", ["Night Auditor", "Job Coach", "Contract Administrator", "Pay Clerk", "Shift Manager"]
)
def test_the_same_words_stay_where_they_say_what_is_done(title: str) -> None:
    assert words(title) == [title.lower()]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Principal Engineer", "engineer"),
        ("Sr. Principal Data Scientist", "senior data scientist"),
        ("Staff Consultant", "consultant"),
        ("Distinguished Software Architect", "software architect"),
        ("Principal", "principal"),
        ("School Principal", "school principal"),
        ("Staff Nurse", "staff nurse"),
        ("Principal Investigator", "principal investigator"),
        ("Assistant Dental Director", "dental director"),
        ("Associate Director of Nursing", "director nursing"),
        ("Deputy Superintendent of Schools", "superintendent school"),
        ("Assistant Professor of Dentistry", "assistant professor dentistry"),
        ("Assistant Director", "assistant director"),
        ("Assistant to the Medical Director", "assistant medical director"),
        ("Assistant Store Manager", "assistant store manager"),
        ("Post Doctoral Associate", "postdoctoral associate"),
        ("Post-Doc Fellow", "postdoctoral fellow"),
        ("Post Office Clerk", "post office clerk"),
        ("House Staff Physician", "medical resident physician"),
        ("Staff House Painter", "staff house painter"),
        ("F-16 Mechanic", "f 16 mechanic"),
        ("Grade 3 Teacher", "grade 3 teacher"),
        ("LD Teacher", "ld teacher"),
    ],
)
def test_what_qualifies_is_told_from_what_is_done(title: str, expected: str) -> None:
    assert words(title) == [expected]


def test_a_bracketed_form_is_a_reading_of_its_own() -> None:
    assert words("EKG Monitor (Heart Monitor)") == ["ekg monitor", "heart monitor"]
    assert words("Registered Nurse (RN)") == ["registered nurse"]


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Director of Nursing", "director"),
        ("Nursing Director", "director"),
        ("Teachers, Postsecondary", "teacher"),
        ("Clerk for Accounts", "clerk"),
        ("Accountant Finance Dept", "accountant"),
        ("Emergency Department", "department"),
    ],
)
def test_the_head_is_the_kind_of_worker(title: str, head: str) -> None:
    assert read(title)[0].head == head


@pytest.mark.parametrize(
    "title", ["", "   ", "🙂", "the of and", "()", "((((", "—", "\0\x01", "!!!"]
)
def test_a_title_without_words_has_no_reading(title: str) -> None:
    assert read(title) == []


def test_noise_alone_is_kept_for_want_of_better() -> None:
    assert words("Hourly") == ["hourly"]


@pytest.mark.parametrize("word", ["gas", "bus", "business", "analysis", "news", "as", "sales"])
def test_not_every_final_s_is_a_plural(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        *(("jobs", "job"), ("ties", "tie"), ("spies", "spy"), ("waitresses", "waitress")),
        *(("conductores", "conductor"), ("trabajadores", "trabajador")),
        *(("stevedores", "stevedore"), ("operators", "operator")),
    ],
)
def test_a_plural_is_brought_to_its_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_brackets_need_not_match() -> None:
    assert split_brackets("a (b (c) d") == ["a   ", "b  c d"]
    assert split_brackets(")a(") == ["a "]


HOSTILE = [
    "a" * 10_000,
    "(" * 10_000,
    "a-" * 5_000,
    "r." * 5_000,
    "' " * 5_000,
    "$1," * 3_333,
    "1,1." * 2_500,
    "🙂" * 10_000,
    "خياط " * 2_000,
    "e\u0301" * 5_000,
    "\ufdfa" * 10_000,  # one character that unfolds into eighteen
    " - " * 3_333,
    "nurse " * 1_666,
]


@pytest.mark.parametrize("title", HOSTILE, ids=lambda title: repr(title[:4]))
def test_hostile_titles_are_cut_and_cheap(title: str) -> None:
    begun = time.perf_counter()
    for _ in range(20):
        readings = read(title)
    assert (time.perf_counter() - begun) / 20 < 0.02
    assert len(fold(title)) <= 2 * MAX_LENGTH
    assert sum(len(reading.words) for reading in readings) <= MAX_WORDS


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("clerk (cook) [miner] {diver}", [1, 1, 1]),
        ("clerk " * 17 + "(cook)", [16]),
        ("clerk " * 15 + "(cook miner)", [15, 1]),
        ("clerk " * 8 + "(" + "cook " * 7 + ") (miner diver)", [8, 7, 1]),
    ],
)
def test_so_many_words_of_a_title_are_read_and_no_more(title: str, words: list[int]) -> None:
    assert [len(reading.words) for reading in read(title)] == words


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Senior Registered Nurse Manager", "senior nurse manager"),
        ("Senior Registered Nurse", "senior registered nurse"),
        ("RN manager", "nurse manager"),
        ("CNA", "nursing assistant"),
        ("Registered Nurse", "registered nurse"),
        ("Certified Welder", "certified welder"),
        ("Licensed", "licensed"),
    ],
)
def test_a_licence_before_another_than_the_head_is_left_out(title: str, left: str) -> None:
    [reading] = read(title)
    assert " ".join(without_licence(reading).words) == left
