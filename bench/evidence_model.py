"""Trains the regressions of `app/finding/titles/evidence.py`, whatever an index has.

The examples are employers' titles, but for the fifth that is kept back; the titles of the Census
index; and those of the SOC and of O*NET 27.0. `bench/train_title_match.py` writes the file.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from app.finding.index_arrays import Floats
from app.finding.titles.evidence import VIEWS
from app.finding.titles.examples import Told, vectors
from app.finding.titles.softmax_regression import Examples, Shape, quantize, train
from app.finding.titles.tables import Regression
from app.finding.titles.title_reader import Reading, read
from app.importers.oflc.normalization import tenth_of
from bench.evidence import filings, index_titles
from bench.onet import entries_with_soc

SHAPE = Shape(64, 5, 0.012)
RARE = 4  # examples that a feature must have: the file is to be small
MOST_FILINGS = 20  # count: a firm may file one title a thousand times
SLIP = 10  # a code that fewer than one in so many filings of a title have is a slip
EVEN = 0.5  # power by which the weights of major groups are evened out


@dataclass(frozen=True)
class Taught:
    """Titles with their codes of the SOC, by where they are from."""

    codes: list[str]
    filed: dict[str, Counter[str]]
    listed: list[tuple[str, str]]

    @classmethod
    def read(cls, data: Path) -> Self:
        """Read the titles of a folder of official files."""
        official = entries_with_soc(data)
        codes = sorted(row.code for row in official.occupations if row.level == "detailed")
        known = set(codes)
        filed: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for one in filings(data):
            filed[one.title][one.code] += one.n
        listed = [(row.title.lower(), row.code) for row in index_titles(data)]
        listed += [
            (title.lower(), code[:7])
            for some in (official.titles, official.occupations)
            for code, title, *_ in some
        ]
        return cls(codes, filed, sorted({pair for pair in listed if pair[1] in known}))

    def examples(
        self, tenths: Collection[int], without: Collection[str]
    ) -> Iterator[tuple[str, str, float]]:
        """Yield titles, codes and weights, of some tenths of employers' titles and of the lists.

        The lists' titles ``without`` are left out.
        """
        known = set(self.codes)
        for title, filed in sorted(self.filed.items()):
            if tenth_of(title) in tenths:
                total = filed.total()
                for code, n in sorted(filed.items()):
                    if n * SLIP >= total and code in known:
                        yield title, code, min(n, MOST_FILINGS) ** 0.5
        for title, code in self.listed:
            if title not in without:
                yield title, code, 1.0


def learn(
    taught: Taught, tenths: Collection[int], without: Collection[str] = ()
) -> list[Regression]:
    """Train a regression for each of `VIEWS`; its classes are the codes of ``taught``."""
    number = {code: n for n, code in enumerate(taught.codes)}
    read_as: dict[str, list[Reading]] = {}
    readings, classes, weights = [], [], []
    for title, code, weight in taught.examples(tenths, without):
        if title not in read_as:
            read_as[title] = read(title)
        for reading in read_as[title]:
            readings.append(reading)
            classes.append(number[code])
            weights.append(weight)
    told = Told(readings, [], np.array(classes, np.int32), _evened(taught.codes, classes, weights))
    found = []
    for view in VIEWS:
        keys, idf, bags = vectors(told, view, RARE)
        examples = Examples(bags, told.classes, told.importance)
        inner, outer = train(examples, len(taught.codes), SHAPE)
        found.append(Regression(keys, idf, *quantize(inner), outer))
    return found


def _evened(codes: list[str], classes: list[int], weights: list[float]) -> Floats:
    """Return weights whose mean is 1, and by which the major groups differ less than before."""
    _, groups = np.unique([code[:2] for code in codes], return_inverse=True)
    mine = groups[classes]
    sums = np.bincount(mine, weights)
    even = np.array(weights) * (sums.mean() / sums[mine]) ** EVEN
    importance: Floats = (even / even.mean()).astype(np.float32)
    return importance
