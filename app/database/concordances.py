"""What classifications and crosswalks say of a code: its title, and what leads where.

``Concordances`` holds all loaded codes and pairs of a data version, some 20,000 and 27,000. It
never changes. Which way leads from a classification to the SOC 2018 stands in ``ROUTES``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from app.api.schemas.words import RELATIONS
from app.database import census_codes
from app.database.crosswalks import (
    GROUPING,
    NEXT,
    NO_CODES,
    PREVIOUS,
    ROUTES,
    SAME_CODES,
    Chain,
    ClassificationInfo,
    CodeInfo,
    Crosswalk,
    Lead,
    Link,
    Step,
)
from app.database.models.classifications import CURRENT
from app.database.relations import (
    INVERSE,
    WHOLE,
    composed,
    is_residual,
    relation_of,
    same_title,
)
from app.memory import Bounded

KEPT = 4 * 1024 * 1024
"""Bytes of the chains that are kept; to work out those of one occupation takes 40 ms."""


@dataclass(frozen=True)
class Concordances:
    """All codes of classifications and the pairs of them."""

    classifications: dict[str, ClassificationInfo] = field(default_factory=dict)  # by rank
    codes: dict[str, dict[str, CodeInfo]] = field(default_factory=dict)
    crosswalks: tuple[Crosswalk, ...] = ()  # of two that state the same pairs, the better first
    kept: Bounded[tuple[str, str], tuple[Chain, ...]] = field(
        default_factory=lambda: Bounded(KEPT, lambda chains: 300 + 500 * len(chains)),
        compare=False,
    )
    """Where the codes last asked for lead."""

    @cached_property
    def by_prefix(self) -> dict[str, ClassificationInfo]:
        """Prefix → classification."""
        return {one.prefix: one for one in self.classifications.values()}

    @cached_property
    def by_address(self) -> dict[str, tuple[str, str]]:
        """Last part of a publisher's address → classification and code."""
        return {
            info.uri.rpartition("/")[2]: (classification, code)
            for classification, codes in self.codes.items()
            for code, info in codes.items()
            if info.uri
        }

    @cached_property
    def _between(self) -> dict[tuple[str, str], list[tuple[Crosswalk, bool]]]:
        """Two classifications → crosswalks, and whether each states the pairs backwards."""
        found: dict[tuple[str, str], list[tuple[Crosswalk, bool]]] = defaultdict(list)
        for one in self.crosswalks:
            found[one.first, one.second].append((one, False))
            found[one.second, one.first].append((one, True))
        return found

    @cached_property
    def census_groups(self) -> dict[str, list[str]]:
        """Code of the SOC 2018 → the Census codes that it answers for."""
        return census_codes.by_answer(self)

    @cached_property
    def _sorted(self) -> dict[str, list[str]]:
        return {classification: sorted(codes) for classification, codes in self.codes.items()}

    def entry(self, classification: str, code: str) -> CodeInfo | None:
        """Return what is known of a code."""
        return self.codes.get(classification, NO_CODES).get(code)

    def title(self, classification: str, code: str) -> str | None:
        """Return the title of a code; None if nothing loaded names it."""
        found = self.entry(classification, code)
        return found.title if found else None

    def codes_in(self, classification: str) -> list[str]:
        """Return all codes of a classification, in order."""
        return self._sorted.get(classification, [])

    def near(self, classification: str, code: str) -> tuple[str, ...]:
        """Return the codes beside one that the classification lacks, at most two."""
        codes = self.codes_in(classification)
        at = bisect_left(codes, code)
        return tuple(codes[max(at - 1, 0) : at + 1])

    def relation(self, crosswalk: Crosswalk, first: str, second: str) -> str:
        """Return the relation of a pair of a crosswalk."""
        if crosswalk.first == census_codes.CENSUS:
            return census_codes.relation(self, crosswalk, first, second)
        return relation_of(
            (first, self.title(crosswalk.first, first)),
            (second, self.title(crosswalk.second, second)),
            len(crosswalk.targets[first]),
            len(crosswalk.sources[second]),
        )

    def successors(self, classification: str, code: str) -> tuple[Link, ...]:
        """Return the codes of the next version that a code became, the closest first."""
        if classification == "nem-2022":  # its only crosswalk is with O*NET's codes
            return tuple(
                Link(CURRENT, one.code, one.title, one.relation, one.match, one.steps[0].crosswalk)
                for one in self.current(classification, code)
            )
        return self._links(classification, code, NEXT, backwards=False)

    def predecessors(self, classification: str, code: str) -> tuple[Link, ...]:
        """Return the codes of the version before that a code came of, the closest first."""
        return self._links(classification, code, PREVIOUS, backwards=True)

    def _links(
        self, classification: str, code: str, table: dict[str, tuple[str, ...]], *, backwards: bool
    ) -> tuple[Link, ...]:
        found = []
        for other in table.get(classification, ()):
            for step in self._steps(classification, code, other):
                relation, match = step.relation, step.match
                if backwards:
                    relation, match = (
                        INVERSE.get(relation, relation),
                        INVERSE.get(match or "", match),
                    )
                title = self.title(other, step.code)
                found.append(Link(other, step.code, title, relation, match, step.crosswalk))
        return tuple(sorted(found, key=lambda one: self._order(one.code, one.title, one.relation)))

    def changed_extent(self, code: str) -> tuple[Link, ...]:
        """Return what a code of the SOC 2010 became that the SOC 2018 has with another extent.

        Empty for all other codes.
        """
        links = self.successors("soc-2010", code)
        both = self.entry("soc-2010", code) and self.entry(CURRENT, code)
        return (
            links
            if both and any(one.relation not in WHOLE or one.code != code for one in links)
            else ()
        )

    def current(self, classification: str, code: str) -> tuple[Chain, ...]:
        """Return the SOC 2018 codes that a code leads to, the closest first."""
        key = (classification, code)
        found = self.kept.get(key)
        if found is None:
            found = self._current(classification, code)
            self.kept.put(key, found)
        return found

    def _current(self, classification: str, code: str) -> tuple[Chain, ...]:
        for route in ROUTES.get(classification, ()):
            found = self._walk(classification, code, route)
            if found:
                group = self._group(classification, code, found)
                return (group,) if group else found
        return ()

    def answering(self, classification: str, code: str) -> tuple[Chain, ...]:
        """Return the SOC 2018 codes of which one must be chosen to answer for a code.

        There is one, if only one of several that the code overlaps with has its name: 15-1132
        (Software Developers, Applications) is answered by 15-1252 (Software Developers), although
        some of its people are software testers now. A code that was split has no such successor.
        """
        chains = self.current(classification, code)
        if classification == census_codes.CENSUS:
            return census_codes.answering(self, chains)
        system = self.classifications[classification].system
        if len(chains) < 2 or system not in GROUPING or any(c.relation != "part" for c in chains):
            return chains
        words = _words(self.title(classification, code))
        named = [
            c for c in chains if c.title and not is_residual(c.title) and _words(c.title) <= words
        ]
        return tuple(named) if len(named) == 1 else chains

    def leads_to(
        self, classification: str, code: str, systems: Collection[str] | None = None
    ) -> tuple[Lead, ...]:
        """Return every code of other classifications that leads to a code, the closest first.

        ``systems``: of classifications of these systems only.
        """
        found = []
        for other, version in self.classifications.items():
            if systems is not None and version.system not in systems:
                continue
            candidates: dict[str, None] = {}
            for route in ROUTES.get(other, ()):
                if classification in route:
                    until = route[: route.index(classification) + 1]
                    candidates.update(dict.fromkeys(self._origins(code, (other, *until))))
            leads = [
                Lead(other, one, chain)
                for one in candidates
                for chain in self._towards(other, one, classification)
                if chain.code == code
            ]
            if other == census_codes.CENSUS and classification == CURRENT:
                leads = leads or [*census_codes.by_group(self, code)]
            leads.sort(key=lambda lead: (RELATIONS.index(lead.chain.relation), lead.code))
            found += leads
        return tuple(found)

    def _towards(self, origin: str, code: str, classification: str) -> tuple[Chain, ...]:
        if classification == CURRENT:
            return self.current(origin, code)
        for route in ROUTES[origin]:
            if classification in route:
                return self._walk(origin, code, route[: route.index(classification) + 1])
        return ()

    def _origins(self, code: str, route: tuple[str, ...]) -> list[str]:
        """Return the codes from which a route leads to a code, or to codes of its group."""
        codes = {code}
        if route[-1] == CURRENT:
            codes |= self._children.get(code, frozenset())
        for other, classification in zip(route[-2::-1], route[:0:-1], strict=True):
            codes = {s.code for one in codes for s in self._steps(classification, one, other)}
        return sorted(codes)

    def _walk(self, classification: str, code: str, route: tuple[str, ...]) -> tuple[Chain, ...]:
        reached: dict[str, Chain] = {code: Chain(code, None, "same", None, ())}
        before = classification
        for at in route:
            found: dict[str, Chain] = {}
            for one in reached.values():
                for step in self._steps(before, one.code, at):
                    chain = self._extended(one, step)
                    known = found.get(step.code)
                    if known is None or _rank(chain) < _rank(known):
                        found[step.code] = chain
            reached, before = found, at
        chains = list(reached.values())
        if len(route) == 2:
            chains = [self._refined(classification, code, route, chain) for chain in chains]
        return tuple(sorted(chains, key=lambda one: self._order(one.code, one.title, one.relation)))

    def _steps(self, classification: str, code: str, other: str) -> list[Step]:
        """Return the steps from a code to another classification, by the best crosswalk."""
        for crosswalk, backwards in self._between.get((classification, other), ()):
            partners = (crosswalk.sources if backwards else crosswalk.targets).get(code, ())
            if partners:
                return [self._step(crosswalk, code, one, backwards) for one in partners]
        if (classification, other) in SAME_CODES and self.entry(other, code):
            titles = self.title(classification, code), self.title(other, code)
            relation = "same" if same_title(*titles) else "renamed"
            return [Step(other, code, relation, None, None)]
        return []

    def _step(self, crosswalk: Crosswalk, code: str, partner: str, backwards: bool) -> Step:
        first, second = (partner, code) if backwards else (code, partner)
        relation = self.relation(crosswalk, first, second)
        match = crosswalk.matches.get((first, second))
        if backwards:
            relation = INVERSE.get(relation, relation)
            match = INVERSE.get(match or "", match)
        other = crosswalk.first if backwards else crosswalk.second
        return Step(other, partner, relation, match, crosswalk.release)

    def _extended(self, chain: Chain, step: Step) -> Chain:
        """Return a chain with one more step; a match is kept along steps of one extent."""
        relation = composed(chain.relation, step.relation) if chain.steps else step.relation
        match = step.match if not chain.steps or chain.relation in WHOLE else None
        if match is None and step.relation in WHOLE:
            match = chain.match
        title = self.title(step.classification, step.code)
        return Chain(step.code, title, relation, match, (*chain.steps, step))

    def _refined(
        self, classification: str, code: str, route: tuple[str, ...], chain: Chain
    ) -> Chain:
        """Return the chain with the exact relation, if both codes consist of whole middle codes.

        NEM's 29-2010 is made of six codes of O*NET, and the SOC's 29-2011 of four of these.
        """
        middle, last = route
        of_code = {step.code for step in self._steps(classification, code, middle)}
        of_last = {step.code for step in self._steps(last, chain.code, middle)}
        for one in of_code | of_last:
            if len(self._steps(middle, one, classification)) != 1:
                return chain
            if len(self._steps(middle, one, last)) != 1:
                return chain
        if of_code == of_last:
            alike = code == chain.code and same_title(self.title(classification, code), chain.title)
            return chain._replace(relation="same" if alike else "renamed")
        if of_code < of_last:
            return chain._replace(relation="merged")
        return chain._replace(relation="split") if of_code > of_last else chain

    @cached_property
    def _children(self) -> dict[str, frozenset[str]]:
        """Group of the SOC 2018 → codes one level below."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for code, info in self.codes.get(CURRENT, NO_CODES).items():
            if info.parent:
                found[info.parent].add(code)
        return {parent: frozenset(codes) for parent, codes in found.items()}

    def _group(self, classification: str, code: str, chains: tuple[Chain, ...]) -> Chain | None:
        """Return the group of the SOC 2018 with the code, if the code leads to all of it.

        The survey and the projections publish 31-1120, which the SOC has as a group of two.
        """
        group = self.entry(CURRENT, code)
        whole = all(one.relation in WHOLE | {"split"} for one in chains)
        if (
            group is None
            or not whole
            or self.classifications[classification].system not in GROUPING
        ):
            return None
        if {one.code for one in chains} != self._children.get(code, frozenset()):
            return None
        alike = same_title(self.title(classification, code), group.title)
        relation = "same" if alike else "renamed"
        step = Step(CURRENT, code, relation, None, chains[0].steps[0].crosswalk)
        return Chain(code, group.title, relation, None, (step,))

    def _order(self, code: str, title: str | None, relation: str) -> tuple[bool, int, str]:
        """Return the key by which neighbours are sorted: residual groups come last."""
        return is_residual(title), RELATIONS.index(relation), code


def _words(title: str | None) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", (title or "").casefold()))


def _rank(chain: Chain) -> tuple[int, tuple[str, ...]]:
    return RELATIONS.index(chain.relation), tuple(step.code for step in chain.steps)
