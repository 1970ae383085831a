"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.importers.loading.kinds import AS_KINDS

_PATHS = (
    "Files, folders or zip files as the publishers distribute them, or bundles; `box`: the bundle "
    "that comes with the program."
)
Paths = Annotated[
    list[Path],
    typer.Argument(help=_PATHS),
]
FilesOrBundles = Annotated[list[Path] | None, typer.Argument(help=_PATHS)]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Source to look at, by default all; may be given again."),
]
Downloads = Annotated[
    Path,
    typer.Option("--to", "--folder", envvar="OCCUPATIONS_DOWNLOADS", help="Folder for downloads."),
]
AddressTable = Annotated[
    Path | None, typer.Option("--table", help="Table of addresses to use instead.")
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="KIND",
        help=f"Kind of the files, if it is not recognized: {', '.join(AS_KINDS)}.",
    ),
]
Period = Annotated[
    str | None, typer.Option(help="Period of files that state none or several, such as 2021-05.")
]
OnetRelease = Annotated[
    str | None,
    typer.Option(
        "--release",
        help="O*NET release of files without a Read Me, such as 27.0; version of ESCO or NAICS.",
    ),
]
TopCode = Annotated[
    str | None,
    typer.Option(help="Top codes of files that state none, a year/an hour: 208000/100.00."),
]
ReleaseId = Annotated[
    str, typer.Argument(metavar="NAME", help="Id of the release, such as bls-oews-2021-05.")
]
FilesOfFilings = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILES",
        help="Disclosure files of the Labor Department, as workbooks or text, with codes of the "
        "SOC 2018; or counted titles in columns title, code, count.",
    ),
]
FiscalYears = Annotated[
    str, typer.Option(metavar="YEARS", help="Fiscal years of the files: 2024, or 2011-2025.")
]
ListOfTitles = Annotated[
    Path, typer.Option("--to", help="File to write, which `occupations import` reads.")
]
KeptBack = Annotated[
    bool, typer.Option("--keep-back", help="Leave a fifth of the titles out, to measure with them.")
]
BoxTarget = Annotated[
    Path | None, typer.Option(help="Folder or zip to write to; by default the program's box.")
]
