"""``occupations migrate`` and ``occupations seed``, and whether they are needed."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from app.database.engines import reading_engine
from app.database.migration_state import is_migrated, refuse_newer
from app.database.models import DataVersion
from app.database.versions import is_derived
from app.settings import Settings


def migrate_database(engine: Engine, revision: str = "head") -> None:
    """Migrate the tables to ``revision`` in one transaction."""
    # Importing alembic takes a quarter of a second, and most starts do not need it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def bring_up_to_date(engine: Engine) -> None:
    """Migrate the tables, and derive anew what an earlier program derived otherwise.

    Raises ``NotReady`` if the database is newer than this program.
    """
    refuse_newer(engine)
    migrate_database(engine)
    with engine.connect() as connection:
        derived = is_derived(connection)
    if not derived:
        from app.importers.loading.load import derive_anew  # noqa: PLC0415 - as above
        from app.importers.loading.writer import MIGRATION_WAIT  # noqa: PLC0415 - as above

        derive_anew(engine, wait=MIGRATION_WAIT)


def is_current(engine: Engine) -> bool:
    """Tell whether ``bring_up_to_date`` has nothing to do."""
    if not is_migrated(engine):
        return False
    with engine.connect() as connection:
        return is_derived(connection)


def is_empty(engine: Engine) -> bool:
    """Tell whether nothing was ever loaded."""
    if not inspect(engine).has_table(DataVersion.__tablename__):
        return True
    with engine.connect() as connection:
        return connection.execute(select(DataVersion.number)).first() is None


def is_ready(settings: Settings) -> bool:
    """Tell whether a database is up to date and has data. It needs no right to write.

    Raises ``NotReady`` if the database is newer than this program.
    """
    try:
        engine = reading_engine(
            settings.database_url, threads=1, statement_timeout=settings.statement_timeout
        )
    except (SQLAlchemyError, ImportError):
        return False
    try:
        refuse_newer(engine)
        return is_current(engine) and not is_empty(engine)
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def add_missing(engine: Engine) -> None:
    """Add the sources and classifications that a database of an older program lacks."""
    from app.importers.seed import files as seed_files  # noqa: PLC0415 - as above

    seed_files.add_missing(engine)


def seed(engine: Engine, what: str = "article", folder: Path | None = None) -> list[str]:
    """Load the seed; return a line for each thing that changed.

    ``what``: as the setting ``seed`` has it. The box is loaded into an empty database only, and
    never with a folder.
    """
    from app.importers.loading.writer import MIGRATION_WAIT  # noqa: PLC0415 - as above
    from app.importers.seed.files import seed_database  # noqa: PLC0415 - as above

    if what == "none":
        return []
    with ExitStack() as stack:
        box = None
        if what == "box" and folder is None and is_empty(engine):
            from app.importers.bundles.opening import opened_bundle  # noqa: PLC0415 - as above
            from app.importers.seed.box import box_folder  # noqa: PLC0415 - as above

            box = stack.enter_context(opened_bundle(box_folder()))
        changed = seed_database(engine, folder, box=box, wait=MIGRATION_WAIT)
    return [f"{one.name}: {one.message}" for one in changed]
