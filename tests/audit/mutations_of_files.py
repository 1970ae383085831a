"""Mutations of a file: its zip, its XML, its encoding, its delimiters and its length."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.audit.changed import Changed
from tests.audit.mutated_files import reread

FileChange = Callable[[Changed, Path], bool]
"""Changes a file. Returns whether there was something to change."""


def in_sheet(pattern: str, made: Callable[[re.Match[str]], str]) -> FileChange:
    """Return a mutation of one match in the XML of a workbook's first sheet."""

    def change(given: Changed, path: Path) -> bool:
        if path.suffix != ".xlsx":
            return False
        name = "xl/worksheets/sheet1.xml"
        with zipfile.ZipFile(path) as archive:
            parts = {one.filename: archive.read(one) for one in archive.infolist()}
        text = parts[name].decode()
        start = text.index(f'<row r="{given.book.header + 2}"')
        found = list(re.finditer(pattern, text[start:]))
        if not found:
            return False
        one = given.draw.choice(found)
        parts[name] = (text[: start + one.start()] + made(one) + text[start + one.end() :]).encode()
        _zip(path, parts)
        return True

    return change


def _zip(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, content in parts.items():
            out.writestr(name, content)


def inline_strings(_: Changed, path: Path) -> bool:
    """Write a workbook's texts into its cells."""
    if path.suffix != ".xlsx":
        return False
    with zipfile.ZipFile(path) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    texts = re.findall(r"<si>(.*?)</si>", parts["xl/sharedStrings.xml"].decode(), re.DOTALL)
    for name in [name for name in parts if name.startswith("xl/worksheets/")]:
        parts[name] = re.sub(
            r't="s"><v>(\d+)</v>',
            lambda found: f't="inlineStr"><is>{texts[int(found[1])]}</is>',
            parts[name].decode(),
        ).encode()
    _zip(path, parts)
    return True


def truncated(given: Changed, path: Path) -> bool:
    content = path.read_bytes()
    if path.suffix != ".xlsx":
        return False
    path.write_bytes(content[: given.draw.randrange(len(content) // 2, len(content))])
    return True


def part_twice(_: Changed, path: Path) -> bool:
    if path.suffix != ".xlsx":
        return False
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as out:
        warnings.simplefilter("ignore")
        out.writestr("xl/worksheets/Sheet1.xml", out.read("xl/worksheets/sheet1.xml"))
    return True


def of_text(
    made: Callable[[str], bytes], suffixes: tuple[str, ...] = (".csv", ".txt")
) -> FileChange:
    """Return a mutation of a text file's content."""

    def change(_: Changed, path: Path) -> bool:
        before = path.read_bytes()
        if path.suffix not in suffixes:
            return False
        path.write_bytes(made(before.decode("utf-8-sig")))
        return path.read_bytes() != before

    return change


def delimited(delimiter: str, *, commas: bool = False) -> Callable[[str], bytes]:
    """Return what writes a csv file with another delimiter, and with decimal commas."""

    def made(text: str) -> bytes:
        rows = reread(text, ",")
        if commas:
            rows = [
                [re.sub(r"^(-?\d+)\.(\d+)$", r"\1,\2", c.replace(",", "")) for c in r] for r in rows
            ]
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows(rows)
        return out.getvalue().encode()

    return made


FILES: dict[str, FileChange] = {
    "a workbook cut off": truncated,
    "a part twice": part_twice,
    "a cell twice": in_sheet(r"<c [^>]*><v>\d+</v></c>", lambda m: m[0] * 2),
    "a cell twice, with another figure": in_sheet(
        r"(<c [^>]*><v>)(\d+\.\d+)(</v></c>)", lambda m: f"{m[0]}{m[1]}7{m[3]}"
    ),
    "a row twice": in_sheet(r"<row .*?</row>", lambda m: m[0] * 2),
    "a cell named for another row": in_sheet(
        r'<c r="([A-Z]+)(\d+)"', lambda m: f'<c r="{m[1]}{int(m[2]) + 1}"'
    ),
    "an error cell": in_sheet(
        r'<c (r="\w+")><v>[^<]*</v>', lambda m: f'<c {m[1]} t="e"><v>#N/A</v>'
    ),
    "a formula without its value": in_sheet(
        r"(<c [^>]*>)<v>[^<]*</v>", lambda m: f"{m[1]}<f>A1</f>"
    ),
    "a formula with its value": in_sheet(
        r"(<c [^>]*>)(<v>[^<]*</v>)", lambda m: f"{m[1]}<f>A1</f>{m[2]}"
    ),
    "texts in the cells": inline_strings,
    "UTF-16": of_text(lambda text: text.encode("utf-16")),
    "a byte-order mark, or none": of_text(lambda text: text.encode("utf-8"), (".csv",)),
    "a byte-order mark before tabs": of_text(lambda text: text.encode("utf-8-sig"), (".txt",)),
    "other line ends": of_text(
        lambda text: (
            text.replace("\r\n", "\n") if "\r\n" in text else text.replace("\n", "\r\n")
        ).encode()
    ),
    "semicolons": of_text(delimited(";"), (".csv",)),
    "semicolons and decimal commas": of_text(delimited(";", commas=True), (".csv",)),
    "tabs for commas": of_text(delimited("\t"), (".csv",)),
    "commas for tabs": of_text(lambda text: text.replace("\t", ",").encode(), (".txt",)),
    "half of the bytes": of_text(lambda text: text.encode()[: len(text) // 2]),
}
