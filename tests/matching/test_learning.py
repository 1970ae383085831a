"""What the index learns, and how it is ranked."""

import numpy as np
import pytest

from app.matching.features import key, vectors
from app.matching.linear import Examples, quantise, train
from app.matching.postings import collect
from app.matching.ranker import load
from app.matching.signals import SIGNALS


def test_vectors_are_of_length_one_and_leave_out_what_is_not_known() -> None:
    known = np.sort(np.array([key("a"), key("b")], np.uint64))
    idf = np.ones(2, np.float32)
    starts, columns, values = vectors(known, idf, [[key("a"), key("b")], [key("c")], [key("a")]])
    assert starts.tolist() == [0, 2, 2, 3]
    assert values.tolist() == pytest.approx([0.5**0.5, 0.5**0.5, 1.0])
    assert known[columns[2]] == key("a")


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
    whole, scale = quantise(inner)
    assert np.abs(whole * scale[:, None] - inner).max() <= scale.max() / 2 + 1e-6


def test_postings_add_up() -> None:
    features, columns = np.array([1, 0, 1], np.int32), np.array([2, 0, 0], np.int32)
    table = collect(features, columns, 2, 3)
    both = table.add_up(np.array([0, 1], np.int32), np.array([0.5, 2.0], np.float32))
    assert both.tolist() == [2.5, 0.0, 2.0]
    assert table.add_up(np.zeros(0, np.int32), np.zeros(0, np.float32)).tolist() == [0, 0, 0]


def test_shares_sum_to_one_and_the_better_is_surer() -> None:
    learned = load()
    table = np.zeros((len(SIGNALS), 4), np.float32)
    table[SIGNALS.index("softmax")] = [-1, -2, -3, -4]
    shares = learned.shares(table)
    assert shares.sum() == pytest.approx(1)
    confidence = learned.confidence(shares)
    assert (np.diff(confidence) < 0).all()
    assert ((confidence > 0) & (confidence < 1)).all()
