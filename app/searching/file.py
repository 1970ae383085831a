"""A corpus in a file: arrays and JSON, nothing that could run when it is read."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from app.searching.codes import Codes
from app.searching.corpus import Corpus
from app.searching.field import Field
from app.searching.vocabulary import Vocabulary

FORMAT = 1
_ARRAYS = ("levels", "sizes", "rarity")
_FIELDS = ("names", "prose")


def write(corpus: Corpus, path: Path) -> None:
    """Write a corpus; a reader sees the old file or the new one, never a half."""
    texts = {
        "format": FORMAT,
        "codes": corpus.codes,
        "titles": corpus.titles,
        "words": corpus.vocabulary.words,
        "stems": corpus.vocabulary.stems,
    }
    arrays = {name: getattr(corpus, name) for name in _ARRAYS}
    for name in _FIELDS:
        field: Field = getattr(corpus, name)
        for one in fields(Field):
            arrays[f"{name}_{one.name}"] = _array(getattr(field, one.name))
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez(file, texts=_array(orjson.dumps(texts)), **arrays)
    part.replace(path)


def read(path: Path) -> Corpus:
    """Read what ``write`` wrote; raises ``ValueError`` for a file of another format."""
    with np.load(path, allow_pickle=False) as arrays:
        texts = orjson.loads(arrays["texts"].tobytes())
        if texts["format"] != FORMAT:
            message = f"{path.name} is an index of format {texts['format']}, not {FORMAT}"
            raise ValueError(message)
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


def _array(value: Any) -> Any:
    return np.frombuffer(value, np.uint8) if isinstance(value, bytes) else value


def _field(arrays: Mapping[str, Any], name: str) -> Field:
    found = {one.name: arrays[f"{name}_{one.name}"] for one in fields(Field)}
    return Field(**{**found, "raw": found["raw"].tobytes()})
