"""Trains all that matching titles has learned: `evidence.npz`, `ranker.json` in app/finding/titles.

    python -m bench.train_title_match --data DIR

The ranker's examples are O*NET titles that are held out of the index, and employers' titles, in
folds (cross-validation): neither index nor evidence has the titles of a fold. The calibration is
fitted to predictions for titles that the ranker was not trained on. The titles of
`bench/title_match.py` and those that `bench/employers.py` measures with are not used.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from app.finding.entries import Entries, Title
from app.finding.index_arrays import Floats, Ids
from app.finding.titles import confidence, evidence, ranker
from app.finding.titles.build import build
from app.finding.titles.confidence import Calibration
from app.finding.titles.matcher import TitleMatcher
from app.finding.titles.ranker import Ranker
from app.finding.titles.signals import SIGNALS, gather
from app.finding.titles.softmax_regression import best
from app.finding.titles.title_reader import read, split_brackets
from app.importers.oflc.normalization import KEPT_BACK, TENTHS, tenth_of
from bench import evidence_model
from bench.boosting import Lists, boost
from bench.evidence import employer_titles, index_titles
from bench.onet import entries, entries_with_soc, for_titles, rows

SEED = 27
HELD = 12_000  # titles held out
TAUGHT = [tenth for tenth in range(TENTHS) if tenth not in KEPT_BACK]
FOLDS = len(TAUGHT)  # as many as there are tenths of employers' titles to teach with
MOST = 225  # employers' titles of a major group in a fold
PROCESSES = 2
BRACKETED = 0.25  # share of the held-out titles with brackets, as among newly published ones
RENAMED = 0.4  # share of those of which one of the two forms stays in the index
# Sources of long lists, such as historic census titles: unlike the titles of today.
LISTS = {"04", "06"}
FIRST = ("words", "parts", "nearest", "filed", "filed_letters")
CANDIDATES = 100  # occupations of a title that are kept
RIDGE = 1e-3  # L2 regularization
STEADY = 1e-5  # that of the calibration
ASKED = 1, 3  # O*NET's and employers': people ask for titles of the second kind more often
SURE = 3  # candidates of a title that the calibration is fitted to
# Measured with the SOC's direct-match titles that are in the index as written: 0.99 of 5,125 titles
# of one occupation are right, and 0.97 of 681 titles of two or three.
EXACT = 0.98
Held = list[tuple[str, frozenset[str]]]


class Looked(NamedTuple):
    """Titles that were matched: the signals of their candidates, and which are right."""

    signals: Floats  # [titles, candidates, signals]
    groups: Ids  # [titles, 3, candidates]
    right: np.ndarray

    @classmethod
    def of(cls, several: Sequence[Self]) -> Self:
        """Return the titles of several."""
        return cls(*(np.concatenate(parts) for parts in zip(*several, strict=True)))


def hold_out(data: Path) -> Held:
    """Return titles to hold out, as many of small occupations as of large ones.

    Each has one source: titles of several sources are better known, and easier to match, than
    those that a later release adds.
    """
    codes: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    sizes: dict[str, int] = defaultdict(int)
    for row in rows(data, "Alternate Titles"):
        codes[row[1]].add(row[0])
        sources[row[1]].update(row[3].split(","))
        sizes[row[0]] += 1
    chance = random.Random(SEED)

    def draw(pool: list[str], count: int) -> list[str]:
        weight = {t: max(sizes[c] for c in codes[t]) ** -0.5 for t in pool}
        return sorted(pool, key=lambda t: chance.expovariate(1) / weight[t])[:count]

    fresh = sorted(t for t in codes if len(sources[t]) == 1 and not sources[t] & LISTS)
    some = draw([t for t in fresh if "(" in t], int(HELD * BRACKETED))
    chosen = some + draw([t for t in fresh if "(" not in t], HELD - len(some))
    chance.shuffle(chosen)
    return [(title, frozenset(codes[title])) for title in chosen]


@cache
def taught(data: Path) -> evidence_model.Taught:
    """Return the titles that evidence is learned from: each process reads them once."""
    return evidence_model.Taught.read(data)


def employers(data: Path, fold: int) -> Held:
    """Return employers' titles of a fold, with their codes: of large major groups a sample."""
    codes: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for one in employer_titles(data):
        if tenth_of(one.title) == TAUGHT[fold]:
            codes[one.title][one.code] = one.n or 0
    groups: defaultdict[str, Held] = defaultdict(list)
    for title, filed in sorted(codes.items()):
        likeliest = max(sorted(filed), key=filed.__getitem__)
        groups[likeliest[:2]].append((title, frozenset(filed)))
    chance = random.Random(SEED)
    return [
        one
        for _, some in sorted(groups.items())
        for one in chance.sample(some, min(len(some), MOST))
    ]


