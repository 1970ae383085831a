"""Suggestions while typing: occupations with a title that has the typed words as prefixes."""

from collections.abc import Iterator, Sequence, Set
from functools import cache, partial
from itertools import chain
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from app.finding.index_arrays import Bytes, Floats, Ids
from app.finding.search.codes import code_digits, span_of_digits
from app.finding.search.corpus import Corpus
from app.finding.search.field import IMPLIED, Field
from app.finding.search.highlight import shortest_span
from app.finding.search.results import Suggestion
from app.finding.search.tokenizer import (
    EMPTY,
    MAX_QUERY,
    MAX_WORDS,
    before_exceptions,
    expand,
    expand_beside,
    folded,
    tokens,
)
from app.finding.search.vocabulary import Vocabulary
from app.finding.search.weights import KIND_WEIGHTS

IN_PLACE = 0.30  # weight of words that are in the same place as typed
WHOLE = 0.15  # weight of words that are typed in full
KIND = 3.00  # weight of the kind of title
SIZE = 0.40  # weight of the occupation's size
SHARE = 0.25  # weight of the share of the title that is typed
COMMON = 0.50  # weight of the share of the occupation's titles that have the words
FEW = 5  # smoothing of that share: one title of one is not all
MAX_CORRECTED = 4  # words whose spelling is corrected
HERE, PREFIXED, SIMILAR, WHOLLY = 1, 2, 4, 8
"""What a text has of a typed word: the word; in the same place, as typed or similar; in full."""
GAINS = np.array(
    [IN_PLACE * ((n >> 1 & 1) + (n >> 2 & 1)) + WHOLE * (n >> 3) for n in range(16)], np.float32
)
SURE = 0.5  # confidence from which on a title leads that has not the words typed
MEANT = 20  # occupations that one name means
JOINING = frozenset(("and", "for", "in", "of", "the", "to", "with"))
"""Stop words that begin no other word: titles join words by them."""
GROUPS = 12  # more than a title has groups of the same name
SIMILARITY = 50  # least similarity of a title in percent, where nothing was found


class Typed(NamedTuple):
    """A word as typed, and the indexed words that it may become."""

    text: str
    prefixed: tuple[int, int]
    """Ids [start, end) of the words that have it as a prefix."""
    others: Set[int] = frozenset()
    """Ids of words with a similar prefix."""
    implied: bool = False
    """Whether titles that only have its abbreviation match too."""


def suggest(corpus: Corpus, q: str, limit: int) -> list[Suggestion]:
    """See `SearchIndex.suggest`."""
    digits = code_digits(q)
    if digits:
        found = corpus.lookup.find(digits)[:limit]
        if found:
            return [_of_code(corpus, at, q) for at in found]
    words, begun = _words(corpus, q)
    if not words:
        return []
    whole = not begun and _is_whole(corpus, words[-1])
    picked = dict(_meant(corpus, q, words)) if whole else {}
    led = len(picked)
    readings = _readings(corpus, words)
    if begun:
        readings = chain([(_plain(corpus, [*words, begun]), True)], readings)
    for reading, likely in readings:
        if len(picked) >= limit or (len(picked) > led and not likely):
            break
        for owner, text in _pick(corpus, reading, len(q), limit + GROUPS):
            if corpus.titles_of.held[owner] and owner not in picked:
                picked[owner] = _of_title(corpus, owner, text, reading)
    return list(picked.values())[:limit]


def is_finished(corpus: Corpus, q: str) -> bool:
    """Tell whether the last word typed is whole: no title is meant by one that is not.

    It is whole where it is a word or an abbreviation, and where it begins no word.
    """
    words, begun = _words(corpus, q)
    return bool(words) and not begun and _is_whole(corpus, words[-1])


def _is_whole(corpus: Corpus, word: str) -> bool:
    start, end = corpus.vocabulary.with_prefix(word)
    return start == end or word in corpus.vocabulary.ids or expand(word) != (word,)


