"""A database that the first version made migrates in place, and every figure in it is served.

``first_version/`` holds the databases. What they hold is read with SQL before they are migrated, in
the first version's terms, and compared with what today's program answers over HTTP.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text

from app.database.migration_state import is_migrated
from tests.conftest import Databases, occupations
from tests.servers import serving, warmed

Row = dict[str, Any]

FOLDER = Path(__file__).parent / "first_version"
ROWS = {
    "article": {"occupations": 35, "titles": 7, "wages": 12, "projections": 11},
    "soc-and-wages": {"occupations": 1453, "titles": 6541, "wages": 1397, "projections": 11},
}
"""Database → how many rows of some lists its first version showed."""

BLOCKS = (
    *("courses", "descriptions", "duties", "education", "experience", "interests", "job_zones"),
    *("pathway", "projections", "related", "skills", "technologies", "titles", "wages"),
    "workplaces",
)
"""The first version's content tables; today's flat list of each has its name."""
OF_PART = {"wages": ", p.period, p.area, p.industry, p.ownership", "projections": ", p.period"}
"""Content table → columns that stand in the part for all its rows."""

LISTS = {
    "occupations": """
        SELECT o.code, o.title, o.slug, o.level, o.parent, r.name AS release FROM occupations o
        JOIN parts p ON p.id = o.part_id JOIN releases r ON r.id = p.release_id""",
    "areas": "SELECT * FROM areas",
    "sources": """
        SELECT id, publisher, dataset, description, homepage, licence, licence_url, attribution
        FROM sources""",
    "releases": """
        SELECT name AS id, source_id AS source, period, title, published, source_url, checksum,
        excerpt, notice FROM releases WHERE NOT superseded""",
}
"""What is compared → its rows in a database of the first version."""
LISTS |= {
    name: f"""
        SELECT t.*, r.name AS release FROM {table} t JOIN releases r ON r.id = t.release_id
        WHERE NOT r.superseded ORDER BY t.id"""
    for name, table in (("files", "release_files"), ("citations", "citations"))
}
LISTS |= {
    table: f"""
        SELECT t.*, r.name AS release, p.detail{OF_PART.get(table, "")} FROM {table} t
        JOIN parts p ON p.id = t.part_id JOIN releases r ON r.id = p.release_id
        WHERE p.shown ORDER BY {"t.code" if table == "wages" else "t.code, t.position"}"""
    for table in BLOCKS
}

INSIDE = {"id", "part_id", "release_id", "position"}
"""Numbers that are not answered: keys, and the position, which a list's order shows."""
DAYS = {("bls-oews", "2021-05"): "2022-03-31"}
STATUS = {"*": "withheld", "/": "not_applicable", "-": "not_published"}


def unpacked(name: str, databases: Databases) -> str:
    """Return the URL of a database as the first version made it."""
    url = databases.empty()
    suffix = "sqlite3" if databases.kind == "sqlite" else "sql"
    content = lzma.decompress((FOLDER / f"{name}.{suffix}.xz").read_bytes())
    if databases.kind == "sqlite":
        Path(make_url(url).database or "").write_bytes(content)
        return url
    engine = create_engine(url, execution_options={"no_parameters": True})  # of many statements
    with engine.begin() as connection:
        connection.exec_driver_sql(content.decode())
    engine.dispose()
    return url


def first_answers(connection: Connection) -> dict[str, list[Row]]:
    """Return each list as the first version's rows say that it must be answered."""
    return {
        name: [as_answered(name, dict(row)) for row in connection.execute(text(query)).mappings()]
        for name, query in LISTS.items()
    }


