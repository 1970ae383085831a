"""Names formats that hold no table which this program reads, by a file's first bytes.

A publisher's server answers with a page in place of a file, version control leaves a pointer where
a large file stood. Neither is what its name says, so a fault names what it is, and what to do.
"""

from __future__ import annotations

import re
from pathlib import PurePath

START = 4096
"""Bytes from which a format is told."""
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an .xls workbook begins, and any other file of the same container."""
ZIP = b"PK\x03\x04"

WANTED = {".xls": "a workbook", ".xlsx": "a workbook", ".xlsm": "a workbook", ".zip": "a zip"}
"""Suffix → what a file of that name is taken for."""

FORMATS: dict[str, str] = {
    r"\s*(<!--.*?-->\s*)*+<(!doctype html|html|head|body|table|script|title|meta)\b": (
        "a web page, not {wanted} (the publisher answered with a page): download the file again"
    ),
    r"\s*<\?xml[^>]*>.{0,300}<(!doctype html|html)\b": (
        "a web page, not {wanted} (the publisher answered with a page): download the file again"
    ),
    r"\s*(<\?xml[^>]*>\s*)?<error>": (
        "an error of the publisher's server, not {wanted}: download the file again"
    ),
    r"\s*(HTTP/\d\S* )?(access denied|40[34] |forbidden)": (
        "an error of the publisher's server, not {wanted}: download the file again"
    ),
    r"\{\\rtf": "an RTF document, not {wanted}",
    r"\s*<\?xml": "XML, not {wanted}: save it as .xlsx or .csv",
    r"version https://git-lfs\.github\.com/": (
        "a Git LFS pointer, not the file that it stands for: fetch that with `git lfs pull`"
    ),
    r"(\.\./)*[^\n]{0,40}/annex/objects/": (
        "a git-annex pointer, not the file that it stands for: fetch that with `git annex get`"
    ),
    r"\s*(--[^\n]*\n\s*|/\*.*?\*/;?\s*)*+(insert into|create (table|database)|drop table|pragma|"
    r"set (names|sql_mode|statement_timeout)|begin transaction|lock tables|use `)": (
        "an SQL dump, not {wanted}: use the publisher's text or Excel edition"
    ),
    r"\s*[\[{]\s*[\"\[{\]}]": "JSON, not {wanted}: use the publisher's file",
    r"%PDF-": "a PDF document, not {wanted}",
    r"SQLite format 3\0": "an SQLite database, not {wanted}",
    r"PAR1": "a Parquet file, not {wanted}: save it as .csv",
    r"ARROW1|FEA1": "an Arrow file, not {wanted}: save it as .csv",
    r"\x89HDF": "an HDF file, not {wanted}: save it as .csv",
    r"(\x89PNG|GIF8|\xff\xd8\xff)": "a picture, not {wanted}",
    r"(7z\xbc\xaf|Rar!|BZh\d|\x28\xb5\x2f\xfd|\x1f\x9d)": (
        "an archive that this program does not open: unpack it first"
    ),
    r".{257}ustar": "a tar archive, not {wanted}: unpack it first",
    r"(\x1f\x8b|\xfd7zXZ\x00)": "compressed: name it for that, .csv.gz or .csv.xz",
    r"!<arch>|\x7fELF|MZ\x90": "a program, not {wanted}",
}
"""Pattern of a file's start → what it is. ``{wanted}`` is what its name says.

Comments are taken as they come (``*+``): trying every way to part them would take for ever.
"""
PACKAGES = {
    "word/document.xml": "a Word document, not a workbook",
    "ppt/presentation.xml": "a presentation, not a workbook",
    "Index/Document.iwa": "a document of Numbers or Pages: export it as .xlsx or .csv",
    "mimetype": "an OpenDocument file: save it as .xlsx or .csv",
}
"""A file inside a zip → what such a zip is, which is no archive of tables."""
_FORMATS = {re.compile(pattern, re.I | re.S): what for pattern, what in FORMATS.items()}


def format_of(start: bytes, name: str) -> str:
    """Return what a file is that holds no table, for a sentence; "" if it may hold one."""
    wanted = WANTED.get(PurePath(name).suffix.lower(), "a table")
    text = start.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return next((what.format(wanted=wanted) for p, what in _FORMATS.items() if p.match(text)), "")
