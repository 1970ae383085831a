"""Accuracy of title matching on employers' own titles: ``python -m bench.employers``.

The index has the box but for a fifth of employers' titles, which is kept back (see
`bench.evidence`). Of these, those are asked that enough filings have, and their codes are right,
both by the rule of the list that `occupations employers` makes. An O*NET occupation counts as the
SOC's that it belongs to. Each major group counts alike, if it has ten such titles; of the larger
ones `DRAWN` are drawn.
"""

import argparse
import random
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from app.finding.titles.build import build
from app.finding.titles.matcher import TitleMatch
from app.importers.oflc.filings import aggregated
from bench import box
from bench.evidence import kept_back
from bench.title_match import DATA, Measured, calibration, line, ranks

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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    given = parser.parse_args()
    matcher = build(box.load().without_kept_back.for_titles)
    found: list[np.ndarray] = []
    sure: list[float] = []
    head = "employers' titles, by major group"
    print(f"{head:42}  top-1  top-5  top-10 MRR")
    for group, measured in measured_titles(given.data).items():
        matches = matcher.match([title for title, _ in measured], limit=20, min_confidence=0.0)
        found.append(ranks([_codes(one) for one in matches], measured))
        sure += [one[0].confidence if one else 0.0 for one in matches]
        print(line(f"{group}: {len(measured)} titles", found[-1]), flush=True)
    means = [np.mean([(one < k).mean() for one in found]) for k in (1, 5, 10)]
    print(f"{'mean of the groups':42}  {'  '.join(f'{mean:.3f}' for mean in means)}")
    first, said = np.concatenate(found) == 0, np.array(sure, np.float32)
    print(f"right where confidence is {SURE} or more: {first[said >= SURE].mean():.3f}")
    calibration(said, first)


def _codes(matches: list[TitleMatch]) -> list[str]:
    return list(dict.fromkeys(match.code[:7] for match in matches))


if __name__ == "__main__":
    main()
