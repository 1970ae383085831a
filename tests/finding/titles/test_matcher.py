"""What the title matcher answers."""

import random
import time
from pathlib import Path

import numpy as np
import pytest

from app.finding.entries import Entries, Everyday, Occupation, Title
from app.finding.titles.build import build
from app.finding.titles.matcher import TitleMatcher
from app.finding.titles.signals import SIGNALS, gather
from tests.finding.titles.entries import ENTRIES, OCCUPATIONS, TITLES
from tests.finding.titles.test_title_reader import HOSTILE


@pytest.fixture(scope="module")
def index() -> TitleMatcher:
    return build(ENTRIES)


def first(index: TitleMatcher, title: str) -> str | None:
    [matches] = index.match([title])
    return matches[0].code if matches else None


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Registered Nurse", "29-1141"),
        ("registered nurses", "29-1141"),
        ("RN", "29-1141"),
        ("R.N.", "29-1141"),
        ("LPN", "29-2061"),
        ("CEO", "11-1011"),
        ("Sr. RN mgr", "11-9111"),
        ("VP, Sales", "11-2022"),
        ("Sales Mgr.", "11-2022"),
        ("Electrician II", "47-2111"),
        ("Senior Software Engineer", "15-1252"),
        ("Lead Line Cook", "35-2014"),
        ("tractor-trailer drivers", "53-3032"),
        ("Driver, Truck", "53-3032"),
        ("Nursing Director", "11-9111"),
        ("Sofware Enginer", "15-1252"),
        ("Electrican", "47-2111"),
        ("URGENT! Forklift Operators - Dallas, TX - $22/hr (Night Shift)", "53-7051"),
        ("HVAC Tech (Heating Ventilation Air Conditioning Technician)", "49-9021"),
        ("C++ programmer", "15-1252"),
        ("Elementary School Teacher - Full Time", "25-2021"),
    ],
)
def test_a_title_finds_its_occupation(index: TitleMatcher, title: str, code: str) -> None:
    assert first(index, title) == code


@pytest.mark.parametrize(
    "title", ["", "   ", "🙂", "the of and", "asdf qwer", "خياط", "12345", "zzzzzz", "()"]
)
def test_nonsense_has_no_match(index: TitleMatcher, title: str) -> None:
    assert index.match([title]) == [[]]


def test_a_title_that_is_in_the_index_is_nearly_sure(index: TitleMatcher) -> None:
    for title in ("Grill Cook", "grill  COOK", "Chief Executive Officer (CEO)", "Electricians"):
        [matches] = index.match([title])
        assert matches[0].confidence > 0.9
        assert all(match.confidence < matches[0].confidence for match in matches[1:])


def test_a_title_of_two_occupations_is_not_sure(index: TitleMatcher) -> None:
    [matches] = index.match(["Building Operator"])
    assert {match.code for match in matches[:2]} == {"47-2111", "49-9021"}
    assert matches[0].confidence < 0.9


BRACKETS = build(
    Entries(
        [Occupation(f"11-10{n:02}", f"Kind {n}", "detailed") for n in range(8)],
        [
            Title("11-1000", "Flavor Technician (Flavor Tech)", "alternate"),
            Title("11-1001", "Flavor Technician Helper", "alternate"),
            Title("11-1002", "Die Cast Operator (DCO)", "alternate"),
            Title("11-1002", "OTR (Registered Occupational Therapist)", "alternate"),
            Title("11-1003", "Die Operator", "alternate"),
            Title("11-1004", "Dialysis Nurse (RN)", "alternate"),
            Title("11-1004", "Pipe Fitter (Night Shift)", "alternate"),
            Title("11-1004", "Teacher (Piano Teacher)", "alternate"),
            Title("11-1005", "Bookkeeper (Ledger Clerk)", "alternate"),
            Title("11-1005", "Ledger Clerk", "direct_match"),
            Title("11-1006", "Ledger Clerk", "reported"),
            Title("11-1006", "Kind 7", "alternate"),
        ],
        everyday=[Everyday("ledger clerks", ("11-1006", "11-1005"))],
    )
)


