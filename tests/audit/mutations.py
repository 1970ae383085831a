"""The mutations: what people and programs do to a publisher's file before somebody imports it.

A mutation changes a table before it is written, or the file after. Not here are those that no
reader can notice: another digit in one figure within what its neighbours allow, a mean or an
employment that is ten times as large where no other cell tells of it, another mark of the
publisher's in place of a figure, another word in a text.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.audit.changed import Change
from tests.audit.mutations_of_files import FILES, FileChange
from tests.audit.mutations_of_tables import CELLS, COLUMNS, NAMES, OTHER_COLUMNS, ROWS, years_moved


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation; ``kinds`` are those of the files it is for, all if none is named."""

    name: str
    table: Change | None = None
    file: FileChange | None = None
    kinds: frozenset[str] = frozenset()
    refused: bool = False  # the figures may be the same, but they are said to be of another thing


MUTATIONS: tuple[Mutation, ...] = (
    *(Mutation(name, change) for name, change in (CELLS | COLUMNS | ROWS).items()),
    *(
        Mutation(name, change, kinds=frozenset({"oews", "projections"}), refused=True)
        for name, change in OTHER_COLUMNS.items()
    ),
    *(Mutation(name, change, kinds=frozenset({"oews", "soc"})) for name, change in NAMES.items()),
    Mutation("the header's years moved", years_moved, kinds=frozenset({"projections"})),
    *(Mutation(name, file=change) for name, change in FILES.items()),
)