def look_up(data: Path, fold: int) -> tuple[Looked, Looked]:
    """Match a fold's titles, O*NET's and employers', by indices and evidence without them.

    Half of both is looked up with duties, half with evidence as in the box: how an index is filled
    says nothing about who asks.
    """
    held, filed = hold_out(data)[fold::FOLDS], employers(data, fold)
    out = {title.lower() for title, _ in held}
    told = taught(data)
    tenths = {*TAUGHT} - {TAUGHT[fold]}
    learned = partial(evidence.spread, told.codes, evidence_model.learn(told, tenths, out))
    whole, bare = entries(data), for_titles(entries_with_soc(data))
    heard = [row for row in employer_titles(data) if tenth_of(row.title) in tenths]
    heard += index_titles(data)
    both = [
        build(every, learned)
        for every in (
            _without(whole, held, out),
            _without(
                replace(bare, titles=[*bare.titles, *heard], duties=[], descriptions=[]), held, out
            ),
        )
    ]
    return (
        Looked.of([looked(matcher, held[n::2]) for n, matcher in enumerate(both)]),
        Looked.of([looked(matcher, filed[n::2], of_soc=True) for n, matcher in enumerate(both)]),
    )


def _without(every: Entries, held: Held, lower: set[str]) -> Entries:
    """Return the rows without titles; of some with brackets, one of the two forms stays."""
    kept = [title for title in every.titles if title.title.lower() not in lower]
    chance = random.Random(SEED)
    for title, codes in held:
        parts = [part.strip() for part in split_brackets(title)]
        if len(parts) > 1 and chance.random() < RENAMED:
            part = chance.choice(parts)
            kept += [Title(code, part, "part") for code in codes]
    known = [name for name in every.everyday if name.name.lower() not in lower]
    return replace(every, titles=kept, everyday=known)


def looked(matcher: TitleMatcher, held: Held, *, of_soc: bool = False) -> Looked:
    """Match titles. Where codes are ``of_soc``, the occupations of O*NET below them are right."""
    told, groups, right = [], [], []
    for title, codes in held:
        readings = matcher.understand(read(title), matcher.correct)
        if readings:
            table = next(gather(matcher.tables, [readings])).table
            chosen = candidates(table)
            told.append(table[:, chosen].T)
            groups.append(matcher.tables.groups[:, chosen])
            mine = [matcher.codes[n] for n in chosen]
            right.append([code in codes or (of_soc and code[:7] in codes) for code in mine])
    return Looked(np.stack(told), np.stack(groups), np.array(right))


def candidates(table: Floats) -> Ids:
    """Return the best occupations by four regressions and the nearest title."""
    words, parts, near, filed, letters = (table[SIGNALS.index(name)] for name in FIRST)
    found = np.argsort(-(words + parts + 4 * near + filed + letters), kind="stable")
    return found[:CANDIDATES].astype(np.int32)


def all_folds(data: Path) -> list[tuple[Looked, Looked]]:
    """Match every held-out title, fold by fold: O*NET's, then employers'."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(look_up, [data] * FOLDS, range(FOLDS)))


def joined(folds: Sequence[tuple[Looked, Looked]]) -> Looked:
    """Return the titles of all folds, of both kinds."""
    return Looked.of([looked for fold in folds for looked in fold])


def fit(looked: Looked, keep: list[int] | None = None) -> Floats:
    """Fit the weights of the signals to ``keep`` by maximum likelihood; the others are 0."""
    some = looked.right.any(axis=1)
    signals, right = looked.signals[some], looked.right[some]
    keep = list(range(signals.shape[2])) if keep is None else keep
    scale = signals.std(axis=(0, 1))[keep] + 1e-9
    signals = signals[:, :, keep] / scale

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        shares = np.exp(signals @ weights.astype(np.float32))
        shares /= shares.sum(axis=1, keepdims=True)
        true = shares * right
        found = np.maximum(true.sum(axis=1, keepdims=True), 1e-9)
        pull = (shares - true / found).ravel() @ signals.reshape(-1, signals.shape[2])
        cost = -np.log(found).mean() + RIDGE * (weights @ weights)
        return float(cost), pull.astype(np.float64) / len(right) + 2 * RIDGE * weights

    best = minimize(loss, np.full(len(keep), 0.3), jac=True, method="L-BFGS-B").x
    weights = np.zeros(looked.signals.shape[2], np.float32)
    weights[keep] = best / scale
    return weights


def lists(looked: Looked, weights: Floats) -> Lists:
    """Return the candidates of each title with the trees' features."""
    scores = looked.signals @ weights
    features, kept, right = [], [], []
    for table, groups, score, good in zip(
        looked.signals, looked.groups, scores, looked.right, strict=True
    ):
        chosen = best(score, ranker.CANDIDATES)
        features.append(ranker.describe(table.T, groups, score, chosen))
        kept.append(score[chosen])
        right.append(good[chosen])
    return Lists(np.stack(features), np.stack(kept), np.array(right))


