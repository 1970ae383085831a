"""Where the newest figures of an occupation stand that has none under its own code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from app.database.concordances import Concordances
from app.database.models.classifications import CURRENT
from app.database.newest_lines import Lines
from app.database.occupation_info import OccupationInfo


def pointers(
    occupations: Mapping[str, OccupationInfo],
    same: Mapping[str, Sequence[str]],
    lines: Mapping[str, Lines],
    concordances: Concordances,
) -> dict[str, dict[str, str]]:
    """Return code → dataset → the code under which its newest national figures stand.

    ``same``: code → codes of the same people.

    That is the only occupation of the same group, else the nearest group above it that the
    publisher does not divide further, else a group of the survey's own.
    """
    groups = _survey_groups(occupations, lines, concordances)
    found: dict[str, dict[str, str]] = {}
    for code, occupation in occupations.items():
        if not occupation.current:
            continue
        for dataset, its in lines.items():
            base = occupation.figures_code
            if base not in its.all and base in occupations:
                at = [c for c in same.get(base, ()) if c in its.all]
                at += [c for c in _above(occupations, base) if c in its.detailed]
                at += [c for c in groups.get(base, ()) if c in its.detailed]
                if at:
                    found.setdefault(code, {})[dataset] = at[0]
    return found


def twins(
    occupations: Mapping[str, OccupationInfo], children: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return code → codes of the same people: the only one below a group, the group above it."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, below in children.items():
        finer = [child for child in below if occupations[child].level != "onet"]
        if len(finer) == 1 == len(below):
            found[code].append(finer[0])
            found[finer[0]].append(code)
    return {code: tuple(its) for code, its in found.items()}


def _above(occupations: Mapping[str, OccupationInfo], code: str) -> list[str]:
    found = []
    parent = occupations[code].parent
    while parent is not None:
        found.append(parent)
        parent = occupations[parent].parent
    return found


def _survey_groups(
    occupations: Mapping[str, OccupationInfo],
    lines: Mapping[str, Lines],
    concordances: Concordances,
) -> dict[str, list[str]]:
    """Return code of the SOC → codes of the newest lines that the SOC has not, and that have it."""
    found: dict[str, list[str]] = {}
    own = {
        code
        for its in lines.values()
        for code in its.detailed
        if code in occupations and occupations[code].classification != CURRENT
    }
    for classification in concordances.classifications:
        for code in sorted(own):
            for chain in concordances.current(classification, code):
                groups = found.setdefault(chain.code, [])
                if code not in groups:
                    groups.append(code)
    return found
