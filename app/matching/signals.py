"""What speaks for each occupation, given a title: every signal an array float32 [N]."""

from dataclasses import dataclass

import numpy as np

from app.matching.build import vector
from app.matching.features import positions, stem, stem_key, title_features, word_keys
from app.matching.postings import Floats, Ids
from app.matching.tables import Tables
from app.matching.text import Reading

NEIGHBOURS = 60  # nearest titles that vote
VOTE_POWER = 6  # a title's vote is its cosine to this power
CANDIDATES = 40  # occupations that the ranker orders

# Signals of an occupation, in the ranker's order.
SIGNALS = (
    "softmax",
    "softmax_best",
    "softmax_joint",
    "kin",
    "votes",
    "nearest",
    "nearest_best",
    "stem_votes",
    "stem_nearest",
    "words",
    "duties",
    "tells",
    "head",
    "name",
    "query_covered",
    "title_covered",
    "vocabulary",
    "size",
)
# Signals of the title alone: the same for every occupation.
GLOBALS = ("length", "readings", "unknown")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals of one title. `table` float32 [signals, N], `about` float32 [globals].

    `best_row` int32 [N] is each occupation's nearest title, -1 where none shares a word.
    """

    table: Floats
    about: Floats
    best_row: Ids


def gather(tables: Tables, readings: list[Reading]) -> Evidence:
    """Every signal of a title, averaged over the ways to read it (the nearest title: the best)."""
    n = tables.size
    total = np.zeros((len(SIGNALS), n), np.float32)
    best = np.full(n, -np.inf, np.float32)
    nearest = np.zeros(n, np.float32)
    best_row = np.full(n, -1, np.int32)
    unknown = 0.0
    for reading in readings:
        words = np.unique(positions(tables.word_keys, word_keys(set(reading.words))))
        unknown += 1 - len(words) / max(len(set(reading.words)), 1)
        log_share = _log_softmax(tables, title_features(reading))
        best = np.maximum(best, log_share)
        rows = _neighbours(tables, "row", words)
        stems = _neighbours(
            tables,
            "stem",
            np.unique(positions(tables.stem_keys, (stem_key(stem(w)) for w in reading.words))),
        )
        better = rows[1] > nearest
        nearest = np.where(better, rows[1], nearest)
        best_row = np.where(better, rows[4], best_row)
        total += np.stack(
            [
                log_share,
                log_share,
                log_share,
                log_share,
                rows[0],
                rows[1],
                rows[1],
                stems[0],
                stems[1],
                _ratio(tables, "use", words),
                tables.postings("duty").add_up(words, _unit(tables, words)),
                _tells(tables, words),
                _head(tables, reading),
                tables.postings("name").add_up(words, _unit(tables, words)),
                rows[2],
                rows[3],
                _vocabulary(tables, words),
                tables.sizes,
            ]
        ).astype(np.float32)
    total /= max(len(readings), 1)
    bag = [k for reading in readings for k in title_features(reading)]
    joint = _log_softmax(tables, bag) if len(readings) > 1 else total[0]
    total[SIGNALS.index("softmax_best")] = best
    total[SIGNALS.index("softmax_joint")] = joint
    total[SIGNALS.index("nearest_best")] = nearest
    shares = np.exp(total[0])
    total[SIGNALS.index("kin")] = (shares[tables.kin] * tables.kin_values).sum(axis=1)
    length = len(readings[0].words) if readings else 0
    about = np.array([length, len(readings), unknown / max(len(readings), 1)], np.float32)
    return Evidence(total, about, best_row)


def first_guess(table: Floats) -> Floats:
    """A plain sum of signals, to choose the candidates by: float32 [N]."""
    by = dict(zip(SIGNALS, table, strict=True))
    guess: Floats = (
        by["softmax"]
        + 3 * (by["votes"] + by["nearest"] + by["query_covered"] + by["stem_nearest"])
        + by["words"] / 5
    )
    return guess


def _unit(tables: Tables, words: Ids) -> Floats:
    """Weights of the words as a unit vector."""
    weights = tables.word_weights[words]
    unit: Floats = weights / max(float(np.sqrt(np.square(weights).sum())), 1e-9)
    return unit


def _log_softmax(tables: Tables, bag: list[int]) -> Floats:
    at, values = vector(tables.feature_keys, tables.feature_weights, bag)
    scores = (values * tables.softmax_scale[at]) @ tables.softmax[at].astype(np.float32)
    top = scores.max() if len(scores) else 0.0
    log_share: Floats = scores - top - np.log(np.exp(scores - top).sum())
    return log_share


def _neighbours(
    tables: Tables, name: str, words: Ids
) -> tuple[Floats, Floats, Floats, Floats, Ids]:
    """Votes, best cosine, best cover of the query, of the title, and the best row: each [N]."""
    n = tables.size
    by_word = name == "row"
    weights = (tables.word_weights if by_word else tables.stem_weights)[words]
    norms = tables.row_norm if by_word else tables.stem_norm
    postings = tables.postings(name)
    touched = postings.add_up(words, weights)
    rows = np.flatnonzero(touched)
    dots = postings.add_up(words, weights * weights)[rows]
    cosines = dots / (norms[rows] * max(float(np.sqrt((weights**2).sum())), 1e-9))
    owners = tables.row_occupation[rows]
    # Ascending, so that of several titles of an occupation the best is written last and stays.
    order = np.lexsort((-rows, cosines))
    best_row = np.full(n, -1, np.int32)
    best_row[owners[order]] = rows[order]
    best = np.zeros(n, np.float32)
    best[owners[order]] = cosines[order]
    query_covered = np.zeros(n, np.float32)
    np.maximum.at(query_covered, owners, touched[rows] / max(float(weights.sum()), 1e-9))
    title_covered = np.zeros(n, np.float32)
    np.maximum.at(title_covered, owners, touched[rows] / tables.row_length[rows])
    near = order[-NEIGHBOURS:]
    votes = np.bincount(owners[near], cosines[near] ** VOTE_POWER, n).astype(np.float32)
    return votes / (votes.sum() + 1e-6), best, query_covered, title_covered, best_row


def _ratio(tables: Tables, name: str, words: Ids) -> Floats:
    unit = _unit(tables, words)
    ratio: Floats = tables.postings(name).add_up(words, unit)
    ratio += getattr(tables, f"{name}_base") * unit.sum()
    return ratio


def _tells(tables: Tables, words: Ids) -> Floats:
    unit = _unit(tables, words)
    postings = tables.postings("duty", tables.tell_values)
    told: Floats = postings.add_up(words, unit) + tables.tell_base * unit.sum()
    return told


def _head(tables: Tables, reading: Reading) -> Floats:
    return _ratio(tables, "head", positions(tables.word_keys, word_keys([reading.head])))


def _vocabulary(tables: Tables, words: Ids) -> Floats:
    """How much of the query stands in any of the occupation's titles, by weight."""
    weights = tables.word_weights[words]
    plain = tables.postings("use", np.zeros(0, np.float32))
    covered: Floats = plain.add_up(words, weights) / max(float(weights.sum()), 1e-9)
    return covered