@pytest.mark.parametrize(
    ("title", "code", "how"),
    [
        ("Flavor Technician", "11-1000", "exact"),
        ("FLAVOR  TECH", "11-1000", "exact"),
        ("Flavor Technician (Flavor Tech)", "11-1000", "exact"),
        ("Flavour Tech (Flavor Technician)", "11-1000", "exact"),
        ("Die Cast Operator", "11-1002", "exact"),
        ("dco", "11-1002", "exact"),
        ("Cast Operator, Die (DCO)", "11-1002", "exact"),
        ("Registered Occupational Therapist", "11-1002", "exact"),
        ("RN", "11-1004", "words"),  # a licence is no name
        ("Night Shift", None, None),  # nor is a shift
        ("Pipe Fitter", "11-1004", "words"),
        ("Teacher", "11-1004", "words"),  # nor one common word
        ("Piano Teacher", "11-1004", "exact"),
        ("Ledger Clerk", "11-1005", "official"),  # before O*NET's and everyday names
        ("Ledger Clerks", "11-1006", "everyday"),  # not this very title
        ("Kind 7", "11-1007", "official"),
    ],
)
def test_a_name_beside_or_in_a_bracket_is_this_very_title(
    title: str, code: str | None, how: str | None
) -> None:
    [matches] = BRACKETS.match([title])
    assert [(match.code, match.how) for match in matches[:1]] == ([(code, how)] if code else [])


def test_a_match_names_the_title_it_rests_on(index: TitleMatcher) -> None:
    [matches] = index.match(["air conditioning mechanics"])
    assert matches[0].matched_title == "Air Conditioning Mechanic"


def test_confidence_is_a_share_and_falls(index: TitleMatcher) -> None:
    for matches in index.match([entry.title for entry in TITLES], limit=10, min_confidence=0.0):
        shares = [match.confidence for match in matches]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)


def test_limit_and_least_confidence_hold(index: TitleMatcher) -> None:
    assert len(index.match(["nurse"], limit=1)[0]) == 1
    assert all(m.confidence >= 0.5 for m in index.match(["nurse"], min_confidence=0.5)[0])


def test_order_of_rows_and_size_of_batch_do_not_matter(index: TitleMatcher) -> None:
    queries = [entry.title for entry in TITLES] + ["Nurse", "Operator", "Sofware Enginer", "🙂"]
    occupations, titles = list(OCCUPATIONS), list(TITLES) + TITLES[:5]
    random.Random(4).shuffle(occupations)
    random.Random(5).shuffle(titles)
    duties, descriptions = ENTRIES.duties, ENTRIES.descriptions[::-1]
    other = build(Entries(occupations, titles, duties, descriptions))
    batch = index.match(queries)
    assert other.match(queries) == batch
    assert [index.match([query])[0] for query in queries] == batch
    assert index.match(queries[::-1]) == batch[::-1]


def test_a_saved_index_answers_alike(index: TitleMatcher, tmp_path: Path) -> None:
    path = tmp_path / "titles.index"
    index.save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["titles.index"]
    queries = [entry.title for entry in TITLES]
    assert TitleMatcher.load(path).match(queries) == index.match(queries)


def test_an_empty_index_matches_nothing(tmp_path: Path) -> None:
    empty = build(Entries([], [Title("11-1011", "President", "alternate")]))
    assert empty.match(["President", ""]) == [[], []]
    empty.save(tmp_path / "empty")
    assert TitleMatcher.load(tmp_path / "empty").match(["President"]) == [[]]
    assert index_of_one("").match(["President"]) == [[]]


def index_of_one(*titles: str) -> TitleMatcher:
    name, *others = titles
    occupation = Occupation("11-9111", name, "detailed")
    return build(Entries([occupation], [Title("11-9111", t, "alternate") for t in others]))


def test_one_occupation_is_not_the_answer_to_everything() -> None:
    index = index_of_one(
        "Medical and Health Services Managers",
        "Clinic Manager",
        "Nurse Manager",
        "Practice Administrator",
        "Director of Nursing",
        "Mental Health Program Manager",
        "Health Information Manager",
    )
    assert index.match(["Nurse Manager"])[0][0].confidence > 0.9
    assert index.match(["Welder"]) == [[]]
    assert all(match.confidence < 0.5 for match in index.match(["Truck Manager"])[0])


@pytest.mark.parametrize("title", HOSTILE, ids=lambda title: repr(title[:4]))
def test_hostile_titles_cost_no_more_than_a_few_titles(index: TitleMatcher, title: str) -> None:
    index.match(["registered nurse"])

    def spent(query: str) -> float:
        begun = time.perf_counter()
        for _ in range(10):
            index.match([query])
        return time.perf_counter() - begun

    assert spent(title) < 30 * spent("senior registered nurse manager (rn mgr)") + 0.05


def test_a_title_without_a_known_word_has_signals_that_are_numbers(index: TitleMatcher) -> None:
    table = next(gather(index.tables, [[]])).table
    assert table.shape == (len(SIGNALS), len(OCCUPATIONS))
    assert np.isfinite(table).all()
