"""Learn the ranker of `app.finding.titles` from the index itself, with titles held out of it.

    python -m bench.train_title_match --data DIR

Titles are held out in folds: the index is built without a fold, and the fold's titles are looked
up in it. Weights and trees make the right occupations likely; the line of confidence is drawn
through answers of weights and trees that did not see the title. `dev.tsv` plays no part.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from app.finding.titles import ranker
from app.finding.titles.build import TitleEntry
from app.finding.titles.index import build_index
from app.finding.titles.postings import Floats, Ids
from app.finding.titles.ranker import Ranker
from app.finding.titles.signals import SIGNALS, gather
from app.finding.titles.tables import unpack
from app.finding.words.text import read, split_brackets
from bench.boosting import Lists, boost
from bench.onet import occupations, rows, titles

SEED = 27
HELD = 12_000  # titles held out
FOLDS = 4
PROCESSES = 2
BRACKETED = 0.25  # of the held-out titles: newly published titles give short and long form
RENAMED = 0.4  # of the bracketed ones keep one of their two forms in the index, as new ones do
# Sources of long lists, historic census titles among them, unlike what people look up today.
LISTS = {"04", "06"}
CANDIDATES = 100  # occupations of a title that are kept: all others have no chance
RIDGE = 1e-3
# Measured with the SOC's own direct-match titles: of 5,125 that stand in the index as written,
# of one occupation, it agrees in 0.99, and of 681 of two or three in 0.97.
EXACT = 0.98
Held = list[tuple[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Looked:
    """Titles looked up: signals [titles, candidates, signals], and which candidates are right."""

    signals: Floats
    groups: Ids  # [titles, 3, candidates]
    right: np.ndarray


def hold_out(data: Path) -> Held:
    """Titles to hold out, from small occupations as often as large.

    Only titles of one source: what several sources name is better known, and easier, than the
    titles that a later release adds.
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
    """Signals of the likeliest candidates, with the held titles out of the index."""
    out = {title for title, _ in held}
    kept = [entry for entry in titles(data) if entry.title not in out]
    chance = random.Random(SEED)
    for title, codes in held:
        parts = [part.strip() for part in split_brackets(title)]
        if len(parts) > 1 and chance.random() < RENAMED:
            part = chance.choice(parts)
            kept += [TitleEntry(code, part, "part") for code in codes]
    matcher = build_index(occupations(data), kept).matcher
    tables = matcher.tables
    number = [unpack(tables.codes, tables.code_ends, i) for i in range(tables.size)]
    told, groups, right = [], [], []
    for title, codes in held:
        readings = matcher.understand(read(title), matcher.correct)
        if readings:
            table = next(gather(tables, [readings])).table
            chosen = candidates(table)
            told.append(table[:, chosen].T)
            groups.append(tables.groups[:, chosen])
            right.append([number[n] in codes for n in chosen])
    return Looked(np.stack(told), np.stack(groups), np.array(right))


def candidates(table: Floats) -> Ids:
    """The likeliest occupations by the first regressions and the nearest title."""
    words, parts, near = (table[SIGNALS.index(name)] for name in ("words", "parts", "nearest"))
    found: Ids = np.argsort(-(words + parts + 4 * near), kind="stable")[:CANDIDATES].astype(
        np.int32
    )
    return found


def all_folds(data: Path) -> list[Looked]:
    """Every held-out title looked up in an index without its fold."""
    held = hold_out(data)
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(look_up, [data] * FOLDS, [held[k::FOLDS] for k in range(FOLDS)]))


def join(folds: list[Looked]) -> Looked:
    return Looked(
        np.concatenate([fold.signals for fold in folds]),
        np.concatenate([fold.groups for fold in folds]),
        np.concatenate([fold.right for fold in folds]),
    )


def fit(looked: Looked, keep: list[int] | None = None) -> Floats:
    """Weights of signals that make the right occupations as likely as can be; 0 if not kept."""
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
    """The candidates of each title as trees see them."""
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
    """Weights and trees of all signals but some; not yet calibrated."""
    weights = fit(looked, [i for i, name in enumerate(SIGNALS) if name not in without])
    gone = {*without, *(f"{name} beside" for name in without)}
    allowed = [i for i, name in enumerate(ranker.FEATURES) if name not in gone]
    return Ranker(weights, boost(lists(looked, weights), allowed), 1.0, 0.0, EXACT)


def first_shares(looked: Looked, learned: Ranker) -> tuple[Floats, np.ndarray]:
    """The share of each title's first candidate, and whether it is right."""
    found = [
        learned.shares(table.T, groups)
        for table, groups in zip(looked.signals, looked.groups, strict=True)
    ]
    top = np.array([share.argmax() for share in found])
    first = np.array([share.max() for share in found], np.float32)
    return first, looked.right[np.arange(len(top)), top]


def line(share: Floats, right: np.ndarray) -> tuple[float, float]:
    """Slope and shift of log-odds that make shares of first matches confidences."""
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
    slope, shift = line(np.concatenate([share for share, _ in checked]), right)
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
