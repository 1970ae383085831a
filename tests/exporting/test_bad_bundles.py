"""A bundle that is not what it should be is refused by name, and nothing is written."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
from sqlalchemy import create_engine, text

from tests.conftest import Databases, occupations

Change = Callable[[Path], None]
MANIFEST = "datapackage.json"


def manifest(change: Callable[[dict[str, Any]], None]) -> Change:
    """Return what changes a bundle's manifest."""

    def changed(folder: Path) -> None:
        document = orjson.loads((folder / MANIFEST).read_bytes())
        change(document)
        (folder / MANIFEST).write_bytes(orjson.dumps(document))

    return changed


def resource(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the entry of a resource."""
    found: dict[str, Any] = next(one for one in document["resources"] if one["name"] == name)
    return found


def release(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the entry of a release."""
    found: dict[str, Any] = next(
        one for one in document["occupations"]["releases"] if one["name"] == name
    )
    return found


def content(name: str, change: Callable[[bytes], bytes]) -> Change:
    """Return what changes the bytes of a file, and no more."""

    def changed(folder: Path) -> None:
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return changed


def whole(name: str, change: Callable[[bytes], bytes]) -> Change:
    """Return what changes the bytes of a resource, and its checksum with them."""

    def changed(folder: Path) -> None:
        path = folder / f"{name}.parquet"
        path.write_bytes(change(path.read_bytes()))
        _sign(folder, name)

    return changed


def rows(name: str, query: str) -> Change:
    """Return what makes a resource anew by a query, and its checksum and count with it."""

    def changed(folder: Path) -> None:
        path, made = folder / f"{name}.parquet", folder / "made.parquet"
        made_by = query.format(f"'{path}'")
        duckdb.execute(f"COPY ({made_by}) TO '{made}' (FORMAT parquet)")
        made.replace(path)
        _sign(folder, name)

    return changed


def _sign(folder: Path, name: str) -> None:
    path = folder / f"{name}.parquet"
    document = orjson.loads((folder / MANIFEST).read_bytes())
    entry = resource(document, name)
    entry["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    entry["size"] = path.stat().st_size
    (folder / MANIFEST).write_bytes(orjson.dumps(document))


def link(folder: Path) -> None:
    """Let a resource be a link to a file elsewhere."""
    elsewhere = folder.parent / "elsewhere.parquet"
    (folder / "wages.parquet").rename(elsewhere)
    (folder / "wages.parquet").symlink_to(elsewhere)


WAGES = "SELECT * REPLACE ({} AS {}) FROM {{}}"
BAD: dict[str, tuple[Change, str]] = {
    "wrong checksum": (
        content("wages.parquet", lambda b: b[:-9] + b"x" + b[-8:]),
        "bundle/wages.parquet: its SHA-256 is ",
    ),
    "truncated": (
        content("wages.parquet", lambda b: b[:-10]),
        "bundle/wages.parquet: ",
    ),
    "truncated and signed": (
        whole("wages", lambda b: b[: len(b) // 2]),
        "bundle/wages.parquet: cannot be read: ",
    ),
    "compressed again": (whole("wages", gzip.compress), "bundle/wages.parquet: compressed"),
    "compressed with xz": (whole("wages", lzma.compress), "bundle/wages.parquet: compressed"),
    "no Parquet": (whole("wages", lambda _: b"code,wage\n"), "wages.parquet: not a Parquet file"),
    "missing": (lambda f: (f / "wages.parquet").unlink(), "wages.parquet: missing"),
    "a link": (link, "wages.parquet: a link, not a regular file"),
    "resource not listed": (
        manifest(lambda d: d["resources"].remove(resource(d, "wages"))),
        "has wages, and no resource has",
    ),
    "resource twice": (
        manifest(lambda d: d["resources"].append(resource(d, "wages"))),
        "2 times the resource wages",
    ),
    "unknown dataset": (
        manifest(lambda d: resource(d, "wages").update(name="salaries")),
        "has wages, and no resource has",
    ),
    "unknown resource": (
        manifest(lambda d: d["resources"].append({**resource(d, "wages"), "name": "salaries"})),
        "unknown dataset 'salaries'; known are wages, ",
    ),
    "unknown dataset of a part": (
        manifest(lambda d: release(d, "onet-30.1")["parts"][0].update(dataset="salaries")),
        "unknown dataset 'salaries'; known are wages, ",
    ),
    "path out of the folder": (
        manifest(lambda d: resource(d, "wages").update(path="../wages.parquet")),
        "the path of wages is '../wages.parquet', it must be 'wages.parquet'",
    ),
    "type": (
        manifest(lambda d: resource(d, "wages")["schema"]["fields"][6].update(type="string")),
        "wages: a field is employment, string, in persons; it must be employment, integer",
    ),
    "unit": (
        manifest(lambda d: resource(d, "wages")["schema"]["fields"][6].update(unit="thousands")),
        "wages: a field is employment, integer, in thousands; it must be employment, integer, in "
        "persons",
    ),
    "field gone": (
        manifest(lambda d: resource(d, "wages")["schema"]["fields"].pop()),
        "wages has 27 fields, it must have 28",
    ),
    "column of another type": (
        rows("wages", WAGES.format("employment::VARCHAR", "employment")),
        "wages.parquet, column employment: varchar, it must be bigint",
    ),
    "column gone": (rows("wages", "SELECT * EXCLUDE (note) FROM {}"), "no column note"),
    "one column more": (rows("wages", "SELECT *, 1 AS tip FROM {}"), "no bundle of this format"),
    "a row gone": (
        rows("wages", "SELECT * FROM {} WHERE code != '11-9111'"),
        "1 rows, 2 in the manifest",
    ),
    "a row of another part": (
        rows("wages", WAGES.format("CASE code WHEN '11-9111' THEN 'CA' ELSE area END", "area")),
        "1 rows of bls-oews-2021-05, US, 000000, 1235, where the manifest has 2 rows of "
        "bls-oews-2021-05, US, 000000, 1235",
    ),
    "rows in disorder": (
        rows("technologies", "SELECT * FROM {} ORDER BY code, position, kind"),
        "technologies.parquet: rows of onet-30.1, technology do not follow each other",
    ),
    "a key twice": (
        rows("wages", WAGES.format("'00-0000'", "code")),
        "2 rows have the key release bls-oews-2021-05, area US, industry 000000, ownership 1235, "
        "code 00-0000",
    ),
    "a blank where one is required": (
        rows("wages", WAGES.format("nullif(code, '11-9111')", "code")),
        "wages.parquet, column code: 1 rows have no code",
    ),
    "a figure without its mark": (
        rows("wages", WAGES.format("NULL::INTEGER", "annual_p10")),
        "column annual_p10: 00-0000: annual_p10 is null and has no mark",
    ),
    "a mark too many": (
        rows("wages", WAGES.format("205620", "annual_p90")),
        "column annual_p90: 00-0000: annual_p90 is there and has a mark",
    ),
    "an unknown mark": (
        rows("wages", WAGES.format("replace(marks, 'top_coded', 'high')", "marks")),
        "are unknown",
    ),
    "a mark of no figure": (
        rows("wages", WAGES.format("replace(marks, 'annual_p90', 'tip')", "marks")),
        "are unknown",
    ),
    "newer": (
        manifest(lambda d: d["occupations"].update(format=2, program="9.9")),
        "written by Occupations API 9.9 in format 2; this program reads format 1: update it",
    ),
    "not of ours": (
        manifest(lambda d: d.pop("occupations")),
        "no bundle of this program: it has no key 'occupations'",
    ),
    "not JSON": (content(MANIFEST, lambda b: b[:-3]), "datapackage.json: not JSON"),
    "a key of the manifest gone": (
        manifest(lambda d: release(d, "onet-30.1").pop("checksum")),
        "checksum: Field required",
    ),
    "an unknown source": (
        manifest(lambda d: release(d, "onet-30.1").update(source="somebody")),
        "onet-30.1: its source 'somebody' is not listed",
    ),
    "a release twice": (
        manifest(lambda d: d["occupations"]["releases"].append(release(d, "onet-30.1"))),
        "2 times the release onet-30.1",
    ),
    "a part twice": (
        manifest(
            lambda d: release(d, "onet-30.1")["parts"].append(release(d, "onet-30.1")["parts"][0])
        ),
        "2 times the part of onet-30.1",
    ),
    "an unknown classification": (
        manifest(lambda d: release(d, "onet-30.1")["parts"][0].update(classification="soc-1900")),
        "soc-1900",
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle that loads."""
    from tests.exporting.conftest import write_files  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("sound")
    write_files(folder / "files")
    done = occupations(
        "bundle", "build", str(folder / "files"), "--to", str(folder / "bundle"), url=""
    )
    assert done.returncode == 0, done.stderr
    return folder / "bundle"


def counted(url: str) -> list[int]:
    """Return the rows of the tables that a load writes first and last."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = ("releases", "parts", "wages", "entries", "release_files", "data_versions")
        found = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in tables
        ]
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def tried(databases_of: Callable[[str], Databases]) -> Callable[[str], str]:
    """Return the database of a kind that all bad bundles are offered to."""
    urls: dict[str, str] = {}

    def of(kind: str) -> str:
        if kind not in urls:
            urls[kind] = databases_of(kind).seeded()
        return urls[kind]

    return of


@pytest.mark.parametrize("name", BAD)
def test_a_bad_bundle_is_refused_by_name(
    sound: Path, tried: Callable[[str], str], tmp_path: Path, name: str
) -> None:
    url = tried("sqlite" if len(name) % 2 else "postgresql")
    change, said = BAD[name]
    shutil.copytree(sound, tmp_path / "bundle")
    change(tmp_path / "bundle")
    before = counted(url)
    done = occupations("import", str(tmp_path / "bundle"), url=url)
    assert done.returncode == 1, done.stdout
    assert said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert counted(url) == before


def _zip(sound: Path, target: Path, **more: bytes) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(sound.iterdir()):
            if one.name not in more:
                archive.write(one, one.name)
        for name, held in more.items():
            archive.writestr(name, held)
    return target


def test_a_zip_that_leaves_its_folder_is_refused(
    sound: Path, tried: Callable[[str], str], tmp_path: Path
) -> None:
    bad = _zip(sound, tmp_path / "bad.zip", **{"../evil.parquet": b"PAR1"})
    done = occupations("import", str(bad), url=tried("sqlite"))
    assert done.returncode == 1
    assert "bad.zip/../evil.parquet: not a plain relative path" in done.stderr
    assert not (tmp_path / "evil.parquet").exists()


def test_a_zip_bomb_is_refused(sound: Path, tried: Callable[[str], str], tmp_path: Path) -> None:
    bad = _zip(sound, tmp_path / "bad.zip", **{"wages.parquet": bytes(64 << 20)})
    done = occupations("import", str(bad), url=tried("sqlite"))
    assert done.returncode == 1
    assert "bad.zip: unpacks to " in done.stderr
    assert "times its size, 120 at most" in done.stderr


def test_a_file_that_unpacks_to_more_than_memory_is_refused(
    sound: Path, tried: Callable[[str], str], tmp_path: Path
) -> None:
    shutil.copytree(sound, tmp_path / "bundle")
    # One text of 400 MB: a Parquet file of a few KB.
    query = "SELECT * REPLACE (repeat('a', 400000000) AS note) FROM {} LIMIT 2"
    rows("wages", query)(tmp_path / "bundle")
    done = occupations("import", str(tmp_path / "bundle"), url=tried("sqlite"))
    assert done.returncode == 1
    assert "wages.parquet" in done.stderr


def test_a_zip_that_is_cut_off_is_refused(
    sound: Path, tried: Callable[[str], str], tmp_path: Path
) -> None:
    good = _zip(sound, tmp_path / "good.zip")
    bad = tmp_path / "bad.zip"
    bad.write_bytes(good.read_bytes()[:-200])
    done = occupations("import", str(bad), url=tried("sqlite"))
    assert done.returncode == 1
    assert "bad.zip: " in done.stderr


def test_a_link_to_a_bundle_is_followed(sound: Path, databases: Databases, tmp_path: Path) -> None:
    (tmp_path / "link.zip").symlink_to(_zip(sound, tmp_path / "good.zip"))
    done = occupations("import", str(tmp_path / "link.zip"), url=databases.seeded())
    assert done.returncode == 0, done.stderr
    assert "link.zip" in done.stdout
