"""Words in their normal form: lower case, no accents, singular."""

import html
import re
import unicodedata

from app.finding.words.word_lists import UNINFLECTED
from app.memory import remembered

MAX_LENGTH = 240  # characters of a text that are read; the longest published title has 130
SPANISH = (
    *("dores", "ctores", "ntores", "sores", "itores", "utores", "feres", "jeres", "iciales"),
    *("aniles", "eones", "iones", "itanes", "llanes", "larines", "ejales"),
)
"""Ends of plurals such as `conductores`."""
ENGLISH = frozenset(("stevedores", "commodores"))
"""English plurals with such an end: what is left of them keeps its e."""
MAX_WORD = 32  # letters of a word that is cached

# Every pattern is linear: no nested quantifier, and nothing that it begins with stands within it.
_UNSEEN = re.compile("[\0\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#[0-9]{1,5});", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|script|small|span|strong|style|su[bp]|table"
    r"|t[bdrh]|tbody|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S*|\b[\w.+-]{1,64}@[\w-]+\.[\w.-]+", re.IGNORECASE)


def readable(text: str) -> str:
    """Return what a person sees of a text: no tags, entities, unseen characters or addresses."""
    if not text.isascii() or "\0" in text:
        text = _UNSEEN.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0].lower()), text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "@" in text or "://" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    return text


def fold(text: str) -> str:
    """Return what can be read of a text in lower case, in its compatibility form, without accents.

    Control characters become line breaks.
    """
    text = readable(text[: 2 * MAX_LENGTH])[:MAX_LENGTH]
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
    if word.endswith(SPANISH) and word not in ENGLISH:
        return word[:-2]
    return word[:-1]
