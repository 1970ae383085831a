"""The command line: ``occupations serve | migrate | seed | import | status | releases …``.

This module has each command's options and help. What a command does is in another module of this
package, which is imported when the command is called: `--help` then takes no time.
"""

from __future__ import annotations

import logging.config
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app import __version__
from app.commands.options import (
    AddressTable,
    BoxTarget,
    Downloads,
    FilesOfFilings,
    FilesOrBundles,
    FiscalYears,
    KeptBack,
    Kind,
    ListOfTitles,
    OnetRelease,
    Paths,
    Period,
    ReleaseId,
    Sources,
    TopCode,
)
from app.commands.output import Commands, fail, report, say
from app.logs import configuration

cli = typer.Typer(
    name="occupations",
    cls=Commands,
    help="A self-hosted REST API for occupations. The README lists the settings, which are "
    "environment variables OCCUPATIONS_….",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
releases = typer.Typer(
    help="List, show, compare, retire and restore releases.",
    no_args_is_help=True,
    add_completion=False,
)
cli.add_typer(releases, name="releases")
bundle = typer.Typer(
    help="Make the box that comes with the program.", no_args_is_help=True, add_completion=False
)
cli.add_typer(bundle, name="bundle")


def _version(show: bool) -> None:
    if show:
        say(f"occupations {__version__}")
        raise typer.Exit


@cli.callback()
def _main(
    version: Annotated[  # noqa: ARG001 - acts by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if not logging.getLogger().handlers:
        logging.config.dictConfig(configuration("text", "info"))


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of processes.")] = None,
    no_migrate: Annotated[
        bool,
        typer.Option(
            "--no-migrate",
            help="Write nothing to the database; end with 1 if its tables are not up to date.",
        ),
    ] = False,
) -> None:
    """Serve the API. First migrate the database, and seed it if it is empty."""
    from app.commands.serving import run_server

    run_server(host, port, workers, migrate=not no_migrate)


@cli.command()
def migrate() -> None:
    """Create or update the database tables, and what is derived from their rows."""
    from app.commands.console import settings_of, writing
    from app.commands.database import bring_up_to_date

    with writing(settings_of()) as engine:
        bring_up_to_date(engine)
    say("The tables are up to date.")


@cli.command()
def seed(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of seed files; by default the program's own.")
    ] = None,
) -> None:
    """Load the seed: the article, and into an empty database the official figures of the box."""
    from app.commands import database
    from app.commands.console import settings_of, writing

    settings = settings_of()
    with writing(settings) as engine:
        database.bring_up_to_date(engine)
        lines = database.seed(engine, settings.seed, folder)
    say(*(lines or ["Nothing changed."]))


@cli.command("import")
def import_(
    paths: FilesOrBundles = None,
    as_: Kind = None,
    period: Period = None,
    release: OnetRelease = None,
    top_code: TopCode = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the files and keep nothing.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Replace releases even by files with less in them than is loaded."
        ),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first file that is refused.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="Load rows that break this rule, each with a note; may be given again.",
        ),
    ] = None,
    from_download: Annotated[
        bool,
        typer.Option(
            "--from-download",
            help="Fetch what publishers have newer, as `occupations status` says, and load that.",
        ),
    ] = False,
    source: Sources = None,
    folder: Downloads = Path("downloads"),
    table: AddressTable = None,
) -> None:
    """Load official files (SOC, OEWS, employment projections, O*NET), or bundles."""
    from app.commands.file_selection import options_of
    from app.commands.importing import import_files

    options = options_of(as_, period, release, top_code, accept or ())
    load = partial(
        import_files, as_=as_, options=options, dry_run=dry_run, replace=replace, strict=strict
    )
    if bool(paths) == from_download or (source and not from_download):
        fail("name files, or say --from-download; --source goes with it", 2)
    if paths:
        load(paths)
        return
    from app.commands.newer import import_newer

    import_newer(source or (), folder, table, load)


@cli.command()
def export(
    target: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER|FILE.zip]",
            help="Folder or zip to write the bundle to; without it, the files of /v1/exports are "
            "written into OCCUPATIONS_EXPORT_FOLDER, those that changed.",
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Releases of this source only; may be given again."),
    ] = None,
    release: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This release only; as above.")
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(help="This dataset only, such as wages, with the occupations; as above."),
    ] = None,
    area: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Wages of this area only; as above.")
    ] = None,
) -> None:
    """Write what is loaded as a bundle, a data package of Parquet files, or as /v1/exports."""
    chosen = (source or (), release or (), dataset or (), area or ())
    if target is None and not any(chosen):
        from app.commands.exports import export_folder

        export_folder()
        return
    if target is None:
        fail("name a folder or zip: /v1/exports always has all that is loaded", 2)
    from app.commands.bundles import export_loaded

    export_loaded(target, *chosen)


