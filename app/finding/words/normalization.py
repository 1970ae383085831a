"""Words in their normal form: lower case, no accents, singular."""

import unicodedata

from app.finding.words.word_lists import UNINFLECTED
from app.memory import remembered

MAX_LENGTH = 240  # characters of a text that are read; the longest published title has 130
SPANISH = ("dores", "ctores", "ntores", "sores", "itores", "utores")
"""Ends of plurals such as `conductores`; no English plural has one."""
MAX_WORD = 32  # letters of a word that is cached


def fold(text: str) -> str:
    """Return text in lower case, in its compatibility form, without accents.

    Control characters become line breaks.
    """
    text = text[:MAX_LENGTH]
    if text.isascii() and text.isprintable():  # nearly every title
        return text.lower()
    wide = unicodedata.normalize("NFKC", text).lower()[:MAX_LENGTH]
    plain = unicodedata.normalize("NFKD", wide)[: 2 * MAX_LENGTH]
    return "".join(
        "\n" if unicodedata.category(char)[0] == "C" else char
        for char in plain
        if not unicodedata.combining(char)
    )


@remembered(most=4_096, longest=MAX_WORD)
def singular(word: str) -> str:
    """Return the singular of a plural noun, and any other word as it is."""
    if len(word) < 4 or not word.endswith("s") or word in UNINFLECTED:
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith(SPANISH):
        return word[:-2]
    return word[:-1]
