"""The translations of the pages: whole, filled in alike, and compiled."""

from __future__ import annotations

import re

import pytest

from app.server.negotiation import LANGUAGES
from tests.test_repository import ROOT
from tests.web.messages import LOCALE, collected, compiled, translated

PLACES = re.compile(r"%\(\w+\)s|%s|\{\w+\}|<[^>]+>")
"""What is filled in, and markup: both languages must have the same."""


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_message_is_translated(language: str) -> None:
    catalog = translated(language)
    assert {m.id for m in collected()} - {m.id for m in catalog} == set(), "make messages"
    assert [m.id for m in catalog if m.id and not m.string] == []
    assert [
        m.id for m in catalog
        if m.id and sorted(PLACES.findall(str(m.id))) != sorted(PLACES.findall(str(m.string)))
    ] == []  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_translations_are_compiled(language: str) -> None:
    made = (LOCALE / language / "LC_MESSAGES" / "messages.mo").read_bytes()
    assert made == compiled(translated(language)), "make messages"


def test_every_template_is_read() -> None:
    # One that cannot be parsed would be left out, and its words with it.
    words = {message.id for message in collected()}
    for file in (ROOT / "app" / "web" / "templates").glob("*.html"):
        for text in re.findall(r'\b_\("([^"]+)"\)', file.read_text("utf-8")):
            assert text in words, file.name
