"""As-you-type: the occupations that have titles with words that begin as typed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from app.finding.search.codes import code_digits
from app.finding.search.corpus import Corpus
from app.finding.search.field import IMPLIED, Floats, Ids
from app.finding.search.results import Suggestion
from app.finding.search.text import (
    EMPTY,
    MAX_QUERY,
    MAX_WORDS,
    before_exceptions,
    folded,
    long_form,
    tokens,
)
from app.finding.search.vocabulary import Vocabulary
from app.finding.search.weights import KINDS

KIND_WEIGHTS = np.array(list(KINDS.values()), np.float32)
IN_PLACE = 0.30  # weight of words that stand where they were typed
WHOLE = 0.15  # weight of words that are typed in full
KIND = 3.00  # weight of the kind of title
SIZE = 0.40  # weight of the occupation's size
SHARE = 0.25  # weight of the share of the title that is typed
COMMON = 0.50  # weight of the share of the occupation's titles that have the words
FEW = 5  # titles that an occupation is taken to have beside its own, so that one of one is not all
MAX_DOUBTED = 4  # words that are looked up by near spelling
LIKENESS = 50  # percent of letters below which no title is near


class Typed(NamedTuple):
    """A word as typed: ids [start, end) of words that begin so, or single ids."""

    text: str
    beginning: tuple[int, int]
    others: list[int]
    implied: bool = False
    """Whether titles that have it in an abbreviation only are meant too."""


def suggest(corpus: Corpus, q: str, limit: int) -> list[Suggestion]:
    """See `SearchIndex.suggest`."""
    q = q[:MAX_QUERY]
    digits = code_digits(q)
    if digits:
        found = corpus.lookup.find(digits)[:limit]
        if found:
            return [_of_code(corpus, at, q) for at in found]
    words = _words(corpus, q)
    if not words:
        return []
    picked: dict[int, Suggestion] = {}
    for reading, likely in _readings(corpus, words):
        if len(picked) >= limit or (picked and not likely):
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


def _words(corpus: Corpus, q: str) -> list[str]:
    found = tokens(q)[:MAX_WORDS]
    words = before_exceptions([token.word for token in found])
    kept = [word for word in words[:-1] if word not in EMPTY]
    if not words or (kept and words[-1] in EMPTY):
        return kept
    # `nurs` may become `nurse`, so it is a plural only if no word begins with it.
    raw = folded(q[found[len(words) - 1].start : found[len(words) - 1].end])
    start, end = corpus.vocabulary.beginning(raw)
    return [*kept, raw if start < end else words[-1]]


def _readings(corpus: Corpus, words: list[str]) -> Iterator[tuple[list[Typed], bool]]:
    """Give the ways to understand what was typed, and whether each is likely; the likely first."""
    begin = corpus.vocabulary.beginning

    def plain(parts: Sequence[str]) -> list[Typed]:
        return [Typed(part, begin(part), []) for part in parts]

    full = [part for word in words for part in long_form(word)]
    if full != words:
        yield [Typed(part, begin(part), [], implied=True) for part in full[:MAX_WORDS]], True
    yield plain(words), True
    for at in range(len(words) - 1):
        yield plain([*words[:at], words[at] + words[at + 1], *words[at + 2 :]]), False
    spans = [begin(word) for word in words]
    unknown = [start == end for start, end in spans]
    for doubted in (unknown, [len(words) <= MAX_DOUBTED] * len(words)):
        if sum(doubted) > MAX_DOUBTED:
            continue
        near = [
            corpus.vocabulary.near_beginning(word) if doubt else []
            for word, doubt in zip(words, doubted, strict=True)
        ]
        if any(near):
            reading = zip(words, spans, near, strict=True)
            yield (
                [Typed(word, span, [at for at, _ in found]) for word, span, found in reading],
                False,
            )


def _pick(corpus: Corpus, reading: list[Typed], typed: int, limit: int) -> list[tuple[int, int]]:
    """Pick the best occupations that have every word, each with that title."""
    if any(word.beginning[0] == word.beginning[1] and not word.others for word in reading):
        return []
    field = corpus.names
    count = np.zeros(len(field.owners), np.uint8)
    bonus = np.zeros(len(field.owners), np.float32)
    for at, word in enumerate(reading):
        here = np.zeros(len(field.owners), bool)
        earlier = {part.text for part in reading[:at]}
        spans = _without(corpus.vocabulary, word.beginning, earlier)
        for start, end in spans + [(place, place + 1) for place in word.others]:
            entries = slice(int(field.starts[start]), int(field.starts[end]))
            texts, places = field.texts_of[entries], field.places[entries]
            here[texts if word.implied else texts[places < IMPLIED]] = True
            bonus[texts[places == at]] += IN_PLACE / len(reading)
        whole = corpus.vocabulary.ids.get(word.text)
        if whole is not None:
            entries = slice(int(field.starts[whole]), int(field.starts[whole + 1]))
            bonus[field.texts_of[entries]] += WHOLE / len(reading)
        count += here
    texts = np.flatnonzero(count == len(reading)).astype(np.int32)
    if not len(texts):
        return []
    owners = field.owners[texts]
    scores = bonus[texts] + KIND * KIND_WEIGHTS[field.kinds[texts]]
    scores += SHARE * np.minimum(typed / np.maximum(field.lengths[texts], 1), 1)
    # Of an occupation's titles, how many begin so: many nurses' titles begin with `nur`.
    having = np.bincount(owners, minlength=len(corpus.codes))[owners]
    common = np.sqrt(having / (field.firsts[owners + 1] - field.firsts[owners] + FEW))
    scores = (scores + SIZE * corpus.sizes[owners] + COMMON * common) * corpus.levels[owners]
    return _best(texts, owners, scores.astype(np.float32), limit)


def _without(
    vocabulary: Vocabulary, beginning: tuple[int, int], words: set[str]
) -> list[tuple[int, int]]:
    """Cut words out of a range of ids: the `fi` of `fire fi` is not `fire` again."""
    start, end = beginning
    spans = []
    for place in sorted(vocabulary.ids.get(word, -1) for word in words):
        if start <= place < end:
            spans.append((start, place))
            start = place + 1
    return [*spans, (start, end)]


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
    """Show a title and the stretch of it from the first word typed to the last, as typed."""
    title = corpus.names.text(text)
    left = tokens(title)
    start, end = len(title), 0
    for word in reading:
        others = {corpus.vocabulary.words[place] for place in word.others}
        for at, token in enumerate(left):
            forms = {token.word, *long_form(token.word)}
            if token.word.startswith(word.text):
                stop = min(token.start + len(word.text), token.end)
            elif forms & others or any(form.startswith(word.text) for form in forms):
                stop = token.end
            else:
                continue
            start, end = min(start, token.start), max(end, stop)
            if len(forms) == 1:
                del left[at]
            break
    return Suggestion(corpus.codes[owner], corpus.titles[owner], title, (min(start, end), end))
