"""Nodes of linked data, and the two ways to write them: JSON-LD and Turtle (RDF 1.1).

A node is a JSON-LD document of ``TERMS``. The Turtle is made of the same nodes, so both have the
same statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

Node = dict[str, Any]
"""Term → its value, or a list of values; ``@id`` is missing where the node has no address."""

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
}
"""Prefix → vocabulary."""

ADDRESS, ENGLISH, PLAIN, NODE = "@id", "en", "", "node"
"""What the values of a term are: addresses, text in English, text in no language, nodes."""

TERMS: dict[str, tuple[str, str]] = {
    "title": ("dcterms:title", ENGLISH),
    "description": ("dcterms:description", ENGLISH),
    "source": ("dcterms:source", ADDRESS),
    "license": ("dcterms:license", ADDRESS),
    "rights": ("dcterms:rights", ENGLISH),
    "publisher": ("dcterms:publisher", NODE),
    "citation": ("dcterms:bibliographicCitation", ENGLISH),
    "name": ("foaf:name", ENGLISH),
    "version": ("owl:versionInfo", PLAIN),
    "from": ("void:subjectsTarget", ADDRESS),
    "to": ("void:objectsTarget", ADDRESS),
    "inScheme": ("skos:inScheme", ADDRESS),
    "notation": ("skos:notation", PLAIN),
    "prefLabel": ("skos:prefLabel", ENGLISH),
    "broader": ("skos:broader", ADDRESS),
    "exactMatch": ("skos:exactMatch", ADDRESS),
    "closeMatch": ("skos:closeMatch", ADDRESS),
    "narrowMatch": ("skos:narrowMatch", ADDRESS),
    "broadMatch": ("skos:broadMatch", ADDRESS),
}
"""Term → the property that it stands for, and what its values are."""

_OUTSIDE = re.compile(r'[\x00-\x20<>"{}|^`\\]')  # of an IRIREF
_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9-])?")  # a part of PN_LOCAL
_NEXT_LINE = " ;\n    "
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def address(text: str) -> str:
    """Return an address with what no grammar takes in one percent-encoded."""
    return _OUTSIDE.sub(lambda found: quote(found[0], safe=""), text)


def json_ld(nodes: Iterable[Node]) -> Node:
    """Return a JSON-LD document with its context in it: nobody has to fetch one."""
    kinds: dict[str, dict[str, str]] = {ADDRESS: {"@type": "@id"}, ENGLISH: {"@language": "en"}}
    context: Node = dict(PREFIXES)
    for term, (stands_for, kind) in TERMS.items():
        context[term] = {"@id": stands_for, **kinds.get(kind, {})}
    return {"@context": context, "@graph": list(nodes)}


def turtle(nodes: Iterable[Node], prefixes: Mapping[str, str]) -> str:
    """Return nodes in Turtle. ``prefixes`` beside ``PREFIXES``: prefix → beginning of addresses."""
    every = {**PREFIXES, **prefixes}
    short = {begin: f"{prefix}:" for prefix, begin in prefixes.items()}
    lines = [f"@prefix {prefix}: <{begin}> ." for prefix, begin in every.items()]
    lines += (
        f"\n{_written(node['@id'], short)} {_stated(node, short, _NEXT_LINE)} ." for node in nodes
    )
    return "\n".join((*lines, ""))


def _stated(node: Node, short: Mapping[str, str], between: str) -> str:
    """Write what a node states."""
    found = [f"a {node['@type']}"]
    for term, (stands_for, kind) in TERMS.items():
        if term in node:
            values = node[term] if isinstance(node[term], list) else [node[term]]
            found.append(f"{stands_for} {', '.join(_value(one, kind, short) for one in values)}")
    return between.join(found)


def _value(value: Any, kind: str, short: Mapping[str, str]) -> str:
    if kind == ADDRESS:
        return _written(value, short)
    if kind == NODE:
        return f"[ {_stated(value, short, ' ; ')} ]"
    text = f'"{value.translate(_ESCAPES)}"'
    return f"{text}@{kind}" if kind else text


def _written(value: str, short: Mapping[str, str]) -> str:
    """Write an address, with its prefix if what follows needs no escape."""
    cut = value.find("#") + 1
    prefix = short.get(value[:cut]) if cut else None
    return f"{prefix}{local}" if prefix and _LOCAL.fullmatch(local := value[cut:]) else f"<{value}>"
