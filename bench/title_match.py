"""Accuracy, calibration and speed of the title matcher, beside simple baselines.

    python -m bench title_match --data DIR [--only dev|employers] [--sample N] [--failures N]
                                [--ablation]

- `title-match/dev.tsv`: titles that a later release of O*NET added, by an index of the SOC and of
  O*NET 27.0 alone. Any of a title's codes counts as right.
- Employers' own titles, by an index of the box: see `bench.employers`.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path

import numpy as np

from app.finding.entries import Entries
from app.finding.index_arrays import Floats
from app.finding.titles.build import build
from app.finding.titles.matcher import TitleMatch, TitleMatcher
from app.finding.titles.signals import SIGNALS, gather
from app.finding.titles.title_reader import read
from bench import baselines, employers, onet
from bench import train_title_match as training
from bench.title_measures import DATA, Measured, calibration, head, line, ranks

OURS = "app.finding.titles"

# What the ablation takes away, one ingredient at a time.
INGREDIENTS: dict[str, tuple[str, ...]] = {
    "the regressions over words and parts": ("words", "parts"),
    "the regression over letters": ("letters",),
    "the regression over duties": ("duties",),
    "what employers' filings and the Census index teach": ("filed", "filed_letters"),
    "the nearest titles of evidence": ("heard",),
    "the nearest titles by words": ("nearest", "covered"),
    "the nearest titles by four-grams": ("spelled",),
    "the words said, counted": ("said", "typical"),
    "numbers of titles and words": ("size", "length"),
    "groups and doubt": ("major group", "broad group", "detailed group", "doubt"),
}


def matches_of(index: TitleMatcher, titles: Sequence[str], limit: int) -> list[list[TitleMatch]]:
    """Match titles in batches of 1,000, however unsure."""
    return [
        answer
        for at in range(0, len(titles), 1000)
        for answer in index.match(titles[at : at + 1000], limit=limit, min_confidence=0.0)
    ]


def ablation(data: Path, index: TitleMatcher, measured: Measured) -> None:
    """Print each signal alone, then the ranker trained again without each ingredient."""
    tables = index.tables
    understood = [index.understand(read(title), index.correct) for title, _ in measured]
    found = [evidence.table for evidence in gather(tables, understood)]

    def show(name: str, score: Callable[[Floats], Floats]) -> None:
        answers = [
            [index.codes[n] for n in np.argsort(-score(table), kind="stable")[:10]]
            for table in found
        ]
        print(line(name, ranks(answers, measured)), flush=True)

    print("\n" + head("one signal alone"))
    for i, name in enumerate(SIGNALS):
        show(name, itemgetter(i))
    folds = training.joined(training.all_folds(data))
    print("\n" + head("the ranker trained again without"))
    for name, gone in {"(nothing left out)": (), **INGREDIENTS}.items():
        learned = training.learn(folds, gone)
        show(name, partial(learned.shares, groups=tables.groups))
    weights = training.fit(folds)
    show("the trees", lambda table: weights @ table)


def failures(
    answers: list[list[TitleMatch]], measured: Measured, count: int, entries: Entries
) -> None:
    """Print some titles whose first match is wrong."""
    titles = {row.code: row.title for row in entries.occupations}
    wrong = [
        (title, right, matches)
        for (title, right), matches in zip(measured, answers, strict=True)
        if not matches or matches[0].code not in right
    ]
    print()
    for title, right, matches in random.Random(1).sample(wrong, min(count, len(wrong))):
        print(f"{title}\n    right: {', '.join(titles[code] for code in sorted(right))}")
        for match in matches[:2]:
            print(f"    {match.confidence:.2f}  {titles[match.code]}  ({match.matched_title})")


def of_release(given: argparse.Namespace) -> None:
    """Print the tables of `dev.tsv`."""
    entries = onet.for_titles(onet.entries_with_soc(given.data))
    measured = onet.measured_titles(given.data)
    if given.sample:
        measured = random.Random(0).sample(measured, min(given.sample, len(measured)))
    titles = [title for title, _ in measured]

    begun = time.process_time()
    index = build(entries)
    print(
        f"index of {len(entries.occupations)} occupations and {len(entries.titles)} titles: "
        f"{time.process_time() - begun:.1f} s of one core to build\n"
    )
    print(head(f"{len(titles)} titles of dev.tsv", timed=True))
    for name, match in baselines.of(entries):
        begun = time.perf_counter()
        answers = match(titles)
        spent = (time.perf_counter() - begun) / len(titles) * 1000
        print(line(name, ranks(answers, measured), spent), flush=True)
    begun, worked = time.perf_counter(), time.process_time()
    matches = matches_of(index, titles, 10)
    spent = (time.perf_counter() - begun) / len(titles) * 1000
    worked = (time.process_time() - worked) / len(titles) * 1000
    found = ranks([[m.code for m in answer] for answer in matches], measured)
    print(line(f"{OURS}, batches of 1,000", found, spent))
    print(f"of a processor's own time {worked:.2f} ms a title: the rest is waiting for others")
    single = []
    for title in titles[:500]:
        begun = time.perf_counter()
        index.match([title])
        single.append((time.perf_counter() - begun) * 1000)
    print(
        f"one title at a time: median {np.median(single):.2f} ms, "
        f"99th percentile {np.percentile(single, 99):.2f} ms"
    )
    sure = np.array([m[0].confidence if m else 0.0 for m in matches], np.float32)
    calibration(sure, found == 0)
    if given.failures:
        failures(matches, measured, given.failures, entries)
    if given.ablation:
        ablation(given.data, index, measured)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench title_match", description=__doc__)
    arguments.add_argument("--data", type=Path, default=DATA)
    arguments.add_argument("--only", choices=("dev", "employers"), help="this table alone")
    arguments.add_argument("--sample", type=int, help="measure with so many titles of each")
    arguments.add_argument("--failures", type=int, default=0, help="print so many failures")
    arguments.add_argument("--ablation", action="store_true", help="what each ingredient adds")
    given = arguments.parse_args()
    if given.only != "employers":
        of_release(given)
    if given.only != "dev":
        print()
        employers.compare(given.data, given.sample)


if __name__ == "__main__":
    main()
