"""Names that people use are found, in search, suggestions and title matching."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import httpx
import pytest

from app.finding.entries import Entries, Everyday, Occupation, Title
from app.finding.everyday import TABLES, key_of_name, meant, names, read_table, table
from app.finding.ranking import with_titles
from app.finding.search import SearchIndex
from app.finding.titles.build import build
from app.importers.seed.box import box_folder

# Name → the occupation of the seed's database that leads. It has ten.
NAMES = {
    "bean counter": "13-2011",
    "Bean-Counters": "13-2011",
    "big boss": "11-1011",
    "ER nurse": "29-1141",
    "nurse, bedside": "29-1141",
    # Spanish: accents, both genders, plural, words that do not count
    "enfermera": "29-1141",
    "Enfermeros": "29-1141",
    "ENFERMERAS de las urgencias": "29-1141",
    "medico de cabecera": "29-1215",
    "Médica de cabecera": "29-1215",
    "contadores públicos": "13-2011",
    "jefas de la oficina": "43-1011",
    "asistentes médicas": "31-9092",
    # British
    "chartered accountants": "13-2011",
    "ward sister": "29-1141",
    "personnel manager": "11-3121",
}
NURSES, DOCTORS, COOKS = "29-1141", "29-1215", "35-2014"
ENTRIES = Entries(
    [
        Occupation(NURSES, "Registered Nurses", "detailed"),
        Occupation(DOCTORS, "Family Medicine Physicians", "detailed"),
        Occupation(COOKS, "Cooks, Restaurant", "detailed"),
    ],
    [
        Title(COOKS, "Ward Sister", "alternate"),
        Title(COOKS, "Healer", "direct_match"),
        Title(COOKS, "Tart", "direct_match"),
        Title(NURSES, "Tart", "direct_match"),
    ],
    everyday=[
        Everyday("ward sister", (NURSES,)),
        Everyday("healer", (DOCTORS,)),
        Everyday("tart", (NURSES,)),
        Everyday("white coat", (DOCTORS, NURSES, "99-9999")),
        Everyday("scrubs", (NURSES, DOCTORS)),
        Everyday("night owl", ("29-1141.03", COOKS)),
    ],
)


def asked(api: httpx.Client, path: str, **params: str) -> Any:
    """Return an answer's body."""
    answer = api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(("name", "code"), NAMES.items())
def test_the_right_occupation_leads_everywhere(api: httpx.Client, name: str, code: str) -> None:
    hit = asked(api, "/v1/search", q=name)["items"][0]
    assert (hit["code"], hit["matched"]["kind"]) == (code, "everyday")
    assert hit["score"] >= 0.98
    shown = hit["matched"]["text"]
    assert hit["matched"]["span"] == [0, len(shown)]
    suggested = asked(api, "/v1/suggest", q=name)["items"][0]
    assert (suggested["code"], suggested["matched_title"]) == (code, shown)
    [matched] = asked(api, "/v1/titles/match", title=name)["items"]
    assert matched["matches"][0]["code"] == code
    assert matched["matches"][0]["confidence"] >= 0.9


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("does taxes", "a person who does taxes"),
        ("cuts hair", "the guy that cuts hair"),
        ("cuts hair", "cutting hair"),
        ("cuts hair", "someone who cuts his hair"),
        ("makes beds", "making beds"),
        ("sells cars", "selling cars"),
        ("flies planes", "flying planes"),
    ],
)
def test_it_does_not_matter_who_does_the_work(name: str, same: str) -> None:
    assert key_of_name(name) == key_of_name(same)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("repair person", "repair"),
        ("people person", "person"),
        ("wing maker", "maker"),
        ("ring maker", "r maker"),
        ("king", "k"),
        ("who", "the"),
        ("guy who", "person"),
    ],
)
def test_another_name_is_another(name: str, other: str) -> None:
    assert key_of_name(name) != key_of_name(other)


def test_an_everyday_name_is_no_title(api: httpx.Client) -> None:
    listed = api.get("/v1/titles", params={"limit": "all", "format": "csv"})
    assert "Hospital administrator" in listed.text
    assert "bean counter" not in listed.text.lower()
    profile = api.get("/v1/occupations/13-2011", params={"include": "titles"})
    assert "bean counter" not in profile.text.lower()


