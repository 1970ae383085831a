"""As-you-type: the occupations that have titles with words that begin as typed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from app.searching.codes import code_digits
from app.searching.corpus import Corpus
from app.searching.field import Floats, Ids
from app.searching.results import Suggestion
from app.searching.text import EMPTY, MAX_QUERY, MAX_WORDS, before_exceptions, long_form, tokens
from app.searching.weights import KINDS

KIND_WEIGHTS = np.array(list(KINDS.values()), np.float32)
IN_PLACE = 0.30  # weight of words that stand where they were typed
WHOLE = 0.15  # weight of words that are typed in full
KIND = 1.20  # weight of the kind of title
SIZE = 0.50  # weight of the occupation's size
SHARE = 0.25  # weight of the share of the title that is typed
LIKENESS = 50  # percent of letters below which no title is near


class Typed(NamedTuple):
    """A word as typed: ids [start, end) of words that begin so, or single ids."""

    text: str
    beginning: tuple[int, int]
    others: list[int]


def suggest(corpus: Corpus, q: str, limit: int) -> list[Suggestion]:
    """See `SearchIndex.suggest`."""
    q = q[:MAX_QUERY]
    digits = code_digits(q)
    if digits:
        found = corpus.lookup.find(digits)[:limit]
        if found:
            return [_of_code(corpus, at, q) for at in found]
    words = _words(q)
    if not words:
        return []
    picked: dict[int, Suggestion] = {}
    for reading in _readings(corpus, words):
        if len(picked) >= limit:
            break
        for owner, text in _pick(corpus, reading, len(q), limit):
            picked.setdefault(owner, _of_title(corpus, owner, text, reading))
    return list(picked.values())[:limit]


def nearest(corpus: Corpus, q: str, limit: int) -> list[Suggestion]:
    """Find the occupations with the titles nearest to a query that found nothing."""
    digits = code_digits(q[:MAX_QUERY])
    if digits:
        return [_of_code(corpus, at, q) for at in corpus.lookup.nearest(digits, limit)]
    found = process.extract(
        q[:MAX_QUERY].lower(),
        [title.lower() for title in corpus.titles],
        scorer=fuzz.ratio,
        score_cutoff=LIKENESS,
        limit=limit,
    )
    titles = [(at, corpus.titles[at]) for _, _, at in found]
    return [Suggestion(corpus.codes[at], title, title, (0, len(title))) for at, title in titles]


def _words(q: str) -> list[str]:
    words = before_exceptions([token.word for token in tokens(q)][:MAX_WORDS])
    kept = [word for word in words[:-1] if word not in EMPTY]
    return kept if not words or (kept and words[-1] in EMPTY) else [*kept, words[-1]]


def _readings(corpus: Corpus, words: list[str]) -> Iterator[list[Typed]]:
    """Give the ways to understand what was typed, the likeliest first."""
    begin = corpus.vocabulary.beginning

    def plain(parts: Sequence[str]) -> list[Typed]:
        return [Typed(part, begin(part), []) for part in parts]

    full = [part for word in words for part in long_form(word)]
    if full != words:
        yield plain(full[:MAX_WORDS])
    yield plain(words)
    for at in range(len(words) - 1):
        yield plain([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])
    spans = [begin(word) for word in words]
    near = [
        corpus.vocabulary.near_beginning(word) if start == end else []
        for word, (start, end) in zip(words, spans, strict=True)
    ]
    if any(near):
        yield [
            Typed(word, begin(word), [place for place, _ in found])
            for word, found in zip(words, near, strict=True)
        ]


def _pick(corpus: Corpus, reading: list[Typed], typed: int, limit: int) -> list[tuple[int, int]]:
    """Pick the best occupations that have every word, each with that title."""
    field = corpus.names
    count = np.zeros(len(field.owners), np.uint8)
    bonus = np.zeros(len(field.owners), np.float32)
    for at, word in enumerate(reading):
        here = np.zeros(len(field.owners), bool)
        low, high = (int(field.starts[place]) for place in word.beginning)
        texts = field.texts_of[low:high]
        here[texts] = True
        bonus[texts[field.places[low:high] == at]] += IN_PLACE / len(reading)
        whole = corpus.vocabulary.ids.get(word.text)
        if whole is not None:
            texts = field.texts_of[field.starts[whole] : field.starts[whole + 1]]
            bonus[texts] += WHOLE / len(reading)
        for place in word.others:
            here[field.texts_of[field.starts[place] : field.starts[place + 1]]] = True
        count += here
    texts = np.flatnonzero(count == len(reading)).astype(np.int32)
    if not len(texts):
        return []
    owners = field.owners[texts]
    scores = bonus[texts] + KIND * KIND_WEIGHTS[field.kinds[texts]]
    scores += SHARE * np.minimum(typed / np.maximum(field.lengths[texts], 1), 1)
    scores = (scores + SIZE * corpus.sizes[owners]) * corpus.levels[owners]
    return _best(texts, owners, scores, limit)


def _best(texts: Ids, owners: Ids, scores: Floats, limit: int) -> list[tuple[int, int]]:
    """Pick the best text of each of the best occupations; `owners` ascends."""
    runs = np.flatnonzero(np.diff(owners, prepend=-1))
    tops = np.maximum.reduceat(scores, runs)
    order = np.lexsort((owners[runs], -tops))[:limit]
    ends = np.append(runs[1:], len(owners))
    picked = []
    for run in order.tolist():
        start = int(runs[run])
        text = start + int(scores[start : ends[run]].argmax())
        picked.append((int(owners[start]), int(texts[text])))
    return picked


def _of_code(corpus: Corpus, at: int, q: str) -> Suggestion:
    code = corpus.codes[at]
    left = sum(char.isdigit() for char in q)
    end = 0
    while end < len(code) and left:
        left -= code[end].isdigit()
        end += 1
    return Suggestion(code, corpus.titles[at], code, (0, end))


def _of_title(corpus: Corpus, owner: int, text: int, reading: list[Typed]) -> Suggestion:
    title = corpus.names.text(text)
    start, end = len(title), 0
    for word in reading:
        others = {corpus.vocabulary.words[place] for place in word.others}
        for token in tokens(title):
            forms = {token.word, *long_form(token.word)}
            if token.word.startswith(word.text):
                start, end = min(start, token.start), max(end, token.start + len(word.text))
            elif forms & others or any(form.startswith(word.text) for form in forms):
                start, end = min(start, token.start), max(end, token.end)
            else:
                continue
            break
    return Suggestion(corpus.codes[owner], corpus.titles[owner], title, (min(start, end), end))
