"""A mirror that follows ``/v1/changes`` ends with the same content as one that is made anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.api.queries.blocks import BLOCKS
from app.importers.loading.load import restore, retire
from app.server.edge import Edge
from tests.api.conftest import get, write_files
from tests.api.test_at import loaded
from tests.builders import line, oews_csv
from tests.conftest import occupations
from tests.importers.crosswalks import files as crosswalks

pytestmark = pytest.mark.anyio

WIDE = {
    "wages": "&area=all&industry=all&ownership=all",
    "projections": "&area=all",
}
"""Block → what its list takes to have every row."""
FOLLOWING = {"notes", "related_title"}
"""Keys of rows that follow from crosswalks and from other occupations."""
NAMES = ("code", "title", "slug", "level", "parent", "classification")
HEAD = ("id", "source", "period", "title", "checksum", "rows")

Json = dict[str, Any]


class Mirror:
    """What a partner keeps: rows by block and release, occupations, areas, codes and releases."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.version = ""
        self.asked: list[str] = []
        self.rows: dict[tuple[str, str], list[Json]] = {}
        self.releases: dict[str, Json] = {}
        self.occupations: dict[str, Json] = {}
        self.areas: dict[str, Json] = {}
        self.codes: dict[str, Json] = {}

    def content(self) -> Json:
        kept = ("rows", "releases", "areas", "codes")
        return {name: getattr(self, name) for name in kept}

    async def make(self) -> None:
        """Take everything, of one data version."""
        self.version = (await get(self.edge, "/v1")).json()["data_version"]
        for block in BLOCKS:
            await self._take_rows(block)
        for release in await self._items(f"/v1/releases?fields={','.join(HEAD)}"):
            self._keep_release(release)
        await self._take_areas()
        for one in await self._items(f"/v1/occupations?level=all&fields={','.join(NAMES)}"):
            self._keep_occupation(one)
        for system in await self._items("/v1/classifications"):
            if system["loaded"]:
                await self._take_codes(system["id"])

    async def follow(self) -> list[Json]:
        """Take what has changed since the last time; return the changes."""
        changes: list[Json] = []
        target: str | None = f"/v1/changes?since={self.version}&limit=200"
        while target:
            answer = await get(self.edge, target)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            changes += page["items"]
            target = page["next"]
        self.version = page["data_version"]
        # Several versions may have changed one thing: what counts is how it is now.
        by_subject: defaultdict[str, dict[str, list[Json]]] = defaultdict(dict)
        for change in changes:
            by_subject[change["subject"]].setdefault(change["id"], []).append(change)
        for name, its in by_subject["release"].items():
            await self._follow_release(name, its)
        codes = list(by_subject["occupation"])
        for code in codes:
            self.occupations.pop(code, None)
        for start in range(0, len(codes), 200):
            some = ",".join(codes[start : start + 200])
            for one in await self._items(f"/v1/occupations?codes={some}&fields={','.join(NAMES)}"):
                self._keep_occupation(one)
        if by_subject["area"]:
            await self._take_areas()
        for system in {id_.partition(":")[0] for id_ in by_subject["code"]}:
            await self._take_codes(system)
        return changes

    async def _follow_release(self, name: str, changes: list[Json]) -> None:
        whole = any(c["kind"] not in {"completed", "changed"} for c in changes)
        blocks = {its["dataset"] for c in changes for its in c["counts"]} & BLOCKS.keys()
        if whole:
            blocks |= {block for block, release in self.rows if release == name}
        for block in blocks:
            self.rows.pop((block, name), None)
        self.releases.pop(name, None)
        if changes[-1]["release"] is not None:
            fields = ",".join(HEAD)
            for release in await self._items(f"/v1/releases?fields={fields}"):
                if release["id"] == name:
                    self._keep_release(release)
            for block in blocks:
                await self._take_rows(block, name)

    async def _take_rows(self, block: str, release: str | None = None) -> None:
        only = f"&release={release}" if release else ""
        target = f"/v1/{block.replace('_', '-')}?period=all{WIDE.get(block, '')}{only}"
        for row in await self._items(target):
            kept = {key: value for key, value in row.items() if key not in FOLLOWING}
            self.rows.setdefault((block, row["release"]), []).append(kept)

    def _keep_release(self, release: Json) -> None:
        self.releases[release["id"]] = {key: release[key] for key in HEAD}

    def _keep_occupation(self, occupation: Json) -> None:
        self.occupations[occupation["code"]] = {key: occupation[key] for key in NAMES}

    async def _take_areas(self) -> None:
        found = await self._items("/v1/areas?fields=code,name,level")
        self.areas = {area["code"]: {**area, "release": None} for area in found}

    async def _take_codes(self, system: str) -> None:
        self.codes.pop(system, None)
        found = await self._items(f"/v1/classifications/{system}?fields=code,title,level")
        if found:
            self.codes[system] = {one["code"]: (one["title"], one["level"]) for one in found}

    async def _items(self, target: str) -> list[Json]:
        """Return all items of a list of the version that is mirrored."""
        found: list[Json] = []
        following: str | None = (
            f"{target}{'&' if '?' in target else '?'}limit=200&at={self.version}"
        )
        while following:
            self.asked.append(following)
            answer = await get(self.edge, following)
            assert answer.status_code == 200, answer.text
            assert answer.headers["data-version"] == self.version[:16]
            found += answer.json()["items"]
            following = answer.json()["next"]
        return found


