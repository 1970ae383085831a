"""Counts how many codes of each classification lead to how many current occupations.

``python -m bench.crosswalk_reach sqlite:///occupations.sqlite3`` prints a table, and which codes
lead to none and why.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from typing import NamedTuple

from sqlalchemy import create_engine

from app.database.catalog_reader import load_catalog
from app.database.concordances import Concordances
from app.database.crosswalks import ROUTES


class Reach(NamedTuple):
    """Codes of a classification by how many occupations each may be answered by."""

    codes: int
    one: int
    several: int
    most: int
    occupations: int  # that any code leads to
    nowhere: dict[str, list[str]]  # why → codes


def reach(concordances: Concordances, classification: str) -> Reach:
    """Count the codes of a classification."""
    counts: Counter[int] = Counter()
    reached: set[str] = set()
    nowhere: defaultdict[str, list[str]] = defaultdict(list)
    codes = concordances.codes_in(classification)
    for code in codes:
        chains = concordances.answering(classification, code)
        counts[len(chains)] += 1
        reached |= {chain.code for chain in chains}
        if not chains:
            level = concordances.codes[classification][code].level
            paired = any(
                code in (one.targets if one.first == classification else one.sources)
                for one in concordances.crosswalks
                if classification in {one.first, one.second}
            )
            why = "its pairs lead no further" if paired else "stands in no pair"
            nowhere[f"level {level}: {why}"].append(code)
    several = sum(count for size, count in counts.items() if size > 1)
    return Reach(len(codes), counts[1], several, max(counts, default=0), len(reached), nowhere)


def main() -> None:
    """Print the table."""
    engine = create_engine(sys.argv[1])
    concordances = load_catalog(engine).concordances
    print("classification  codes    one  several  most  occupations  nowhere")
    found = {one: reach(concordances, one) for one in ROUTES}
    for name, one in found.items():
        none = sum(map(len, one.nowhere.values()))
        print(
            f"{name:14} {one.codes:6,} {one.one:6,} {one.several:8,} {one.most:5} "
            f"{one.occupations:12,} {none:8,}"
        )
    for name, one in found.items():
        for why, codes in one.nowhere.items():
            shown = ", ".join(codes[:12]) + (", …" if len(codes) > 12 else "")
            print(f"{name}: {len(codes):,} codes of {why} ({shown})")


if __name__ == "__main__":
    main()