def learn(looked: Looked, without: Sequence[str] = ()) -> Ranker:
    """Train weights and trees on all signals but some; not yet calibrated."""
    weights = fit(looked, [i for i, name in enumerate(SIGNALS) if name not in without])
    gone = {*without, *(f"{name} beside" for name in without)}
    allowed = [i for i, name in enumerate(ranker.FEATURES) if name not in gone]
    trees = boost(lists(looked, weights), allowed)
    return Ranker(
        weights, trees, Calibration(np.zeros(len(confidence.FEATURES), np.float32), 0, EXACT)
    )


def first_ones(looked: Looked, learned: Ranker) -> tuple[Floats, np.ndarray]:
    """Return the features of each title's first candidates, and which are right."""
    features, right = [], []
    for table, groups, good in zip(looked.signals, looked.groups, looked.right, strict=True):
        shares = learned.shares(table.T, groups)
        first = best(shares, SURE)
        features.append(confidence.describe(table.T, groups, shares, first))
        right.append(good[first])
    return np.stack(features), np.stack(right)


def calibrate(features: Floats, right: np.ndarray, importance: Floats) -> tuple[Floats, float]:
    """Fit weights and shift by logistic regression."""
    scale = features.std(axis=0) + 1e-9
    scaled = np.column_stack([features / scale, np.ones(len(features))]).astype(np.float64)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = scaled @ weights
        cost = (importance * np.logaddexp(0, np.where(right, -odds, odds))).mean()
        pull = (importance * (expit(odds) - right)) @ scaled / len(right)
        return float(cost + STEADY * (weights @ weights)), pull + 2 * STEADY * weights

    best = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    return (best[:-1] / scale).astype(np.float32), float(best[-1])


def calibrated(folds: Sequence[tuple[Looked, Looked]], learned: Ranker) -> Ranker:
    """Calibrate by the folds, each ranked by what the others taught; kinds weigh as in `ASKED`."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        rankers = list(
            pool.map(learn, [joined([*folds[:k], *folds[k + 1 :]]) for k in range(FOLDS)])
        )
    kinds = [
        [first_ones(looked, ranker) for looked, ranker in zip(kind, rankers, strict=True)]
        for kind in zip(*folds, strict=True)
    ]
    for name, kind in zip(("O*NET's", "employers'"), kinds, strict=True):
        right = np.concatenate([good for _, good in kind])[:, 0]
        print(f"held out, {name}: {right.mean():.3f} right first, {len(right)} titles")
    sizes = [sum(good.size for _, good in kind) for kind in kinds]
    weights = np.array(ASKED) / sum(ASKED) * sum(sizes) / np.array(sizes)
    importance = np.repeat(weights, sizes).astype(np.float32)
    features = np.concatenate([f.reshape(-1, f.shape[-1]) for kind in kinds for f, _ in kind])
    right = np.concatenate([good.ravel() for kind in kinds for _, good in kind])
    return learned._replace(calibration=Calibration(*calibrate(features, right, importance), EXACT))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = arguments.parse_args()
    told = taught(given.data)
    regressions = evidence_model.learn(told, TAUGHT)
    evidence.save(evidence.FILE, told.codes, regressions)
    folds = all_folds(given.data)
    learned = calibrated(folds, learn(joined(folds)))
    stored = {
        "weights": _named(SIGNALS, learned.weights),
        "sure": _named(confidence.FEATURES, learned.calibration.weights),
        "shift": round(learned.calibration.shift, 4),
        "exact": EXACT,
        "features": learned.trees.features.tolist(),
        "thresholds": _rounded(learned.trees.thresholds),
        "leaves": _rounded(learned.trees.leaves),
    }
    text = json.dumps(stored).replace('], "', '],\n"').replace('}, "', '},\n"')
    ranker.FILE.write_text(text + "\n")


def _named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def _rounded(numbers: Floats) -> list[list[float]]:
    return [[round(number, 4) for number in row] for row in numbers.tolist()]


if __name__ == "__main__":
    main()