@pytest.mark.parametrize("name", ["lunch lady", "camionera", "dustman"])
def test_a_name_of_nothing_that_is_loaded_leads_nowhere(api: httpx.Client, name: str) -> None:
    hits = asked(api, "/v1/search", q=name)["items"]
    assert [hit for hit in hits if hit["score"] >= 0.9] == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("white coats", [DOCTORS, NURSES]),
        ("scrubs", [NURSES, DOCTORS]),
        ("night owl", [NURSES, COOKS]),  # the SOC's code, where O*NET's is not loaded
        ("ward sister", [NURSES, COOKS]),  # O*NET's other titles come after
        ("healer", [COOKS]),  # what the SOC says goes before
        ("tart", [NURSES, COOKS]),  # of two that the SOC names, the everyday one leads
    ],
)
def test_the_likeliest_of_several_occupations_leads(name: str, codes: list[str]) -> None:
    titles = build(ENTRIES)
    [matches] = titles.match([name])
    sure = [match for match in matches if match.confidence > 0.2]
    assert [match.code for match in sure] == codes
    assert sum(match.confidence for match in sure) == pytest.approx(0.98, abs=0.01)
    index = with_titles(SearchIndex.build(ENTRIES), titles)
    assert [hit.code for hit in index.search(name).hits] == codes
    assert [found.code for found in index.suggest(name)] == codes


def test_finer_occupations_that_are_not_loaded_stand_for_the_same_one_once() -> None:
    finer = Everyday("angel", ("29-1141.03", "29-1141.04", DOCTORS))
    entries = Entries(ENTRIES.occupations, everyday=[finer, Everyday("ghost", ("99-9999",))])
    assert list(meant(entries)) == [("angel", [NURSES, DOCTORS])]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *(("vet", "vets"), ("pie", "pies"), ("spy", "spies"), ("fireman", "firemen")),
        *(("boss", "bosses"), ("circus", "circuses"), ("juez", "jueces")),
        ("profesor", "profesores"),
    ],
)
def test_the_plural_of_a_name_is_the_same_name(name: str, other: str) -> None:
    assert key_of_name(name) == key_of_name(other)


def test_little_words_alone_are_names_of_their_own() -> None:
    assert key_of_name("the") != key_of_name("of")


def test_what_is_typed_of_a_name_is_completed() -> None:
    [found] = SearchIndex.build(ENTRIES).suggest("night ow")[:1]
    assert (found.matched_title, found.span) == ("night owl", (0, 8))


def test_every_code_of_the_tables_is_an_occupation_of_the_box() -> None:
    entries = str(box_folder() / "entries.parquet")
    known = duckdb.execute(
        "select code from read_parquet(?) where release in ('soc-2018', 'onet-29.3')", [entries]
    )
    assert {code for one in names() for code in one.codes} - {
        c for (c,) in known.fetchall()
    } == set()


@pytest.mark.parametrize(
    ("file", "least"), [*zip(TABLES, (8_600, 2_650, 3_500, 1_650), strict=True)]
)
def test_a_table_has_so_many_names_and_is_written_alike(file: str, least: int) -> None:
    read = read_table(file, table(file).decode())
    assert len(read) >= least
    odd = [one.name for one in read if not re.fullmatch(r"[\w ñ.+']+", one.name)]
    assert odd == []
    assert [one.name for one in read if one.name != one.name.lower()] == []


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("- {codes: [29-1141], names: [nurse]}\n- {codes: [29-1171], names: [Nurses]}", "Nurses"),
        ("- {codes: [29-1141], names: [día, dia]}", "dia: stands there twice, as día"),
        ("- {codes: [29-1141], names: [well-known nurse, nurse well known]}", "stands there twice"),
        ("- {codes: [29-1141, 29-1141], names: [nurse]}", "nurse: a code stands there twice"),
        ("- {codes: [29-114], names: [nurse]}", "names.0.codes.0"),
        ("- {codes: [29-1141.1], names: [nurse]}", "names.0.codes.0"),
        ("- {codes: [], names: [nurse]}", "names.0.codes"),
        ("- {codes: [29-1141], names: []}", "names.0.names"),
        ("- {codes: [29-1141], names: [' ']}", "names.0.names.0"),
        ("- {codes: [29-1141], names: [no]}", "names.0.names.0"),
        ("- {codes: [29-1141], names: [nurse], note: x}", "names.0.note"),
        ("- nurse", "names.0"),
    ],
)
def test_a_faulty_table_is_refused(lines: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)) as fault:
        read_table("some.yaml", f"names:\n{lines}\n")
    assert "seed/some.yaml" in str(fault.value)
