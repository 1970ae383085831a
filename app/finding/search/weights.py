"""What counts how much in a ranking. Weights are shares of 1 unless a comment says otherwise."""

# What matched. A kind that is not listed counts as `alternate` does.
KINDS: dict[str, float] = {
    "title": 1.00,
    "job": 0.97,
    "direct_match": 0.97,
    "example": 0.97,
    "reported": 0.95,
    "alternate": 0.93,
    "duty": 0.60,
    "description": 0.60,
}
KIND_NAMES = tuple(KINDS)

PROSE = frozenset(("duty", "description"))

# How much of a weight depends on the share of the text that the query has. Prose is long.
PRECISION: dict[str, float] = {"duty": 0.10, "description": 0.10}
NAME_PRECISION = 0.45

# Where it stands in the classification: people look for occupations, seldom for groups.
LEVELS: dict[str, float] = {
    "detailed": 1.00,
    "onet": 0.97,
    "broad": 0.85,
    "minor": 0.80,
    "major": 0.80,
    "total": 0.50,
}

# How a word of the query was found in a text.
STEM = 0.80  # `fixing` in `fixes`
PREFIX = 0.60, 0.35  # `softw` in `software`: the first, and the second times the share typed
TYPO = 1.0, 0.80, 0.62  # by number of edits
FIRST_LETTER = 0.85  # times a typo of the first letter, which is rare
KNOWN = 0.55  # times a prefix or typo of a word that is itself a word
JOINED = 0.95  # `fire fighter` in `firefighter`
FILLER = 0.25  # importance of words like `job` and `opening`
UNKNOWN = 0.2  # importance of a word that is nowhere, as a share of the rarest word's
HEAD = 1.3  # times the importance of the last word: in English the kind of worker
