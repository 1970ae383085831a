"""``/v1/changes``: what each data version changed since a token or a time; the feed of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from sqlalchemy import Engine, select, text, update

from app.api.queries.atom import MOST_ENTRIES
from app.database import store as stores
from app.database.engines import writing_engine
from app.database.models import DataVersion
from app.importers import rows
from app.importers.loading.load import (
    derive_anew,
    ensure_sources,
    load_release,
    restore,
    retire,
)
from app.main import create_app
from app.server.edge import Edge
from app.settings import Settings
from tests.api.conftest import get
from tests.api.test_older_versions import application
from tests.conftest import Databases
from tests.importers.conftest import SOURCES
from tests.importers.test_load import head, years_pass

pytestmark = pytest.mark.anyio

NAME = "bls-oews-2021-05"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
BEGINNING = "1970-01-01"


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    made = writing_engine(databases.migrated())
    ensure_sources(made, SOURCES)
    yield made
    made.dispose()


@pytest.fixture
def edge(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    monkeypatch.setattr(stores, "REST", 0)
    made = application(engine)
    yield made
    made.api.state.store.stop()


def wage(code: str, employment: int | None, annual_mean: int | None = None) -> Any:
    figures = [employment, *[None] * 6, annual_mean, *[None] * 11]
    marks = "".join("-" if figure is None else "." for figure in figures)
    return rows.WageRow._make([code, "detailed", *figures, marks, None, None])


def load(
    engine: Engine,
    name: str = NAME,
    *,
    wages: dict[str, dict[str, tuple[int | None, int | None]]],
    titles: dict[str, str] | None = None,
    areas: dict[str, str] | None = None,
    **given: Any,
) -> None:
    """Load wages: area → code → employment and mean; ``titles`` and ``areas`` name them."""
    codes = sorted({code for its in wages.values() for code in its} | set(titles or ()))
    runs = [
        rows.PartRows(
            rows.PartKey(rows.EntryRow),
            [rows.EntryRow(c, (titles or {}).get(c, f"Title of {c}"), "detailed") for c in codes],
        )
    ]
    runs += [
        rows.PartRows(
            rows.PartKey(rows.WageRow, area=area, industry="000000", ownership="1235"),
            [wage(code, *figures) for code, figures in its.items()],
            {"top_code_annual": 208000},
        )
        for area, its in wages.items()
    ]
    named = [
        rows.AreaRow(area, (areas or {}).get(area, f"Area {area}"), "state", area, None)
        for area in wages
    ]
    its = head(name, period=name[9:16], kinds=(), **given)
    done = load_release(engine, rows.Reading(its, runs, areas=lambda: named), replace=True)
    assert done.outcome == "loaded"


async def changes(edge: Edge, since: str, **query: str) -> dict[str, Any]:
    """Return all changes since something, as one page that says what the last one does."""
    items: list[Any] = []
    target: str | None = str(httpx.URL("/v1/changes", params={"since": since, **query}))
    while target:
        answer = await get(edge, target)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        target = page["next"]
    assert page["total"] == len(items)
    return {**page, "items": items}


def told(page: dict[str, Any], *subjects: str) -> list[tuple[str, str, str]]:
    """Return subject, id and kind of each change."""
    return [
        (one["subject"], one["id"], one["kind"])
        for one in page["items"]
        if not subjects or one["subject"] in subjects
    ]


def counted(item: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return dataset → what is not zero."""
    return {
        its["dataset"]: {k: v for k, v in its.items() if k != "dataset" and v}
        for its in item["counts"]
    }


def one(page: dict[str, Any], subject: str, id_: str) -> dict[str, Any]:
    (found,) = (it for it in page["items"] if (it["subject"], it["id"]) == (subject, id_))
    return dict(found)


async def shown(edge: Edge) -> str:
    """Let the application show the newest version; return its token."""
    edge.api.state.store.refresh()
    token: str = (await get(edge, "/v1")).json()["data_version"]
    return token


