"""Where to highlight a text: the shortest span with the words of the query."""

from collections.abc import Mapping

from app.finding.search.tokenizer import expand, tokens


def shortest_span(text: str, wanted: Mapping[str, int]) -> tuple[int, int]:
    """Return the characters [start, end) of the shortest span with every query word in the text.

    ``wanted`` has the forms of all query words: of each the words it is of, a bit for each. (0, 0)
    if the text has none of them.
    """
    marked = []
    every = 0
    for word, start, end in tokens(text):
        hits = wanted.get(word, 0)
        for form in expand(word):
            hits |= wanted.get(form, 0)
        if hits:
            marked.append((hits, start, end))
            every |= hits
    best = (0, 0)
    for first, (_, start, _) in enumerate(marked):
        seen = 0
        for hits, _, end in marked[first:]:
            seen |= hits
            if seen == every:
                if best == (0, 0) or end - start < best[1] - best[0]:
                    best = (start, end)
                break
    return best
