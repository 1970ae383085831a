"""Training of the regression and the trees, and the ranker."""

import os

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from app.child_process import Call
from app.finding.index_arrays import Floats, Postings, flatten
from app.finding.titles import build
from app.finding.titles.examples import Told, vectors
from app.finding.titles.features import VIEWS, counted, title_features, vector
from app.finding.titles.ranker import CANDIDATES, FEATURES, Trees, load
from app.finding.titles.signals import SIGNALS
from app.finding.titles.softmax_regression import Examples, Shape, quantize, train
from app.finding.titles.title_reader import read
from bench.boosting import Lists, boost
from bench.title_match import INGREDIENTS
from tests.finding.titles.entries import ENTRIES


@pytest.mark.parametrize("view", range(VIEWS))
def test_the_vectors_of_titles_are_those_of_queries(view: int) -> None:
    titles = ("Nurse Nurse Manager", "Manager of Nurses", "Welder")
    readings = [reading for title in titles for reading in read(title)]
    classes, importance = np.arange(3, dtype=np.int32), np.ones(3, np.float32)
    keys, weights, bags = vectors(Told(readings, [], classes, importance), view, 1)
    assert (np.diff(keys.astype(object)) > 0).all()
    for row, reading in enumerate(readings):
        columns, values = vector(keys, weights, counted(title_features(reading)[view]))
        expected = np.zeros(len(keys), np.float32)
        expected[columns] = values
        assert bags.getrow(row).toarray()[0].tolist() == pytest.approx(expected.tolist())
        assert np.linalg.norm(expected) == pytest.approx(1)


def test_features_of_fewer_texts_are_left_out() -> None:
    told = Told([], [("a",), ("a", "b"), ("c", "b")], np.zeros(3, np.int32), np.ones(3, np.float32))
    counts = [len(vectors(told, 0, least)[0]) for least in (1, 2, 3)]
    assert counts == [9, 6, 0]  # a word and its two prefixes are three


def test_a_regression_learns_what_each_feature_stands_for() -> None:
    classes = np.arange(60, dtype=np.int32) % 3
    bags = csr_matrix((np.ones(60, np.float32), (np.arange(60), classes)))
    examples = Examples(bags, classes, np.ones(60, np.float32))
    inner, outer = train(examples, 3, Shape(8, 8, 0.01))
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


def test_the_ablation_takes_away_each_signal_once() -> None:
    gone = [name for names in INGREDIENTS.values() for name in names]
    assert {*SIGNALS} <= {*gone} <= {*FEATURES}
    assert len(gone) == len({*gone})


def evidence(words: list[float]) -> Floats:
    table = np.zeros((len(SIGNALS), len(words)), np.float32)
    for name in ("words", "parts"):
        table[SIGNALS.index(name)] = words
    return table


def test_shares_sum_to_one_and_the_better_is_never_less_sure() -> None:
    learned = load()
    table, groups = evidence([-1, -2, -3, -4]), np.zeros((3, 4), np.int32)
    shares = learned.shares(table, groups)
    assert shares.sum() == pytest.approx(1)
    confidence = learned.calibration.confidence(table, groups, shares)
    assert (np.diff(shares) < 0).all()
    assert (np.diff(confidence) <= 0).all()
    assert confidence[0] > confidence[-1]
    assert ((confidence > 0) & (confidence < 1)).all()


def test_occupations_that_are_no_candidates_stay_behind() -> None:
    learned = load()
    groups = np.zeros((3, 2 * CANDIDATES), np.int32)
    shares = learned.shares(evidence([-float(n) for n in range(2 * CANDIDATES)]), groups)
    assert shares[:CANDIDATES].min() > shares[CANDIDATES:].max()
    assert (np.diff(shares[CANDIDATES:]) <= 0).all()


def test_half_of_the_training_in_another_process_gives_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = flatten(build.build(ENTRIES).tables)
    monkeypatch.setattr(build, "LARGE", 1)
    monkeypatch.setattr(build, "RARE", 1)
    together = flatten(build.build(ENTRIES).tables)
    assert alone.keys() == together.keys()
    for name, array in alone.items():
        assert np.array_equal(array, together[name]), name


def test_a_process_that_ends_without_a_result_is_noticed() -> None:
    assert Call(sum, [1, 2]).result() == 3
    with pytest.raises(RuntimeError, match="ended with 7"):
        Call(os._exit, 7).result()
