"""Where to highlight a text: the shortest span with the words of the query."""

from collections.abc import Sequence

from app.finding.search.tokenizer import expand, tokens


def shortest_span(text: str, wanted: Sequence[set[str]]) -> tuple[int, int]:
    """Return the characters [start, end) of the shortest span with every query word in the text.

    Each of ``wanted`` has the forms of one query word. (0, 0) if the text has none of them.
    """
    marked = []
    for word, start, end in tokens(text):
        forms = {word, *expand(word)}
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
