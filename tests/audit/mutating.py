"""Mutated files end in a refusal with nothing changed, or in the figures that they had before.

A true file, cut to some forty lines, is loaded. Then a mutated copy is imported over it. Anything
else than a refusal or the same rows is silently other: new rows, lost ones, other values, another
period, area, industry or ownership. Rows may be lost if their part says that it is not whole.
"""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, make_url, select, text

from app.commands.database import migrate_database
from app.database.engines import writing_engine
from app.database.models import Area, Industry, Part, Release
from app.importers.faults import ImportFault
from app.importers.loading.finder import Finder
from app.importers.loading.load import ensure_sources, load_release
from app.importers.loading.planned import Options, Planned
from app.importers.loading.releases import plan
from app.importers.oews.areas import WrongScope
from app.importers.rows import TABLES
from tests.audit.changed import Changed
from tests.audit.held import opened
from tests.audit.mutated_files import Source, sources, written
from tests.audit.mutations import MUTATIONS, Mutation
from tests.audit.place import Outcome, Place
from tests.importers.conftest import SOURCES

TRIES = 3_000
SAMPLE = 8
"""Mutations of a source that the short form tries, and the long one on PostgreSQL too, where each
try takes a database of its own."""
PLACES = {"id", "part_id", "locator", "position"}
"""Columns that say where a row stands, not what it says."""

Content = Counter[tuple[str, ...]]


def content(url: str) -> Content:
    """Return every row shown, with the release and the part that it is of."""
    found: Content = Counter()
    parts: Any = Part.__table__
    keys = [parts.c[key] for key in ("kind", "area", "industry", "ownership", "period", "detail")]
    releases: Any = Release.__table__
    origin = parts.join(releases, parts.c.release_id == releases.c.id)
    with opened(url) as connection:
        there = set(connection.execute(select(parts.c.dataset).distinct()).scalars())
        for model in TABLES.values():
            table: Any = model.__table__
            if table.name not in there:
                continue
            columns = [column for column in table.c if column.name not in PLACES]
            rows = (
                select(releases.c.name, releases.c.period.label("of"), *keys, *columns)
                .select_from(origin.join(table, table.c.part_id == parts.c.id))
                .where(parts.c.shown)
            )
            found.update((table.name, *map(repr, row)) for row in connection.execute(rows))
        for places in (Area.__table__, Industry.__table__):
            listed = connection.execute(select(places))
            found.update((str(places), *map(repr, row)) for row in listed)
    return found


def lacking(url: str) -> set[str]:
    """Return the releases with a part that says that it is not whole."""
    parts, releases = Part, Release
    query = select(releases.name).join(parts).where(parts.shown, ~parts.whole)
    with opened(url) as connection:
        return set(connection.execute(query).scalars())


def imported(url: str, path: Path, options: Options) -> str:
    """Import as the command does; return why it was refused, or ""."""
    engine = writing_engine(url)
    try:
        with Finder() as finder:
            found = [one for one in finder.find([path]) if one.document and not one.why]
            planned = plan(found, options)
            for one in planned:
                _load(engine, one)
        return "" if planned else "none of these files can be loaded"
    except ImportFault as fault:
        return str(fault)
    finally:
        engine.dispose()


def _load(engine: Any, planned: Planned) -> None:
    try:
        load_release(engine, planned.read())
    except WrongScope:
        if planned.wider is None:
            raise
        load_release(engine, planned.wider().read())


@dataclass(slots=True)
class Tally:
    """What became of the tries of one mutation."""

    tries: int = 0
    refused: int = 0
    same: int = 0
    other: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def outcome(self, mutation: Mutation, where: str) -> Outcome:
        """Return the mutation's row of the table."""
        said = f"{self.refused} refused, {self.same} the same"
        if self.other:
            listed = ", ".join(f"{name} {count}" for name, count in self.other.most_common())
            said += f"; silently other: {listed}; such as {self.examples[0]}"
        return Outcome(mutation.name, where, self.tries, self.other.total(), said)


