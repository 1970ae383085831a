"""Classifications and crosswalks in the words of SKOS: schemes, concepts, mappings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from app.addresses import url_of
from app.api.queries.crosswalks import Pair
from app.database.catalog import Catalog
from app.database.crosswalks import Crosswalk
from app.exporting.turtle import Node, address

SYSTEMS = {
    "soc": "Standard Occupational Classification",
    "oews": "Occupations of the Occupational Employment and Wage Statistics",
    "nem": "Occupations of the National Employment Matrix",
    "onet-soc": "O*NET-SOC taxonomy",
    "isco": "International Standard Classification of Occupations",
    "esco": "European Skills, Competences, Qualifications and Occupations: occupations",
    "cip": "Classification of Instructional Programs",
    "census": "Census occupation codes",
    "naics": "North American Industry Classification System",
}
"""System → its name."""

MAPPINGS = {
    "exact": "exactMatch",
    "close": "closeMatch",
    "narrow": "narrowMatch",
    "broad": "broadMatch",
    "same": "exactMatch",
    "renamed": "exactMatch",
    "part": "broadMatch",
    "merged": "broadMatch",
    "split": "narrowMatch",
}
"""Match, or where there is none relation, of a first code with a second → the first's property.

``A broadMatch B`` says that B is the broader one: A is merged into it.
"""

RULE = (
    "Each mapping goes from the first classification to the second. It is the publisher's own word "
    "where it gives one; else computed from the pairs: exactMatch where each code has the other "
    "alone, broadMatch where several lead to one, narrowMatch where one leads to several, and "
    "broadMatch again where two overlap in part."
)


class Graph:
    """The nodes of one answer; a scheme and a concept stand in it once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._schemes: dict[str, Node] = {}
        self._titled: defaultdict[str, set[str]] = defaultdict(set)  # by which releases
        self._links: dict[str, Node] = {}
        self._concepts: dict[str, Node] = {}

    @property
    def nodes(self) -> list[Node]:
        """Crosswalks, schemes with the provenance of the titles that are here, concepts."""
        schemes = (
            node | self._provenance(self._titled[name]) for name, node in self._schemes.items()
        )
        return [*self._links.values(), *schemes, *self._concepts.values()]

    @property
    def prefixes(self) -> dict[str, str]:
        """Classification → the beginning of its codes' addresses."""
        return {name: f"{node['@id']}#" for name, node in self._schemes.items()}

    def add_codes(self, classification: str) -> None:
        """Add all codes of a classification, each with the one above."""
        self._scheme(classification)
        found = self._catalog.concordances
        for code in found.codes_in(classification):
            entry = found.entry(classification, code)
            node = self._concept(classification, code)
            if entry and entry.parent and found.entry(classification, entry.parent):
                node["broader"] = self._concept(classification, entry.parent)["@id"]

    def add_pairs(self, pairs: Iterable[Pair]) -> None:
        """Add pairs of crosswalks, each as what ``MAPPINGS`` makes of it."""
        for crosswalk, one, other in pairs:
            if crosswalk.id not in self._links:
                self._links[crosswalk.id] = self._crosswalk(crosswalk)
            first = self._concept(crosswalk.first, one)
            second = self._concept(crosswalk.second, other)
            match = crosswalk.matches.get((one, other))
            word = match or self._catalog.concordances.relation(crosswalk, one, other)
            first.setdefault(MAPPINGS[word], []).append(second["@id"])

    def _crosswalk(self, crosswalk: Crosswalk) -> Node:
        """Return a crosswalk, which is a set of links between two schemes."""
        return {
            "@id": self._at("crosswalks", crosswalk.id),
            "@type": "void:Linkset",
            "title": self._catalog.releases[crosswalk.release]["title"],
            "description": RULE,
            "from": self._scheme(crosswalk.first)["@id"],
            "to": self._scheme(crosswalk.second)["@id"],
            **self._provenance({crosswalk.release}),
        }

    def _scheme(self, classification: str) -> Node:
        known = self._schemes.get(classification)
        if known is None:
            info = self._catalog.concordances.classifications[classification]
            known = self._schemes[classification] = {
                "@id": self._at("classifications", classification),
                "@type": "skos:ConceptScheme",
                "title": f"{SYSTEMS[info.system]} {info.version}",
                "version": info.version,
            }
        return known

    def _concept(self, classification: str, code: str) -> Node:
        """Return a code. Its address is the publisher's, else a part of its scheme's."""
        scheme = self._scheme(classification)["@id"]
        entry = self._catalog.concordances.entry(classification, code)
        own = entry.uri if entry else None
        at = address(own) if own else f"{scheme}#{quote(code, safe='')}"
        known = self._concepts.get(at)
        if known is None:
            known = {"@id": at, "@type": "skos:Concept", "inScheme": scheme, "notation": code}
            self._concepts[at] = known
            if entry:
                known["prefLabel"] = entry.title
                self._titled[classification].add(entry.release)
        return known

    def _provenance(self, releases: set[str]) -> Node:
        """Return what releases say of themselves, each property with the values of all."""
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for one in self._catalog.provenance(releases).values():
            said = {
                "source": address(one["source_url"]),
                "license": address(one["licence_url"]),
                "rights": one["licence"],
                "publisher": {"@type": "foaf:Organization", "name": one["publisher"]},
                "citation": one["attribution"],
            }
            for term, value in said.items():
                if value not in found[term]:
                    found[term].append(value)
        return found

    def _at(self, kind: str, name: str) -> str:
        return url_of(f"/v1/{kind}/{quote(name, safe='')}")