async def test_a_new_release_adds_what_it_brings(edge: Edge, engine: Engine) -> None:
    since = await shown(edge)
    load(engine, wages={"US": {"11-1011": (10, None), "11-1021": (None, 5)}})
    token = await shown(edge)
    page = await changes(edge, since)
    assert told(page) == [
        ("area", "US", "added"),
        ("dataset", "entries", "changed"),
        ("dataset", "wages", "changed"),
        ("occupation", "11-1011", "added"),
        ("occupation", "11-1021", "added"),
        ("release", NAME, "added"),
    ]
    assert {item["data_version"] for item in page["items"]} == {token}
    assert page["data_version"] == token
    assert [one["why"] for one in page["versions"]] == [f"{NAME} loaded"]
    assert one(page, "occupation", "11-1011")["title"] == "Title of 11-1011"
    release = one(page, "release", NAME)
    assert (release["title"], release["source"], release["period"]) == (NAME, "bls-oews", "2021-05")
    wages = {"rows_added": 2, "figures_added": 2}
    assert counted(release) == {"entries": {"rows_added": 2}, "wages": wages}
    assert counted(one(page, "dataset", "wages")) == {"wages": wages}
    assert list(page["releases"]) == [NAME]
    assert (await changes(edge, token))["items"] == []


async def test_a_correction_says_what_it_corrects(edge: Edge, engine: Engine) -> None:
    load(
        engine,
        wages={
            "US": {"11-1011": (10, 100), "11-1021": (20, 200), "11-1031": (30, 300)},
            "CA": {"11-1011": (1, 1), "11-1021": (2, None)},
            "TX": {"11-1011": (7, 70)},
        },
        titles={"11-1011": "Chief Executives"},
        areas={"US": "U.S.", "CA": "California"},
    )
    since = await shown(edge)
    load(
        engine,
        wages={
            # One figure with another value, one row gone, one new, the rest as it was.
            "US": {"11-1011": (10, 101), "11-1021": (20, 200), "11-1041": (40, None)},
            # One figure gone and one that came.
            "CA": {"11-1011": (1, None), "11-1021": (2, 9)},
            "NY": {"11-1011": (8, 80), "11-1021": (9, 90)},
        },
        titles={"11-1011": "Chief executives"},
        areas={"US": "U.S.", "CA": "State of California"},
        checksum="1" * 64,
    )
    await shown(edge)
    page = await changes(edge, since)
    assert told(page) == [
        ("area", "CA", "changed"),
        ("area", "NY", "added"),
        ("area", "TX", "ended"),
        ("dataset", "entries", "changed"),
        ("dataset", "wages", "changed"),
        ("occupation", "11-1011", "changed"),
        ("occupation", "11-1031", "ended"),
        ("occupation", "11-1041", "added"),
        ("release", NAME, "revised"),
    ]
    revised = one(page, "release", NAME)
    assert [d["field"] for d in revised["differences"]] == ["checksum"]
    assert revised["differences"][0]["after"] == "1" * 64
    assert counted(revised) == {
        "entries": {"rows_added": 1, "rows_removed": 1, "rows_changed": 1},
        "wages": {
            "rows_added": 1 + 2,
            "rows_removed": 1 + 1,
            "rows_changed": 1 + 2,
            "figures_added": 1 + 1 + 4,
            "figures_removed": 2 + 1 + 2,
            "figures_changed": 1,
        },
    }
    assert counted(one(page, "dataset", "wages"))["wages"] == counted(revised)["wages"]
    assert one(page, "area", "CA")["differences"] == [
        {"field": "name", "before": "California", "after": "State of California"}
    ]
    titles = one(page, "occupation", "11-1011")["differences"]
    assert titles == [{"field": "title", "before": "Chief Executives", "after": "Chief executives"}]


