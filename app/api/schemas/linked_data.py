"""What the contract says of answers in linked data: media type → schema and example, shortened.

It stands in the extension ``x-linked-data`` beside the schema of the JSON: of an answer with
several media types openapi-typescript and orval make a union, which no client can use unasked.
"""

from __future__ import annotations

from typing import Any

from app.api.schemas.common import Json


def _beside(kinds: Json) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of its answer 200."""
    return {200: {"content": {"application/json": {"x-linked-data": kinds}}}}


_OCCUPATION: Json = {
    "application/ld+json": {
        "schema": {"type": "object"},
        "example": {
            "@context": "https://schema.org",
            "@type": "Occupation",
            "name": "Medical and Health Services Managers",
        },
    }
}
_SKOS: Json = {
    "application/ld+json": {
        "schema": {"type": "object"},
        "example": {
            "@context": {
                "skos": "http://www.w3.org/2004/02/skos/core#",
                "exactMatch": {"@id": "skos:exactMatch", "@type": "@id"},
            },
            "@graph": [
                {
                    "@id": "/v1/classifications/soc-2010#11-9111",
                    "@type": "skos:Concept",
                    "exactMatch": ["/v1/classifications/soc-2018#11-9111"],
                }
            ],
        },
    },
    "text/turtle": {
        "schema": {"type": "string"},
        "example": "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix soc-2010: </v1/classifications/soc-2010#> .\n"
        "@prefix soc-2018: </v1/classifications/soc-2018#> .\n\n"
        "soc-2010:11-9111 a skos:Concept ;\n    skos:exactMatch soc-2018:11-9111 .\n",
    },
}
OCCUPATION = _beside(_OCCUPATION)
SKOS = _beside(_SKOS)
