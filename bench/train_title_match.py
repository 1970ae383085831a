"""Trains the title ranker and calibrates its confidence; writes `app/finding/titles/ranker.json`.

    python -m bench.train_title_match --data DIR

The training examples are O*NET titles that are held out of the index, in folds (cross-validation).
The calibration is fitted to predictions for titles that the ranker was not trained on. The titles
of `bench/title_match.py` are not used.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from app.finding.entries import Title
from app.finding.index_arrays import Floats, Ids
from app.finding.titles import ranker
from app.finding.titles.build import build
from app.finding.titles.confidence import Calibration
from app.finding.titles.ranker import Ranker
from app.finding.titles.signals import SIGNALS, gather
from app.finding.titles.title_reader import read, split_brackets
from bench.boosting import Lists, boost
from bench.onet import entries, rows

SEED = 27
HELD = 12_000  # titles held out
FOLDS = 4
PROCESSES = 2
BRACKETED = 0.25  # share of the held-out titles with brackets, as among newly published ones
RENAMED = 0.4  # share of those of which one of the two forms stays in the index
# Sources of long lists, such as historic census titles: unlike the titles of today.
LISTS = {"04", "06"}
CANDIDATES = 100  # occupations of a title that are kept
RIDGE = 1e-3  # L2 regularization
# Measured with the SOC's direct-match titles that are in the index as written: 0.99 of 5,125 titles
# of one occupation are right, and 0.97 of 681 titles of two or three.
EXACT = 0.98
Held = list[tuple[str, frozenset[str]]]


class Looked(NamedTuple):
    """Titles that were matched: the signals of their candidates, and which are right."""

    signals: Floats  # [titles, candidates, signals]
    groups: Ids  # [titles, 3, candidates]
    right: np.ndarray


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


def look_up(data: Path, held: Held) -> Looked:
    """Match the held-out titles by an index that does not have them."""
    out = {title for title, _ in held}
    every = entries(data)
    kept = [title for title in every.titles if title.title not in out]
    chance = random.Random(SEED)
    for title, codes in held:
        parts = [part.strip() for part in split_brackets(title)]
        if len(parts) > 1 and chance.random() < RENAMED:
            part = chance.choice(parts)
            kept += [Title(code, part, "part") for code in codes]
    matcher = build(replace(every, titles=kept))
    told, groups, right = [], [], []
    for title, codes in held:
        readings = matcher.understand(read(title), matcher.correct)
        if readings:
            table = next(gather(matcher.tables, [readings])).table
            chosen = candidates(table)
            told.append(table[:, chosen].T)
            groups.append(matcher.tables.groups[:, chosen])
            right.append([matcher.codes[n] in codes for n in chosen])
    return Looked(np.stack(told), np.stack(groups), np.array(right))


def candidates(table: Floats) -> Ids:
    """Return the best occupations by two regressions and the nearest title."""
    words, parts, near = (table[SIGNALS.index(name)] for name in ("words", "parts", "nearest"))
    found = np.argsort(-(words + parts + 4 * near), kind="stable")
    return found[:CANDIDATES].astype(np.int32)


def all_folds(data: Path) -> list[Looked]:
    """Match every held-out title by an index without its fold."""
    held = hold_out(data)
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(look_up, [data] * FOLDS, [held[k::FOLDS] for k in range(FOLDS)]))


def join(folds: list[Looked]) -> Looked:
    return Looked(*(np.concatenate(parts) for parts in zip(*folds, strict=True)))


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
        chosen = ranker.likeliest(score)
        features.append(ranker.describe(table.T, groups, score, chosen))
        kept.append(score[chosen])
        right.append(good[chosen])
    return Lists(np.stack(features), np.stack(kept), np.array(right))


def learn(looked: Looked, without: Sequence[str] = ()) -> Ranker:
    """Train weights and trees on all signals but some; not yet calibrated."""
    weights = fit(looked, [i for i, name in enumerate(SIGNALS) if name not in without])
    gone = {*without, *(f"{name} beside" for name in without)}
    allowed = [i for i, name in enumerate(ranker.FEATURES) if name not in gone]
    return Ranker(weights, boost(lists(looked, weights), allowed), Calibration(1, 0, EXACT))


def first_shares(looked: Looked, learned: Ranker) -> tuple[Floats, np.ndarray]:
    """Return the probability of each title's first candidate, and whether it is right."""
    found = [
        learned.shares(table.T, groups)
        for table, groups in zip(looked.signals, looked.groups, strict=True)
    ]
    top = np.array([share.argmax() for share in found])
    first = np.array([share.max() for share in found], np.float32)
    return first, looked.right[np.arange(len(top)), top]


def calibrate(share: Floats, right: np.ndarray) -> tuple[float, float]:
    """Fit slope and shift of the log-odds to how many first candidates are right."""
    odds = np.log(np.clip(share, 1e-6, 1 - 1e-6) / (1 - np.clip(share, 1e-6, 1 - 1e-6)))

    def loss(at: np.ndarray) -> float:
        return float(np.logaddexp(0, np.where(right, -1, 1) * (at[0] * odds + at[1])).mean())

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(shift)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = arguments.parse_args()
    folds = all_folds(given.data)
    checked = [
        first_shares(fold, learn(join(folds[:k] + folds[k + 1 :]))) for k, fold in enumerate(folds)
    ]
    right = np.concatenate([good for _, good in checked])
    slope, shift = calibrate(np.concatenate([share for share, _ in checked]), right)
    print(f"held out: {right.mean():.3f} right first, {len(right)} titles")
    learned = learn(join(folds))
    stored = {
        "weights": {n: round(float(w), 4) for n, w in zip(SIGNALS, learned.weights, strict=True)},
        "slope": round(slope, 4),
        "shift": round(shift, 4),
        "exact": EXACT,
        "features": learned.trees.features.tolist(),
        "thresholds": _rounded(learned.trees.thresholds),
        "leaves": _rounded(learned.trees.leaves),
    }
    text = json.dumps(stored).replace('], "', '],\n"').replace('}, "', '},\n"')
    ranker.FILE.write_text(text + "\n")


def _rounded(numbers: Floats) -> list[list[float]]:
    return [[round(number, 4) for number in row] for row in numbers.tolist()]


if __name__ == "__main__":
    main()
