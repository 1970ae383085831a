"""A file that is refused does not stop the others, and the closing table says which and why."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from app.importers.oews.scope import Scope, scope_of
from app.importers.reading.sheets import Document, Header
from tests.builders import OEWS_HEADER, line, oews_csv, onet_text, write_xlsx
from tests.conftest import Databases, occupations

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"


def loaded(url: str) -> list[str]:
    """Return the names of the OEWS releases that were imported."""
    engine = create_engine(url)
    query = "SELECT name FROM releases WHERE source_id = 'bls-oews' AND NOT excerpt ORDER BY name"
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(query)).scalars())
    finally:
        engine.dispose()


def folder_of(path: Path) -> Path:
    """Write a folder in which three of five files are refused, each for another reason."""
    path.mkdir()
    (path / "all_data_M_2022.xlsx").write_text(POINTER)
    oews_csv(path / "national_M2023_dl.csv", line(H_MEDIAN="n/k"))
    oews_csv(path / "national_M2029_dl.csv", line())
    oews_csv(path / "national_M2024_dl.csv", line(TOT_EMP=2024))
    oews_csv(path / "state_M2021_dl.csv", line(AREA="06", AREA_TYPE="2", PRIM_STATE="CA"))
    return path


def test_the_other_files_are_loaded(databases: Databases, tmp_path: Path) -> None:
    url = databases.empty()
    done = occupations("import", str(folder_of(tmp_path / "given")), url=url)
    assert done.returncode == 1
    assert loaded(url) == ["bls-oews-2021-05-state", "bls-oews-2024-05"]
    table = [" ".join(one.split()[:2]) for one in done.stdout.splitlines()]
    assert {
        "given/all_data_M_2022.xlsx refused",
        "given/national_M2029_dl.csv refused",
        "bls-oews-2023-05 failed",
        "bls-oews-2024-05 loaded",
        "bls-oews-2021-05-state loaded",
    } <= {*table}
    reasons = [one for one in done.stdout.splitlines() if one.startswith(("refused: ", "failed: "))]
    assert [one.partition(", row")[0] for one in reasons] == [
        "refused: given/all_data_M_2022.xlsx: a Git LFS pointer, not the file that it stands for: "
        "fetch that with `git lfs pull`",
        "refused: given/national_M2029_dl.csv: its period is 2029-05, and it is "
        f"{date.today():%Y-%m} now",
        "failed: given/national_M2023_dl.csv",
    ]
    assert all(one.partition(": ")[2] in done.stderr for one in reasons)


@pytest.mark.parametrize("what", ["all_data_M_2022.xlsx", "national_M2029_dl.csv"])
def test_with_strict_the_first_fault_stops_the_command(tmp_path: Path, what: str) -> None:
    given = folder_of(tmp_path / "given")
    for path in given.iterdir():
        if path.name not in {what, "national_M2024_dl.csv"}:
            path.unlink()
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    done = occupations("import", "--strict", str(given), url=url)
    assert (done.returncode, "release or file" in done.stdout) == (1, False)
    assert what in done.stderr
    assert not (tmp_path / "x.sqlite3").exists()


def test_with_strict_a_release_that_fails_stops_those_after_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    for year, median in ((2022, "48.72"), (2023, "n/k"), (2024, "48.72")):
        oews_csv(tmp_path / f"national_M{year}_dl.csv", line(H_MEDIAN=median, TOT_EMP=year))
    given = [str(path) for path in sorted(tmp_path.glob("*.csv"))]
    assert occupations("import", "--strict", *given, url=url).returncode == 1
    assert loaded(url) == ["bls-oews-2022-05"]
    assert occupations("import", *given, url=url).returncode == 1
    assert loaded(url) == ["bls-oews-2022-05", "bls-oews-2024-05"]


def test_a_file_without_use_is_said_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "MARPP.csv").write_text('GeoFIPS,GeoName,TableName,LineCode,2024\n"1",A,B,1,2\n')
    (tmp_path / "notes.txt").write_text("Remember the milk.\n")
    (tmp_path / "dump.sql").write_text("CREATE TABLE a (b int);\n")
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    done = occupations("import", str(tmp_path), url=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"{tmp_path.name}/MARPP.csv: left out, regional price parities of the Bureau of Economic "
        "Analysis: not used by this API",
        f"{tmp_path.name}/dump.sql: left out, an SQL dump, not a table: use the publisher's text "
        "or Excel edition",
        f"{tmp_path.name}/notes.txt: left out, text without columns",
        "Nothing to load.",
    ]
    assert not (tmp_path / "x.sqlite3").exists()


@pytest.mark.parametrize("command", ["import", "verify"])
def test_a_folder_without_files_is_a_failure(tmp_path: Path, command: str) -> None:
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    done = occupations(command, str(tmp_path / "empty"), url=f"sqlite:///{tmp_path}/x.sqlite3")
    assert (done.returncode, done.stderr) == (
        1,
        "occupations: there is no file in what is given\n",
    )


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("stfips,areaname,occcode,title", "long-term projections of the states"),
        ("Area,SOC Code,Entry Wage,Mean Wage", "occupations in columns of their own (soc code)"),
        ("ISCO,SOC", "not a file this program knows"),
    ],
)
def test_a_table_that_is_not_read_is_refused_by_its_name(
    tmp_path: Path, header: str, what: str
) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\n{'1,' * header.count(',')}1\n")
    done = occupations("import", str(tmp_path / "a.csv"), url=f"sqlite:///{tmp_path}/x.sqlite3")
    shown = header.replace(",", ", ")
    assert done.returncode == 1
    assert done.stderr == f"occupations: a.csv: {what}; it begins: {shown}\n"


def test_two_files_of_one_release_are_both_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    for name, title in (("a", "Chief Executives"), ("b", "Executives")):
        rows = [["2018 SOC Code", "2018 SOC Title", "2018 SOC Direct Match Title", "Illustrative"]]
        write_xlsx(tmp_path / f"{name}.xlsx", {"2018": [*rows, ["11-1011", title, "CEO", "x"]]})
    book = oews_csv(tmp_path / "national_M2022_dl.csv", line(TOT_EMP=2022))
    given = [str(tmp_path / "a.xlsx"), str(tmp_path / "b.xlsx"), str(book)]
    done = occupations("import", *given, url=url)
    assert "b.xlsx: a.xlsx is soc-2018-titles too: give one of them" in done.stderr
    assert (done.returncode, loaded(url)) == (1, ["bls-oews-2022-05"])


def test_each_file_is_looked_at_once_however_many_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    def counted(document: Document, header: Header) -> Scope:
        looked_at.append(document.name)
        return scope_of(document, header)

    monkeypatch.setattr("app.importers.loading.oews_releases.scope_of", counted)
    for n in range(3):
        oews_csv(tmp_path / f"{'abc'[n]}.csv", line(TOT_EMP=n))
        oews_csv(tmp_path / f"national_M202{n}_dl.csv", line(TOT_EMP=10 + n))
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    done = occupations("import", str(tmp_path), url=url)
    assert (done.returncode, len(loaded(url)), len(looked_at)) == (1, 3, 6)


def test_what_may_not_be_read_stops_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "given"
    (given / "shut").mkdir(parents=True)
    for year in (2021, 2022):
        oews_csv(given / f"national_M{year}_dl.csv", line(TOT_EMP=year))
    (given / "notes.md").write_text("Notes")

    # The user of the tests may be root, who may read everything.
    def refusing(call: Callable[..., Any]) -> Callable[..., Any]:
        def refused(path: Any, *more: Any, **named: Any) -> Any:
            if str(path).endswith(("national_M2022_dl.csv", "notes.md", "shut")):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return call(path, *more, **named)

        return refused

    monkeypatch.setattr(os, "open", refusing(os.open))
    monkeypatch.setattr(os, "scandir", refusing(os.scandir))
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    done = occupations("import", str(given), url=url)
    why = "its permissions do not let this user read it"
    assert done.stderr.splitlines() == [
        f"occupations: {given}/shut: {why}",
        f"occupations: given/national_M2022_dl.csv: {why}",
    ]
    assert "given/notes.md: left out, not a data file" in done.stdout
    assert (done.returncode, loaded(url)) == (1, ["bls-oews-2021-05"])


def test_a_file_in_a_folder_that_may_not_be_entered_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shut" / "a.csv"
    stat = os.stat

    def refusing(path: Any, *more: Any, **named: Any) -> Any:
        if str(path) == str(file):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, *more, **named)

    monkeypatch.setattr(os, "stat", refusing)
    done = occupations("import", str(file), url=f"sqlite:///{tmp_path}/x.sqlite3")
    why = "its permissions do not let this user read it"
    assert (done.returncode, done.stderr) == (1, f"occupations: {file}: {why}\n")


def test_of_loose_files_of_onet_a_second_month_is_refused_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    table = "O*NET-SOC Code|Title|Description\n11-9111.00|Managers|They {}."
    for folder, month in (("db_30_0_text", "August"), ("other", "May")):
        onet_text(tmp_path / folder, Occupation_Data=table.format(folder))
        readme = f"O*NET 30.0 Database\n{month} 2025 Release\n"
        (tmp_path / folder / "Read Me.txt").write_text(readme)
    loose = [str(one) for one in (tmp_path / "other").iterdir()]
    done = occupations("import", str(tmp_path / "db_30_0_text"), *loose, url=url)
    assert ": its month is 2025-05, that of other files of O*NET 30.0 is 2025-08" in done.stderr
    assert done.returncode == 1
    assert ["onet-30.0", "loaded"] in [one.split()[:2] for one in done.stdout.splitlines()]


def test_of_a_damaged_zip_no_file_is_loaded(tmp_path: Path) -> None:
    first = oews_csv(tmp_path / "national_M2021_dl.csv", line())
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.write(first, "a/national_M2021_dl.csv")
        out.writestr("z/national_M2022_dl.csv", ",".join(OEWS_HEADER))
    content = (tmp_path / "a.zip").read_bytes().replace(b"AREA_TITLE", b"AREA_TITLF")
    at = content.rfind(b"AREA_TITLF", 0, content.rfind(b"PK\x01\x02"))
    content = content[:at].replace(b"AREA_TITLF", b"AREA_TITLE") + content[at:]
    (tmp_path / "a.zip").write_bytes(content)
    whole = oews_csv(tmp_path / "national_M2023_dl.csv", line(TOT_EMP=2023))
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    done = occupations("import", str(tmp_path / "a.zip"), str(whole), url=url)
    assert "a.zip: not a whole zip: Bad CRC-32" in done.stderr
    assert (done.returncode, loaded(url)) == (1, ["bls-oews-2023-05"])


def test_verify_compares_the_others_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    path = oews_csv(tmp_path / "national_M2021_dl.csv", line())
    assert occupations("import", str(path), url=url).returncode == 0
    assert occupations("verify", str(path), url=url).returncode == 0
    (tmp_path / "page.csv").write_text("<html></html>")
    done = occupations("verify", str(path), str(tmp_path / "page.csv"), url=url)
    assert done.returncode == 1
    assert "page.csv: a web page" in done.stderr
    assert "in all" in done.stdout
