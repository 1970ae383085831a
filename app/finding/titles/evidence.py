"""What the Census index and employers' filings teach: two regressions that come with the program.

An index is trained on the names that it has. These two are trained on the titles of
`bench/evidence_model.py`, whatever an index has, and stand in `evidence.npz`.
"""

import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from app.finding.titles.features import NGRAM_VIEW
from app.finding.titles.tables import Regression

FILE = Path(__file__).with_name("evidence.npz")
FORM = 1  # raised when the features or the arrays change
VIEWS = (1, NGRAM_VIEW)
"""The view of a title that each regression is of."""


UNREADABLE = (OSError, ValueError, KeyError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error)
"""What is raised by the reading of a damaged archive of arrays."""


class BadModel(ValueError):
    """A file of the program is damaged, or of another version of it."""

    def __init__(self, file: Path, why: object) -> None:
        super().__init__(f"{file.name} cannot be used: {why}. Install the program again.")


def save(file: Path, codes: Sequence[str], regressions: Sequence[Regression]) -> None:
    """Write regressions whose classes are codes of the SOC."""
    arrays = {
        f"{name}{view}": array
        for view, regression in zip(VIEWS, regressions, strict=True)
        for name, array in regression._asdict().items()
    }
    halved = {n: a.astype(np.float16) if a.dtype == np.float32 else a for n, a in arrays.items()}
    np.savez_compressed(file, form=np.array(FORM), codes=np.array(codes), **halved)


def load(codes: Sequence[str], file: Path = FILE) -> list[Regression]:
    """Return the regressions, their classes the occupations ``codes``.

    Raises ``BadModel``. Reading checks each array and executes nothing.
    """
    try:
        content = BytesIO(file.read_bytes())
        if not zipfile.is_zipfile(content):
            raise BadModel(file, "it is no archive of arrays, or not all of one")
        content.seek(0)
        with np.load(content) as stored:
            if (form := int(stored["form"])) != FORM:
                raise BadModel(file, f"its form is {form}, not {FORM}")
            regressions = [
                Regression(*(stored[f"{name}{view}"] for name in Regression._fields))
                for view in VIEWS
            ]
            known = stored["codes"].tolist()
    except BadModel:
        raise
    except UNREADABLE as fault:
        raise BadModel(file, fault) from fault
    for view, one in zip(VIEWS, regressions, strict=True):
        if not _is_whole(one, len(known)):
            raise BadModel(file, f"the arrays of view {view} do not belong together")
    return spread(known, regressions, codes)


def _is_whole(one: Regression, classes: int) -> bool:
    """Tell whether all arrays are of the kind and shape that `save` writes."""
    features, rank = one.keys.shape[:1], one.outer.shape[:1]
    wanted = (
        ("uint64", features),
        ("float16", features),
        ("int8", (*features, *rank)),
        ("float16", features),
        ("float16", (*rank, classes)),
    )
    return tuple((array.dtype.name, array.shape) for array in one._asdict().values()) == wanted


def spread(
    known: Sequence[str], regressions: Sequence[Regression], codes: Sequence[str]
) -> list[Regression]:
    """Return regressions for codes of the SOC as those for occupations.

    An occupation of O*NET has the score of the SOC's that it is a part of, and one that is unknown
    the mean score.
    """
    place = {code: n for n, code in enumerate(known)}
    columns = [place.get(code[:7], len(known)) for code in codes]
    return [
        Regression(
            one.keys,
            one.idf.astype(np.float32),
            one.inner,
            one.scale.astype(np.float32),
            np.column_stack([one.outer, one.outer.mean(axis=1)]).astype(np.float32)[:, columns],
        )
        for one in regressions
    ]
