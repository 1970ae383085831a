"""The tokenizer and stemmer of search: texts to words in the form that is indexed."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.finding.words.abbreviations import SENSES, meaning
from app.finding.words.normalization import fold, singular
from app.finding.words.word_lists import ABBREVIATIONS, NUMERALS, STOP
from app.memory import remembered

MAX_QUERY = 200  # characters of a query that are read
MAX_WORDS = 12  # words of a query that are looked up
MAX_WORD = 40  # characters of a word that are read

# Every pattern is linear: no nested quantifier, no alternatives that overlap.
_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’`][^\W_]+)?[+#]{0,2}")  # noqa: RUF001
_POSSESSIVE = re.compile(r"['’`]s?$")  # noqa: RUF001
_QUOTES = str.maketrans("", "", ".'’`")  # noqa: RUF001

EMPTY = STOP | NUMERALS
EXCEPT = frozenset(("except", "excluding"))


def before_exceptions(words: list[str]) -> list[str]:
    """Drop what a title excludes: `architects except landscape` becomes `architects`."""
    end = next((at for at, word in enumerate(words) if at and word in EXCEPT), len(words))
    return words[:end]


class Token(NamedTuple):
    """A word in the form that is indexed, and its characters [start, end) in the text."""

    word: str
    start: int
    end: int


@remembered(most=4096, longest=MAX_WORD)
def folded(raw: str) -> str:
    """Return a word in lower case, without points and quotes: `R.N.` becomes `rn`."""
    low = raw[:MAX_WORD].lower() if raw.isascii() else fold(raw[:MAX_WORD])
    return _POSSESSIVE.sub("", low).translate(_QUOTES).strip()


@remembered(most=4096, longest=MAX_WORD)
def normal(raw: str) -> str:
    """Return a word in the form that is indexed: `Nurses'` becomes `nurse`."""
    return singular(folded(raw))


def tokens(text: str) -> list[Token]:
    """Split a text into words, stop words included."""
    return [Token(word, *m.span()) for m in _WORD.finditer(text) if (word := normal(m.group()))]


@remembered(most=4096, longest=MAX_WORD)
def expand(word: str) -> tuple[str, ...]:
    """Return the words that an abbreviation stands for; any other word alone."""
    full = ABBREVIATIONS.get(word)
    return (word,) if full is None else _indexed(full.split()) or (word,)


def expand_beside(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Expand each word of a title or a query as what it means beside the others."""
    if SENSES.keys().isdisjoint(words):
        return [expand(word) for word in words]
    near = frozenset(words)
    found = [meaning(words, at, near, alone=True) for at in range(len(words))]
    return [
        expand(word) if full == (word,) else _indexed(full) or (word,)
        for word, full in zip(words, found, strict=True)
    ]


def _indexed(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(normal(word) for word in words if word not in EMPTY)


@remembered(most=4096, longest=MAX_WORD)
def stem(word: str) -> str:
    """Return the stem of a word: `manag` for `manage`, `managing` and `manager`."""
    for ending in ("ation", "ing", "ment", "ion", "er", "or", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e")
