"""Every county and every ZIP code area of the box leads where it should.

They are asked for in this process: 37,000 requests would take a minute. `make verify` sends them,
and runs the test of every ZIP code area, of which the others take one in fifty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import select

from app.api.queries.places import Place, place_of
from app.database.models import ZipCounty
from app.database.store import Reader, Store
from app.settings import Settings
from tests.conftest import Databases


@pytest.fixture(scope="module")
def reader(databases_of: Callable[[str], Databases]) -> Iterator[Reader]:
    """Give a reader of the box, on SQLite."""
    store = Store(Settings(database_url=databases_of("sqlite").boxed))
    store.start()
    yield store.reader()
    store.stop()


def places(reader: Reader, codes: list[str]) -> Iterator[Place]:
    for code in codes:
        yield place_of(reader.connect, reader.catalog, code)


def test_every_county_of_the_list_leads_to_one_area(reader: Reader) -> None:
    newest = reader.catalog.places.delineations[0]
    assert len(newest.areas) == 3_222
    for place in places(reader, [f"county:{fips}" for fips in newest.areas]):
        (area,) = place.areas
        assert area in reader.catalog.areas


@pytest.fixture(scope="module")
def zips(reader: Reader) -> list[str]:
    with reader.connect() as connection:
        codes = connection.execute(select(ZipCounty.zip).distinct().order_by(ZipCounty.zip))
        return [f"zip:{code}" for code in codes.scalars()]


def leads_where_it_should(reader: Reader, place: Place) -> bool:
    """Tell whether a ZIP code area is in the areas that its state has."""
    state = place.counties[0].state
    if not all(area in reader.catalog.areas for area in place.areas):
        return False
    if state in {"AS", "MP"}:
        return place.areas == ()
    if state in {"GU", "VI"}:
        return place.areas == (state,)
    return len(place.areas) > (state == "CT")


def test_some_zip_code_areas_lead_where_they_should(reader: Reader, zips: list[str]) -> None:
    found = [*places(reader, [*zips[::50], "zip:96910", "zip:00802", "zip:96799", "zip:06103"])]
    assert len(found) == 680
    assert [place for place in found if not leads_where_it_should(reader, place)] == []


def test_an_area_lacks_the_years_since_its_code_is_in_force(boxed: httpx.Client) -> None:
    for period, status in (("2019-05", "not_loaded"), ("2018-05", "not_published")):
        target = f"/v1/occupations/29-1141/wages?area=12420&period={period}"
        assert boxed.get(target).json()["absent"]["status"] == status
    area = boxed.get("/v1/areas/12420").json()
    assert area["valid_from"] == "2019-05"


@pytest.mark.whole
@pytest.mark.slow
def test_every_zip_code_area_leads_where_it_should(reader: Reader, zips: list[str]) -> None:
    found = [*places(reader, zips)]
    assert len(found) == 33_791
    of_state = Counter(place.counties[0].state for place in found)
    special = ("CT", "GU", "VI", "AS", "MP")
    assert {state: of_state[state] for state in special} == {
        **{"CT": 288, "GU": 7, "VI": 6},
        **{"AS": 1, "MP": 3},
    }
    assert sum(count for state, count in of_state.items() if state not in special) == 33_486
    assert [place for place in found if not leads_where_it_should(reader, place)] == []
    several = sum(len(place.areas) > 1 for place in found)
    assert (several, len(found) - several) == (4_938, 28_853)
