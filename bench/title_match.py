"""Accuracy, calibration and speed of the title matcher, beside simple baselines.

    python -m bench.title_match --data DIR [--sample N] [--failures N] [--ablation]

The index has O*NET 27.0. The titles are those that a later release added, in
`title-match/dev.tsv`. Any of a title's codes counts as right.
"""

import argparse
import random
import time
from collections.abc import Callable
from functools import partial
from operator import itemgetter
from pathlib import Path

import numpy as np

from app.finding.index_arrays import Floats
from app.finding.titles.build import build
from app.finding.titles.matcher import TitleMatch, TitleMatcher
from app.finding.titles.signals import SIGNALS, gather
from app.finding.titles.title_reader import read
from bench import baselines, onet
from bench import train_title_match as training

Measured = list[tuple[str, frozenset[str]]]
NOT_FOUND = 10**6
# What the ablation takes away, one ingredient at a time.
INGREDIENTS: dict[str, tuple[str, ...]] = {
    "the regressions over words and parts": ("words", "parts"),
    "the regression over letters": ("letters",),
    "the regression over duties": ("duties",),
    "the nearest titles by words": ("nearest", "covered"),
    "the nearest titles by four-grams": ("spelled",),
    "the words said, counted": ("said", "typical"),
    "numbers of titles and words": ("size", "length"),
    "groups and doubt": ("major group", "broad group", "detailed group", "doubt"),
}


def ranks(answers: list[list[str]], measured: Measured) -> np.ndarray:
    """Where the first right code stands in each answer, from 0."""
    return np.array(
        [
            next((i for i, code in enumerate(answer) if code in right), NOT_FOUND)
            for answer, (_, right) in zip(answers, measured, strict=True)
        ]
    )


def line(name: str, found: np.ndarray, milliseconds: float | None = None) -> str:
    shares = "  ".join(f"{(found < k).mean():.3f}" for k in (1, 5, 10))
    rank = np.where(found < NOT_FOUND, 1 / (found + 1.0), 0).mean()
    spent = "" if milliseconds is None else f"  {milliseconds:7.2f}"
    return f"{name:42}  {shares}  {rank:.3f}{spent}"


def calibration(sure: Floats, right: np.ndarray) -> float:
    """Print the reliability of confidence in ten bins, and return the expected error."""
    error = 0.0
    print("\nconfidence    titles  said   right")
    for low in np.arange(10) / 10:
        here = (sure >= low) & ((sure < low + 0.1) | (low == 0.9))
        if here.any():
            said, was = sure[here].mean(), right[here].mean()
            error += here.mean() * abs(said - was)
            print(f"{low:.1f} to {low + 0.1:.1f}    {here.sum():6}  {said:.3f}  {was:.3f}")
    print(f"expected calibration error {error:.3f}")
    return error


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

    print(f"\n{'one signal alone':42}  top-1  top-5  top-10 MRR")
    for i, name in enumerate(SIGNALS):
        show(name, itemgetter(i))
    folds = training.join(training.all_folds(data))
    print(f"\n{'the ranker trained again without':42}  top-1  top-5  top-10 MRR")
    for name, gone in {"(nothing left out)": (), **INGREDIENTS}.items():
        learned = training.learn(folds, gone)
        show(name, partial(learned.shares, groups=tables.groups))
    weights = training.fit(folds)
    show("the trees", lambda table: weights @ table)


def failures(answers: list[list[TitleMatch]], measured: Measured, count: int, data: Path) -> None:
    """Print some titles whose first match is wrong."""
    titles = {row.code: row.title for row in onet.entries(data).occupations}
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


DATA = Path("../shared/data")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=DATA)
    arguments.add_argument("--sample", type=int, help="measure with so many of the titles")
    arguments.add_argument("--failures", type=int, default=0, help="print so many failures")
    arguments.add_argument("--ablation", action="store_true", help="what each ingredient adds")
    given = arguments.parse_args()
    entries = onet.entries(given.data)
    measured = onet.measured_titles(given.data)
    if given.sample:
        measured = random.Random(0).sample(measured, min(given.sample, len(measured)))
    titles = [title for title, _ in measured]

    begun = time.process_time()
    index = build(entries)
    print(
        f"index of {len(entries.occupations)} occupations and {len(entries.titles)} titles: "
        f"{time.process_time() - begun:.1f} s of one core to build"
    )

    print(f"\n{len(titles)} titles{'':31}  top-1  top-5  top-10 MRR    ms a title")
    rows = baselines.rows_of(entries)
    ways = {
        "SQLite FTS5, bm25": baselines.fts5,
        "tantivy, bm25": baselines.tantivy,
        "rapidfuzz, token_sort_ratio": baselines.fuzzy,
        "character trigrams, cosine": baselines.trigrams,
    }
    for name, make in ways.items():
        try:
            match = make(rows)
        except ImportError as missing:
            print(f"{name:42}  not measured: {missing}")
            continue
        begun = time.perf_counter()
        answers = match(titles)
        spent = (time.perf_counter() - begun) / len(titles) * 1000
        print(line(name, ranks(answers, measured), spent), flush=True)
    begun, worked = time.perf_counter(), time.process_time()
    matches = [
        m
        for i in range(0, len(titles), 1000)
        for m in index.match(titles[i : i + 1000], limit=10, min_confidence=0.0)
    ]
    spent = (time.perf_counter() - begun) / len(titles) * 1000
    worked = (time.process_time() - worked) / len(titles) * 1000
    found = ranks([[m.code for m in answer] for answer in matches], measured)
    print(line("app.finding.titles, batches of 1,000", found, spent))
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
        failures(matches, measured, given.failures, given.data)
    if given.ablation:
        ablation(given.data, index, measured)


if __name__ == "__main__":
    main()
