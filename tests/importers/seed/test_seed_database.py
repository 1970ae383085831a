"""Seeding a database: once, twice, with a changed file, a broken one, beside whole releases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from app.commands.database import migrate_database
from app.database.engines import writing_engine
from app.database.models import (
    Area,
    Base,
    Citation,
    DataVersion,
    Duty,
    Industry,
    Occupation,
    Part,
    Projection,
    Release,
    ReleaseFile,
    Source,
    Wage,
)
from app.importers.faults import BadSeed, PoorerFile
from app.importers.loading.load import load_release, retire
from app.importers.rows import EntryRow, PartKey, PartRows, Reading
from app.importers.seed.files import read_seed, seed_database
from tests.importers.seed.conftest import Edit

ALL = [
    "sources",
    "classifications",
    "soc-2018",
    "bls-oews-2021-05",
    "bls-ep-2021-31",
    "article-2022-11",
    "omb-cbsa-2013-02",
    "bls-areas-2021-05",
    "bls-areas-2025-05",
]


def everything(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def shown_texts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(
            connection.execute(
                select(Duty.text)
                .join(Part, Part.id == Duty.part_id)
                .where(Part.shown)
                .order_by(Duty.position)
            ).scalars()
        )


def names(engine: Engine, folder: Path | None = None) -> list[str]:
    return [changed.name for changed in seed_database(engine, folder)]


def test_an_empty_database_gets_all_of_it(engine: Engine) -> None:
    assert names(engine) == ALL
    with engine.connect() as connection:
        counted = {
            model.__tablename__: connection.execute(
                select(func.count()).select_from(model)
            ).scalar_one()
            for model in (Source, Release, Occupation, Wage, Projection, Citation, Area, Industry)
        }
        assert counted == {
            "sources": 12,
            "releases": 7,
            "occupations": 35,
            "wages": 12,
            "projections": 11,
            "citations": 2,
            "areas": 1,
            "industries": 1,
        }
        assert connection.execute(select(func.count()).where(~Part.shown)).scalar_one() == 0
        assert connection.execute(select(func.count()).where(~Part.latest)).scalar_one() == 0


def test_wages_are_in_cents_and_dollars_with_their_marks(engine: Engine) -> None:
    seed_database(engine)
    with engine.connect() as connection:
        rows = {
            (row.source_id, row.code): row
            for row in connection.execute(
                select(Wage.__table__, Release.source_id, Part.period, Part.detail)
                .join(Part, Part.id == Wage.part_id)
                .join(Release, Release.id == Part.release_id)
            )
        }
    official, article = rows["bls-oews", "11-9111"], rows["article", "11-9111"]
    assert (official.employment, official.annual_median, official.hourly_median) == (
        436_770,
        101_340,
        4872,
    )
    assert official.annual_p90 == 205_620
    assert official.detail == {"top_code_annual": 208_000, "top_code_hourly": 10_000}
    assert (article.period, article.annual_median) == ("2021-05", 101_340)
    assert article.marks == "----------------.--"
    assert "median" in article.note
    physicians = rows["bls-oews", "29-1215"]
    assert (physicians.annual_median, physicians.marks) == (None, "..----.....###..###")


def test_projections_are_in_persons(engine: Engine) -> None:
    seed_database(engine)
    with engine.connect() as connection:
        rows = {
            (row.source_id, row.code): row
            for row in connection.execute(
                select(Projection.__table__, Release.source_id, Part.period)
                .join(Part, Part.id == Projection.part_id)
                .join(Release, Release.id == Part.release_id)
            )
        }
    official, article = rows["bls-ep", "11-9111"], rows["article", "11-9111"]
    assert (official.base_employment, official.target_employment) == (480_700, 616_900)
    assert (official.change, official.percent_change) == (136_200, 28.3)
    assert official.annual_openings == 56_600
    assert (article.period, article.percent_change) == ("2021-31", 28)
    assert (article.annual_openings, article.base_employment) == (56_600, None)
    assert rows["bls-ep", "11-1011"].change == -20_600
    assert rows["bls-ep", "29-1215"].marks == ".....-#..."


def test_the_hierarchy_is_whole(engine: Engine) -> None:
    seed_database(engine)
    with engine.connect() as connection:
        rows = connection.execute(select(Occupation.code, Occupation.parent)).all()
        parents = {row.code: row.parent for row in rows}
        chain = ["11-9111"]
        while (above := parents[chain[-1]]) is not None:
            chain.append(above)
        title = connection.execute(
            select(Occupation.title).where(Occupation.code == "29-2072")
        ).scalar_one()
    assert chain == ["11-9111", "11-9110", "11-9000", "11-0000", "00-0000"]
    assert [code for code, parent in parents.items() if parent is None] == ["00-0000"]
    assert title == "Medical Records Specialists"


def test_seeding_twice_changes_nothing(engine: Engine) -> None:
    seed_database(engine)
    before = everything(engine)
    assert names(engine) == []
    assert everything(engine) == before


def test_layout_and_comments_change_nothing(engine: Engine, folder: Path, edit: Edit) -> None:
    seed_database(engine)
    before = everything(engine)
    edit("article.yaml", "release:", "# A remark\n\nrelease:")
    edit(
        "article.yaml",
        "    where: Introduction, paragraph 2",
        '    where: "Introduction, paragraph 2"',
    )
    edit("bls-oews-2021-05.yaml", "employment: 140886310", "employment: 140_886_310")
    assert names(engine, folder) == []
    assert everything(engine) == before


def test_a_changed_fact_supersedes_its_release_only(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    seed_database(engine)
    edit("article.yaml", "Designing work schedules for employees", "Designing work schedules")
    assert names(engine, folder) == ["article-2022-11"]
    assert shown_texts(engine)[3] == "Designing work schedules"
    assert len(shown_texts(engine)) == 5
    assert names(engine, folder) == []
    assert names(engine) == ["article-2022-11"]
    assert shown_texts(engine)[3] == "Designing work schedules for employees"


def test_a_changed_source_is_changed_in_place(engine: Engine, folder: Path, edit: Edit) -> None:
    seed_database(engine)
    edit("sources.yaml", "publisher: Coursera", "publisher: Coursera, Inc.")
    assert names(engine, folder) == ["sources"]
    with engine.connect() as connection:
        publisher = select(Source.publisher).where(Source.id == "article")
        assert connection.execute(publisher).scalar_one() == "Coursera, Inc."


def not_covered(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(Source.id, Source.not_covered))
        return {row.id: row.not_covered for row in rows}


def test_a_database_of_an_older_program_gets_what_sources_leave_out(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    seed_database(engine)
    said = not_covered(engine)
    assert "self-employed workers" in said["bls-oews"]
    with engine.begin() as connection:  # as the migration leaves it
        connection.execute(update(Source).values(not_covered=[]))
    assert names(engine) == ["sources"]
    assert not_covered(engine) == said
    assert names(engine) == []
    edit("sources.yaml", "    not_covered:\n      - occupations that only volunteers have\n", "")
    assert names(engine, folder) == ["sources"]  # a folder may leave the key out
    assert not_covered(engine) == said | {"soc": []}


@pytest.mark.parametrize("name", ["sources.yaml", "soc-2018.yaml", "article.yaml"])
def test_a_broken_file_changes_nothing(engine: Engine, folder: Path, edit: Edit, name: str) -> None:
    seed_database(engine)
    before = everything(engine)
    edit("bls-ep-2021-31.yaml", "title: Employment Projections, 2021-31", "title: Other")
    edit(name, "title:" if name != "sources.yaml" else "publisher:", "titel:")
    with pytest.raises(BadSeed, match=f"seed/{name}: line "):
        seed_database(engine, folder)
    assert everything(engine) == before


def test_a_broken_file_leaves_an_empty_database_empty(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    before = everything(engine)
    edit("article.yaml", "period: 2022-11", "period: 2022")
    with pytest.raises(BadSeed):
        seed_database(engine, folder)
    assert everything(engine) == before


def test_an_excerpt_gives_way_to_the_whole_release_and_never_replaces_it(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    seed_database(engine)
    excerpt = next(r for r in read_seed(folder)[1] if r.head.name == "soc-2018")
    entry = EntryRow("11-9111", "Medical and Health Services Managers", "detailed")
    whole = Reading(
        head=replace(excerpt.head, excerpt=False, checksum="0" * 64, kinds=("soc_structure",)),
        parts=(PartRows(PartKey(EntryRow), [entry]),),
    )
    assert load_release(engine, whole).outcome == "loaded"
    edit("soc-2018.yaml", "title: Top Executives", "title: Executives")
    assert names(engine, folder) == []
    with engine.connect() as connection:
        live = connection.execute(
            select(Release.excerpt).where(Release.name == "soc-2018", ~Release.superseded)
        ).scalar_one()
    assert live is False


def test_a_retired_release_stays_retired(engine: Engine, folder: Path, edit: Edit) -> None:
    seed_database(engine)
    retire(engine, "article-2022-11")
    edit("article.yaml", "Designing work schedules for employees", "Designing work schedules")
    assert names(engine, folder) == []
    assert shown_texts(engine) == []


def kinds_of_article(engine: Engine) -> set[tuple[str, str, int]]:
    with engine.connect() as connection:
        return {
            (part.dataset, part.kind, part.rows)
            for part in connection.execute(
                select(Part.dataset, Part.kind, Part.rows)
                .join(Release, Release.id == Part.release_id)
                .where(Release.name == "article-2022-11", ~Release.superseded)
            )
        }


def test_an_article_without_kinds_gets_them(engine: Engine, folder: Path) -> None:
    """Its parts had none before; what is told by kind now is not lost."""
    seed_database(engine)
    now = kinds_of_article(engine)
    (article,) = (r for r in read_seed(folder)[1] if r.head.name == "article-2022-11")
    of_before = Reading(
        head=replace(article.head, checksum="0" * 64),
        parts=[replace(run, key=replace(run.key, kind="")) for run in article.parts],
    )
    with engine.begin() as connection:
        name = update(Release).where(Release.name == "article-2022-11")
        connection.execute(name.values(superseded=True))
    assert load_release(engine, of_before).outcome == "loaded"
    before = kinds_of_article(engine)
    assert ("descriptions", "", 7) in before
    assert ("descriptions", "summary", 3) in now
    assert "article-2022-11" in names(engine, folder)
    assert kinds_of_article(engine) == now
    fewer = [run for run in article.parts if run.key.kind != "summary"]
    poorer = Reading(head=replace(article.head, checksum="1" * 64), parts=fewer)
    with engine.begin() as connection:
        connection.execute(name.values(superseded=True))
    load_release(engine, replace(of_before, head=replace(of_before.head, checksum="2" * 64)))
    with pytest.raises(PoorerFile, match="3 of 7 rows of descriptions"):
        load_release(engine, poorer)


def test_the_file_of_each_release_is_recorded(engine: Engine) -> None:
    seed_database(engine)
    with engine.connect() as connection:
        files = connection.execute(
            select(Release.name, ReleaseFile.name, ReleaseFile.kind, ReleaseFile.rows_loaded)
            .join(ReleaseFile, ReleaseFile.release_id == Release.id)
            .order_by(Release.id)
        ).all()
    assert [tuple(row) for row in files] == [
        ("soc-2018", "soc-2018.yaml", "seed", 34),
        ("bls-oews-2021-05", "bls-oews-2021-05.yaml", "seed", 22),
        ("bls-ep-2021-31", "bls-ep-2021-31.yaml", "seed", 10),
        ("article-2022-11", "article.yaml", "seed", 54),
        ("omb-cbsa-2013-02", "omb-cbsa-2013-02.yaml", "seed", 14),
        ("bls-areas-2021-05", "bls-areas-2021-05.yaml", "seed", 530),
        ("bls-areas-2025-05", "bls-areas-2025-05.yaml", "seed", 528),
    ]


def test_the_data_version_is_the_same_on_every_database(engine: Engine, tmp_path: Path) -> None:
    other = writing_engine(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    migrate_database(other)
    tokens = []
    for one in (engine, other):
        seed_database(one)
        with one.connect() as connection:
            query = select(DataVersion.token).order_by(DataVersion.number)
            tokens.append(connection.execute(query).scalars().all())
    other.dispose()
    assert tokens[0] == tokens[1]
