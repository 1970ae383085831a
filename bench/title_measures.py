"""How well titles are matched: ranks, the lines of the tables, the reliability of confidence."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.finding.index_arrays import Floats

Measured = list[tuple[str, frozenset[str]]]
"""Titles, each with the codes that are right."""
DATA = Path("../shared/data")
NOT_FOUND = 10**6


def ranks(answers: Sequence[list[str]], measured: Measured) -> np.ndarray:
    """Where the first right code stands in each answer, from 0."""
    return np.array(
        [
            next((i for i, code in enumerate(answer) if code in right), NOT_FOUND)
            for answer, (_, right) in zip(answers, measured, strict=True)
        ]
    )


def head(name: str, *, timed: bool = False) -> str:
    """Return the line above those of ``line``."""
    return f"{name:42}  top-1  top-5  top-10 MRR{'    ms a title' if timed else ''}"


def line(name: str, found: np.ndarray | list[np.ndarray], milliseconds: float | None = None) -> str:
    """Return a line of a table; of several groups, each counts alike."""
    groups = found if isinstance(found, list) else [found]
    means = [np.mean([(one < k).mean() for one in groups]) for k in (1, 5, 10)]
    rank = np.mean([np.where(one < NOT_FOUND, 1 / (one + 1.0), 0).mean() for one in groups])
    shares = "  ".join(f"{mean:.3f}" for mean in means)
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
