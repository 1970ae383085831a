"""Since when changes are asked for: times, data versions, and what is neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine, update

from app.database.models import DataVersion
from app.importers.loading.load import retire
from app.server.edge import Edge
from tests.api.changes.conftest import BEGINNING, NAME, changes, load, shown, told
from tests.api.conftest import caching, get
from tests.importers.test_load import years_pass

pytestmark = pytest.mark.anyio


async def test_since_a_time_is_after_it(edge: Edge, engine: Engine) -> None:
    for year in (2021, 2022):
        load(engine, f"bls-oews-{year}-05", wages={"US": {"11-1011": (1, year)}})
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    with engine.begin() as connection:
        for number, days in ((1, 0), (2, 1), (3, 2)):
            its = update(DataVersion).where(DataVersion.number == number)
            connection.execute(its.values(changed_at=noon + timedelta(days=days)))
    await shown(edge)

    async def releases(since: str) -> list[str]:
        return [id_ for _, id_, _ in told(await changes(edge, since, subject="release"))]

    both = ["bls-oews-2021-05", "bls-oews-2022-05"]
    assert await releases("1970-01-01") == both
    assert await releases("0001-01-01") == both
    assert await releases("2024-05-02") == both  # the beginning of the day of the first
    assert await releases("2024-05-03") == both[1:]
    assert await releases("2024-05-04") == []
    assert await releases("2024-05-02T11:59:59Z") == both
    assert await releases("2024-05-02T11:59:59.999999Z") == both
    assert await releases("2024-05-02T12:00:00Z") == both[1:]
    assert await releases("2024-05-02T14:00:00+02:00") == both[1:]
    assert await releases("2024-05-02T13:59:59+02:00") == both
    assert await releases("2024-05-02t12:00:00z") == both[1:]
    plus = await get(edge, "/v1/changes?since=2024-05-02T14:00:00+02:00&subject=release")
    assert [item["id"] for item in plus.json()["items"]] == both[1:]
    # What an answer calls a time leads to what came after it.
    whole = await changes(edge, BEGINNING, subject="release")
    assert await releases(whole["items"][0]["changed_at"]) == both[1:]


async def test_versions_of_a_clock_that_was_set_back_are_not_lost(
    edge: Edge, engine: Engine
) -> None:
    for year in (2021, 2022):
        load(engine, f"bls-oews-{year}-05", wages={"US": {"11-1011": (1, year)}})
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    with engine.begin() as connection:
        for number, hours in ((1, 0), (2, 5), (3, 3)):
            its = update(DataVersion).where(DataVersion.number == number)
            connection.execute(its.values(changed_at=noon + timedelta(hours=hours)))
    await shown(edge)
    page = await changes(edge, "2024-05-01T16:00:00Z", subject="release")
    assert len(page["items"]) == 2


@pytest.mark.parametrize(
    ("since", "detail"),
    [
        ("", "not a data version"),
        ("yesterday", "not a data version"),
        ("2024-05-1", "not a data version"),
        ("2024-13-01", "not a data version"),
        ("2024-02-30", "not a data version"),
        ("0000-01-01", "not a data version"),
        ("20240501T000000Z", "not a data version"),
        ("2024-05-01T10:00:00", "not a data version"),
        ("2024-05-01T24:00:01Z", "not a data version"),
        ("0001-01-01T00:00:00+23:00", "not a data version"),
        ("0" * 15, "not a data version"),
        ("0" * 65, "too long"),
        ("ABCDEF0123456789", "not a data version"),
        ("2999-01-01", "lies in the future"),
        ("2999-01-01T00:00:00Z", "lies in the future"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/changes", "/v1/changes.atom"])
def test_what_since_may_not_be(api: httpx.Client, path: str, since: str, detail: str) -> None:
    answer = api.get(path, params={"since": since})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid_parameter")
    (fault,) = problem["errors"]
    assert fault["parameter"] == "since"
    assert fault["detail"].startswith(detail)


async def test_since_is_needed_and_at_has_no_place(edge: Edge) -> None:
    missing = (await get(edge, "/v1/changes")).json()
    assert (missing["errors"][0]["parameter"], missing["errors"][0]["detail"]) == (
        "since",
        "missing",
    )
    token = await shown(edge)
    for path in (f"/v1/changes?since={token}&at={token}", f"/v1/changes.atom?at={token}"):
        problem = (await get(edge, path)).json()
        assert problem["errors"][0]["detail"] == "changes are counted from since, not from at"


@pytest.mark.parametrize("path", ["/v1/changes", "/v1/changes.atom"])
async def test_tokens_that_lead_nowhere_are_gone(edge: Edge, engine: Engine, path: str) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}})
    token = await shown(edge)
    for name in ("0" * 16, "f" * 64, token[:16] + "0" * 48):
        answer = await get(edge, f"{path}?since={name}")
        assert (answer.status_code, answer.json()["code"]) == (410, "version_unknown")
    retire(engine, NAME)
    second = await shown(edge)
    assert (await get(edge, f"{path}?since={token[:16]}")).status_code == 200
    years_pass(engine)
    load(engine, "bls-oews-2022-05", wages={"US": {"11-1011": (10, 100)}})
    await shown(edge)
    answer = await get(edge, f"{path}?since={token}")
    assert (answer.status_code, answer.json()["code"]) == (410, "version_gone")
    # What it changed stays told, by its time and to whoever saw the version after it.
    assert (await get(edge, f"{path}?since={second}")).status_code == 200
    assert told(await changes(edge, BEGINNING, subject="release")) == [
        ("release", NAME, "added"),
        ("release", NAME, "retired"),
        ("release", "bls-oews-2022-05", "added"),
    ]


async def test_two_workers_say_the_same_or_wait(edge: Edge, engine: Engine) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}})
    since = await shown(edge)
    load(engine, "bls-oews-2022-05", wages={"US": {"11-1011": (11, 100)}})
    ahead = caching(engine)
    page = await changes(ahead, since)
    # One that has not noticed answers for its own version; what it never showed it cannot.
    behind = await changes(edge, since)
    assert (behind["items"], behind["data_version"]) == ([], since)
    waits = await get(edge, f"/v1/changes?since={page['data_version']}")
    assert (waits.status_code, waits.json()["code"]) == (503, "overloaded")
    assert int(waits.headers["retry-after"]) >= 1
    await shown(edge)
    assert await changes(edge, since) == page
    ahead.api.state.store.stop()
