"""Every kind of statement that writes, tried on the web's own engine, for every table.

On PostgreSQL as the role of docs/web-role.sql, and also after the session has asked to be let
write; on SQLite also with ``query_only`` off. The API must answer as ever under that role.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Engine, inspect

from app.database.engines import reading_engine, writing_engine
from bench.speed_servers import Server, ours, warmed
from tests.audit.place import Outcome, Place
from tests.database.webrole import web_url
from tests.make_examples import examples

EVERY_TABLE = (
    "INSERT INTO {table} DEFAULT VALUES",
    "INSERT INTO {table} SELECT * FROM {table}",
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "DROP TABLE {table}",
    "ALTER TABLE {table} ADD COLUMN mine INTEGER",
    "ALTER TABLE {table} RENAME TO mine",
    "CREATE INDEX mine ON {table} ({column})",
    "CREATE TABLE mine AS SELECT * FROM {table}",
)
POSTGRESQL = (
    "TRUNCATE {table} CASCADE",
    "COPY {table} FROM STDIN",
    "COPY {table} FROM PROGRAM 'true'",
    "COPY {table} TO PROGRAM 'cat'",
    "COPY {table} TO '{folder}/copied'",
    "SELECT * FROM {table} FOR UPDATE",
    "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "CREATE RULE mine AS ON INSERT TO {table} DO NOTHING",
    "COMMENT ON TABLE {table} IS 'mine'",
    "CREATE POLICY mine ON {table}",
    "DO $$ BEGIN DELETE FROM {table}; END $$",
)
POSTGRESQL_ONCE = (
    "CREATE TABLE mine (id INTEGER)",
    "CREATE TEMPORARY TABLE mine (id INTEGER)",
    "CREATE SCHEMA mine",
    "CREATE DATABASE mine",
    "CREATE ROLE mine",
    "CREATE EXTENSION plpgsql",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SEQUENCE mine",
    "DROP SCHEMA public CASCADE",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "SET ROLE pg_write_all_data",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'a')",
    "SELECT pg_read_file('/etc/hostname')",
    "SELECT setval(pg_get_serial_sequence('releases', 'id'), 1)",
)
SQLITE = (
    "REPLACE INTO {table} SELECT * FROM {table}",
    "CREATE TRIGGER mine AFTER INSERT ON {table} BEGIN SELECT 1; END",
)
SQLITE_ONCE = (
    "CREATE TABLE mine (id INTEGER)",
    "CREATE TEMPORARY TABLE mine (id INTEGER)",
    "CREATE VIEW mine AS SELECT 1",
    "ATTACH DATABASE '{folder}/attached.sqlite3' AS mine",
    "VACUUM",
    "VACUUM INTO '{folder}/copied.sqlite3'",
    "REINDEX",
    "ANALYZE",
    "PRAGMA user_version = 7",
    "PRAGMA application_id = 7",
)
ASKED = {
    "postgresql": ("SET default_transaction_read_only = off", "SET transaction_read_only = off"),
    "sqlite": ("PRAGMA query_only = OFF", "PRAGMA writable_schema = ON"),
}
"""What somebody who can send statements would send first."""

WRONG = (
    errors.SyntaxError,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
)


def run(place: Place) -> Iterator[Outcome]:
    """Try to write on both databases, then ask the API as the role that cannot."""
    folder = place.scratch("written")
    web = web_url(place.urls["PostgreSQL"])
    for name, url in (("SQLite", place.sqlite_copy("read")), ("PostgreSQL", web)):
        engine = reading_engine(url, threads=1, statement_timeout=2.0)
        for asked in (False, True):
            tried, done = _attempts(engine, url, folder, asked)
            how = "statements that write, after asking to" if asked else "statements that write"
            yield Outcome(how, name, tried, len(done), "; ".join(done)[:200])
        engine.dispose()
        left = [path.name for path in folder.iterdir()]
        yield Outcome("files left by them", name, 1, len(left), ", ".join(left))
    with ours(place.urls["PostgreSQL"]) as owner, ours(web) as reader:
        yield _same(warmed(owner), warmed(reader))


def _attempts(engine: Engine, url: str, folder: Path, asked: bool) -> tuple[int, list[str]]:
    """Return how many statements were tried, and those that were carried out."""
    kind = engine.dialect.name
    of_tables, once = (
        (POSTGRESQL, POSTGRESQL_ONCE) if kind == "postgresql" else (SQLITE, SQLITE_ONCE)
    )
    looked = writing_engine(url)
    found = inspect(looked)
    statements = [
        one.format(table=table, column=found.get_columns(table)[0]["name"], folder=folder)
        for table in found.get_table_names()
        for one in (*EVERY_TABLE, *of_tables)
    ]
    looked.dispose()
    statements += [one.format(folder=folder) for one in once]
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        for one in ASKED[kind] if asked else ():
            with suppress(sqlite3.Error):
                raw.execute(one)
        carried_out = [one for one in statements if _carried_out(raw, one)]
        connection.invalidate()
    return len(statements), carried_out


def _carried_out(raw: Any, statement: str) -> bool:
    try:
        if statement.endswith("FROM STDIN"):
            with raw.cursor().copy(statement):
                return True
        raw.execute(statement)
    except (sqlite3.Error, psycopg.Error) as error:
        # One that fails because it was written wrongly shows nothing.
        return isinstance(error, WRONG) or "syntax error" in str(error)
    return True


def _same(owner: Server, reader: Server) -> Outcome:
    shown = examples(owner.get("/openapi.json").json()).values()
    targets = [one.target for one in shown if one.method == "GET" and not one.headers]
    differ = [
        target
        for target in targets
        if (one := owner.get(target)).content != (other := reader.get(target)).content
        or one.status_code != other.status_code
    ]
    what = "answers as that role, compared with the owner's"
    return Outcome(what, "PostgreSQL", len(targets), len(differ), ", ".join(differ)[:200])
