"""``make messages``: collects the pages' words into the translations, and compiles those.

A message that is new has an empty translation, which a test refuses; one that no page has goes.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.server.negotiation import LANGUAGES
from tests.test_repository import ROOT

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LOCALE = ROOT / "app" / "web" / "locale"
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}
"""Functions whose first argument is a message."""


def collected() -> Catalog:
    """Return every message of the pages, by the mappings of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    mappings = project["tool"]["babel"]["mappings"]
    found = Catalog(creation_date=LONG_AGO)
    methods = [(one["pattern"], one["method"]) for one in mappings]
    options = {
        one["pattern"]: {k: v for k, v in one.items() if k not in {"pattern", "method"}}
        for one in mappings
    }
    for file, _, message, _, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        if file.startswith("app/web"):
            found.add(message, context=context)
    return found


def translated(language: str) -> Catalog:
    """Read the translations of a language; the head has nothing that a new collection changes."""
    catalog = Catalog(
        language,
        project="occupations-api",
        version="1",
        creation_date=LONG_AGO,
        revision_date=LONG_AGO,
        header_comment="",
        fuzzy=False,
    )
    with (LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        for message in read_po(file, locale=language):
            if message.id:
                catalog.add(message.id, message.string, flags=message.flags)
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """Return translations as the program reads them."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> None:
    template = collected()
    for language in LANGUAGES[1:]:
        catalog = translated(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        folder = LOCALE / language / "LC_MESSAGES"
        with (folder / "messages.po").open("wb") as file:
            write_po(file, catalog, width=100, omit_header=False, sort_output=True)
        (folder / "messages.mo").write_bytes(compiled(catalog))
        sum(1 for message in catalog if message.id and not message.string)


if __name__ == "__main__":
    main()
