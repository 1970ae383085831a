"""Small sound files of every format that is imported, for the fuzzer to start from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import yaml

from app.importers.seed.files import RELEASES, SOURCES, seed_folder
from tests.builders import line, oews_book, oews_csv, onet_text, write_xlsx
from tests.importers import projected as projections
from tests.importers import test_onet_release as onet
from tests.importers import test_soc as soc
from tests.importers.test_bad_files import dated

KEPT = 3
"""Entries of a list that a seed file keeps: what is small is tried more often."""

READINGS = """O*NET-SOC Code|Related O*NET-SOC Code|Relatedness Tier|Index
    11-9111.00|15-1299.08|Primary-Short|1"""
SKILLS = """O*NET-SOC Code|Example|Commodity Code|Commodity Title|Hot Technology
    11-9111.00|MEDITECH|42142109|Medical software|N"""


def zipped(folder: Path) -> bytes:
    """Return the files of a folder as a zip, stored: what is inside stays in sight."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()


def oews(folder: Path) -> dict[str, bytes]:
    """Write national and state tables, as workbook and as text."""
    lines = [
        line(),
        line(OCC_CODE="11-0000", O_GROUP="major", TOT_EMP="**", H_MEAN="*", A_MEAN="#"),
        line(AREA="06", AREA_TITLE="California", AREA_TYPE="2", PRIM_STATE="CA", H_PCT90="#"),
    ]
    book = oews_book(folder / "a.xlsx", *lines)
    text = oews_csv(folder / "a.csv", *lines)
    return {"book": book.read_bytes(), "text": text.read_bytes()}


def projected(folder: Path) -> dict[str, bytes]:
    """Write an edition's workbook and the data tool's export."""
    write_xlsx(folder / "a.xlsx", projections.book())
    projections.export(folder, [projections.ACTORS, projections.SURGEONS])
    return {
        "book": (folder / "a.xlsx").read_bytes(),
        "text": (folder / "export.csv").read_bytes(),
    }


def classified(folder: Path) -> dict[str, bytes]:
    """Write the classification's three workbooks."""
    made = {}
    for kind, rows in soc.FILES.items():
        path = folder / f"{kind}.xlsx"
        write_xlsx(path, {soc.SHEETS[kind]: rows()})
        made[kind] = path.read_bytes()
    return made


def surveyed(folder: Path) -> dict[str, bytes]:
    """Write a release of O*NET, as text and as workbooks."""
    texts = {
        "Read_Me": onet.README,
        "Occupation_Data": onet.OCCUPATIONS,
        "Task_Statements": onet.TASKS,
        "Skills": onet.RATED + onet.RATINGS,
        "Job_Zones": onet.ZONES,
        "Technology_Skills": SKILLS,
        "Related_Occupations": READINGS,
    }
    whole = onet_text(folder / "db_27_0_text", **texts)
    made = {"text": zipped(whole)}
    books = folder / "db_27_0_excel"
    books.mkdir()
    (books / "Read Me.txt").write_text(onet.README)
    for name in ("Occupation Data", "Task Statements"):
        rows = [row.split("\t") for row in (whole / f"{name}.txt").read_text().splitlines()]
        write_xlsx(books / f"{name}.xlsx", {name: rows})
    made["books"] = zipped(books)
    return made


def tables(folder: Path) -> dict[str, bytes]:
    """Write tables that are no publisher's, and those of one as other text."""
    whole = oews_csv(folder / "a.csv", line()).read_bytes()
    return {
        "commas": whole,
        "tabs": whole.replace(b",", b"\t"),
        "quotes": b'a,"b\nc","d""e"\n1,2,3\n',
        "marks": whole.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\r"),
    }


def containers(folder: Path) -> dict[str, bytes]:
    """Write a workbook, one with a time in it, a zip of one, and a zip of zips."""
    timed = folder / "timed"
    timed.mkdir()
    time = dated("1.5")(timed).read_bytes()
    book = oews_book(folder / "a.xlsx", line())
    inner = folder / "inner"
    inner.mkdir()
    (inner / "a.xlsx").write_bytes(book.read_bytes())
    once = zipped(inner)
    (inner / "b.zip").write_bytes(once)
    return {"book": book.read_bytes(), "time": time, "zip": once, "zips": zipped(inner)}


def seeds(_folder: Path) -> dict[str, bytes]:
    """Cut the program's own seed files short; the first line names the file."""
    made = {}
    for name in (SOURCES, *RELEASES):
        text = seed_folder().joinpath(name).read_text("utf-8")
        data = yaml.safe_load(text)
        short = {k: v[:KEPT] if isinstance(v, list) else v for k, v in data.items()}
        body = yaml.safe_dump(short, sort_keys=False, allow_unicode=True)
        made[name] = f"# {name}\n{body}".encode()
    return made


SEEDS: dict[str, Callable[[Path], dict[str, bytes]]] = {
    "container": containers,
    "oews": oews,
    "projections": projected,
    "soc": classified,
    "onet": surveyed,
    "text": tables,
    "seed": seeds,
}
"""Format → its small files by name."""
