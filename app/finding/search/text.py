"""Texts as words with their places, and words in the one form that is indexed."""

import re
from typing import NamedTuple

from app.finding.words.tables import ABBREVIATIONS, NOISE, NUMERALS, STOP
from app.finding.words.text import fold, singular
from app.memory import remembered

MAX_QUERY = 200  # characters of a query that are read
MAX_WORDS = 12  # words of a query that are looked up
MAX_WORD = 40  # characters of a word that are read

# Linear: no nested quantifier whose parts can match the same text in two ways.
_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’`][^\W_]+)?[+#]{0,2}")  # noqa: RUF001
_POSSESSIVE = re.compile(r"['’`]s?$")  # noqa: RUF001
_QUOTES = str.maketrans("", "", ".'’`")  # noqa: RUF001

EMPTY = STOP | NUMERALS
EXCEPT = frozenset(("except", "excluding"))


def before_exceptions(words: list[str]) -> list[str]:
    """Cut what a title says that it does not cover: `architects except landscape and naval`."""
    end = next((at for at, word in enumerate(words) if at and word in EXCEPT), len(words))
    return words[:end]


class Token(NamedTuple):
    """A word of a text, as it is indexed, and the characters [start, end) where it stands."""

    word: str
    start: int
    end: int


@remembered(most=4096, longest=MAX_WORD)
def folded(raw: str) -> str:
    """Cut a word to lower-case letters and digits: `R.N.` is `rn`; "" if nothing is left."""
    low = raw[:MAX_WORD].lower() if raw.isascii() else fold(raw[:MAX_WORD])
    return _POSSESSIVE.sub("", low).translate(_QUOTES).strip()


@remembered(most=4096, longest=MAX_WORD)
def normal(raw: str) -> str:
    """Give a word the one form that it is indexed in: `Nurses'` is `nurse`."""
    return singular(folded(raw))


def tokens(text: str) -> list[Token]:
    """Split a text into words, in order, those that say nothing included."""
    return [Token(word, *m.span()) for m in _WORD.finditer(text) if (word := normal(m.group()))]


@remembered(most=4096, longest=MAX_WORD)
def long_form(word: str) -> tuple[str, ...]:
    """Give the words that an abbreviation stands for; any other word alone."""
    full = ABBREVIATIONS.get(word)
    if full is None:
        return (word,)
    return tuple(normal(part) for part in full.split() if part not in EMPTY) or (word,)


@remembered(most=4096, longest=MAX_WORD)
def stem(word: str) -> str:
    """Cut to what `manage`, `managing` and `manager` have in common; for matching only."""
    for ending in ("ation", "ing", "ment", "ion", "er", "or", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e")


def filler(word: str) -> bool:
    """Whether a word of a query says little about the work: `jobs`, `hiring`, `opening`."""
    return word in NOISE
