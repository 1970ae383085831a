"""Training of the regression and the trees, and the ranker."""

import numpy as np
import pytest

from app.finding.index_arrays import Floats, Postings
from app.finding.titles.features import hashes, key, vectors
from app.finding.titles.ranker import CANDIDATES, Trees, load
from app.finding.titles.signals import SIGNALS
from app.finding.titles.softmax_regression import Examples, quantize, train
from bench.boosting import Lists, boost


def test_vectors_are_of_length_one_and_leave_out_what_is_not_known() -> None:
    known = np.sort(hashes(key("a") + key("b")))
    idf = np.ones(2, np.float32)
    starts, columns, values = vectors(known, idf, [key("a") + key("b"), key("c"), key("a")])
    assert starts.tolist() == [0, 2, 2, 3]
    assert values.tolist() == pytest.approx([0.5**0.5, 0.5**0.5, 1.0])
    assert known[columns[2]] == hashes(key("a"))[0]


def test_a_regression_learns_what_each_feature_stands_for() -> None:
    classes = np.arange(60, dtype=np.int32) % 3
    examples = Examples(
        np.arange(61, dtype=np.int32),
        classes.copy(),
        np.ones(60, np.float32),
        classes,
        np.ones(60, np.float32),
    )
    inner, outer = train(examples, 3, 3, 8)
    assert (inner @ outer).argmax(axis=1).tolist() == [0, 1, 2]
    whole, scale = quantize(inner)
    assert np.abs(whole * scale[:, None] - inner).max() <= scale.max() / 2 + 1e-6


def test_postings_add_up() -> None:
    features, columns = np.array([1, 0, 1], np.int32), np.array([2, 0, 0], np.int32)
    table = Postings.of(features, columns, 2)
    both = table.add_up(np.array([0, 1], np.int32), np.array([0.5, 2.0], np.float32), 3)
    assert both.tolist() == [2.5, 0.0, 2.0]
    assert table.add_up(np.zeros(0, np.int32), np.zeros(0, np.float32), 3).tolist() == [0, 0, 0]


def test_trees_answer_by_the_number_that_yes_and_no_spell() -> None:
    trees = Trees(
        np.array([[0, 1], [1, 1]], np.int32),
        np.array([[0.5, 0.5], [0.5, 2.5]], np.float32),
        np.array([[0, 1, 2, 3], [0, 10, 20, 30]], np.float32),
    )
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 3]], np.float32)
    assert trees.add_up(rows).tolist() == [0, 1 + 20, 2, 3 + 30]


def test_boosting_learns_what_a_weighted_sum_cannot() -> None:
    chance = np.random.default_rng(1)
    features = chance.random((400, 6, 3), np.float32)
    right = np.abs(features[:, :, 0] - 0.5) < 0.2
    trees = boost(Lists(features, np.zeros((400, 6), np.float32), right), [0, 1, 2])
    scores = trees.add_up(features.reshape(-1, 3)).reshape(400, 6)
    found = np.take_along_axis(right, scores.argmax(axis=1)[:, None], 1)[:, 0]
    assert found[right.any(axis=1)].mean() > 0.95  # by chance 0.4
    without = boost(Lists(features, np.zeros((400, 6), np.float32), right), [2])
    assert set(without.features.ravel().tolist()) == {2}


def evidence(words: list[float]) -> Floats:
    table = np.zeros((len(SIGNALS), len(words)), np.float32)
    for name in ("words", "parts"):
        table[SIGNALS.index(name)] = words
    return table


def test_shares_sum_to_one_and_the_better_is_surer() -> None:
    learned = load()
    shares = learned.shares(evidence([-1, -2, -3, -4]), np.zeros((3, 4), np.int32))
    assert shares.sum() == pytest.approx(1)
    confidence = learned.calibration.confidence(shares)
    assert (np.diff(confidence) < 0).all()
    assert ((confidence > 0) & (confidence < 1)).all()


def test_occupations_that_are_no_candidates_stay_behind() -> None:
    learned = load()
    groups = np.zeros((3, 2 * CANDIDATES), np.int32)
    shares = learned.shares(evidence([-float(n) for n in range(2 * CANDIDATES)]), groups)
    assert shares[:CANDIDATES].min() > shares[CANDIDATES:].max()
    assert (np.diff(shares[CANDIDATES:]) <= 0).all()