async def test_retired_and_restored(edge: Edge, engine: Engine) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}})
    first = await shown(edge)
    retire(engine, NAME)
    second = await shown(edge)
    restore(engine, NAME)
    third = await shown(edge)
    assert third == first != second
    page = await changes(edge, second)
    assert told(page, "release", "occupation", "area") == [
        ("area", "US", "added"),
        ("occupation", "11-1011", "added"),
        ("release", NAME, "restored"),
    ]
    assert counted(one(page, "release", NAME))["wages"] == {"rows_added": 1, "figures_added": 2}
    # The token of before recurs: it stands for the last time.
    assert (await changes(edge, first))["items"] == []
    whole = await changes(edge, BEGINNING, subject="release")
    assert told(whole) == [("release", NAME, kind) for kind in ("added", "retired", "restored")]
    assert [one["why"] for one in whole["versions"][-2:]] == [f"{NAME} retired", f"{NAME} restored"]
    gone_rows = counted(whole["items"][1])["wages"]
    assert gone_rows == {"rows_removed": 1, "figures_removed": 2}


async def test_an_excerpt_whose_place_is_taken_has_changed(edge: Edge, engine: Engine) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}}, excerpt=True)
    since = await shown(edge)
    load(engine, f"{NAME}-all", wages={"US": {"11-1011": (10, 100), "11-1021": (1, 1)}})
    await shown(edge)
    page = await changes(edge, since)
    assert told(page, "release") == [
        ("release", NAME, "changed"),
        ("release", f"{NAME}-all", "added"),
    ]
    hidden = {"rows_removed": 1, "figures_removed": 2}
    assert counted(one(page, "release", NAME))["wages"] == hidden


async def test_what_changes_no_rows_is_a_version_without_changes(
    edge: Edge, engine: Engine
) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}})
    since = await shown(edge)
    ensure_sources(engine, [{**SOURCES[0], "licence": "CC-BY-4.0"}])
    with engine.begin() as connection:
        newest = select(DataVersion.number).order_by(DataVersion.number.desc()).limit(1)
        number = connection.execute(newest).scalar_one()
        connection.execute(
            update(DataVersion).where(DataVersion.number == number).values(program="0.1.0+0")
        )
    assert derive_anew(engine)
    await shown(edge)
    page = await changes(edge, since)
    assert page["items"] == []
    whys = ["sources chang", "derived anew "]
    assert [one["why"][:13] for one in page["versions"]] == whys
    # The last page has them, also where it is full.
    total = (await changes(edge, BEGINNING))["total"]
    for limit in (total, total + 1):
        last = (await get(edge, f"/v1/changes?since={BEGINNING}&limit={limit}")).json()
        assert last["next"] is None
        assert [one["why"][:13] for one in last["versions"]][-2:] == whys


async def test_a_program_that_derives_otherwise_says_what_changed(
    edge: Edge, engine: Engine
) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}})
    await shown(edge)
    # By its time: here the program's derivation is the same, and so is the token.
    since = (await changes(edge, BEGINNING))["versions"][-1]["changed_at"]
    with engine.begin() as connection:
        connection.execute(text("UPDATE occupations SET title = 'As before', current = false"))
        connection.execute(update(DataVersion).values(program="0.1.0+0"))
    assert derive_anew(engine)
    await shown(edge)
    page = await changes(edge, since)
    assert told(page) == [("occupation", "11-1011", "changed")]
    assert page["items"][0]["differences"] == [
        {"field": "title", "before": "As before", "after": "Title of 11-1011"},
        {"field": "current", "before": "false", "after": "true"},
    ]