def _meant(corpus: Corpus, q: str, words: list[str]) -> Iterator[tuple[int, Suggestion]]:
    """Yield the occupations of which the words typed are a title, likeliest first."""
    meant = corpus.titles_of.meaning(q)
    if meant is None:
        return
    wanted = {word: 1 << n for n, word in enumerate(words)}
    for at in np.argsort(-meant.sure, kind="stable")[:MEANT].tolist():
        if corpus.titles_of.held[at] and (at in meant.known or meant.sure[at] >= SURE):
            title, _ = meant.title_of(at)
            whole = at in meant.known
            span = (0, len(title)) if whole else shortest_span(title, wanted)
            yield at, Suggestion(corpus.codes[at], corpus.titles[at], title, span)


def nearest(corpus: Corpus, q: str, limit: int) -> list[Suggestion]:
    """Return the occupations with the most similar titles, for a query that found nothing."""
    digits = code_digits(q[:MAX_QUERY])
    if digits:
        return [_of_code(corpus, at, q) for at in corpus.lookup.nearest(digits, limit)]
    found = process.extract(
        q[:MAX_QUERY].lower(),
        [title.lower() for title in corpus.titles],
        scorer=fuzz.ratio,
        score_cutoff=SIMILARITY,
        limit=limit,
    )
    titles = [(at, corpus.titles[at]) for _, _, at in found]
    return [Suggestion(corpus.codes[at], title, title, (0, len(title))) for at, title in titles]


def _words(corpus: Corpus, q: str) -> tuple[list[str], str]:
    """Split what was typed into words, the last of which may be unfinished.

    What may be a stop word or the beginning of another word stands beside them: `lunch la` may
    become `lunch lady`.
    """
    found = tokens(q)[:MAX_WORDS]
    words = before_exceptions([token.word for token in found])
    kept = [word for word in words[:-1] if word not in EMPTY]
    if not words:
        return kept, ""
    # `nurs` may become `nurse`: it is a plural only if no word has this prefix.
    last = found[len(words) - 1]
    raw = folded(q[last.start : last.end])
    if kept and words[-1] in EMPTY:
        return kept, "" if raw in JOINING or last.end < len(q) else raw
    start, end = corpus.vocabulary.with_prefix(raw)
    return [*kept, raw if start < end else words[-1]], ""


def _plain(corpus: Corpus, words: Sequence[str]) -> list[Typed]:
    return [Typed(word, corpus.vocabulary.with_prefix(word)) for word in words]


def _readings(corpus: Corpus, words: list[str]) -> Iterator[tuple[list[Typed], bool]]:
    """Yield readings of what was typed, and whether each is likely; likely ones first.

    They are: abbreviations expanded, the words as typed, two words as one, spelling corrected.
    """
    begin = corpus.vocabulary.with_prefix
    plain = partial(_plain, corpus)
    full = [part for parts in expand_beside(words) for part in parts]
    if full != words:
        yield [Typed(part, begin(part), implied=True) for part in full[:MAX_WORDS]], True
    yield plain(words), True
    for at in range(len(words) - 1):
        yield plain([*words[:at], words[at] + words[at + 1], *words[at + 2 :]]), False
    spans = [begin(word) for word in words]
    unknown = [start == end for start, end in spans]
    every = [len(words) <= MAX_CORRECTED] * len(words)
    similar = cache(lambda word: frozenset(at for at, _ in corpus.vocabulary.near_prefix(word)))
    for doubted in (unknown, every) if unknown != every else (every,):
        if sum(doubted) > MAX_CORRECTED:
            continue
        near = [
            similar(word) if doubt else frozenset()
            for word, doubt in zip(words, doubted, strict=True)
        ]
        if any(near):
            yield [Typed(*word) for word in zip(words, spans, near, strict=True)], False


def _pick(corpus: Corpus, reading: list[Typed], typed: int, limit: int) -> list[tuple[int, int]]:
    """Return the best occupations with a title that has every word, and that title."""
    if any(word.prefixed[0] == word.prefixed[1] and not word.others for word in reading):
        return []
    field = corpus.names
    texts, bonus = _having(corpus, reading)
    if not len(texts):
        return []
    owners = field.owners[texts]
    scores = bonus + KIND * KIND_WEIGHTS[field.kinds[texts]]
    scores += SHARE * np.minimum(typed / np.maximum(field.lengths[texts], 1), 1)
    # The share of an occupation's titles that match: many nurses' titles have the prefix `nur`.
    having = np.bincount(owners, minlength=len(corpus.codes))[owners]
    common = np.sqrt(having / (np.diff(field.occupations.firsts)[owners] + FEW))
    scores = (scores + SIZE * corpus.sizes[owners] + COMMON * common) * corpus.levels[owners]
    return _best(texts, owners, scores.astype(np.float32), limit)


