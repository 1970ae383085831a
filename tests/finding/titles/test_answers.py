"""What is said of a title beside its occupations: why, how it was understood, what is nearest."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.web.reading import main_of

MATCH = "/v1/titles/match"


def asked(api: httpx.Client, title: str, **params: Any) -> Any:
    """Return what GET answers, which is what POST answers."""
    answer = api.get(MATCH, params={"title": title, **params})
    assert answer.status_code == 200, answer.text
    [item] = answer.json()["items"]
    assert api.post(MATCH, json={"titles": [title], **params}).json()["items"] == [item]
    return item


@pytest.mark.parametrize(
    ("title", "matched", "source", "how"),
    [
        ("registered  NURSES", "Registered Nurses", "soc", "official"),
        ("Hospital administrator", "Hospital administrator", "article", "official"),
        ("bean counters", "bean counter", "everyday", "everyday"),
        ("hospital administrator in chief", "Hospital administrator", "article", "words"),
        ("hospital administratr", "Hospital administrator", "article", "spelling"),
    ],
)
def test_a_match_says_what_it_rests_on(
    api: httpx.Client, title: str, matched: str, source: str, how: str
) -> None:
    match = asked(api, title)["matches"][0]
    assert match["matched_title"] == matched
    assert match["why"] == {"source": source, "how": how, "filings": None}


@pytest.mark.parametrize(
    ("title", "understood"),
    [
        ("hospital administratr", "hospital administrator"),
        ("Acountants - Dallas, TX", "accountant"),
        ("Hospital administrators", None),  # the plural is no fault
        ("Sr. RN mgr", None),  # nor is an abbreviation
        ("flurble", None),
        ("NRUSE", None),  # in capitals it is an abbreviation
        ("nruse", "nurse"),
        ("REGISTERD NRUSE", "registered nruse"),
        ("SDET", None),
    ],
)
def test_a_corrected_spelling_is_told(
    seeded_sqlite: httpx.Client, title: str, understood: str | None
) -> None:
    assert asked(seeded_sqlite, title)["corrected_to"] == understood


def test_where_nothing_is_sure_enough_the_nearest_are_named(seeded_sqlite: httpx.Client) -> None:
    title = "hospital administrator in chief"
    every = asked(seeded_sqlite, title, min_confidence=0)
    assert every["nearest"] == []
    first = every["matches"][0]
    least = first["confidence"]
    just = asked(seeded_sqlite, title, min_confidence=least - 0.0001)
    assert (just["matches"][0], just["nearest"]) == (first, [])
    none = asked(seeded_sqlite, title, min_confidence=least + 0.0001)
    assert none["matches"] == []
    best = [{key: match[key] for key in ("code", "title")} for match in every["matches"][:3]]
    assert none["nearest"] == best
    unknown = asked(seeded_sqlite, "flurble", min_confidence=0)
    assert (unknown["matches"], unknown["nearest"]) == ([], [])


def test_the_page_says_so_too(seeded_sqlite: httpx.Client) -> None:
    form = {"titles": "hospital administratr", "min_confidence": "1"}
    shown = main_of(seeded_sqlite.post("/en/match", data=form))
    assert "read as" in shown
    assert "hospital administrator" in shown
    for near in asked(seeded_sqlite, form["titles"], min_confidence=1)["nearest"]:
        assert f'href="/en/occupations/{near["code"]}"' in shown
