"""The SOC's files: codes in four columns, definitions, direct-match titles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.verifying.cells import Expected, Unreadable, given, text, words
from app.verifying.rows import DEFINITIONS, OCCUPATIONS, Cell, Names, Row, Wanted
from app.verifying.tables import Lines

TITLES = Wanted("titles", ("direct_match",))
LEVELS = ("major", "minor", "broad", "detailed")
CODE = re.compile(r"\d\d-\d{4}")


def structure(lines: Lines) -> Iterator[Row]:
    """Yield occupations. The code's column tells the level; the title stands after the four."""
    places = {level: lines.column(rf"{level} (group|occupation)") for level in LEVELS}
    after = max(place for place in places.values() if place is not None) + 1
    for number, cells in lines:
        for level, place in places.items():
            code = "" if place is None else text(cells[place])
            if CODE.fullmatch(code):
                title = [*cells, ""][after]
                found = [
                    Cell("title", title, ("title",), words(title)),
                    Cell("level", level, ("level",), Expected(level), counted=False),
                ]
                yield Row(OCCUPATIONS, (code,), lines.sheet, number, found)


def definitions(lines: Lines) -> Iterator[Row]:
    """Yield occupations and, where there is one, the definition."""
    columns = (f"soc {name}" for name in ("code", "group", "title", "definition"))
    for number, _, code, level, title, definition in lines.select(*columns):
        found = [
            Cell("SOC Group", level, ("level",), Expected(text(level).lower())),
            Cell("SOC Title", title, ("title",), words(title)),
        ]
        yield Row(OCCUPATIONS, (text(code),), lines.sheet, number, found)
        if given(definition) is not None:
            cell = Cell("SOC Definition", definition, ("text",), words(definition))
            key = (text(code), "definition", text(definition))
            yield Row(DEFINITIONS, key, lines.sheet, number, [cell], keys=0)


def titles(lines: Lines) -> Iterator[Row]:
    """Yield titles; x marks those that the SOC shows as examples.

    A title that stands twice under its occupation is one item, an example if either line says so.
    """
    names = Names(lines.sheet)
    columns = ("code", "title", "direct match title", "illustrative example")
    rows = list(lines.select(*(rf"(\d{{4}} soc )?{name}" for name in columns)))
    examples = {
        (text(code), text(title))
        for _, _, code, _, title, mark in rows
        if text(mark).lower() == "x"
    }
    for number, _, code, occupation, title, mark in rows:
        known = text(mark).lower() in {"", "x"}
        featured = (text(code), text(title)) in examples
        expected = Expected(featured if known else Unreadable("neither x nor blank"))
        found = [
            Cell("Direct Match Title", title, ("title",), words(title)),
            Cell("Illustrative Example", mark, ("featured",), expected),
        ]
        key = (text(code), "direct_match", text(title), None)
        yield Row(TITLES, key, lines.sheet, number, found, shared=True)
        names.add(text(code), number, "SOC Title", occupation)
    yield from names.rows()
