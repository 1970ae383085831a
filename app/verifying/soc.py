"""The SOC's files: codes in four columns, definitions, direct-match titles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.verifying.cells import Expected, Unreadable, given, text, words
from app.verifying.rows import Cell, Names, Row, Wanted
from app.verifying.tables import Lines, at

OCCUPATIONS = Wanted("occupations")
DEFINITIONS = Wanted("descriptions", ("definition",))
TITLES = Wanted("titles", ("direct_match",))
LEVELS = ("major", "minor", "broad", "detailed")
CODE = re.compile(r"\d\d-\d{4}")


def structure(lines: Lines) -> Iterator[Row]:
    """Yield occupations: the code's column tells the level, the title stands behind the four."""
    places = {level: lines.column(rf"{level} (group|occupation)") for level in LEVELS}
    after = max(place for place in places.values() if place is not None) + 1
    for number, cells in lines:
        for level, place in places.items():
            code = text(at(cells, place))
            if CODE.fullmatch(code):
                title = at([*cells, ""], after)
                yield Row(
                    OCCUPATIONS,
                    (code,),
                    lines.header.sheet,
                    number,
                    [
                        Cell("title", title, ("title",), words(title)),
                        Cell("level", level, ("level",), Expected(level), counted=False),
                    ],
                )


def definitions(lines: Lines) -> Iterator[Row]:
    """Yield occupations and, where there is one, the definition."""
    group, code, title, definition = (
        lines.column(f"soc {name}") for name in ("group", "code", "title", "definition")
    )
    sheet = lines.header.sheet
    for number, cells in lines:
        its, level, named = (at(cells, place) for place in (code, group, title))
        yield Row(
            OCCUPATIONS,
            (text(its),),
            sheet,
            number,
            [
                Cell("SOC Group", level, ("level",), Expected(text(level).lower())),
                Cell("SOC Title", named, ("title",), words(named)),
            ],
        )
        said = at(cells, definition)
        if given(said) is not None:
            cell = Cell("SOC Definition", said, ("text",), words(said))
            yield Row(DEFINITIONS, (text(its), "definition", text(said)), sheet, number, [cell], 0)


def titles(lines: Lines) -> Iterator[Row]:
    """Yield titles; x marks those that the SOC shows as examples.

    A title that stands twice under its occupation is one item, an example if either line says so.
    """
    code, occupation, title, example = (
        lines.column(rf"(\d{{4}} soc )?{name}")
        for name in ("code", "title", "direct match title", "illustrative example")
    )
    names = Names(lines.header.sheet)
    examples = {
        (text(at(cells, code)), text(at(cells, title)))
        for _, cells in lines
        if text(at(cells, example)).lower() == "x"
    }
    for number, cells in lines:
        its, named, called, marked = (
            at(cells, place) for place in (code, title, occupation, example)
        )
        known = text(marked).lower() in {"", "x"}
        featured = (text(its), text(named)) in examples
        said = Expected(featured if known else Unreadable("neither x nor blank"))
        yield Row(
            TITLES,
            (text(its), "direct_match", text(named), None),
            lines.header.sheet,
            number,
            [
                Cell("Direct Match Title", named, ("title",), words(named)),
                Cell("Illustrative Example", marked, ("featured",), said),
            ],
            shared=True,
        )
        names.add(text(its), number, [Cell("SOC Title", called, ("title",), words(called))])
    yield from names.rows()