@bundle.command()
def build(paths: Paths, to: BoxTarget = None) -> None:
    """Make the box that comes with the program from publishers' files."""
    from app.commands.bundles import build_box

    build_box(paths, to)


@cli.command()
def employers(
    files: FilesOfFilings, years: FiscalYears, to: ListOfTitles, keep_back: KeptBack = False
) -> None:
    """Count the job titles that employers filed, in a list which `occupations import` loads."""
    from app.commands.employers import count_titles

    count_titles(files, years, to, keep_back=keep_back)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite the file if it is there.")
    ] = False,
) -> None:
    """Copy the SQLite database to a file, also while it is served; of PostgreSQL say how."""
    from app.commands.backups import back_up_to

    back_up_to(file, replace=replace)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up the data that the database holds.")
    ] = False,
) -> None:
    """Put a backup in the SQLite database's place, while nobody serves it; PostgreSQL: say how."""
    from app.commands.backups import restore_from

    restore_from(file, replace=replace)


@cli.command()
def status(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Exit with 1 if a publisher has newer than what is loaded, with 2 after an error.",
        ),
    ] = False,
    source: Sources = None,
) -> None:
    """Show what is loaded, how old it is, what is missing, and the command that gets it."""
    from app.commands.status import show_status

    show_status(source or (), check=check)


@cli.command()
def download(
    source: Annotated[
        str, typer.Argument(help="Source of the files: soc, bls-oews, bls-ep or onet.")
    ],
    period: Annotated[
        str | None,
        typer.Option(help="Period, such as 2021-05, or O*NET release; by default the newest."),
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option(help="Part of the files: national, state, metropolitan, all, excel …"),
    ] = None,
    folder: Downloads = Path("downloads"),
    user_agent: Annotated[
        str | None,
        typer.Option(help="User-Agent to send instead of OCCUPATIONS_USER_AGENT."),
    ] = None,
    table: AddressTable = None,
    again: Annotated[
        bool, typer.Option("--again", help="Fetch files even if they are there.")
    ] = False,
) -> None:
    """Fetch official files from their publishers; `occupations import` loads them."""
    from app.commands.downloading import fetch_files

    place = fetch_files(
        source, period, scope, folder, user_agent=user_agent, table=table, again=again
    )
    say(f"Load it with: occupations import {place}")


@cli.command()
def verify(
    paths: Paths,
    url: Annotated[
        str | None,
        typer.Option(help="URL of a running API; by default one is started for the database."),
    ] = None,
    limit_differences: Annotated[
        int, typer.Option(min=0, help="How many differences to list; all are counted.")
    ] = 20,
    as_: Kind = None,
    period: Period = None,
    release: OnetRelease = None,
    top_code: TopCode = None,
) -> None:
    """Compare every cell of official files with what the HTTP API answers."""
    from app.commands.file_selection import options_of
    from app.commands.verifying import verify_files

    options = options_of(as_, period, release, top_code)
    verify_files(paths, as_, options, url=url, limit=limit_differences)


@cli.command()
def openapi(
    output: Annotated[
        Path | None, typer.Option(help="File to write to; by default it is printed.")
    ] = None,
) -> None:
    """Print the OpenAPI document."""
    from app.commands.serving import write_contract

    write_contract(output)


@releases.command("list")
def list_() -> None:
    """List every release with its state and number of rows."""
    from app.commands.releases import list_releases

    list_releases()


@releases.command()
def show(name: ReleaseId) -> None:
    """Show one release as JSON: period, checksum, files."""
    from app.commands.releases import show_release

    show_release(name)


@releases.command()
def retire(name: ReleaseId) -> None:
    """Hide a release from every answer; its rows stay for OCCUPATIONS_KEEP_DAYS."""
    from app.commands.releases import retire_release

    retire_release(name)


@releases.command("restore")
def restore_(name: ReleaseId) -> None:
    """Show a retired release again, if its rows are still kept."""
    from app.commands.releases import restore_release

    restore_release(name)


@releases.command()
def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="Id of a release, as it is now or, with @ and a data version, as it was then: "
            "bls-oews-2024-05, bls-oews-2024-05@0123456789abcdef.",
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="B", help="The release that it is compared with.")],
    limit: Annotated[
        int, typer.Option(min=0, help="How many differences to list; all are counted.")
    ] = 20,
) -> None:
    """Compare two releases cell by cell; exit with 1 if they differ, with 2 after an error."""
    from app.commands.release_differences import compare_releases

    compare_releases(old, new, limit)


def main() -> None:
    """Run the command line."""
    sys.excepthook = report
    cli()
