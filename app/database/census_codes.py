"""Census codes of occupations: their names, and how they stand to the SOC 2018.

The Census Bureau's index sets a code beside one of the SOC, often also beside others of its group,
or beside the group. It has no titles of its codes: each has that of the nearest group of the SOC
that holds all codes beside it, and this group answers for it. ``match`` is ``broad`` where the
Census code is a part of the group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from app.database.crosswalks import NO_CODES, Chain, CodeInfo, Crosswalk, Lead, Step
from app.database.models.classifications import CURRENT
from app.database.relations import composed, relation_of

if TYPE_CHECKING:
    from app.database.concordances import Concordances

CENSUS = "census-2018"
LEVEL = "occupation"
Soc = Mapping[str, CodeInfo]


def named(soc: Soc, crosswalks: Collection[Crosswalk]) -> dict[str, CodeInfo]:
    """Return the Census codes that crosswalks name."""
    found: dict[str, CodeInfo] = {}
    for crosswalk in filter(_is_census, crosswalks):
        for code, others in crosswalk.targets.items():
            info = soc.get(_group_of(soc, others) or "")
            title = info.title if info else f"Occupations of {', '.join(others)}"
            found.setdefault(code, CodeInfo(title, LEVEL, None, None, crosswalk.release))
    return found


def _is_census(crosswalk: Crosswalk) -> bool:
    return (crosswalk.first, crosswalk.second) == (CENSUS, CURRENT)


def _group_of(soc: Soc, codes: Collection[str]) -> str | None:
    """Return the nearest code of the SOC that is or holds all of some, if there is one."""
    first, *others = codes
    rest = [{other, *_above(soc, other)} for other in others]
    return next((one for one in (first, *_above(soc, first)) if all(one in r for r in rest)), None)


def _above(soc: Soc, code: str) -> Iterator[str]:
    """Yield the codes above one, the nearest first."""
    seen = {code}
    while (info := soc.get(code)) and info.parent and info.parent not in seen:
        code = info.parent
        seen.add(code)
        yield code


def relation(known: Concordances, crosswalk: Crosswalk, first: str, second: str) -> str:
    """Return the relation of a Census code and one of the SOC.

    What stands below a group beside which the Census code stands too is no other partner.
    """
    if (first, second) in crosswalk.matches:
        return "merged"
    soc = known.codes.get(CURRENT, NO_CODES)
    targets = [one for one in crosswalk.targets[first] if second not in _above(soc, one)]
    pair = (first, known.title(CENSUS, first)), (second, known.title(CURRENT, second))
    return relation_of(*pair, len(targets), len(crosswalk.sources[second]))


def answering(known: Concordances, chains: tuple[Chain, ...]) -> tuple[Chain, ...]:
    """Return the chain to the code that answers for a Census code, of those to all its codes."""
    soc = known.codes.get(CURRENT, NO_CODES)
    group = _group_of(soc, [one.code for one in chains]) if len(chains) > 1 else None
    if group is None:
        return chains
    step = Step(CURRENT, group, "merged", None, chains[0].steps[0].crosswalk)
    of_all = Chain(group, known.title(CURRENT, group), "merged", None, (step,))
    return (next((one for one in chains if one.code == group), of_all),)


def by_answer(known: Concordances) -> dict[str, list[str]]:
    """Return code of the SOC → the Census codes that it answers for."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code in known.codes_in(CENSUS):
        for chain in known.answering(CENSUS, code):
            found[chain.code].append(code)
    return dict(found)


def by_group(known: Concordances, code: str) -> Iterator[Lead]:
    """Yield the Census codes that lead to a code of the SOC which they do not stand beside.

    It answers for them, or they stand beside the nearest group above it that any does.
    """
    for census in known.census_groups.get(code, ()):
        yield Lead(CENSUS, census, *known.answering(CENSUS, census))
    if code in known.census_groups:
        return
    crosswalks = [*filter(_is_census, known.crosswalks)]
    above = _above(known.codes.get(CURRENT, NO_CODES), code)
    group = next((one for one in above if any(one in c.sources for c in crosswalks)), None)
    step = Step(CURRENT, code, "split", None, None)
    for lead in known.leads_to(CURRENT, group, {"census"}) if group else ():
        chain = lead.chain
        title, said = known.title(CURRENT, code), composed(chain.relation, step.relation)
        yield lead._replace(chain=Chain(code, title, said, None, (*chain.steps, step)))
