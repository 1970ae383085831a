"""What stops an import. Each message is a sentence to print; nothing is written.

::

    ImportFault
    ├── BadFile             a file is not what it should be: the place, and what is allowed there
    ├── BadSeed             seed files are not what they should be: file, line, key, what is allowed
    ├── AnotherImportRuns   the database's one writer is busy
    ├── WriteFailed         the database refuses rows: a full disk, a lost connection
    ├── PoorerFile          the release loaded holds more than the one offered for the same name
    ├── SameFigures         another period has the same figures
    ├── UnknownClassification  the table of classifications lacks that of a part
    ├── UnknownSource       the table of sources lacks the release's publisher
    └── UnknownRelease      no release of that name is loaded
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


class ImportFault(Exception):
    """Why nothing was written."""


def place_of(
    file: str, sheet: str | None = None, row: int | None = None, column: str | None = None
) -> str:
    """Return a place in a file as text: file, sheet 'Name', row 7, column TOT_EMP."""
    place = [file]
    if sheet is not None:
        place.append(f"sheet {sheet!r}")
    if row is not None:
        place.append(f"row {row}")
    if column is not None:
        place.append(f"column {column}")
    return ", ".join(place)


class BadFile(ImportFault):
    """A file that cannot be loaded, with the place and what would be right there."""

    def __init__(
        self,
        file: str,
        why: str,
        *,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.file, self.why, self.sheet, self.row, self.column = file, why, sheet, row, column
        super().__init__(f"{place_of(file, sheet, row, column)}: {why}")

    def __reduce__(self) -> Any:
        """Let it pass between processes, which pass ``args`` to the class by default."""
        kind = partial(type(self), sheet=self.sheet, row=self.row, column=self.column)
        return kind, (self.file, self.why)


class Refusals(list[BadFile]):
    """The files of a command that are refused, while it goes on with the others."""

    def __init__(self, *, strict: bool = False) -> None:
        """Take whether the first fault stops the command."""
        super().__init__()
        self.strict = strict

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Keep the fault of a file, or raise it where the command is ``strict``."""
        try:
            yield
        except BadFile as fault:
            if self.strict:
                raise
            self.append(fault)


class BadSeed(ImportFault):
    """Seed files that cannot be loaded: all their faults, one a line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class AnotherImportRuns(ImportFault):
    """Another process writes to the database."""

    def __init__(self, waited: float) -> None:
        super().__init__(
            f"another command is writing to this database; waited {waited:g} s for it, nothing "
            "was changed: run this again when it has ended"
        )


class WriteFailed(ImportFault):
    """The database did not take the rows."""

    def __init__(self, cause: BaseException) -> None:
        first = (str(cause).strip() or type(cause).__name__).splitlines()[0]
        super().__init__(f"the database did not take the rows, nothing was changed: {first}")


class PoorerFile(ImportFault):
    """Loading would replace a release by one with less in it."""

    def __init__(self, name: str, missing: list[str], files: Iterable[str]) -> None:
        lost = ", ".join(missing[:5]) + (f" and {len(missing) - 5:,} more" * (len(missing) > 5))
        super().__init__(
            f"{name} is loaded with more than is given now: {lost} would be lost. It came from "
            f"{', '.join(files) or 'no file'}: if the file given now is another, import both "
            "together; if it is whole, replace what is loaded with --replace"
        )


class SameFigures(ImportFault):
    """Another period has the figures of this release: one of the two has a wrong name."""

    def __init__(self, name: str, other: str, common: int, same: int) -> None:
        self.what = f"{same:,} of {common:,} rows have all the figures of {other}"
        super().__init__(
            f"{name}: {self.what}, another period; one of the two is under a wrong one (rule "
            "same-figures; `--accept same-figures` loads it, with a notice)"
        )


class UnknownSource(ImportFault):
    """The release's source is not in the table of sources."""

    def __init__(self, source: str) -> None:
        super().__init__(f"no source {source!r} in the database: run `occupations seed` first")


class UnknownClassification(ImportFault):
    """The classification of a part is not in the table of classifications."""

    def __init__(self, classification: str, known: Iterable[str]) -> None:
        super().__init__(
            f"no classification {classification!r} in the database, which has "
            f"{', '.join(known) or 'none'}: run `occupations seed` first"
        )


class UnknownRelease(ImportFault):
    """No release of that name is loaded."""

    def __init__(self, name: str, known: list[str]) -> None:
        listed = ", ".join(known) if known else "none"
        super().__init__(f"no release {name!r} is loaded; loaded are: {listed}")


class RowsDeleted(ImportFault):
    """The release was retired so long ago that its rows are deleted."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the rows of {name} are deleted: it was retired more than OCCUPATIONS_KEEP_DAYS ago. "
            "Load it again from its files with `occupations import`, or with `occupations seed` "
            "if it came with the program"
        )
