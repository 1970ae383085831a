"""The export folder: `occupations export` without a target, and what follows a change."""

from __future__ import annotations

import typer
from sqlalchemy import Engine

from app.commands.console import reading, settings_of
from app.commands.output import FAILED, complain, fail, say, say_table
from app.exporting.export_index import folder_of
from app.exporting.export_writer import ExportFailed, Report, write_exports
from app.settings import Settings

NO_FOLDER = (
    "there is no folder for exports: OCCUPATIONS_EXPORT_FOLDER names one, or `occupations export "
    "FOLDER` writes a bundle"
)


def export_folder() -> None:
    """Write the export folder, and print which files are new."""
    settings = settings_of()
    folder = folder_of(settings)
    if folder is None:
        fail(NO_FOLDER, 2)
    with reading(settings) as engine:
        try:
            report = write_exports(engine, folder)
        except ExportFailed as fault:
            fail(str(fault))
    if report.written:
        lines = [("file", "", "rows", "bytes")]
        lines += [
            (e.newest, e.digest[:16], "" if e.rows is None else f"{e.rows:,}", f"{e.bytes:,}")
            for e in report.written
        ]
        say_table(lines)
    say(_summary(report, str(folder)))


def follow(engine: Engine, settings: Settings) -> None:
    """Bring the export folder up to date after a command that changed what is loaded.

    What the command did is committed and stays. If the folder cannot be written, the command says
    so and ends with an exit code of failure.
    """
    folder = folder_of(settings)
    if folder is None:
        return
    try:
        report = write_exports(engine, folder)
    except ExportFailed as fault:
        complain(f"the database is changed, but {fault}; then `occupations export` makes them")
        raise typer.Exit(FAILED) from None
    if report.written:
        say(_summary(report, str(folder)))


def _summary(report: Report, folder: str) -> str:
    files, new = len(report.index.entries), len(report.written)
    return f"Exports: {files} files in {folder}, {new} of them new."
