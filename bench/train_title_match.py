"""Learn the ranker of `app.matching` from the index itself, with titles held out of it.

    python -m bench.train_title_match --data DIR

Titles are held out in folds: the index is built without a fold, and the fold's titles are looked
up in it. The forest learns which candidates are right; the curve of confidence is measured on
forests that did not see the title. `dev.tsv` plays no part.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression

from app.matching import ranker
from app.matching.build import OccupationEntry, TitleEntry
from app.matching.index import build_index
from app.matching.matcher import Matcher
from app.matching.postings import Floats
from app.matching.signals import GLOBALS, SIGNALS, gather
from app.matching.tables import unpack
from app.matching.text import read, split_brackets
from bench.onet import occupations, rows, titles

SEED = 27
HELD = 14_000  # titles held out
FOLDS = 4
BRACKETED = 0.25  # of the held-out titles: newly published titles give short and long form
RENAMED = 0.4  # of the bracketed ones keep one of their two forms in the index, as new ones do
CENSUS = "06"  # source of historic census titles, unlike those that people look up today
TREES, LEAVES, RATE = 160, 12, 0.06

Held = list[tuple[str, frozenset[str]]]


def hold_out(data: Path) -> Held:
    """Titles to hold out: bracketed and plain ones, from small occupations as often as large."""
    codes: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    for row in rows(data, "Alternate Titles"):
        codes[row[1]].add(row[0])
        sources[row[1]].update(row[3].split(","))
    sizes = Counter(code for found in codes.values() for code in found)
    chance = random.Random(SEED)

    def draw(pool: list[str], count: int) -> list[str]:
        weight = {t: max(sizes[c] for c in codes[t]) ** -0.5 for t in pool}
        return sorted(pool, key=lambda t: chance.expovariate(1) / weight[t])[:count]

    bracketed = sorted(t for t in codes if "(" in t)
    plain = sorted(t for t in codes if "(" not in t and CENSUS not in sources[t])
    some = draw(bracketed, int(HELD * BRACKETED))
    chosen = some + draw(plain, HELD - int(HELD * BRACKETED))
    chance.shuffle(chosen)
    return [(title, frozenset(codes[title])) for title in chosen]


def look_up(
    held: Held, known: list[OccupationEntry], entries: list[TitleEntry]
) -> tuple[list[Floats], list[np.ndarray]]:
    """Candidates' features and whether each is right, with the held titles out of the index."""
    out = {title for title, _ in held}
    kept = [entry for entry in entries if entry.title not in out]
    chance = random.Random(SEED)
    for title, codes in held:
        parts = [part.strip() for part in split_brackets(title)]
        if len(parts) > 1 and chance.random() < RENAMED:
            part = chance.choice(parts)
            kept += [TitleEntry(code, part, "part") for code in codes]
    matcher: Matcher = build_index(known, kept).matcher
    tables = matcher.tables
    number = [unpack(tables.codes, tables.code_ends, i) for i in range(tables.size)]
    told, right = [], []
    for title, codes in held:
        readings = matcher.understand(read(title))
        if not readings:
            continue
        chosen, features = ranker.candidates(gather(tables, readings))
        told.append(features)
        right.append(np.array([number[n] in codes for n in chosen]))
    return told, right


def all_folds(data: Path) -> list[tuple[list[Floats], list[np.ndarray]]]:
    """Every held-out title looked up in an index without its fold."""
    held = hold_out(data)
    known, entries = occupations(data), titles(data)
    return [look_up(held[k::FOLDS], known, entries) for k in range(FOLDS)]


def forest(told: list[Floats], right: list[np.ndarray]) -> HistGradientBoostingClassifier:
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=80,
        l2_regularization=10,
        early_stopping=False,
        random_state=SEED,
    )
    return model.fit(np.concatenate(told), np.concatenate(right))


def flat(model: HistGradientBoostingClassifier) -> dict[str, object]:
    """The forest as arrays [trees, nodes]; a leaf points at itself."""
    size = 2 * LEAVES - 1
    stored: dict[str, list[list[float]]] = defaultdict(list)
    depth = 0
    for (tree,) in model._predictors:
        n = tree.nodes
        self = np.arange(size)
        leaf = np.append(n["is_leaf"].astype(bool), np.ones(size - len(n), bool))
        pad = np.zeros(size - len(n))
        stored["feature"].append(
            np.where(leaf, 0, np.append(n["feature_idx"], pad)).astype(int).tolist()
        )
        cut = np.where(leaf, 0, np.append(n["num_threshold"], pad))
        stored["threshold"].append([float(f"{x:.6g}") for x in cut])
        stored["left"].append(np.where(leaf, self, np.append(n["left"], pad)).astype(int).tolist())
        stored["right"].append(
            np.where(leaf, self, np.append(n["right"], pad)).astype(int).tolist()
        )
        stored["value"].append([float(f"{x:.5g}") for x in np.append(n["value"], pad)])
        depth = max(depth, int(n["depth"].max()))
    return {**stored, "depth": depth, "start": float(model._baseline_prediction[0, 0])}


def curve(odds: Floats, right: np.ndarray, tops: Floats) -> tuple[list[float], list[float]]:
    """Log-odds to share right, isotonic, at 25 points of those that a first match has."""
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(odds, right)
    at = np.unique(np.append(np.quantile(tops, np.linspace(0, 1, 21)), np.linspace(-7, -2, 5)))
    return [round(float(x), 4) for x in at], [round(float(x), 4) for x in fitted.predict(at)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = arguments.parse_args()
    folds = all_folds(given.data)
    odds, right, first, tops = [], [], [], []
    for k in range(FOLDS):
        others = [fold for j, fold in enumerate(folds) if j != k]
        model = forest([t for f in others for t in f[0]], [r for f in others for r in f[1]])
        for told, truth in zip(*folds[k], strict=True):
            score = model.decision_function(told)
            top = int(score.argmax())
            odds.append(score)
            right.append(truth)
            first.append(truth[top])
            tops.append(score[top])
    print(f"held out: {np.mean(first):.3f} right first, {len(first)} titles")
    model = forest([t for f in folds for t in f[0]], [r for f in folds for r in f[1]])
    curve_from, curve_to = curve(np.concatenate(odds), np.concatenate(right), np.array(tops))
    stored = {
        "signals": [*SIGNALS, *GLOBALS],
        "curve_from": curve_from,
        "curve_to": curve_to,
        **flat(model),
    }
    ranker.FILE.write_text(json.dumps(stored, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