def plain(value: Any) -> Any:
    """Return a value as JSON has it; SQLite gives JSON as text, PostgreSQL dates as dates."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return str(value) if isinstance(value, date) else value


def as_answered(table: str, row: Row) -> Row:
    """Return a row as an item: cents as dollars, a character of marks as an object."""
    item = {
        name: plain(value)
        for name, value in row.items()
        if not (name in INSIDE and isinstance(value, int))  # a public id is text
    }
    if "published" in item:  # of a release; seed/published.yaml has the days of some
        item["published"] = item["published"] or DAYS.get((row["source"], row["period"]))
    detail = item.pop("detail", {})
    if table == "pathway":
        item["step"] = row["position"]
    if table == "projections":
        item["wage_year"] = detail.get("wage_year")
    if table == "wages":
        item["published_levels"] = row["published_levels"].split()
        hourly = [name for name in item if name.startswith("hourly") and item[name] is not None]
        item |= {name: row[name] / 100 for name in hourly}
    if "marks" in row:  # a character for each of the columns before it
        columns = list(row)
        end = columns.index("marks")
        figures = zip(columns[end - len(row["marks"]) : end], row["marks"], strict=True)
        item["marks"] = {name: meaning(name, c, detail) for name, c in figures if c != "."}
    return item


def meaning(figure: str, character: str, detail: Row) -> tuple[str, float | None]:
    """Return the status that a mark stands for, and the least that a top-coded wage can be."""
    if character != "#":
        return STATUS[character], None
    hourly = figure.startswith("hourly")
    return "top_coded", detail["top_code_hourly"] / 100 if hourly else detail["top_code_annual"]


def answers(client: httpx.Client) -> dict[str, list[Row]]:
    """Return each list as today's program answers it."""
    found = {name: list(walk(client, name)) for name in LISTS if name not in {"files", "citations"}}
    for name in ("files", "citations"):
        releases = found["releases"]
        found[name] = [{"release": x["id"], **one} for x in releases for one in x[name]]
    for item in (*found["wages"], *found["projections"]):
        item["marks"] = {k: (m["status"], m.get("at_least")) for k, m in item["marks"].items()}
    return found


def walk(client: httpx.Client, name: str) -> Iterator[Row]:
    """Give every item of a list: all levels, all periods and all areas."""
    query = "&period=all" if name in BLOCKS else ""
    query += {"occupations": "&level=all", "wages": "&area=all&industry=all"}.get(name, "")
    following = f"/v1/{name.replace('_', '-')}?limit=200{query}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        yield from answer.json()["items"]
        following = answer.json()["next"]


def in_order(items: list[Row]) -> list[Row]:
    """Sort by what a row is about; rows about the same stay in their order."""
    about = ("release", "code", "kind", "area", "industry", "id")
    return sorted(items, key=lambda item: [str(item.get(name)) for name in about])


def rows_of(engine: Engine) -> dict[str, list[str]]:
    """Return the rows of every table."""
    with engine.connect() as connection:
        return {
            table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}"))))
            for table in inspect(connection).get_table_names()
        }


@pytest.mark.parametrize("name", ROWS)
def test_every_figure_of_the_first_version_is_served(databases: Databases, name: str) -> None:
    url = unpacked(name, databases)
    engine = create_engine(url)
    assert not is_migrated(engine)
    with engine.connect() as connection:
        first = first_answers(connection)
    assert {name: len(first[name]) for name in ROWS[name]} == ROWS[name]

    assert occupations("migrate", url=url).returncode == 0
    assert is_migrated(engine)
    migrated = rows_of(engine)
    assert occupations("migrate", url=url).returncode == 0
    assert rows_of(engine) == migrated, "the second time changed something"
    engine.dispose()

    with serving(url) as client:
        served = answers(warmed(client))
        for path in (
            "/v1/search?q=Nursing+home+manager",
            "/v1/titles/match?title=Nursing+home+manager",
        ):
            found = client.get(path).json()["items"][0]
            assert (found.get("matches") or [found])[0]["code"] == "11-9111"
        moved = {row["slug"]: row["code"] for row in first["occupations"]}
        for item in served["occupations"]:
            if item["slug"] not in moved:  # its address is another now: the one before leads on
                before = next(slug for slug, code in moved.items() if code == item["code"])
                assert client.get(f"/v1/occupations/{before}").json()["code"] == item["code"]
                item["slug"] = before
    for about, rows in first.items():
        assert len(served[about]) == len(rows), about
        pairs = zip(in_order(rows), in_order(served[about]), strict=True)
        # An item may have got keys since; those that it had are as they were.
        others = [(row, {key: item.get(key) for key in row}) for row, item in pairs]
        assert [pair for pair in others if pair[0] != pair[1]][:3] == [], about


def test_the_seed_of_today_takes_the_place_of_the_first_article(databases: Databases) -> None:
    url = unpacked("article", databases)
    assert occupations("migrate", url=url).returncode == 0
    seeded = occupations("seed", url=url)
    assert (seeded.returncode, seeded.stderr) == (0, "")
    assert re.search(r"^article-2022-11: .*; replaces the earlier revision$", seeded.stdout, re.M)
    assert "article" not in occupations("seed", url=url).stdout, "the second time changed it"