async def test_pages_have_each_change_once_and_name_their_versions(
    edge: Edge, engine: Engine
) -> None:
    for year in (2021, 2022, 2023):
        load(engine, f"bls-oews-{year}-05", wages={"US": {f"11-10{year - 2010}": (year, 1)}})
    token = await shown(edge)
    whole = await changes(edge, BEGINNING, limit="200")
    assert len(whole["versions"]) == 4  # the sources' too
    for limit in ("1", "2", "5", str(len(whole["items"]))):
        assert (await changes(edge, BEGINNING, limit=limit))["items"] == whole["items"]
    seen: list[str] = []
    target: str | None = f"/v1/changes?since={BEGINNING}&limit=2"
    while target:
        page = (await get(edge, target)).json()
        of_items = {item["data_version"] for item in page["items"]}
        named = [one["data_version"] for one in page["versions"]]
        assert of_items <= set(named)
        assert not seen or seen[-1] == named[0] or named[0] not in seen
        seen += [name for name in named if name not in seen]
        target = page["next"]
    assert seen == [one["data_version"] for one in whole["versions"]]
    keys = [(i["changed_at"], i["subject"], i["id"], i["kind"]) for i in whole["items"]]
    assert keys == sorted(keys)
    # A list that was begun goes on as it was, up to the version that it began with.
    begun = (await get(edge, f"/v1/changes?since={BEGINNING}&limit=2")).json()
    load(engine, "bls-oews-2024-05", wages={"US": {"11-1011": (24, 1)}})
    await shown(edge)
    following = (await get(edge, begun["next"])).json()
    assert following["data_version"] == token
    assert following["total"] == begun["total"]
    assert following["items"] == whole["items"][2:4]


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
async def test_what_since_may_not_be(edge: Edge, path: str, since: str, detail: str) -> None:
    answer = await get(edge, str(httpx.URL(path, params={"since": since})))
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
    ahead = application(engine)
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


async def test_codes_of_a_list_are_told_by_their_classification(edge: Edge, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO classifications (id, system, version, prefix, source_id, valid_from, "
                "rank) VALUES ('soc-2010', 'soc', '2010', 'soc2010', 'soc', '2010', 2)"
            )
        )

    def listed(checksum: str, **titles: str) -> None:
        codes = [
            rows.EntryRow(f"11-10{code[1:]}", title, "detailed") for code, title in titles.items()
        ]
        key = rows.PartKey(rows.EntryRow, classification="soc-2010")
        its = head("soc-2010", "soc", period="2010", checksum=checksum * 64, kinds=())
        load_release(engine, rows.Reading(its, [rows.PartRows(key, codes)]), replace=True)

    listed("1", c11="Chief", c21="General", c31="Legislators")
    since = await shown(edge)
    whole = await changes(edge, BEGINNING, subject="code")
    assert [(i["id"], i["kind"], i["codes"]) for i in whole["items"]] == [
        ("soc-2010", "added", 3),
    ]
    listed("2", c11="Chief", c21="Generals", c41="Others")
    await shown(edge)
    page = await changes(edge, since, subject="code")
    assert [(i["id"], i["kind"], i["title"]) for i in page["items"]] == [
        ("soc-2010:11-1021", "changed", "Generals"),
        ("soc-2010:11-1031", "ended", "Legislators"),
        ("soc-2010:11-1041", "added", "Others"),
    ]
    retire(engine, "soc-2010")
    await shown(edge)
    last = (await changes(edge, since, subject="code"))["items"][-1]
    assert (last["id"], last["kind"], last["codes"]) == ("soc-2010", "ended", 3)


def entries(feed: httpx.Response) -> list[ET.Element]:
    assert feed.status_code == 200, feed.text
    assert feed.headers["content-type"] == "application/atom+xml"
    return ET.fromstring(feed.content).findall("a:entry", ATOM)


def said(entry: ET.Element, name: str) -> str:
    return entry.findtext(f"a:{name}", "", ATOM)