class Ground:
    """A database with one source loaded, which is brought back for every try."""

    def __init__(self, source: Source, folder: Path, reset: Callable[[], str]) -> None:
        self.source, self.folder, self.reset = source, folder, reset
        self.before = content(reset())

    def attempt(self, mutation: Mutation, draw: Random, tally: Tally) -> bool:
        """Try a mutation. Return False if the source has nothing to do it to."""
        source = copy.deepcopy(self.source)
        at = draw.randrange(len(source.books))
        changed = Changed(draw, source.kind, source.books[at])
        scratch = self.folder / "try"
        shutil.rmtree(scratch, ignore_errors=True)
        done = mutation.table is None or mutation.table(changed)
        did: list[bool] = []
        change = mutation.file
        path = written(source, scratch, change and (lambda p: did.append(change(changed, p))), at)
        if not done or not all(did):
            return False
        url = self.reset()
        tally.tries += 1
        where = f"{self.source.name}, {Path(self.source.books[at].path).stem}"
        try:
            why = imported(url, path, source.options)
            after = content(url)
        except Exception as error:  # whatever it is, it is no refusal
            tally.other[where] += 1
            tally.examples.append(f"{type(error).__name__}: {str(error)[:120]}")
            return True
        lost, new = self.before - after, after - self.before
        if not lost and not new and (why or not mutation.refused):
            tally.refused += bool(why)
            tally.same += not why
        elif lost and not new and not why and {one[1].strip("'") for one in lost} <= lacking(url):
            tally.same += 1
        else:
            tally.other[where] += 1
            what = f"{len(lost)} rows lost, {len(new)} new"
            tally.examples.append(what if lost or new else "it says it is of something else")
        return True


def _base(url: str, source: Source, folder: Path) -> str:
    """Load a source into an empty database; return why that is refused, or ""."""
    engine = writing_engine(url)
    migrate_database(engine)
    ensure_sources(engine, SOURCES)
    engine.dispose()
    return imported(url, written(source, folder / "true", None, 0), source.options)


def _sqlite(folder: Path, source: Source) -> tuple[str, Callable[[], str]]:
    base, data = folder / "base.sqlite3", folder / "data.sqlite3"
    why = _base(f"sqlite:///{base}", source, folder)

    def reset() -> str:
        for suffix in ("-wal", "-shm"):
            data.with_name(data.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(base, data)
        return f"sqlite:///{data}"

    return why, reset


def _postgresql(server: str, folder: Path, source: Source) -> tuple[str, Callable[[], str]]:
    url = make_url(server)

    def made(name: str, template: str) -> str:
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return url.set(database=name).render_as_string(hide_password=False)

    why = _base(made("mutated_base", "template0"), source, folder)
    return why, lambda: made("mutated", "mutated_base")


def run(place: Place) -> Iterator[Outcome]:
    folder = place.scratch("mutated")
    every = list(sources(place.data))
    fitting = {s.name: [m for m in MUTATIONS if not m.kinds or s.kind in m.kinds] for s in every}
    # Many mutations suit half of the formats.
    rounds = -(-2 * TRIES // sum(map(len, fitting.values())))
    for where, server in place.some("SQLite").items():
        tallies = {mutation: Tally() for mutation in MUTATIONS}
        for source in every:
            here = folder / where / source.name.replace("*", "")
            here.mkdir(parents=True)
            sqlite = where == "SQLite"
            why, reset = _sqlite(here, source) if sqlite else _postgresql(server, here, source)
            if why:
                yield Outcome(f"{source.name} is loaded", where, 1, 0, why[:200], done=False)
                continue
            chosen, sampled = fitting[source.name], place.short or not sqlite
            if sampled:
                chosen = Random(source.name).sample(chosen, SAMPLE)
            _try(Ground(source, here, reset), chosen, 1 if sampled else rounds, tallies)
        for mutation, tally in tallies.items():
            if tally.tries:
                yield tally.outcome(mutation, where)


def _try(
    ground: Ground, chosen: list[Mutation], rounds: int, tallies: dict[Mutation, Tally]
) -> None:
    """Try each mutation so many times, where the source has something to do it to."""
    for mutation in chosen:
        done = 0
        for n in range(2 * rounds):
            if done < rounds:
                draw = Random(f"{ground.source.name}, {mutation.name}, {n}")
                done += ground.attempt(mutation, draw, tallies[mutation])
