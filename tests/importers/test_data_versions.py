"""Data versions: what each showed, how long its rows are kept, and its catalog read again later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, text, update

from app.database.catalog import Catalog
from app.database.catalog_reader import load_catalog
from app.database.models import DataVersion, Occupation, Part, Wage
from app.database.versions import DERIVATION, PROGRAM
from app.errors import VersionGone
from app.importers import faults
from app.importers.loading.load import ensure_sources, load_release, restore, retire
from tests.conftest import occupations
from tests.importers.conftest import SOURCES
from tests.importers.test_load import NURSE, head, reading, states

NAME = "bls-oews-2021-05"
DAYS = timedelta(days=400)


def versions(engine: Engine) -> list[tuple[int, str]]:
    with engine.connect() as connection:
        query = select(DataVersion.number, DataVersion.why).order_by(DataVersion.number)
        return [(row.number, row.why) for row in connection.execute(query)]


def spans(engine: Engine) -> list[tuple[str, int, int | None]]:
    query = (
        "SELECT name, from_number, to_number FROM release_spans "
        "JOIN releases ON releases.id = release_id ORDER BY from_number, name"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def rows_of(engine: Engine, name: str) -> list[tuple[bool, int]]:
    """Return of each revision of a release whether it is purged, and its rows of wages."""
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT purged, (SELECT count(*) FROM wages JOIN parts ON parts.id = part_id "
                "WHERE release_id = releases.id) FROM releases WHERE name = :name ORDER BY id"
            ),
            {"name": name},
        )
        return [(bool(purged), count) for purged, count in found]


def ended(engine: Engine, number: int, ago: timedelta) -> None:
    """Let a data version have begun so long ago: the one before it ended then."""
    begun = datetime.now(UTC) - ago
    with engine.begin() as connection:
        connection.execute(
            update(DataVersion).where(DataVersion.number == number).values(changed_at=begun)
        )


def test_every_change_adds_a_version_that_says_why(engine: Engine) -> None:
    load_release(engine, reading(head(NAME), NURSE))
    load_release(engine, reading(head("bls-oews-2022-05", period="2022-05"), NURSE))
    retire(engine, NAME)
    restore(engine, NAME)
    load_release(engine, reading(head(NAME, checksum="1" * 64), NURSE))
    ensure_sources(engine, [{**SOURCES[0], "licence": "CC-BY-4.0"}])
    assert versions(engine) == [
        (1, "sources changed"),
        (2, f"{NAME} loaded"),
        (3, "bls-oews-2022-05 loaded"),
        (4, f"{NAME} retired"),
        (5, f"{NAME} restored"),
        (6, f"{NAME} loaded"),
        (7, "sources changed"),
    ]
    assert spans(engine) == [
        (NAME, 2, 4),
        ("bls-oews-2022-05", 3, None),
        (NAME, 5, 6),
        (NAME, 6, None),
    ]


@pytest.mark.parametrize(
    ("ago", "kept"),
    [(DAYS - timedelta(minutes=1), True), (DAYS + timedelta(minutes=1), False)],
)
@pytest.mark.parametrize("how", ["replaced", "retired"])
def test_rows_are_kept_so_long_after_the_last_version_that_showed_them(
    engine: Engine, how: str, ago: timedelta, kept: bool
) -> None:
    first = load_release(engine, reading(head(NAME), NURSE)).version
    if how == "replaced":
        load_release(engine, reading(head(NAME, checksum="1" * 64), NURSE))
    else:
        retire(engine, NAME)
    ended(engine, first, 2 * ago)  # when it was loaded does not matter
    ended(engine, first + 1, ago)
    load_release(engine, reading(head("bls-oews-2022-05", period="2022-05"), NURSE))
    others = [(False, 1)] if how == "replaced" else []
    assert rows_of(engine, NAME) == [(not kept, int(kept)), *others]
    assert spans(engine)[0] == (NAME, first, first + 1)
    if kept:
        assert load_catalog(engine, first).number == first
    else:
        with pytest.raises(VersionGone):
            load_catalog(engine, first)
    # The version before it showed nothing that is gone.
    assert load_catalog(engine, first - 1).number == first - 1


def test_the_days_are_a_setting(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCCUPATIONS_KEEP_DAYS", "2")
    load_release(engine, reading(head(NAME), NURSE))
    retire(engine, NAME)
    ended(engine, 3, timedelta(days=2, minutes=-1))
    ensure_sources(engine, [{**SOURCES[0], "licence": "a"}])
    assert rows_of(engine, NAME) == [(False, 1)]
    ended(engine, 3, timedelta(days=2, minutes=1))
    ensure_sources(engine, [{**SOURCES[0], "licence": "b"}])
    assert rows_of(engine, NAME) == [(True, 0)]


def test_a_release_whose_rows_are_deleted_says_so_and_loads_again(
    engine: Engine,
) -> None:
    load_release(engine, reading(head(NAME), NURSE))
    retire(engine, NAME)
    ended(engine, 3, 2 * DAYS)
    load_release(engine, reading(head("bls-oews-2022-05", period="2022-05"), NURSE))
    url = engine.url.render_as_string(hide_password=False)
    listed = occupations("releases", "list", url=url).stdout
    assert [line.split()[2:4] for line in listed.splitlines()] == [["deleted", "0"], ["shown", "2"]]
    refused = occupations("releases", "restore", NAME, url=url)
    assert refused.returncode == 1
    assert f"the rows of {NAME} are deleted" in refused.stderr
    assert "occupations import" in refused.stderr
    with pytest.raises(faults.RowsDeleted):
        restore(engine, NAME)
    again = load_release(engine, reading(head(NAME), NURSE))
    assert (again.outcome, "replaces" in again.message) == ("loaded", False)
    assert states(engine)[NAME] == "shown"
    assert rows_of(engine, NAME) == [(True, 0), (False, 1)]


def test_retired_rows_that_are_kept_are_not_loaded_again(engine: Engine) -> None:
    load_release(engine, reading(head(NAME), NURSE))
    retire(engine, NAME)
    assert load_release(engine, reading(head(NAME), NURSE)).outcome == "retired"


CHANGES: list[Callable[[Engine], Any]] = [
    lambda e: load_release(e, reading(head("soc-2018", "soc", period="2018"), NURSE, areas="")),
    lambda e: load_release(e, reading(head(NAME, excerpt=True), NURSE, ("29-1151", "Nurse"))),
    lambda e: load_release(e, reading(head(f"{NAME}-all"), NURSE, areas="CA US")),
    lambda e: load_release(
        e,
        reading(
            head("bls-oews-2023-05", period="2023-05"),
            *((f"29-{n}", f"Nurses {n}") for n in range(1100, 1110)),
        ),
    ),
    lambda e: retire(e, f"{NAME}-all"),
    lambda e: load_release(
        e, reading(head("soc-2018", "soc", checksum="1" * 64), NURSE, NURSE, areas="")
    ),
    lambda e: restore(e, f"{NAME}-all"),
    lambda e: load_release(
        e, reading(head("onet-27.0", "onet", period="2022-08"), ("29-1141.01", "Acute"))
    ),
]


def comparable(catalog: Catalog) -> dict[str, Any]:
    """Return what a catalog shows: all but what it keeps, and names of areas, which are newest.

    Addresses that are given out later lead on in older versions too.
    """
    shown = {one.name: getattr(catalog, one.name) for one in fields(catalog)}
    for name in ("choices", "items", "addresses"):
        del shown[name]
    return shown | {"areas": sorted(catalog.areas)}


def test_the_catalog_of_a_version_is_read_later_as_it_was(engine: Engine) -> None:
    seen = [comparable(load_catalog(engine))]
    for change in CHANGES:
        change(engine)
        seen.append(comparable(load_catalog(engine)))
    assert len({len(one["parts"]) for one in seen}) > 3
    assert any(part.lacks for one in seen for part in one["parts"])
    for before in seen:
        assert comparable(load_catalog(engine, before["number"])) == before


def test_what_another_program_derived_is_derived_anew_once(
    engine: Engine,
) -> None:
    load_release(engine, reading(head(NAME), NURSE))
    load_release(engine, reading(head("bls-oews-2022-05", period="2022-05"), NURSE))
    right = comparable(load_catalog(engine))
    url = engine.url.render_as_string(hide_password=False)
    assert occupations("migrate", url=url).returncode == 0
    assert len(versions(engine)) == 3  # nothing was to be done
    with engine.begin() as connection:
        connection.execute(delete(Occupation))
        connection.execute(update(Part).values(shown=False, latest=True, whole=True))
        connection.execute(update(DataVersion).values(program=f"0.0.1+{DERIVATION - 1}"))
        wages = connection.execute(select(Wage.part_id, Wage.code)).all()
    for _ in range(2):
        assert occupations("migrate", url=url).returncode == 0
    assert versions(engine)[3:] == [(4, f"derived anew by {PROGRAM}")]
    now = load_catalog(engine)
    assert comparable(now) == right | {"number": 4}
    with engine.connect() as connection:
        assert connection.execute(select(Wage.part_id, Wage.code)).all() == wages
        programs = connection.execute(select(DataVersion.program).distinct()).scalars().all()
    assert set(programs) == {f"0.0.1+{DERIVATION - 1}", PROGRAM}