def imports(engine: Engine, *paths: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    done = occupations("import", "--replace", *map(str, paths), url=url)
    assert done.returncode == 0, done.stderr + done.stdout


async def same(mirror: Mirror) -> Mirror:
    """Check a mirror against one that is made anew; return that."""
    fresh = Mirror(mirror.edge)
    await fresh.make()
    assert fresh.version == mirror.version
    for name, its in fresh.content().items():
        mine = mirror.content()[name]
        assert mine.keys() == its.keys(), name
        for key in its:
            assert mine[key] == its[key], (name, key)
    assert fresh.occupations.items() <= mirror.occupations.items()
    # Codes that are not in force stand in no list, and are told of like the others.
    for code in mirror.occupations.keys() - fresh.occupations.keys():
        answer = (await get(mirror.edge, f"/v1/occupations/{code}?include=wages")).json()
        assert mirror.occupations[code] == {key: answer[key] for key in NAMES}
    return fresh


@pytest.mark.parametrize("at_once", [False, True], ids=["each", "several at once"])
async def test_a_mirror_that_follows_is_the_same_as_one_made_anew(
    edge: Edge, engine: Engine, tmp_path: Path, at_once: bool
) -> None:
    folders = [tmp_path / name for name in ("files", "crosswalks", "revised")]
    for folder in folders:
        folder.mkdir()
    files, walks, revised = folders
    write_files(files)
    wages = [line(OCC_CODE=code, TOT_EMP=people) for code, people in (("11-1011", 1001),)]
    oews_csv(revised / "national_M2021_dl.csv", *wages, line(OCC_CODE="11-1021", TOT_EMP=999))
    steps: list[Callable[[], object]] = [
        lambda: imports(engine, files),
        lambda: imports(engine, crosswalks.write_all(walks)),
        lambda: loaded(engine, "2022-05", "11-1011", "29-1141", "53-7199", name="Newer"),
        lambda: retire(engine, "bls-oews-2022-05"),
        lambda: retire(engine, "soc-2018"),
        lambda: restore(engine, "bls-oews-2022-05"),
        lambda: restore(engine, "soc-2018"),
        lambda: imports(engine, revised / "national_M2021_dl.csv"),
    ]
    store = edge.api.state.store
    mirror = Mirror(edge)
    await mirror.make()
    everything = len(mirror.asked)
    told: set[tuple[str, str]] = set()
    for step in steps:
        step()
        store.refresh()
        if not at_once:
            told |= {(one["subject"], one["kind"]) for one in await mirror.follow()}
            await same(mirror)
    if at_once:
        told |= {(one["subject"], one["kind"]) for one in await mirror.follow()}
    fresh = await same(mirror)
    assert await mirror.follow() == []
    assert len(fresh.rows) > 15
    assert len(fresh.asked) > everything
    kinds = {kind for subject, kind in told if subject == "release"}
    assert kinds >= {"added", "retired", "restored", "revised"}
    assert {subject for subject, _ in told} == {
        *("area", "code", "dataset", "occupation", "release"),
    }


async def test_a_mirror_asks_for_no_more_than_what_changed(edge: Edge, engine: Engine) -> None:
    mirror = Mirror(edge)
    await mirror.make()
    loaded(engine, "2022-05", "11-1011", "11-9111", name="Newer")
    edge.api.state.store.refresh()
    mirror.asked.clear()
    await mirror.follow()
    lists = {target.partition("?")[0] for target in mirror.asked}
    assert lists == {"/v1/releases", "/v1/wages", "/v1/areas"}
    assert all("release=bls-oews-2022-05" in one for one in mirror.asked if "/wages" in one)
    await same(mirror)
