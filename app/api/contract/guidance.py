"""What the contract says of each operation beside its docstring: an address to copy, and its data.

The documentation page fills in what is required and what has a default, and no more: an operation
executed as it opens shows what it is about. Addresses show what else it takes.
"""

from __future__ import annotations

from app.api.queries.absence import PUBLISHERS
from app.api.queries.blocks import BLOCKS

ADDRESSES: dict[str, str] = {
    "get_root": "/v1",
    "list_occupations": "/v1/occupations?sort=-wage&education=bachelor,master&limit=10",
    "get_occupation": "/v1/occupations/11-9111?include=wages,projections",
    "compare_occupations": "/v1/compare?codes=11-9111,29-1141&period=latest",
    "search_occupations": "/v1/search?q=wages+of+health+managers&limit=5",
    "suggest_occupations": "/v1/suggest?q=med",
    "match_title": "/v1/titles/match?title=Sr.+RN+mgr&limit=3",
    "list_classifications": "/v1/classifications",
    "list_classification_codes": "/v1/classifications/soc-2010?limit=5",
    "list_crosswalks": "/v1/crosswalks",
    "list_crosswalk_pairs": "/v1/crosswalks/crosswalk-soc-2010-soc-2018?from=15-1132",
    "list_occupation_codes": "/v1/occupations/29-1141/codes?classification=isco-08",
    "list_areas": "/v1/areas?q=bay+area",
    "get_area": "/v1/areas/14460",
    "list_industries": "/v1/industries?level=sector",
    "list_sources": "/v1/sources",
    "list_releases": "/v1/releases?source=bls-oews",
    "get_release": "/v1/releases/bls-oews-2021-05",
    "list_changes": "/v1/changes?since=2024-01-01&subject=release",
    "list_exports": "/v1/exports?limit=200",
    "get_export": "/v1/exports/wages.parquet",
    "list_occupation_areas": "/v1/occupations/29-1141/areas?sort=-location_quotient",
    "list_occupation_wages": "/v1/occupations/11-9111/wages?period=all&fields=period,annual_median",
    "list_wages": "/v1/wages?code=11-9111,29-1141&period=all&sort=-annual_median",
    "list_skills": "/v1/skills?code=11-9111&sort=-importance",
    "list_projections": "/v1/projections?group=11-9&fields=period,change,percent_change",
}
"""Operation → an address to copy. A block without one here has its first items."""

SEED_ONLY = "The article has them of one occupation; no official source does."
PROJECTED = (
    "`bls-ep` for the nation, `projections-central` for states. Without them there is what the "
    "article says of one occupation, or the list is empty and `absent` names the command that "
    "loads them."
)
DATA: dict[str, str] = {
    "list_projections": PROJECTED,
    "list_occupation_projections": PROJECTED,
    "list_occupations": "`soc` (titles), `bls-oews` (employment, wages), `bls-ep` (projections, "
    "education). A figure whose source is not loaded is null with the mark `not_loaded`.",
    "get_occupation": "every source. A block whose source is not loaded is empty, and `marks` "
    "names the command that loads it.",
    "compare_occupations": "`bls-oews`, `bls-ep`, `projections-central`, `onet`. A figure whose "
    "source is not loaded is null with the mark `not_loaded`.",
    "search_occupations": "`soc` and `onet` for titles and duties, `bls-oews` and `bls-ep` for "
    "figures. Without `onet` fewer words are found.",
    "suggest_occupations": "`soc` and `onet` for titles. Without `onet` fewer words are found.",
    "match_title": "`soc` and `onet` for titles. Without them most titles have no match.",
    "match_titles": "`soc` and `onet` for titles. Without them most titles have no match.",
    "list_classifications": "none. `loaded` tells whose codes are here.",
    "list_classification_codes": "the classification's own files and the crosswalks. Without them "
    "the list is empty, and `absent` names the command that loads them.",
    "list_crosswalks": "the crosswalks' files. Without them the list is empty.",
    "list_crosswalk_pairs": "the crosswalks' files. Without them the list is empty, and `absent` "
    "names the command that loads them.",
    "list_occupation_codes": "the crosswalks' files. Without them the list is empty, and `absent` "
    "names the command that loads them.",
    "list_areas": "`bls-oews`. Areas of which no wages are loaded are not in the list.",
    "get_area": "`bls-areas`, which comes with the software, and `bls-oews` for `periods` and "
    "occupations. Without wages of the area, `marks` names the command that loads them.",
    "list_industries": "`bls-oews` by industry. Without it there is all industries together.",
    "list_exports": "any. The files have all that is loaded, as of the last import or "
    "`occupations export`; before the first there is a 503 that names the command.",
    "get_export": "any. The files have all that is loaded.",
    "list_sources": "none. A source without data has no `release_ids`.",
    "list_releases": "any. The seed has those that come with the software.",
    "list_changes": "any. Data versions made by software before 0.1.0 tell which releases came and "
    "went, and not how many figures.",
    "get_release": "the release itself. One that is not loaded is a 404 that names near ones.",
}
"""Operation → the sources that it answers from, and what it answers without them."""


def address(operation: str, path: str) -> str | None:
    """Return an address to copy, if the operation shows data."""
    if operation in ADDRESSES or not path.startswith("/v1/"):
        return ADDRESSES.get(operation)
    return path.replace("{code}", "11-9111") + "?limit=5" if _block(operation) in BLOCKS else None


def data(operation: str, path: str) -> str | None:
    """Return which data an operation answers from, and what it answers without them."""
    if operation in DATA or not path.startswith("/v1/"):
        return DATA.get(operation)
    source = PUBLISHERS.get(_block(operation))
    if source is None:
        return SEED_ONLY
    return (
        f"`{source}`. Without it there is what the article says of one occupation, or the list is "
        "empty and `absent` names the command that loads it."
    )


def _block(operation: str) -> str:
    return operation.removeprefix("list_").removeprefix("occupation_")
