"""Filings in the disclosure files, whose columns differ by year and programme, and their sum.

A title that few filings have says little, and a code that few of its filings have is a slip: a
title needs ``LEAST_FILINGS`` in all, a code a fifth of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.importers.faults import BadFile
from app.importers.oflc.normalization import normalized
from app.importers.reading.cells import MOST_TITLE, persons
from app.importers.reading.columns import find_header
from app.importers.reading.sheets import Document
from app.importers.reading.tables import Record, Table

COLUMNS = {
    "((lca_case_|job_info_)?job_)?title": "title",
    "((lca_case_|pwd?_)?soc_)?code(_id)?": "code",
    "(case_)?status": "status",
    "count": "count",
}
"""``count`` stands in a list of titles that somebody has counted; the publisher's have a line a
filing, with its status."""
LEAST_FILINGS = 3
MOST_CODES = 5
"""Codes that a title can have at most: each has one in so many of its filings at least."""
_CERTIFIED = re.compile(r"certif(?!.*(denied|withdrawn|rejected))", re.I)
_CODE = re.compile(r"(\d\d-\d{4})(\.\d\d)?")


class Counted(NamedTuple):
    """A normalized title, a code that employers gave it, and in how many filings they did."""

    title: str
    code: str
    n: int


def filings_of(document: Document) -> Iterator[Counted]:
    """Yield the certified filings of a file. Raises ``BadFile`` if it has no columns of them.

    Lines without a title or a code of an occupation count for nothing.
    """
    for sheet in document.sheets():
        header = find_header(document, sheet, COLUMNS, 3)
        if header is not None:
            table = Table(document, header, COLUMNS, {"status", "count"})
            for record in table.records():
                if (found := _filing(record)) is not None:
                    yield found
            return
    needed = "JOB_TITLE, SOC_CODE and CASE_STATUS, or title, code and count"
    raise BadFile(document.name, f"no columns of filings: {needed}")


def _filing(record: Record) -> Counted | None:
    columns = record.table.columns
    if "status" in columns and not _CERTIFIED.search(str(record.cell("status"))):
        return None
    code = _CODE.fullmatch(str(record.cell("code")))
    title = normalized(str(record.cell("title")))
    if code is None or not title or len(title) > MOST_TITLE:
        return None
    return Counted(title, code[1], record.read(persons, "count") if "count" in columns else 1)


def aggregated(filings: Iterable[Counted]) -> list[Counted]:
    """Return the titles and codes that enough filings have, in their order."""
    by_title: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for title, code, n in filings:
        by_title[title][code] += n
    return [
        Counted(title, code, n)
        for title, codes in sorted(by_title.items())
        if (total := codes.total()) >= LEAST_FILINGS
        for code, n in sorted(codes.items())
        if n * MOST_CODES >= total
    ]
