"""Names that people use and no official list has: four tables of the seed, ours.

They are evidence for finding, and no occupation's titles. What the SOC, or an occupation's own
title, says of a name counts for more: then ours only say which of its occupations is likeliest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from importlib.resources import files
from typing import Annotated, Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.finding.entries import OFFICIAL, Entries, Everyday
from app.finding.index_arrays import Ids
from app.finding.words.normalization import fold
from app.finding.words.word_lists import LITTLE

TABLES = (
    "everyday_names.yaml",
    "described_work.yaml",
    "spanish_names.yaml",
    "british_names.yaml",
)

_WORD = re.compile(r"[^\W_]+[+#]{0,2}")
_WHO = re.compile(r"(?:an? |the )?(?:guy|lady|man|people|person|woman|worker) (?:that|who) ")
_MARKS = str.maketrans("", "", ".'’`´")  # noqa: RUF001 - the quotes that people type

Name = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^\d\d-\d{4}(\.\d\d)?$")]


class _Line(BaseModel):
    """A line of a table: names of the same occupations, the likeliest of these first."""

    model_config = ConfigDict(extra="forbid", strict=True)

    codes: Annotated[list[Code], Field(min_length=1)]
    names: Annotated[list[Name], Field(min_length=1)]


class _Table(BaseModel):
    """All of a table."""

    model_config = ConfigDict(extra="forbid", strict=True)

    names: Annotated[list[_Line], Field(min_length=1)]


class Said(NamedTuple):
    """Names as they are said, and a row for each occupation that one means."""

    keys: npt.NDArray[np.uint64]  # ascending
    rows: Ids  # of a key, the likeliest occupation first

    @classmethod
    def of(cls, meant: list[tuple[str, int]]) -> Self:
        """Index pairs of a name and a row; of the same name they stay in order."""
        found = dict.fromkeys((key_of_name(name), row) for name, row in meant)
        ordered = sorted(found, key=lambda pair: pair[0])
        keys = np.array([key for key, _ in ordered], np.uint64)
        return cls(keys, np.array([row for _, row in ordered], np.int32))

    def find(self, text: str) -> Ids:
        """Return the rows of the name that a text is."""
        wanted = np.uint64(key_of_name(text))
        start, end = self.keys.searchsorted(wanted), self.keys.searchsorted(wanted, "right")
        return self.rows[start:end]


def key_of_name(text: str) -> int:
    """Return the key of a name: accents, hyphens, plural, order and little words do not matter.

    Nor does who does the work: `fixes cars`, `fixing cars` and `a guy who fixes cars` are one.
    """
    folded = fold(text).translate(_MARKS)
    who = _WHO.match(folded)
    words = _WORD.findall(folded[who.end() :] if who else folded)
    kept = [word for word in words if word not in LITTLE] or words
    name = " ".join(sorted(map(_form, kept)))
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def _form(word: str) -> str:
    """Return what the forms of a word have in common: plurals of English and Spanish, `-ing`."""
    if len(word) < 4:
        return word
    if word.endswith("ing") and len(word) > 5:
        word = word[:-3]
    if word.endswith("men"):
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]  # `profesores` becomes `profesore`, then `profesor`
    word = word.removesuffix("e") if len(word) > 3 else word
    if word[-1] == word[-2]:
        word = word[:-1]  # `cuts`, `cutting`
    return word[:-1] + "c" if word.endswith("z") else word  # `juez`, `jueces`


def read_table(file: str, text: str) -> tuple[Everyday, ...]:
    """Return the names in a table's text. Raises ``ValueError`` if it is not as it should be.

    A name stands there once, however it is written, and none of its codes twice.
    """
    # Thousands of names: the parser in C takes a tenth of the time, where libyaml is there.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        lines = _Table.model_validate(yaml.load(text, loader)).names  # noqa: S506 - both are safe
    except ValueError as fault:  # says the place of each fault: names.12.codes.0
        raise ValueError(f"seed/{file}: {fault}") from fault
    seen: dict[int, str] = {}
    for line in lines:
        if len({*line.codes}) < len(line.codes):
            raise ValueError(f"seed/{file}: {line.names[0]}: a code stands there twice")
        for name in line.names:
            other = seen.setdefault(key_of_name(name), name)
            if other is not name:
                raise ValueError(f"seed/{file}: {name}: stands there twice, as {other} before")
    return tuple(Everyday(name, tuple(line.codes)) for line in lines for name in line.names)


def names() -> tuple[Everyday, ...]:
    """Return the names that come with the program."""
    return tuple(name for file in TABLES for name in read_table(file, table(file).decode()))


def table(file: str) -> bytes:
    """Return the bytes of a table."""
    return files("seed").joinpath(file).read_bytes()


def meant(entries: Entries) -> Iterator[tuple[str, list[str]]]:
    """Yield each everyday name and those of its codes that are loaded, if there is one.

    The SOC's occupation stands for O*NET's finer ones where these are not loaded.
    """
    loaded = {row.code for row in entries.occupations}
    official: defaultdict[str, set[str]] = defaultdict(set)
    for title, code in (
        *((row.title, row.code) for row in entries.occupations),
        *((row.title, row.code) for row in entries.titles if row.kind in OFFICIAL),
    ):
        official[fold(title)].add(code[:7])
    for name, codes in entries.everyday:
        nearest = (code if code in loaded else code[:7] for code in codes)
        kept = [code for code in dict.fromkeys(nearest) if code in loaded]
        known = official.get(fold(name))
        if known is not None:
            kept = [code for code in kept if code[:7] in known]
        if kept:
            yield name, kept
