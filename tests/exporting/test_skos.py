"""Crosswalks and classifications as SKOS: Turtle and JSON-LD say the same, and what JSON says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, SKOS, VOID

from app.exporting.turtle import Node, address, json_ld, turtle
from tests.conftest import DATABASES, Databases, occupations
from tests.importers.crosswalks.small import write_small
from tests.servers import bare_server, serving, warmed

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib

KINDS = {"text/turtle": "turtle", "application/ld+json": "json-ld"}
PROPERTIES = {
    "exact": SKOS.exactMatch,
    "close": SKOS.closeMatch,
    "narrow": SKOS.narrowMatch,
    "broad": SKOS.broadMatch,
    "same": SKOS.exactMatch,
    "renamed": SKOS.exactMatch,
    "part": SKOS.broadMatch,
    "merged": SKOS.broadMatch,
    "split": SKOS.narrowMatch,
}
HERE = "http://here.example"
ESCO = URIRef("http://data.europa.eu/esco/occupation/")


@pytest.fixture(scope="module", params=DATABASES)
def url(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """Return the URL of a database with the small world of codes."""
    found = databases_of(request.param).seeded()
    made = occupations("import", str(write_small(tmp_path_factory.mktemp("small"))), url=found)
    assert made.returncode == 0, made.stdout + made.stderr
    return found


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    """Lend a client of a server that has it."""
    with serving(url) as server:
        yield warmed(server)


def graph(client: httpx.Client, target: str, kind: str = "text/turtle") -> Graph:
    answer = client.get(target, headers={"Accept": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == kind
    return Graph().parse(data=answer.text, format=KINDS[kind], publicID=f"{HERE}{target}")


def in_both_kinds(client: httpx.Client, target: str) -> Graph:
    one, other = (graph(client, target, kind) for kind in KINDS)
    assert len(one) > 5
    assert isomorphic(one, other)
    return one


def items(client: httpx.Client, target: str) -> list[Any]:
    found: list[Any] = []
    following: str | None = f"{target}?limit=200"
    while following:
        page = client.get(following).json()
        found += page["items"]
        following = page["next"]
    return found


def concepts(found: Graph, classification: str) -> dict[str, URIRef]:
    """Return the concepts of a classification, each under its code."""
    scheme = URIRef(f"{HERE}/v1/classifications/{classification}")
    return {
        str(found.value(one, SKOS.notation)): one
        for one in found.subjects(SKOS.inScheme, scheme)
        if isinstance(one, URIRef)
    }


def check_crosswalk(client: httpx.Client, its: dict[str, Any]) -> Counter[str]:
    """Compare a crosswalk in all its kinds; return how many pairs have which word."""
    target = f"/v1/crosswalks/{its['id']}"
    found, pairs = in_both_kinds(client, target), items(client, target)
    firsts = concepts(found, its["from_classification"])
    seconds = concepts(found, its["to_classification"])
    stated = {(s, p, o) for p in set(PROPERTIES.values()) for s, o in found.subject_objects(p)}
    words = [pair["match"] or pair["relation"] for pair in pairs]
    assert stated == {
        (firsts[pair["from_code"]], PROPERTIES[word], seconds[pair["to_code"]])
        for pair, word in zip(pairs, words, strict=True)
    }
    assert len(stated) == len(pairs) == its["pairs"]
    for side, its_concepts in (("from", firsts), ("to", seconds)):
        titles = {pair[f"{side}_code"]: pair[f"{side}_title"] for pair in pairs}
        labels = {code: found.value(one, SKOS.prefLabel) for code, one in its_concepts.items()}
        assert labels == {c: t and Literal(t, lang="en") for c, t in titles.items()}
    release = client.get(f"{target}?limit=1").json()["releases"][its["release"]]
    said = {p: o for _, p, o in found.triples((URIRef(HERE + target), None, None))}
    assert said[DCTERMS.title] == Literal(release["title"], lang="en")
    assert said[DCTERMS.source] == URIRef(release["source_url"])
    assert said[DCTERMS.license] == URIRef(release["licence_url"])
    publisher = found.value(said[DCTERMS.publisher], FOAF.name)
    assert publisher == Literal(release["publisher"], lang="en")
    for end, side in ((VOID.subjectsTarget, "from"), (VOID.objectsTarget, "to")):
        scheme = f"{HERE}/v1/classifications/{its[f'{side}_classification']}"
        assert said[end] == URIRef(scheme)
        assert (URIRef(scheme), RDF.type, SKOS.ConceptScheme) in found
        assert found.value(URIRef(scheme), DCTERMS.title)
    return Counter(words)


def test_every_kind_has_the_pairs_of_json(client: httpx.Client) -> None:
    words: Counter[str] = Counter()
    for its in client.get("/v1/crosswalks?limit=200").json()["items"]:
        words += check_crosswalk(client, its)
    assert words.keys() >= {"narrow", "same", "renamed", "part", "split", "merged"}


@pytest.mark.whole
def test_the_box_has_every_pair_as_a_mapping(boxed: httpx.Client) -> None:
    words: Counter[str] = Counter()
    for its in boxed.get("/v1/crosswalks?limit=200").json()["items"]:
        words += check_crosswalk(boxed, its)
    assert words.keys() == PROPERTIES.keys()


def test_the_broader_code_is_what_a_broad_match_leads_to(client: httpx.Client) -> None:
    found = graph(client, "/v1/crosswalks/crosswalk-oews-2019")
    old, new, before = (concepts(found, one) for one in ("oews-2019", "soc-2018", "oews-2018"))
    # 31-1120 was split into two: each is narrower.
    assert (old["31-1120"], SKOS.narrowMatch, new["31-1121"]) in found
    assert set(found.predicates(old["31-1120"], before["31-1011"])) == {SKOS.narrowMatch}
    isco = graph(client, "/v1/crosswalks/crosswalk-isco-08-soc-2010")
    nurses = concepts(isco, "isco-08")["2221"]
    assert (nurses, SKOS.narrowMatch, concepts(isco, "soc-2010")["29-1151"]) in isco


def test_addresses_are_the_publishers_own_or_parts_of_the_scheme(client: httpx.Client) -> None:
    found = concepts(graph(client, "/v1/classifications/esco-1.2"), "esco-1.2")
    assert found["2512.4"].startswith(ESCO)
    soc = concepts(graph(client, "/v1/classifications/soc-2018"), "soc-2018")
    assert soc["29-1141"] == URIRef(f"{HERE}/v1/classifications/soc-2018#29-1141")


@pytest.mark.parametrize("name", ["soc-2018", "isco-08", "esco-1.2", "onet-soc-2019", "cip-2020"])
def test_a_classification_is_a_scheme_of_concepts(client: httpx.Client, name: str) -> None:
    target = f"/v1/classifications/{name}"
    found, codes = in_both_kinds(client, target), items(client, target)
    its = concepts(found, name)
    assert (
        its.keys()
        == {one["code"] for one in codes}
        == {str(o) for o in found.objects(None, SKOS.notation)}
    )
    for one in codes:
        concept = its[one["code"]]
        assert found.value(concept, SKOS.prefLabel) == Literal(one["title"], lang="en")
        assert found.value(concept, SKOS.broader) == its.get(one["parent"] or "")
        assert one["uri"] in {None, str(concept)}
    scheme = URIRef(HERE + target)
    about = client.get("/v1/classifications?limit=200").json()["items"]
    version = next(one["version"] for one in about if one["id"] == name)
    assert found.value(scheme, OWL.versionInfo) == Literal(version)
    assert version in str(found.value(scheme, DCTERMS.title))
    releases = client.get(f"{target}?limit=200").json()["releases"].values()
    sources = {URIRef(one["source_url"]) for one in releases}
    assert set(found.objects(scheme, DCTERMS.source)) == sources


def test_pairs_are_chosen_as_in_json(client: httpx.Client) -> None:
    target = "/v1/crosswalks/crosswalk-soc-2010-soc-2018?from=soc2010:15-1132"
    found = graph(client, target)
    assert len(list(found.subject_objects(SKOS.broadMatch))) == 2
    assert len(list(graph(client, f"{target}&to=15-1253").subject_objects(SKOS.broadMatch))) == 1
    assert len(list(graph(client, f"{target}&to=29-1141").subjects(SKOS.notation))) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/v1/crosswalks/nothing", 404, "unknown_crosswalk"),
        ("/v1/classifications/nothing", 404, "unknown_classification"),
        ("/v1/classifications/census-2018", 404, "not_loaded"),
        ("/v1/crosswalks/crosswalk-census-2018-soc-2018", 404, "not_loaded"),
        ("/v1/crosswalks/crosswalk-oews-2019?from=99-9999", 400, "invalid_parameter"),
        ("/v1/crosswalks/crosswalk-oews-2019?limit=5", 400, "invalid_parameter"),
        ("/v1/classifications/soc-2018?limit=5", 400, "invalid_parameter"),
        ("/v1/crosswalks", 406, "not_acceptable"),
        ("/v1/classifications", 406, "not_acceptable"),
    ],
)
def test_what_cannot_be_given_is_a_problem(
    client: httpx.Client, target: str, status: int, code: str, kind: str
) -> None:
    answer = client.get(target, headers={"Accept": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    if code == "not_loaded":
        assert "occupations import" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("text/turtle, */*;q=0.1", "text/turtle"),
        ("text/turtle;q=0.5, application/json;q=0.5", "text/turtle"),
        ("text/turtle;q=0.5, application/json;q=0.51", "application/json"),
        ("text/turtle;q=0.5, */*;q=0.4", "text/turtle"),
        ("text/turtle;q=0.5, */*", "application/json"),
        ("text/turtle;q=0, */*", "application/json"),
        ("text/turtle;q=0", "application/problem+json"),
        ("text/turtle;q=0.8, application/ld+json;q=0.9", "application/ld+json"),
        ("text/turtle;q=0.9, application/ld+json;q=0.8", "text/turtle"),
        ("application/ld+json, text/turtle", "application/ld+json"),
        ("text/turtle, application/ld+json", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=0.9, text/html;q=0.8", "text/turtle"),
        ("application/rdf+xml, */*;q=0.1", "application/json"),
        ("application/rdf+xml", "application/problem+json"),
        ("*/*", "application/json"),
    ],
)
def test_accept_chooses_whatever_is_kept(client: httpx.Client, accept: str, kind: str) -> None:
    target = "/v1/crosswalks/crosswalk-soc-2010-soc-2018"
    for before in ("application/json", *KINDS, "application/json", accept):
        client.get(target, headers={"Accept": before})
        answer = client.get(target, headers={"Accept": accept})
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert "Accept" in answer.headers["vary"]


def test_each_kind_has_an_address_and_a_tag_of_its_own(client: httpx.Client) -> None:
    target = "/v1/classifications/soc-2018"
    tags = {client.get(target).headers["etag"]}
    for kind, end in zip(KINDS, ("turtle", "linked-data"), strict=True):
        chosen = client.get(target, headers={"Accept": kind})
        assert client.get(f"{target}/{end}").content == chosen.content
        assert client.get(f"{target}/{end}", headers={"Accept": kind}).status_code == 200
        assert client.get(f"{target}/{end}", headers={"Accept": "text/html"}).status_code == 406
        again = {"Accept": kind, "If-None-Match": chosen.headers["etag"]}
        assert client.get(target, headers=again).status_code == 304
        tags.add(chosen.headers["etag"])
    assert len(tags) == 3


def test_addresses_are_those_that_the_operator_gave(url: str) -> None:
    base = "https://example.org/occupations"
    with bare_server(url, public_url=f"{base}/") as client:
        for kind in KINDS:
            target = "/v1/crosswalks/crosswalk-soc-2010-soc-2018"
            found = graph(client, target, kind)
            assert (URIRef(base + target), RDF.type, VOID.Linkset) in found
            first = URIRef(f"{base}/v1/classifications/soc-2010#11-9111")
            assert (first, SKOS.exactMatch, None) in found


def test_the_contract_shows_both_kinds(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/v1/crosswalks/{id}", "/v1/classifications/{id}"):
        content = paths[path]["get"]["responses"]["200"]["content"]["application/json"]
        assert content["x-linked-data"].keys() == KINDS.keys()
        one, other = (content["x-linked-data"][kind]["example"] for kind in KINDS)
        one = Graph().parse(data=one, format="turtle", publicID=HERE)
        other = Graph().parse(data=json.dumps(other), format="json-ld", publicID=HERE)
        assert set(one) == set(other) != set()


TEXTS = ['"', "\\", '\\"', "a\nb", "a\r\nb", "\ttab", "\x01\x7f", "é𝄞", "'''", "@en", "\u2028", ""]
CODES = ["15-1252.00", "a.", ".a", "-a", "a-", "a b", "ä", "a%b", "a/b", "a~b", "31-33", "0", "a:b"]


def test_whatever_stands_in_a_text_or_an_address_is_written_so_that_it_is_read() -> None:
    begin = f"{HERE}/s#"
    nodes: list[Node] = [
        {
            "@id": address(begin + code),
            "@type": "skos:Concept",
            "notation": TEXTS,
            "prefLabel": TEXTS,
            "source": [address(f"http://a/{text}b<>^`{{|}}") for text in TEXTS],
            "publisher": [{"@type": "foaf:Organization", "name": text} for text in TEXTS],
        }
        for code in CODES
    ]
    one = Graph().parse(data=turtle(nodes, {"esco-1.2": begin}), format="turtle")
    other = Graph().parse(data=json.dumps(json_ld(nodes)), format="json-ld")
    for found in (one, other):  # of the nodes without an address, only the names are compared
        assert {str(o) for o in found.objects(None, FOAF.name)} == set(TEXTS)
        found.remove((None, DCTERMS.publisher, None))
        found.remove((None, RDF.type, FOAF.Organization))
        found.remove((None, FOAF.name, None))
    assert set(one) == set(other)
    assert {str(o) for o in one.objects(None, SKOS.notation)} == set(TEXTS)
    assert {str(s).replace("%20", " ") for s in one.subjects(SKOS.notation)} == {
        begin + code for code in CODES
    }
