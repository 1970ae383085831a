"""A release's files, one after another: which lists they stand for, and their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from app.importers.loading.recognise import Found
from app.importers.onet.columns import ELEMENT_KINDS
from app.verifying import oews, onet, onet_ratings, projections, soc
from app.verifying.answers import Api
from app.verifying.rows import About, Row, Wanted
from app.verifying.tables import Lines

RATED = {
    f"onet_{kind}": Wanted("skills", (kind,)) for kind in dict.fromkeys(ELEMENT_KINDS.values())
}
SHARES = (onet_ratings.EDUCATION, onet_ratings.EXPERIENCE)
PROJECTED = (
    projections.PROJECTIONS,
    projections.EXAMPLES,
    projections.ATTAINMENT,
    soc.OCCUPATIONS,
)

COVERS: dict[str, tuple[Wanted, ...]] = {
    "oews": (oews.WAGES, oews.AREAS, soc.OCCUPATIONS),
    "projections_workbook": PROJECTED,
    "projections_csv": PROJECTED,
    "soc_structure": (soc.OCCUPATIONS,),
    "soc_definitions": (soc.OCCUPATIONS, soc.DEFINITIONS),
    "soc_titles": (soc.TITLES, soc.OCCUPATIONS),
    "onet_occupations": (soc.OCCUPATIONS, onet.DEFINITIONS),
    "onet_education": SHARES,
    **{kind: (its.wanted,) for kind, its in onet.PLAIN.items()},
    **{kind: (wanted,) for kind, wanted in RATED.items()},
}
"""Kind of file → lists of which every item of the release stands in such a file."""

NEEDS = {
    "onet_education": "onet_education_categories",
    "onet_job_zones": "onet_job_zone_reference",
}
"""Kind of file → the kind without which no release has its rows."""

READ: dict[str, str] = {
    "oews": "|".join(
        [*oews.COLUMNS.values(), *oews.RATES, "tot_emp", "[ah]_(mean|median|pct\\d\\d)"]
    ),
    "projections_workbook": r".*(title|code)|occupation type|employment,? \d{4}"
    r"|employment (percent )?change.*|percent self.*|occupational openings.*|median annual.*"
    r"|typical .*|work experience.*",
    "soc_structure": ".*",
    "soc_definitions": ".*",
    "soc_titles": ".*",
    "onet_occupations": ".*",
    "onet_education": r"o\*net.*|scale id|category|data value|n|standard error|.*bound|.*suppress"
    "|date|domain source",
    "onet_job_zone_reference": "job zone|name|experience|education|job training|svp range",
    "onet_education_categories": "scale id|category.*",
    "onet_scales": "scale id|minimum|maximum",
}
"""Kind of file → names of the columns that are compared; of the other O*NET files, all but
``REPEATED``."""

REPEATED = "title|scale name|related title|original task|"
"""Columns that repeat what another file says."""


@dataclass(slots=True)
class Files:
    """The files of one release."""

    found: list[Found]
    api: Api
    period: str
    top_codes: tuple[Decimal, Decimal] | None = None
    categories: dict[tuple[str, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.found:
            if one.kind == "onet_education_categories":
                self.categories |= onet_ratings.categories(lines_of(one))

    def lacks(self, one: Found) -> str | None:
        """Say why a file's rows cannot be answered: its release lacks what names them."""
        kinds = {other.kind for other in self.found}
        needed = NEEDS.get(one.kind)
        return None if needed is None or needed in kinds else f"the release lacks its {needed}"

    def rows(self, one: Found) -> Iterator[Row | About]:
        """Yield the rows of one file."""
        lines = lines_of(one)
        if one.kind in RATED:
            return onet_ratings.ratings(RATED[one.kind], lines)
        if one.kind in onet.PLAIN:
            return onet.plain(one.kind, lines)
        return self._readers()[one.kind](lines)

    def _readers(self) -> dict[str, Callable[[Lines], Iterator[Row | About]]]:
        rated = [RATED[one.kind] for one in self.found if one.kind in RATED]
        return {
            "oews": lambda lines: oews.Oews(lines, self.api, self.period, self.top_codes).rows(),
            "projections_workbook": lambda lines: projections.Projections(lines).rows(),
            "projections_csv": lambda lines: projections.Projections(lines).rows(),
            "soc_structure": soc.structure,
            "soc_definitions": soc.definitions,
            "soc_titles": soc.titles,
            "onet_occupations": onet.occupations,
            "onet_education": lambda lines: onet_ratings.shares(lines, self.categories),
            "onet_education_categories": onet_ratings.category_rows,
            "onet_job_zone_reference": onet_ratings.zone_rows,
            "onet_scales": lambda lines: onet_ratings.scale_rows(lines, rated),
        }


def lines_of(one: Found) -> Lines:
    """Open a file at its header."""
    assert one.document is not None and one.header is not None  # noqa: S101, PT018 - recognised
    return Lines(one.document, one.header)
