"""Accuracy of title matching on employers' own titles: ``python -m bench.employers``.

The index has the box but for a fifth of employers' titles, which is kept back (see
`bench.evidence`). Of these, those are asked that enough filings have, and their codes are right,
both by the rule of the list that `occupations employers` makes. An O*NET occupation counts as the
SOC's that it belongs to. Each major group counts alike, if it has ten such titles; of the larger
ones `DRAWN` are drawn.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from app.finding.titles.build import build
from app.finding.titles.matcher import TitleMatcher
from app.importers.oflc.filings import aggregated
from bench import baselines, box
from bench.evidence import kept_back
from bench.title_measures import DATA, Measured, calibration, head, line, ranks

LEAST_TITLES = 10
DRAWN = 250
SURE = 0.9


def measured_titles(data: Path) -> dict[str, Measured]:
    """Return titles with their right codes, by major group."""
    filed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in aggregated(kept_back(data)):
        filed[one.title][one.code] = one.n
    groups: defaultdict[str, Measured] = defaultdict(list)
    for title, codes in sorted(filed.items()):
        groups[max(sorted(codes), key=codes.__getitem__)[:2]].append((title, frozenset(codes)))
    chance = random.Random(1)
    return {
        group: chance.sample(some, min(DRAWN, len(some)))
        for group, some in sorted(groups.items())
        if len(some) >= LEAST_TITLES
    }


def compare(data: Path, most: int | None = None) -> None:
    """Print the matcher beside simple ones; ``most``: of each group, so many titles."""
    entries = box.load().without_kept_back.for_titles
    groups = {group: some[:most] for group, some in measured_titles(data).items()}
    titles = sum(map(len, groups.values()))
    print(
        "employers' titles of the fifth that no index has: five divides the CRC-32 of their words"
    )
    print(head(f"{titles} employers' titles, mean of {len(groups)} groups", timed=True))
    for name, match in baselines.of(entries):
        begun = time.perf_counter()
        found = [
            ranks([_of_soc(codes) for codes in match([title for title, _ in some])], some)
            for some in groups.values()
        ]
        spent = (time.perf_counter() - begun) / titles * 1000
        print(line(name, found, spent), flush=True)
    ours(build(entries), groups, each=False)


def ours(matcher: TitleMatcher, groups: dict[str, Measured], *, each: bool) -> None:
    """Print the matcher's line, that of ``each`` group before it, and its calibration."""
    found: list[np.ndarray] = []
    sure: list[float] = []
    begun = time.perf_counter()
    for group, measured in groups.items():
        matches = matcher.match([title for title, _ in measured], limit=20, min_confidence=0.0)
        found.append(ranks([_of_soc([match.code for match in some]) for some in matches], measured))
        sure += [some[0].confidence if some else 0.0 for some in matches]
        if each:
            print(line(f"{group}: {len(measured)} titles", found[-1]), flush=True)
    spent = (time.perf_counter() - begun) / len(sure) * 1000
    print(line("mean of the groups" if each else "app.finding.titles", found, spent))
    first, said = np.concatenate(found) == 0, np.array(sure, np.float32)
    print(f"right where confidence is {SURE} or more: {first[said >= SURE].mean():.3f}")
    calibration(said, first)


def _of_soc(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(code[:7] for code in codes))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    given = parser.parse_args()
    print(head("employers' titles, by major group"))
    matcher = build(box.load().without_kept_back.for_titles)
    ours(matcher, measured_titles(given.data), each=True)


if __name__ == "__main__":
    main()
