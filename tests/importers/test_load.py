"""One transaction a release, on both databases: what is shown, what is latest, what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from app.database.hierarchy import ancestors, slug
from app.database.models import DataVersion, Occupation, Part, Release
from app.importers import faults, rows
from app.importers.loading.load import ensure_sources, load_release, restore, retire
from app.importers.loading.writer import writing
from tests.importers.conftest import SOURCES

NURSE = ("29-1141", "Registered Nurses")


def head(name: str, source: str = "bls-oews", **other: Any) -> rows.ReleaseHead:
    given: dict[str, Any] = {
        "period": "2021-05",
        "title": name,
        "published": None,
        "source_url": "https://example.org/",
        "checksum": hashlib.sha256(name.encode()).hexdigest(),
        "kinds": ("oews",),
    }
    return rows.ReleaseHead(name, source, **{**given, **other})


def wage(code: str, employment: int) -> rows.Row:
    figures = [employment, *[None] * 18]
    return rows.WageRow._make([code, "detailed", *figures, "." + "-" * 18, None, None])


def reading(
    its: rows.ReleaseHead, *entries: tuple[str, str], level: str = "detailed", areas: str = "US"
) -> rows.Reading:
    def parts() -> Iterator[rows.PartRows]:
        yield rows.PartRows(
            rows.PartKey(rows.EntryRow),
            [
                rows.EntryRow(code, title, "onet" if "." in code else level)
                for code, title in entries
            ],
        )
        for area in areas.split():
            for code, _ in entries:  # one run a row: a part may come in several
                yield rows.PartRows(
                    rows.PartKey(rows.WageRow, area=area, industry="000000", ownership="1235"),
                    [wage(code, 10)],
                    {"top_code_annual": 208000},
                )

    return rows.Reading(
        its,
        parts(),
        files=lambda: [
            rows.FileRead("a.xlsx", its.kinds[0], "0" * 64, 9, 3, 2, {"footnote": 1}),
        ],
        areas=lambda: [rows.AreaRow("US", f"U.S. {its.period}", "nation", "99", None)],
        industries=lambda: [rows.IndustryRow("000000", "Cross-industry", "cross-industry")],
    )


def states(engine: Engine, dataset: str = "wages") -> dict[str, str]:
    """Name and period → hidden, shown or latest, of the parts for the nation."""
    with engine.connect() as connection:
        found = connection.execute(
            select(Release.name, Release.superseded, Part.shown, Part.latest)
            .join(Part)
            .where(Part.dataset == dataset, Part.area.in_(("US", "")))
        )
        return {
            name + (" (old)" if old else ""): "latest" if latest else "shown" if shown else "hidden"
            for name, old, shown, latest in found
        }


def years_pass(engine: Engine) -> None:
    """Let every data version so far have begun longer ago than rows are kept."""
    long_ago = datetime.now(UTC) - timedelta(days=800)
    with engine.begin() as connection:
        connection.execute(update(DataVersion).values(changed_at=long_ago))


def everything(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}"))))
            for table in ("releases", "parts", "wages", "entries", "occupations", "data_versions")
        }


def test_latest_is_by_period_not_by_time_of_import(engine: Engine) -> None:
    load_release(engine, reading(head("bls-oews-2023-05", period="2023-05"), NURSE))
    done = load_release(engine, reading(head("bls-oews-2021-05"), NURSE))
    assert (done.outcome, done.rows, done.parts) == ("loaded", 2, 2)
    assert states(engine) == {"bls-oews-2021-05": "shown", "bls-oews-2023-05": "latest"}
    with engine.connect() as connection:
        # A known area keeps the name of the newest period.
        assert connection.execute(text("SELECT name FROM areas")).scalar() == "U.S. 2023-05"
    revised = reading(head("bls-oews-2023-05", period="2023-05", checksum="0" * 64), NURSE)
    area = rows.AreaRow("US", "United States", "nation", "99", None)
    load_release(engine, replace(revised, areas=lambda: [area]))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM areas")).scalar() == "United States"


def test_of_the_same_thing_one_is_shown_whatever_came_first(engine: Engine) -> None:
    both = [NURSE, ("29-1140", "Registered Nurses")]
    national, whole = head("bls-oews-2021-05"), head("bls-oews-2021-05-all")
    load_release(engine, reading(whole, *both, areas="CA US"))
    load_release(engine, reading(national, *both))
    assert states(engine) == {"bls-oews-2021-05": "latest", "bls-oews-2021-05-all": "hidden"}
    retire(engine, "bls-oews-2021-05")
    assert states(engine) == {"bls-oews-2021-05": "hidden", "bls-oews-2021-05-all": "latest"}
    assert restore(engine, "bls-oews-2021-05") is True
    assert restore(engine, "bls-oews-2021-05") is False
    assert states(engine) == {"bls-oews-2021-05": "latest", "bls-oews-2021-05-all": "hidden"}
    # More rows go before the name.
    longer = head("bls-oews-2021-05-all", checksum="0" * 64)
    load_release(engine, reading(longer, *both, ("29-1151", "Nurse"), areas="CA US"))
    assert states(engine)["bls-oews-2021-05"] == "hidden"
    assert states(engine)["bls-oews-2021-05-all"] == "latest"


def test_a_whole_release_is_shown_before_an_excerpt_with_more_rows(engine: Engine) -> None:
    excerpt = head("bls-oews-2021-05", excerpt=True)
    load_release(engine, reading(excerpt, NURSE, ("29-1140", "Registered Nurses")))
    load_release(engine, reading(head("bls-oews-2021-05-all"), NURSE))
    assert states(engine) == {"bls-oews-2021-05": "hidden", "bls-oews-2021-05-all": "latest"}


def test_same_file_again_changes_nothing(engine: Engine) -> None:
    load_release(engine, reading(head("bls-oews-2021-05"), NURSE))
    before = everything(engine)
    again = load_release(engine, reading(head("bls-oews-2021-05"), NURSE))
    assert again.outcome == "unchanged"
    assert everything(engine) == before


def test_excerpt_gives_way_to_the_whole_and_never_comes_back(engine: Engine) -> None:
    name = "bls-oews-2021-05"
    excerpt = head(name, checksum="e" * 64, excerpt=True, kinds=("seed",))
    load_release(engine, reading(excerpt, NURSE))
    years_pass(engine)
    load_release(engine, reading(head(name), NURSE, ("29-1171", "Nurse Practitioners")))
    assert states(engine) == {f"{name} (old)": "hidden", name: "latest"}
    assert load_release(engine, reading(excerpt, NURSE)).outcome == "skipped"
    # The excerpt's rows stay for readers of older versions, and go with a load when days are over.
    later = head("bls-oews-2022-05", period="2022-05")
    load_release(engine, reading(later, NURSE))
    assert states(engine) == {f"{name} (old)": "hidden", name: "shown", later.name: "latest"}
    years_pass(engine)
    load_release(engine, reading(head("bls-oews-2020-05", period="2020-05"), NURSE))
    assert states(engine) == {name: "shown", "bls-oews-2020-05": "shown", later.name: "latest"}


def test_a_part_id_is_never_given_twice(engine: Engine) -> None:
    name = "bls-oews-2021-05"
    ids: set[int] = set()
    for revision in "abc":
        load_release(engine, reading(head(name, checksum=revision * 64), NURSE))
        years_pass(engine)
        with engine.connect() as connection:
            new = set(connection.execute(select(Part.id).where(Part.shown)).scalars())
        assert not new & ids
        ids |= new


def test_poorer_files_do_not_replace_richer_ones(engine: Engine) -> None:
    name = "bls-ep-2021-31"

    def with_kind(kind: str) -> rows.Reading:
        return reading(
            head(name, "bls-ep", period="2021-31", checksum=kind[-1] * 64, kinds=(kind,)), NURSE
        )

    load_release(engine, with_kind("projections_csv"))
    with pytest.raises(faults.PoorerFile, match="projections_csv would be lost"):
        load_release(engine, with_kind("projections_workbook"))
    assert load_release(engine, with_kind("projections_workbook"), replace=True).outcome == "loaded"


def test_what_would_be_lost_is_named_up_to_five(engine: Engine) -> None:
    for count, more in ((5, ""), (6, " and 1 more")):
        areas = [f"0{n}" for n in range(count)]
        name = f"bls-oews-2021-05-{count}"
        load_release(engine, reading(head(name), NURSE, areas=" ".join(["US", *areas])))
        listed = ", ".join(
            f"wages of area {area}, industry 000000, ownership 1235" for area in areas[:5]
        )
        with pytest.raises(faults.PoorerFile, match=f"given now: {listed}{more} would be lost"):
            load_release(engine, reading(head(name, checksum="0" * 64), NURSE))


def test_any_number_of_occupations_may_change(engine: Engine) -> None:
    for title in ("First", "Second"):
        its = head("soc-2018", "soc", period="2018", checksum=title)
        entries = [(f"11-{n:04}", f"{title} {n}") for n in range(501)]
        load_release(engine, reading(its, *entries, areas=""))
    with engine.connect() as connection:
        titles = set(connection.execute(select(Occupation.title)).scalars())
    assert titles == {f"Second {n}" for n in range(501)}


def test_retired_stays_retired(engine: Engine) -> None:
    load_release(engine, reading(head("bls-oews-2021-05"), NURSE))
    assert retire(engine, "bls-oews-2021-05") is True
    assert retire(engine, "bls-oews-2021-05") is False
    again = load_release(engine, reading(head("bls-oews-2021-05"), NURSE))
    assert again.outcome == "retired"
    assert "releases restore bls-oews-2021-05" in again.message
    with engine.connect() as connection:
        assert connection.execute(select(Occupation.code)).all() == []
    with pytest.raises(faults.UnknownRelease, match="loaded are: bls-oews-2021-05"):
        retire(engine, "bls-oews-1999-05")


@pytest.mark.parametrize("place", ["row", "files"])
def test_a_fault_at_the_very_end_leaves_everything_as_it_was(engine: Engine, place: str) -> None:
    load_release(engine, reading(head("bls-oews-2020-05", period="2020-05"), NURSE))
    before = everything(engine)
    good = reading(head("bls-oews-2021-05"), NURSE)

    def then_bad() -> Iterator[rows.PartRows]:
        yield from good.parts
        if place == "row":
            raise faults.BadFile("a.xlsx", "unknown mark '?'", sheet="Data", row=9, column="A_MEAN")

    def files() -> Iterator[rows.FileRead]:
        raise OSError("disk full")
        yield

    with pytest.raises((faults.BadFile, OSError)):
        load_release(engine, rows.Reading(good.head, then_bad(), files, good.areas))
    assert everything(engine) == before


def test_a_dry_run_writes_nothing(engine: Engine) -> None:
    before = everything(engine)
    done = load_release(engine, reading(head("bls-oews-2021-05"), NURSE), dry_run=True)
    assert (done.outcome, done.rows) == ("loaded", 2)
    assert everything(engine) == before


def test_the_second_writer_is_refused_clearly(engine: Engine) -> None:
    with (
        writing(engine),
        pytest.raises(faults.AnotherImportRuns, match="another command is writing"),
    ):
        load_release(engine, reading(head("bls-oews-2021-05"), NURSE), wait=0.2)
    assert load_release(engine, reading(head("bls-oews-2021-05"), NURSE)).outcome == "loaded"


def test_readers_keep_answering_during_a_load(engine: Engine) -> None:
    load_release(engine, reading(head("bls-oews-2020-05", period="2020-05"), NURSE))
    seen = []

    def watch(_done: int) -> None:
        with engine.connect() as other:
            seen.append(other.execute(text("SELECT count(*) FROM wages")).scalar())

    load_release(engine, reading(head("bls-oews-2021-05"), NURSE), progress=watch)
    assert set(seen) == {1}


def test_an_unknown_source_is_named(engine: Engine) -> None:
    with pytest.raises(faults.UnknownSource, match="'esco'"):
        load_release(engine, reading(head("esco-1", "esco"), NURSE))


def test_the_token_is_the_same_on_every_host(engine: Engine) -> None:
    def token() -> Any:
        with engine.connect() as connection:
            newest = text("SELECT token FROM data_versions ORDER BY number DESC")
            return connection.execute(newest).scalar()

    empty = token()
    load_release(engine, reading(head("bls-oews-2021-05"), NURSE))
    first = token()
    load_release(engine, reading(head("bls-oews-2020-05", period="2020-05"), NURSE))
    assert len({empty, first, token()}) == 3
    retire(engine, "bls-oews-2020-05")
    assert token() == first


def test_sources_are_brought_up_to_date(engine: Engine) -> None:
    assert ensure_sources(engine, SOURCES) is False
    assert ensure_sources(engine, [{**SOURCES[0], "licence": "CC-BY-4.0"}]) is True


def test_occupations_take_the_leading_sources_word(engine: Engine) -> None:
    soc = [("29-0000", "Practitioners"), ("29-1140", "Registered Nurses"), NURSE]
    load_release(engine, reading(head("soc-2018", "soc", period="2018"), *soc, level="x"))
    lines = [("29-1141", "Nurses"), ("29-1141.01", "Acute Care Nurses"), ("29-2010", "Nurse!")]
    load_release(engine, reading(head("onet-27.0", "onet", period="2022-08"), *lines))
    with engine.connect() as connection:
        found = {
            o.code: (o.title, o.slug, o.level, o.parent, o.figures_code)
            for o in connection.execute(select(Occupation.__table__))
        }
    assert found == {
        "29-0000": ("Practitioners", "practitioners", "x", None, "29-0000"),
        "29-1140": ("Registered Nurses", "registered-nurses", "x", "29-0000", "29-1140"),
        "29-1141": ("Registered Nurses", "registered-nurses-x", "x", "29-1140", "29-1141"),
        "29-1141.01": (
            *("Acute Care Nurses", "acute-care-nurses-onet-soc-2019", "onet"),
            *("29-1141", "29-1141"),
        ),
        "29-2010": ("Nurse!", "nurse-nem-2022", "detailed", "29-0000", "29-2010"),
    }


def test_lists_and_positions_are_written(engine: Engine) -> None:
    its = head("onet-27.0", "onet", period="2022-08")
    run = rows.PartRows(
        rows.PartKey(rows.EducationRow, "degree"),
        [
            rows.EducationRow("29-1141", "degree", "Bachelor\\'s\tdegree", fields_of_study=["é"]),
            rows.EducationRow("29-1141", "degree", "None", suppress=True, percent=0.1),
        ],
    )
    load_release(engine, rows.Reading(its, [run]))
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT position, level, suppress, percent FROM education ORDER BY position")
        )
        assert [tuple(row) for row in found] == [
            (1, "Bachelor\\'s\tdegree", None, None),
            (2, "None", True, 0.1),
        ]


def test_every_text_arrives_as_it_is(engine: Engine) -> None:
    odd = ['"', "\\", '\\"', "a],[b", "null", "", "a\nb", "\\.", "x\n\\.\ny", "\r\n\t", "é\x7f ', "]
    for texts in (odd, *([one] for one in odd)):
        its = head(f"onet-{len(texts)}{texts[0]!r}", "onet", period="2022-08")
        run = rows.PartRows(
            rows.PartKey(rows.DescriptionRow),
            [
                rows.DescriptionRow("29-1141", "about", one, note=None if n % 2 else one)
                for n, one in enumerate(texts * 100)
            ],
        )
        part = load_release(engine, rows.Reading(its, [run]))
        assert part.rows == len(texts) * 100
        with engine.connect() as connection:
            found = connection.execute(
                text(
                    "SELECT text, note FROM descriptions "
                    "WHERE part_id = (SELECT max(id) FROM parts) ORDER BY position"
                )
            )
            assert [tuple(row) for row in found] == [
                (one, None if n % 2 else one) for n, one in enumerate(texts * 100)
            ]


def test_ancestors_and_slugs() -> None:
    assert list(ancestors("15-1299.08")) == [
        "15-1299",
        "15-1290",
        "15-1200",
        "15-1000",
        "15-0000",
        "00-0000",
    ]
    assert list(ancestors("00-0000")) == []
    assert slug("Farmers, Ranchers & Co. (naïve)") == "farmers-ranchers-co-naive"


def test_a_retired_code_takes_no_address(engine: Engine) -> None:
    ensure_sources(engine, SOURCES)
    newer = head("bls-oews-2024-05", period="2024-05")
    older = head("bls-oews-2017-05", period="2017-05")
    load_release(engine, reading(newer, ("15-1254", "Web Developers")))
    load_release(engine, reading(older, ("15-1134", "Web Developers")))
    with engine.connect() as connection:
        found = connection.execute(select(Occupation.code, Occupation.slug)).all()
    assert {tuple(row) for row in found} == {
        ("15-1254", "web-developers"),
        ("15-1134", "web-developers-soc-2010"),
    }
