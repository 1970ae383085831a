"""What a file's rows say about the API's answers: which item, and which value in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.verifying.cells import Expected, Rule


class Wanted(NamedTuple):
    """A list of the API, as one request after another fetches it: of certain kinds, or of all."""

    name: str
    kinds: tuple[str, ...] = ()

    @property
    def segment(self) -> str:
        """The list's name as a part of a path."""
        return self.name.replace("_", "-")


class Cell(NamedTuple):
    """A cell of a file and what it must be at ``path`` of the item.

    ``counted`` is false for what is checked but is no cell of its own: a figure whose column the
    file lacks must be null, the years in a header must be the item's.
    """

    column: str
    raw: Any
    path: tuple[str, ...]
    expected: Expected
    counted: bool = True


@dataclass(slots=True)
class Row:
    """A row of a file, or the part of it that one item answers.

    ``keys`` is the number of cells that the key itself is made of: they are equal if the item is
    found. ``times`` is how often the same cells stand in the file. With ``shared`` several lines
    have one item: names, levels twice published, two scales; else a line that stands again has
    another item.
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
    """A row about every item that has ``where``: a scale's bounds, a job zone, a category."""

    wanted: Wanted
    where: tuple[tuple[str, Any], ...]
    sheet: str | None
    number: int
    cells: list[Cell]


class LIST(NamedTuple):
    """How items of a list are told apart: by the fields of ``key``.

    Items are only taken for changed ones of each other if the first ``group`` fields are equal.
    With ``led`` the API answers from one release for all, so only that one's cells are compared.
    """

    key: tuple[str, ...]
    group: int
    led: bool = False


LISTS: dict[str, LIST] = {
    "occupations": LIST(("code",), 1, led=True),
    "areas": LIST(("code",), 1, led=True),
    "wages": LIST(("area", "industry", "ownership", "code"), 4),
    "projections": LIST(("code",), 1),
    "descriptions": LIST(("code", "kind", "text"), 2),
    "duties": LIST(("code", "task_id", "text"), 1),
    "titles": LIST(("code", "kind", "title", "short_title"), 2),
    "skills": LIST(("code", "element_id"), 2),
    "technologies": LIST(("code", "commodity_code", "name"), 1),
    "interests": LIST(("code", "element_id", "scale"), 1),
    "education": LIST(("code", "kind", "category", "level"), 2),
    "experience": LIST(("code", "kind", "category", "name"), 2),
    "job_zones": LIST(("code",), 1),
    "related": LIST(("code", "tier", "related_code"), 1),
}


@dataclass(slots=True)
class Names:
    """Occupations as a file names them: each way to name one, with how often it stands there."""

    sheet: str | None
    found: dict[tuple[Any, ...], Row] = field(default_factory=dict)

    def add(self, code: str, number: int, cells: list[Cell], keys: int = 0) -> None:
        """Note a line that names an occupation."""
        key = (code, *(cell.raw for cell in cells))
        if key in self.found:
            self.found[key].times += 1
        else:
            self.found[key] = Row(
                Wanted("occupations"), (code,), self.sheet, number, cells, keys, shared=True
            )

    def rows(self) -> Iterator[Row]:
        """Yield the rows, once the file is read."""
        yield from self.found.values()


class Column(NamedTuple):
    """A column of a file: its place, name, rule and where in the item it goes."""

    place: int | None
    name: str
    path: tuple[str, ...]
    rule: Rule

    def cell(self, cells: list[Any]) -> Cell:
        """Return the row's cell; a column that the file lacks is as if blank, and not counted."""
        if self.place is None:
            return Cell(self.name, "", self.path, self.rule(""), counted=False)
        raw = cells[self.place]
        return Cell(self.name, raw, self.path, self.rule(raw))
