"""What a query asks for beside an occupation: facts about it, and a place.

``wages of nurses in texas`` asks for nurses, for their wages, and for Texas. Such words are taken
out of the query only if what is left finds occupations. They stay where they belong to a name in
the index: ``salary administrator``, ``mobile developer``.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from app.finding.search.index import SearchIndex
from app.finding.search.tokenizer import EMPTY, MAX_QUERY, Token, folded, tokens
from app.finding.words.normalization import readable

ASKED = {
    "wages": ("wage", "wages", "pay", "salary", "salaries", "earnings"),
    "projections": ("outlook", "growth", "projection", "projections"),
    "skills": ("skills",),
    "education": ("education", "degree", "degrees"),
    "duties": ("duties", "responsibilities", "job description", "job descriptions"),
    "titles": ("titles", "job title", "job titles"),
}
"""Block of a profile → the words that ask for it."""
FIELDS = frozenset(("education",))
"""Words that are fields of work too: `art education` is not what artists learn."""
BLOCK_OF = {word: block for block, words in ASKED.items() for word in words}

# Every pattern is linear, on a query with one blank between words.
_WORD = rf"(?:{'|'.join(sorted(BLOCK_OF, key=len, reverse=True))})\b"
_KIND = r"(?:(?:average|mean|median|typical|starting|hourly|annual|yearly|job|career) )?"
_LIST = rf"{_KIND}{_WORD}(?:(?:, | and | & | or |, and ){_KIND}{_WORD})*"
_NEEDED = r"(?P<needed> (?:requirements?|required|needed|levels?|ranges?)\b)?"
_FACTS = re.compile(
    rf"\b{_LIST}{_NEEDED}(?P<of> (?:of|for|as)\b(?: (?:an|a|the)\b)?)?", re.IGNORECASE
)
_HOW_MUCH = re.compile(
    r"(how much (?:do|does|can|is|are)(?: (?:an|a|the))?) (.+?) (make|earn|get paid|paid)\b(.*)",
    re.IGNORECASE,
)
INTRODUCED_BY = frozenset(("in", "at", "near", "around"))
LONGEST = 5  # words of a place, such as `washington district of columbia`


class Understood(NamedTuple):
    """A query, taken apart."""

    q: str
    """What to search for."""
    blocks: tuple[str, ...] = ()
    """Blocks of a profile that it asks for."""
    places: tuple[str, ...] = ()
    """Codes of the areas that its place may be."""
    words: tuple[str, ...] = ()
    """What was taken out of it."""


def understand(index: SearchIndex, q: str, places_of: Callable[[str], Sequence[str]]) -> Understood:
    """Take a query apart. ``places_of`` returns the codes of the areas that a text names."""
    whole = Understood(" ".join(readable(q[:MAX_QUERY]).split()))
    facts = _without_facts(index, whole)
    without_place = partial(_without_place, index, places_of=places_of)
    parts = (*map(without_place, (facts, whole)), facts) if facts.words else (without_place(whole),)
    for part in parts:
        rest = _trimmed(part.q)
        if part.words and rest and index.search(rest, limit=1).total:
            return part._replace(q=rest)
    return Understood(q)


def _without_facts(index: SearchIndex, asked: Understood) -> Understood:
    """Take out the words that ask for blocks."""
    question = _HOW_MUCH.fullmatch(asked.q)
    if question:
        how_much, rest, verb, more = question.groups()
        return Understood(rest + more, ("wages",), (), (how_much, verb))
    text = asked.q
    blocks: list[str] = []
    words: list[str] = []
    rest, end = "", 0
    counted = _counted(text)
    for found in _FACTS.finditer(text):
        certain = found["of"] or found["needed"]
        if (found[0].lower() in FIELDS and not certain) or _is_of_name(index, text, counted, found):
            continue
        blocks += (BLOCK_OF[word] for word in re.findall(rf"\b{_WORD}", found[0].lower()))
        words.append(found[0])
        rest, end = rest + text[end : found.start()], found.end()
    return Understood(rest + text[end:], tuple(dict.fromkeys(blocks)), (), tuple(words))


def _is_of_name(index: SearchIndex, text: str, counted: list[Token], found: re.Match[str]) -> bool:
    """Tell whether a name has the words found right beside the word before or after them."""
    before = [token for token in counted if token.end <= found.start()][-1:]
    inside = [token for token in counted if found.start() <= token.start < found.end()]
    after = [token for token in counted if token.start >= found.end()][:1]
    if not inside:  # the end of a word such as `o'pay`
        return True
    pairs = [(one, inside[0]) for one in before]
    if before and re.search(r"\b(?:of|for)\b", text[before[0].end : inside[0].start]):
        pairs.append((inside[-1], before[0]))  # `director of education`: Education Director
    if not found["of"]:  # `wages of administrators` are no Wage Administrators
        pairs += ((inside[-1], one) for one in after)
    return any(index.has_phrase(first.word, second.word) for first, second in pairs)


def _without_place(
    index: SearchIndex, asked: Understood, places_of: Callable[[str], Sequence[str]]
) -> Understood:
    """Take out a place at the end or at the beginning, the longest that there is."""
    every = tokens(asked.q)
    spans = [(at, len(every)) for at in range(max(len(every) - LONGEST, 0), len(every))]
    first = int(bool(every) and every[0].word in INTRODUCED_BY)
    spans += [(first, end) for end in range(min(first + LONGEST, len(every)), first, -1)]
    for start, end in spans:
        place = every[start:end]
        introduced = start > 0 and every[start - 1].word in INTRODUCED_BY
        codes = places_of(" ".join(folded(asked.q[one.start : one.end]) for one in place))
        if codes and _is_place(index, every, place, introduced=introduced):
            begin = every[start - introduced].start
            words = " ".join(asked.q[begin : place[-1].end].split())
            rest = asked.q[:begin] + asked.q[place[-1].end :]
            return asked._replace(q=rest, places=tuple(codes), words=(*asked.words, words))
    return asked


def _is_place(
    index: SearchIndex, every: list[Token], place: list[Token], *, introduced: bool
) -> bool:
    """Tell whether a text that names a place means it.

    It does if no name in the index has one of its words. After a word such as `in` it also does
    if no name has it beside the nearest other word: `nurse in mobile`, not `developer in mobile`.
    """
    if any(one.word not in EMPTY and not index.has_word(one.word) for one in place):
        return True
    others = [one for one in every if one.word not in EMPTY and one not in place]
    if not introduced or not others:
        return False
    nearest = others[-1] if others[-1].start < place[0].start else others[0]
    ways = ((nearest, place[0]), (place[-1], nearest))
    return not any(index.has_phrase(first.word, second.word) for first, second in ways)


def _counted(text: str) -> list[Token]:
    """Return the words of a text without stop words."""
    return [token for token in tokens(text) if token.word not in EMPTY]


def _trimmed(text: str) -> str:
    """Return a text from its first to its last word that is no stop word."""
    every = _counted(text)
    return " ".join(text[every[0].start : every[-1].end].split()) if every else ""
