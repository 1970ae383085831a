"""The weights of the search ranking, from 0 to 1 unless a comment says otherwise."""

import numpy as np

# The kind of text that matched. A kind that is not listed counts as `alternate`.
KINDS: dict[str, float] = {
    "title": 1.00,
    "job": 0.97,
    "direct_match": 0.97,
    "example": 0.97,
    "reported": 0.95,
    "alternate": 0.93,
    "everyday": 0.80,  # of a part of a name; a whole one leads
    "duty": 0.60,
    "description": 0.60,
}
KIND_NAMES = tuple(KINDS)
KIND_WEIGHTS = np.array(list(KINDS.values()), np.float32)

PROSE = frozenset(("duty", "description"))

# The part of a score that depends on how much of the text the query covers. Prose is long.
PRECISION: dict[str, float] = {"duty": 0.10, "description": 0.10}
NAME_PRECISION = 0.45

# The level in the classification: people look for occupations, seldom for groups.
LEVELS: dict[str, float] = {
    "detailed": 1.00,
    "onet": 0.97,
    "broad": 0.85,
    "minor": 0.80,
    "major": 0.80,
    "total": 0.50,
}

# How a word of the query matches a word of the index.
STEM = 0.80  # the same stem: `fixing`, `fixes`
PREFIX = 0.60, 0.35  # `softw`, `software`: the first, plus the second times the share typed
TYPO = 1.0, 0.80, 0.62  # by edit distance
FIRST_LETTER = 0.85  # factor of a typo in the first letter, which is rare
KNOWN = 0.55  # factor of a prefix or typo if the word as typed is in the index too
JOINED = 0.95  # two words as one: `fire fighter`, `firefighter`
FILLER = 0.25  # factor of the importance of words such as `job` and `opening`
UNKNOWN = 0.2  # importance of a word that is not in the index, as a share of the rarest word's
HEAD = 1.3  # factor of the importance of the last word: in English the kind of worker