def _having(corpus: Corpus, reading: list[Typed]) -> tuple[Ids, Floats]:
    """Return the names that have every word, ascending, and what each gains by its words."""
    field, ids = corpus.names, corpus.vocabulary.ids
    gain_of: Floats = GAINS / np.float32(len(reading))
    texts, bonus = np.zeros(0, np.int32), np.zeros(0, np.float32)
    for at, word in enumerate(reading):
        spans = _without(corpus.vocabulary, word.prefixed, {part.text for part in reading[:at]})
        here = np.zeros(len(field.owners), np.uint8)
        some, places = _entries(field, spans)
        here[some if word.implied else some[places < IMPLIED]] = HERE
        here[some[places == at]] = HERE | PREFIXED
        if word.others:
            some, places = _entries(field, [(place, place + 1) for place in word.others])
            here[some[places < IMPLIED]] |= HERE
            here[some[places == at]] |= SIMILAR
        if word.text in ids:
            here[_entries(field, [(ids[word.text], ids[word.text] + 1)])[0]] |= WHOLLY
        if at == 0:
            texts = (here & HERE).view(bool).nonzero()[0].astype(np.int32)
            bonus = gain_of[here[texts]]
        else:
            have = here[texts]
            kept = (have & HERE).view(bool)
            texts, bonus = texts[kept], bonus[kept] + gain_of[have[kept]]
        if not len(texts):
            break
    return texts, bonus


def _entries(field: Field, spans: list[tuple[int, int]]) -> tuple[Ids, Bytes]:
    """Return the texts with a word of one of several ranges of ids, and its place in each."""
    starts = field.words.starts
    parts = [slice(int(starts[start]), int(starts[end])) for start, end in spans]
    if not parts:
        return field.words.rows[:0], field.places[:0]
    if len(parts) == 1:
        return field.words.rows[parts[0]], field.places[parts[0]]
    rows = np.concatenate([field.words.rows[part] for part in parts])
    return rows, np.concatenate([field.places[part] for part in parts])


def _without(
    vocabulary: Vocabulary, prefixed: tuple[int, int], words: set[str]
) -> list[tuple[int, int]]:
    """Cut words out of a range of ids: in `fire fi`, the prefix `fi` is not `fire` again."""
    start, end = prefixed
    spans = []
    for place in sorted(vocabulary.ids.get(word, -1) for word in words):
        if start <= place < end:
            spans.append((start, place))
            start = place + 1
    return [*spans, (start, end)]


def _best(texts: Ids, owners: Ids, scores: Floats, limit: int) -> list[tuple[int, int]]:
    """Return the best occupations, and the best text of each. Owners ascend."""
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
    typed = sum(char.isdigit() for char in q)
    return Suggestion(code, corpus.titles[at], code, span_of_digits(code, typed))


def _of_title(corpus: Corpus, owner: int, text: int, reading: list[Typed]) -> Suggestion:
    """Return a title, highlighted from the first word typed to the last."""
    title, ids = corpus.names.texts.at(text), corpus.vocabulary.ids
    found = tokens(title)
    left = [*zip(found, expand_beside([token.word for token in found]), strict=True)]
    start, end = len(title), 0
    for word in reading:
        for at, (token, full) in enumerate(left):
            forms = {token.word, *full}
            if token.word.startswith(word.text):
                stop = min(token.start + len(word.text), token.end)
            elif any(form.startswith(word.text) or ids.get(form) in word.others for form in forms):
                stop = token.end
            else:
                continue
            start, end = min(start, token.start), max(end, stop)
            if len(forms) == 1:
                del left[at]
            break
    return Suggestion(corpus.codes[owner], corpus.titles[owner], title, (min(start, end), end))
