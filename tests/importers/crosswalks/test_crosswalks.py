"""Lists of codes and crosswalks: loaded, refused, verified, and in no list of occupations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic import command
from sqlalchemy import create_engine, text

from app.commands.database import migrate_database
from app.database.engines import writing_engine
from app.importers.crosswalks.formats import FORMATS
from tests import official
from tests.builders import write_xlsx
from tests.conftest import DATABASES, Databases, occupations
from tests.database.test_migrations import config
from tests.importers.crosswalks.files import (
    ESCO,
    NAICS,
    URI,
    soc,
    write_all,
    write_csv,
)
from tests.importers.crosswalks.loaded import ENTRIES, MAPPINGS, rows, taken
from tests.servers import serving, warmed

PATHS = (
    "/v1/occupations?level=all&limit=200",
    "/v1/occupations/2512",
    "/v1/occupations/web-developer",
    "/v1/search?q=software%20developers",
    "/v1/suggest?q=web",
    "/v1/titles?limit=200",
    "/v1/titles/match?title=web%20developer",
    "/v1/wages?limit=1",
)


@pytest.fixture(scope="module", params=DATABASES)
def loaded(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, str, str, Path]:
    """Give a kind of database, the URL of one with every file, what was said, and the files."""
    folder = write_all(tmp_path_factory.mktemp("codes"))
    url = databases_of(request.param).seeded()
    return request.param, url, taken(url, folder), folder


def test_titles_of_codes(loaded: tuple[str, str, str, Path]) -> None:
    found = rows(loaded[1], ENTRIES)
    developers = ("soc-2010", "15-1133", "Software Developers, Systems", "detailed", None, None)
    assert ("crosswalk-soc-2010-soc-2018", *developers) in found
    assert [row[1:] for row in found if row[0] == "esco-1.2-occupations"] == [
        ("esco-1.2", "2512.4", "developer", "occupation", "2512", f"{URI}/occupation/1"),
        (
            *("esco-1.2", "2512.4.1", "game\u2019s developer", "occupation", "2512.4"),
            f"{URI}/occupation/2",
        ),
    ]
    assert [row[1:] for row in found if row[0] == "esco-1.2-isco-groups"] == [
        ("isco-08", "2", "Professionals", "major", None, f"{URI}/isco/C2"),
        ("isco-08", "2512", "Software developers", "unit", "251", f"{URI}/isco/C2512"),
    ]
    assert [row[1:6] for row in found if row[0] == "naics-2022"] == [
        ("naics-2022", "31-33", "Manufacturing", "sector", None),
        ("naics-2022", "311", "Food", "subsector", "31-33"),
        ("naics-2022", "3111", "Feed", "industry_group", "311"),
    ]
    programs = [row[2:4] for row in found if row[1] == "cip-2020"]
    assert ("01.0508", "Taxidermy.") in programs  # it has a title and no match
    assert "99.9999" not in {code for code, _ in programs}
    walked = [row[1:4] for row in found if row[0] == "crosswalk-esco-1.1-onet-soc-2019"]
    assert walked[:2] == [("esco-1.1", "2512.4", "developer"), ("isco-08", "0110", "officers")]
    # The SOC's own files have its titles.
    assert "soc-2018" not in {row[1] for row in found}


def test_pairs_of_codes(loaded: tuple[str, str, str, Path]) -> None:
    found: dict[str, list[Any]] = {}
    for release, kind, *pair in rows(loaded[1], MAPPINGS):
        found.setdefault(f"{release}: {kind}", []).append(tuple(pair))
    hybrid = "crosswalk-oews-2019: "
    plain = (None, None)
    assert found == {
        "crosswalk-cip-2020-soc-2018: cip-2020/soc-2018": [
            ("03.0204", "19-3011", *plain),
            ("51.0701", "11-9111", *plain),
            ("51.0701", "25-1071", *plain),
        ],
        "crosswalk-esco-1.1-onet-soc-2019: esco-1.1/onet-soc-2019": [
            ("2512.4", "15-1252.00", *plain),
            ("2512.4", "15-1254.00", *plain),
        ],
        "crosswalk-esco-1.1-onet-soc-2019: isco-08/onet-soc-2019": [("0110", "55-1011.00", *plain)],
        "crosswalk-isco-08-soc-2010: isco-08/soc-2010": [
            ("2512", "15-1132", "narrow", None),
            ("2512", "15-1133", "exact", "recommended match"),
            ("313", "51-8099", "close", None),
        ],
        f"{hybrid}oews-2018/soc-2010": [
            ("15-1132", "15-1132", *plain),
            ("15-1133", "15-1133", *plain),
        ],
        f"{hybrid}oews-2019/oews-2018": [
            ("15-1256", "15-1132", *plain),
            ("15-1256", "15-1133", *plain),
        ],
        f"{hybrid}oews-2019/soc-2018": [
            ("15-1256", "15-1252", None, "Hybrid"),
            ("15-1256", "15-1253", None, "Hybrid"),
        ],
        f"{hybrid}soc-2010/soc-2018": [
            ("15-1132", "15-1252", *plain),
            ("15-1133", "15-1252", *plain),
            ("15-1133", "15-1253", *plain),
        ],
        "crosswalk-onet-soc-2010-onet-soc-2019: onet-soc-2010/onet-soc-2019": [
            ("15-1134.00", "15-1254.00", *plain)
        ],
        "crosswalk-onet-soc-2019-nem-2022: onet-soc-2019/nem-2022": [
            ("31-1121.00", "31-1120", *plain)
        ],
        "crosswalk-onet-soc-2019-soc-2018: onet-soc-2019/soc-2018": [
            ("15-1255.01", "15-1255", *plain)
        ],
        "crosswalk-soc-2000-soc-2010: soc-2000/soc-2010": [("11-9061", "11-9061", *plain)],
        "crosswalk-soc-2010-soc-2018: soc-2010/soc-2018": [
            ("15-1132", "15-1252", *plain),
            ("15-1133", "15-1252", *plain),
            ("15-1134", "15-1254", *plain),
            ("15-1134", "15-1255", *plain),
        ],
        "esco-1.2-occupations: esco-1.2/isco-08": [
            ("2512.4", "2512", *plain),
            ("2512.4.1", "2512", *plain),
        ],
    }


def test_what_is_left_out_is_said(loaded: tuple[str, str, str, Path]) -> None:
    for said in (
        "2 rows, lines without a match, of which the title is loaded",
        "sheet 'CIP-SOC': codes that 'SOC-CIP' does not have: 03.0204",
        "4 rows, sheet 'SOC-CIP': the same pairs again, compared",
        "2 rows, sheet 'New CIP': not of this API",
        "column not used: 2018 soc title",
        "left out of " + loaded[3].name + "/walk.xlsx: 1 rows, notes",
        "altlabels",
    ):
        assert said in loaded[2]


def test_no_list_search_or_near_code_changes(
    loaded: tuple[str, str, str, Path], server_on: Callable[[str], httpx.Client]
) -> None:
    def answers(client: Any) -> list[Any]:
        found = []
        for path in PATHS:
            answer = client.get(path)
            body = answer.json()
            # A cursor and an error name the data version and the request.
            for key in ("next", "next_cursor", "instance", "request_id"):
                body.pop(key, None)
            found.append((path, answer.status_code, body))
        return found

    kind, url, _, _ = loaded
    before = answers(server_on(kind))
    with serving(url) as server:
        client = warmed(server)
        assert answers(client) == before
        release = client.get("/v1/releases/crosswalk-soc-2010-soc-2018").json()
        assert release["rows"] == {"entries": 3, "mappings": 4}
        assert (release["whole"], release["source"]) == (True, "soc")
        onet = client.get("/v1/releases/crosswalk-onet-soc-2010-onet-soc-2019").json()
        assert onet["whole"]  # it lacks none of O*NET's datasets
        retired = client.get("/v1/occupations/15-1133").json()
        assert (retired["title"], retired["current"]) == ("Software Developers, Systems", False)
    assert rows(url, "SELECT count(*) FROM occupations WHERE code IN ('15-1133', '2512')") == [(0,)]


def test_verify_compares_every_cell(loaded: tuple[str, str, str, Path]) -> None:
    kind, url, _, folder = loaded
    checked = occupations("verify", str(folder), url=url)
    assert checked.returncode == 0, checked.stdout
    assert f"{folder.name}/hybrid.xlsx" in checked.stdout
    if kind != "sqlite":
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        for change in (
            "UPDATE entries SET title = 'x' WHERE code = '2512.4.1'",
            "UPDATE mappings SET match = NULL WHERE from_code = '313'",
            "DELETE FROM mappings WHERE from_code = '15-1134.00'",
            "UPDATE mappings SET to_code = '11-9112' WHERE to_code = '11-9111'",
        ):
            connection.execute(text(change))
    engine.dispose()
    checked = occupations("verify", str(folder), url=url)
    assert checked.returncode == 1
    differing = [line for line in checked.stdout.splitlines() if line.startswith("differs: ")]
    assert len(differing) == 5
    assert any("row 7" in one and "isco-08 313 soc-2010 51-8099" in one for one in differing)
    assert any("11-9112 stands in no line of the file" in one for one in differing)


def test_versions_come_from_names(sqlite: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "naics.csv", NAICS)
    assert "give --release N.N" in taken(sqlite, tmp_path / "naics.csv", exit_code=1)
    taken(sqlite, tmp_path / "naics.csv", "--release", "2022")
    write_csv(tmp_path / "naics_2017_of_2022.csv", NAICS)
    said = taken(sqlite, tmp_path / "naics_2017_of_2022.csv", exit_code=1)
    assert "contradicts itself about the version of its codes (file name: 2017 or 2022)" in said
    write_csv(
        tmp_path / "naics_2017.csv", [["2022 NAICS US Code", "2022 NAICS US Title"], NAICS[1]]
    )
    said = taken(sqlite, tmp_path / "naics_2017.csv", exit_code=1)
    assert "(header: 2022, file name: 2017): give --release" in said
    write_csv(tmp_path / "naics_2012.csv", NAICS)
    said = taken(sqlite, tmp_path / "naics_2012.csv", exit_code=1)
    assert "no classification 'naics-2012' in the database, which has census-2018, cip-2020" in said
    write_csv(tmp_path / "occupations_en.csv", ESCO)
    taken(sqlite, tmp_path / "occupations_en.csv", "--release", "1.2")
    assert {row[0] for row in rows(sqlite, ENTRIES)} == {"naics-2022", "esco-1.2-occupations"}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("2-6 digit_2022_Codes.xlsx", ["Seq. No.", "2022 NAICS US   Code", "2022 NAICS US Title"]),
        ("6-digit_2022_Codes.xlsx", [" ", "2022 NAICS Code", "2022 NAICS Title"]),
    ],
)
def test_the_workbooks_of_naics(sqlite: str, tmp_path: Path, name: str, header: list[str]) -> None:
    lines: list[list[Any]] = [[1, "31-33", "ManufacturingT"], [2, 311, "Food "], [3, 3111, "GMT"]]
    write_xlsx(tmp_path / name, {"Sheet1": [header, ["", "", ""], *lines]})
    taken(sqlite, tmp_path / name)
    assert [(row[2], row[3]) for row in rows(sqlite, ENTRIES)] == [
        ("31-33", "Manufacturing"),
        ("311", "Food"),
        ("3111", "GMT"),
    ]
    checked = occupations("verify", str(tmp_path / name), url=sqlite)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "naics-2022               3       0" in checked.stdout


def test_a_later_file_of_one_crosswalk_replaces_it(sqlite: str, tmp_path: Path) -> None:
    path = tmp_path / "soc.xlsx"
    write_xlsx(path, soc())
    taken(sqlite, path)
    write_xlsx(path, {"Sorted by 2010": soc()["Sorted by 2010"][:6]})
    assert "would be lost" in taken(sqlite, path, exit_code=1)
    assert len(rows(sqlite, MAPPINGS)) == 4
    taken(sqlite, path, "--replace")
    assert len(rows(sqlite, MAPPINGS)) == 2


def test_a_downgrade_leaves_no_codes_of_classifications(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.seeded()
    write_xlsx(tmp_path / "soc.xlsx", soc())
    taken(url, tmp_path)
    engine = writing_engine(url)
    made = config()
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        command.downgrade(made, "b1d7c2a95e38")
        connection.commit()
    assert rows(url, "SELECT count(*) FROM entries WHERE code = '15-1133'") == [(0,)]
    assert rows(url, "SELECT count(*) FROM occupations") == [(35,)]
    migrate_database(engine)
    with engine.begin() as connection:  # as an older program's seed left it
        connection.exec_driver_sql("DELETE FROM sources WHERE id = 'census'")
    engine.dispose()
    taken(url, tmp_path, "--replace")
    assert rows(url, "SELECT count(*) FROM sources WHERE id = 'census'") == [(1,)]
    assert len(rows(url, MAPPINGS)) == 4


def test_the_official_files(sqlite: str) -> None:
    folders = [official.SHARED / name for name in ("crosswalks", "esco-1.2.0", "naics")]
    if not all(folder.exists() for folder in folders):
        pytest.skip("the official files are not here")
    taken(sqlite, *folders)
    pairs = "SELECT count(*) FROM mappings m JOIN parts p ON p.id = m.part_id WHERE p.kind LIKE "
    assert rows(sqlite, pairs + "'%/onet-soc-2019' AND m.from_code NOT LIKE '%-%'") == [(8_627,)]
    assert rows(sqlite, "SELECT count(*) FROM mappings") == [(26_798,)]
    assert rows(
        sqlite,
        "SELECT count(*) FROM entries e JOIN parts p ON p.id = e.part_id "
        "WHERE p.classification_id IS NOT NULL",
    ) == [(25_594,)]


def test_every_format_is_tried(loaded: tuple[str, str, str, Path]) -> None:
    recognized = {line.rpartition(": ")[2] for line in loaded[2].splitlines()}
    assert FORMATS.keys() <= recognized
