"""Reads the Census Bureau's index and employers' titles into the rows of an index.

A fifth of employers' titles is kept back to measure with: those whose words, sorted, without ranks
and numbers, have a CRC-32 that five divides (``is_kept_back``). ``occupations employers
--keep-back`` leaves out the same.
"""

from collections.abc import Iterator
from pathlib import Path

from app.finding.entries import Title, said
from app.importers.census.occupation_index import COLUMNS, IndexReader
from app.importers.loading.finder import Finder
from app.importers.oflc.filings import Counted, aggregated, filings_of
from app.importers.oflc.normalization import is_kept_back
from app.importers.oflc.titles import KIND
from app.importers.reading.columns import find_header
from app.importers.reading.sheets import open_document

INDEX = Path("census/2022-Census-Occupation-Index.xlsx")
EMPLOYERS = Path("title-match/employers.tsv.xz")


def index_titles(data: Path) -> list[Title]:
    """Return the titles of the index; a code with X is the group that it is a part of."""
    document = open_document(data / INDEX, INDEX.name)
    for sheet in document.sheets():
        if header := find_header(document, sheet, COLUMNS, len(COLUMNS)):
            titles = next(IndexReader(document, header).parts())
            return [Title(row.code, said(row.title, row.kind), row.kind) for row in titles.rows]
    message = f"{INDEX}: no sheet of titles"
    raise ValueError(message)


def employer_titles(data: Path) -> list[Title]:
    """Return the titles that enough filings have, without the fifth that is kept back."""
    counted = aggregated(one for one in filings(data) if not is_kept_back(one.title))
    return [Title(one.code, one.title, KIND, one.n) for one in counted]


def kept_back(data: Path) -> list[Counted]:
    """Return the filings of the fifth that is kept back, however few a title has."""
    return [one for one in filings(data) if is_kept_back(one.title)]


def filings(data: Path) -> Iterator[Counted]:
    """Yield every title, in its normalized form, with a code and a number of filings."""
    with Finder() as finder:
        for found in finder.find([data / EMPLOYERS]):
            if found.document is not None:
                yield from filings_of(found.document)
