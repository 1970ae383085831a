"""Linked data of schema.org in a page: what machines read where people read the page."""

from __future__ import annotations

import orjson
from markupsafe import Markup

from app.api.routers.linked_data import CONTEXT, present
from app.web.asking import Json

ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""Characters that could end a script element, as JSON may write them too."""


def script(document: Json) -> Markup:
    """Return a document as an element of data, which no browser runs."""
    text = orjson.dumps(document).decode()
    for character, escaped in ESCAPED.items():
        text = text.replace(character, escaped)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped


def dataset_data(page_address: str, source: Json, status: Json | None, address: str) -> Json:
    """Return a source as a dataset; ``address``: where its releases are listed."""
    return present(
        {
            **CONTEXT,
            "@type": "Dataset",
            "@id": f"{page_address}#{source['id']}",
            "name": source["dataset"],
            "description": source["description"],
            "url": f"{page_address}#{source['id']}",
            "sameAs": source["homepage"],
            "license": source["licence_url"],
            "creditText": source["attribution"],
            "creator": {"@type": "Organization", "name": source["publisher"]},
            "dateModified": status and status["published"],
            "version": status and status["newest"],
            "isAccessibleForFree": True,
            "distribution": {
                "@type": "DataDownload",
                "encodingFormat": "application/json",
                "contentUrl": address,
            },
        }
    )
