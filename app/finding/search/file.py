"""A corpus in a file: its arrays, and what is text as JSON."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from app.finding import index_file
from app.finding.search.codes import Codes
from app.finding.search.corpus import Corpus
from app.finding.search.field import Field
from app.finding.search.vocabulary import Vocabulary

FORM = "search 1"
"""The meaning of the arrays: count up when it changes."""
_ARRAYS = ("levels", "sizes", "rarity")
_FIELDS = ("names", "prose")


def write(corpus: Corpus, path: Path) -> None:
    """Write a corpus to one file."""
    texts = {
        "codes": corpus.codes,
        "titles": corpus.titles,
        "words": corpus.vocabulary.words,
        "stems": corpus.vocabulary.stems,
    }
    arrays = {name: getattr(corpus, name) for name in _ARRAYS}
    for name in _FIELDS:
        field: Field = getattr(corpus, name)
        for one in fields(Field):
            arrays[f"{name}_{one.name}"] = np.asarray(getattr(field, one.name))
    index_file.write(path, FORM, arrays, texts)


def read(path: Path) -> Corpus:
    """Read a file that `write` made; raises ``ValueError`` if it is damaged."""
    texts, arrays = index_file.read(path, FORM)
    codes, words = texts["codes"], texts["words"]
    return Corpus(
        codes=codes,
        titles=texts["titles"],
        places={code: at for at, code in enumerate(codes)},
        lookup=Codes(codes),
        vocabulary=Vocabulary(words, {w: at for at, w in enumerate(words)}, texts["stems"]),
        names=_field(arrays, "names"),
        prose=_field(arrays, "prose"),
        **{name: arrays[name] for name in _ARRAYS},
    )


def _field(arrays: Mapping[str, Any], name: str) -> Field:
    return Field(**{one.name: arrays[f"{name}_{one.name}"] for one in fields(Field)})
