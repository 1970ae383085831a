"""What a file's rows say about the API's answers: which item, and which value in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.verifying.cells import Expected, Rule, words


class Wanted(NamedTuple):
    """A list of the API, fetched kind by kind, or whole."""

    name: str
    kinds: tuple[str, ...] = ()

    @property
    def segment(self) -> str:
        """The list's name in a path."""
        return self.name.replace("_", "-")


OCCUPATIONS = Wanted("occupations")
DEFINITIONS = Wanted("descriptions", ("definition",))


class Cell(NamedTuple):
    """A cell of a file, and what must stand at ``path`` of the item.

    In a list of the item, a step of the path is the category or the id of an entry.
    ``counted`` is false for what is checked but is no cell of its own: a figure whose column the
    file lacks must be null, the years in a header must be the item's.
    """

    column: str
    raw: Any
    path: tuple[str | int, ...]
    expected: Expected
    counted: bool = True

    def under(self, place: tuple[str | int, ...]) -> Cell:
        """Return the cell of something that stands at this place of the item."""
        return self._replace(path=(*place, *self.path))


@dataclass(slots=True)
class Row:
    """A row of a file, or the part of it that one item answers.

    ``keys`` is how many cells make up the key: they are equal if the item is found. ``times`` is
    how often the same cells stand in the file. ``shared`` says that several lines have one item:
    names, levels published twice, two scales. Otherwise a line that stands again has another item.
    """

    wanted: Wanted
    key: tuple[Any, ...]
    sheet: str | None
    number: int
    cells: list[Cell]
    keys: int = 1
    times: int = 1
    shared: bool = False


@dataclass(slots=True)
class About:
    """A row about every item that has ``where``: a scale's bounds, a job zone, a category.

    An item has a value of a list if an entry of it has that category or id.
    """

    wanted: Wanted
    where: tuple[tuple[str, Any], ...]
    sheet: str | None
    number: int
    cells: list[Cell]


class ListKey(NamedTuple):
    """How the items of a list are told apart: by ``fields``.

    An item may be the changed form of another only if the first ``group`` fields are equal. With
    ``led`` the API answers from one release for all, so only that release's cells are compared.
    ``own`` are values in which releases of one period may differ: 19-5010 is a broad occupation in
    the national file of May 2025 and a minor group in that of the areas.
    """

    fields: tuple[str, ...]
    group: int
    led: bool = False
    own: tuple[str, ...] = ()


LISTS: dict[str, ListKey] = {
    "occupations": ListKey(("code",), 1, led=True),
    "areas": ListKey(("code",), 1, led=True),
    "wages": ListKey(("area", "industry", "ownership", "code"), 4, own=("published_levels",)),
    "projections": ListKey(("area", "code"), 2),
    "descriptions": ListKey(("code", "kind", "text"), 2),
    "duties": ListKey(("code", "task_id", "text"), 1),
    "activities": ListKey(("code", "activity_id"), 1),
    "titles": ListKey(("code", "kind", "title", "short_title"), 2),
    "skills": ListKey(("code", "element_id", "scale"), 2),
    "technologies": ListKey(("code", "kind", "commodity_code", "name"), 2),
    "interests": ListKey(("code", "element_id", "scale"), 1),
    "education": ListKey(("code", "kind", "category", "level"), 2),
    "experience": ListKey(("code", "kind", "category", "name"), 2),
    "job_zones": ListKey(("code",), 1),
    "related": ListKey(("code", "tier", "related_code"), 1),
}


@dataclass(slots=True)
class Names:
    """Occupations as a file names them: each name of one, with how often it stands there."""

    sheet: str | None
    found: dict[tuple[str, Any], Row] = field(default_factory=dict)

    def add(self, code: str, number: int, column: str, title: Any, keys: int = 0) -> None:
        """Note a line that names an occupation."""
        if (code, title) in self.found:
            self.found[code, title].times += 1
        else:
            cell = Cell(column, title, ("title",), words(title))
            row = Row(OCCUPATIONS, (code,), self.sheet, number, [cell], keys, shared=True)
            self.found[code, title] = row

    def rows(self) -> Iterator[Row]:
        """Yield the rows, once the file is read."""
        yield from self.found.values()


class Column(NamedTuple):
    """A column of a file: its place, name, rule, and where its value stands in the item."""

    place: int | None
    name: str
    path: tuple[str, ...]
    rule: Rule

    def cell(self, cells: list[Any]) -> Cell:
        """Return the row's cell. A column that the file lacks is blank, and not counted."""
        if self.place is None:
            return Cell(self.name, "", self.path, self.rule(""), counted=False)
        raw = cells[self.place]
        return Cell(self.name, raw, self.path, self.rule(raw))
