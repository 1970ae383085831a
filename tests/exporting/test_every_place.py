"""Every county and every ZIP code area of the box leads where it should.

They are asked for in this process: 37,000 requests would take a minute. `make verify` sends them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

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


def test_every_zip_code_area_leads_where_it_should(reader: Reader) -> None:
    with reader.connect() as connection:
        codes = connection.execute(select(ZipCounty.zip).distinct().order_by(ZipCounty.zip))
        every = [f"zip:{code}" for code in codes.scalars()]
    found = [*places(reader, every)]
    assert len(found) == 33_791
    of_state = Counter(place.counties[0].state for place in found)
    special = ("CT", "GU", "VI", "AS", "MP")
    assert {state: of_state[state] for state in special} == {
        **{"CT": 288, "GU": 7, "VI": 6},
        **{"AS": 1, "MP": 3},
    }
    assert sum(count for state, count in of_state.items() if state not in special) == 33_486
    for place in found:
        state = place.counties[0].state
        assert all(area in reader.catalog.areas for area in place.areas), place
        if state in {"AS", "MP"}:
            assert place.areas == ()
        elif state in {"GU", "VI"}:
            assert place.areas == (state,)
        elif state == "CT":
            assert len(place.areas) > 1, place
        else:
            assert place.areas, place
    several = sum(len(place.areas) > 1 for place in found)
    assert (several, len(found) - several) == (4_938, 28_853)
