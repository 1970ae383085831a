"""Where in a text the words of a query stand."""

from collections.abc import Sequence

from app.finding.search.text import long_form, tokens


def shortest_span(text: str, wanted: Sequence[set[str]]) -> tuple[int, int]:
    """Characters [start, end) of the shortest stretch that has all words of `wanted` it can have.

    Each of `wanted` holds the forms that answer to one word of a query. (0, 0) if none is there.
    """
    marked = []
    for word, start, end in tokens(text):
        forms = {word, *long_form(word)}
        hits = [at for at, words in enumerate(wanted) if not words.isdisjoint(forms)]
        if hits:
            marked.append((hits, start, end))
    every = {at for hits, _, _ in marked for at in hits}
    best = (0, 0)
    for first, (_, start, _) in enumerate(marked):
        seen: set[int] = set()
        for hits, _, end in marked[first:]:
            seen.update(hits)
            if len(seen) == len(every):
                if best == (0, 0) or end - start < best[1] - best[0]:
                    best = (start, end)
                break
    return best
