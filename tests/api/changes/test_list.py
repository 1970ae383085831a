"""What each data version changed: releases, occupations, areas, codes, figures; page by page."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text, update

from app.database.models import DataVersion
from app.importers import rows
from app.importers.loading.load import derive_anew, ensure_sources, load_release, restore, retire
from app.server.edge import Edge
from tests.api.changes.conftest import BEGINNING, NAME, changes, counted, load, one, shown, told
from tests.api.conftest import get
from tests.importers.conftest import SOURCES
from tests.importers.test_load import head

pytestmark = pytest.mark.anyio


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