async def test_the_feed_has_an_entry_for_each_version(edge: Edge, engine: Engine) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}})
    retire(engine, NAME)
    restore(engine, NAME)
    await shown(edge)
    feed = await get(edge, "/v1/changes.atom")
    root = ET.fromstring(feed.content)
    found = entries(feed)
    whys = ["sources changed", f"{NAME} loaded", f"{NAME} retired", f"{NAME} restored"]
    assert [said(entry, "title") for entry in found] == whys[::-1]
    ids = [said(entry, "id") for entry in found]
    assert len({*ids, said(root, "id")}) == 5  # a token that recurs is another entry
    assert all(id_.startswith("urn:uuid:") for id_ in ids)
    times = [datetime.fromisoformat(said(entry, "updated")) for entry in found]
    assert all(newer > older for newer, older in pairwise(times))
    assert said(root, "updated") == said(found[0], "updated")
    assert said(root.find("a:author", ATOM) or root, "name")
    assert f"Releases: {NAME} retired." in said(found[1], "summary")
    assert "wages (1 removed)" in said(found[1], "summary")
    # Each entry's link leads to its changes first; the ids stay what they were.
    for entry, why in zip(found, whys[::-1], strict=True):
        (link,) = (a for a in entry.findall("a:link", ATOM) if a.get("rel") == "alternate")
        first = (await get(edge, str(link.get("href")))).json()["versions"][0]
        assert first["why"] == why
    ensure_sources(engine, [{**SOURCES[0], "licence": "CC-BY-4.0"}])
    token = await shown(edge)
    later = entries(await get(edge, "/v1/changes.atom"))
    assert [said(entry, "id") for entry in later][1:] == ids
    assert "Nothing" in said(later[0], "summary")
    second = said(found[1], "updated")
    since = entries(await get(edge, f"/v1/changes.atom?since={second}"))
    assert [said(entry, "id") for entry in since] == [said(later[0], "id"), ids[0]]
    assert entries(await get(edge, f"/v1/changes.atom?since={token}")) == []


async def test_the_feed_has_so_many_versions(edge: Edge, engine: Engine) -> None:
    for number in range(MOST_ENTRIES):
        ensure_sources(engine, [{**SOURCES[0], "licence": f"licence {number}"}])
    await shown(edge)
    assert len(entries(await get(edge, "/v1/changes.atom"))) == MOST_ENTRIES
    with engine.connect() as connection:
        made = connection.execute(text("SELECT count(*) FROM data_versions")).scalar_one()
    assert made == MOST_ENTRIES + 1
    assert len((await changes(edge, BEGINNING))["versions"]) == made


async def test_the_feed_is_xml_whatever_a_version_is_called(engine: Engine) -> None:
    why = '<b> & "c" \x1b[31m\x00 \ud7ff \ufffe it\'s loaded'
    why = why.replace("\x00", "") if engine.dialect.name == "postgresql" else why
    with engine.begin() as connection:
        connection.execute(update(DataVersion).values(why=why))
    app = create_app(
        Settings(
            database_url=engine.url.render_as_string(hide_password=False),
            public_url="https://example.org/data/",
        )
    )
    assert isinstance(app, Edge)
    app.api.state.store.refresh()
    feed = await get(app, "/v1/changes.atom")
    (entry,) = entries(feed)
    assert said(entry, "title").startswith('<b> & "c" \N{REPLACEMENT CHARACTER}[31m')
    links = [str(a.get("href")) for a in ET.fromstring(feed.content).iter(f"{{{ATOM['a']}}}link")]
    assert len(links) == 4
    assert all(link.startswith("https://example.org/data/v1") for link in links)
    app.api.state.store.stop()


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/atom+xml", 200),
        ("application/atom+xml;q=0.9, application/xml;q=0.5", 200),
        ("application/json", 200),
        ("*/*", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("application/atom+xml;q=0", 406),
        ("text/csv", 406),
    ],
)
async def test_readers_of_feeds_are_served(edge: Edge, accept: str, status: int) -> None:
    transport = httpx.ASGITransport(edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/v1/changes.atom", headers={"Accept": accept})
        assert answer.status_code == status
        wrong = await client.get("/v1/wages", headers={"Accept": "application/atom+xml"})
        assert wrong.status_code == 406


async def test_a_database_of_before_tells_of_its_releases(edge: Edge, engine: Engine) -> None:
    """See ``tests/database/test_migrations.py`` for what the migration fills in."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO changes (number, subject, id, kind, detail) VALUES "
                "(1, 'release', 'old', 'added', '{\"datasets\": {\"wages\": {\"rows_added\": 2, "
                '"figures_added": null, "figures_removed": null, "figures_changed": null}}}\')'
            )
        )
    (item,) = (await changes(edge, BEGINNING))["items"]
    (counts,) = item["counts"]
    assert (counts["rows_added"], counts["rows_removed"], counts["figures_added"]) == (2, 0, None)
    assert item["title"] is None
