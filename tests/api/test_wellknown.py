"""Whom to tell of a weakness (RFC 9116), and what API is here (RFC 9727)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.api.routers.well_known import contact_uri
from tests.servers import bare_server

SECURITY = "/.well-known/security.txt"
CATALOG = "/.well-known/api-catalog"


def test_the_contact_is_told_until_a_day_that_is_worked_out(database: str) -> None:
    public = "https://api.example.org"
    with bare_server(database, contact="team@example.org", public_url=public) as client:
        answer = client.get(SECURITY)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        fields = dict(one.split(": ", 1) for one in answer.text.splitlines())
        assert fields["Contact"] == "mailto:team@example.org"
        assert fields["Canonical"] == public + SECURITY
        assert answer.text.count("Expires: ") == 1
        left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
        assert timedelta(days=30) < left < timedelta(days=365)
        catalog = client.get(CATALOG).json()["linkset"]
        assert [one["anchor"] for one in catalog] == [public + CATALOG, f"{public}/v1"]


def test_without_a_contact_there_is_no_such_page(seeded_sqlite: httpx.Client) -> None:
    answer = seeded_sqlite.get(SECURITY)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "OCCUPATIONS_CONTACT" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("given", "uri"),
    [
        (None, None),
        ("", None),
        ("team@example.org", "mailto:team@example.org"),
        ("mailto:team@example.org", "mailto:team@example.org"),
        ("https://example.org/report", "https://example.org/report"),
        ("http://example.org/report", None),  # the RFC asks for https
        ("the team", None),
        ("a@example.org\nContact: b@example.org", None),
    ],
)
def test_a_contact_is_a_uri_or_none(given: str | None, uri: str | None) -> None:
    assert contact_uri(given) == uri


def test_the_catalog_links_to_what_answers(api: httpx.Client) -> None:
    for answer in (api.get(CATALOG), api.head(CATALOG)):
        kind, _, profile = answer.headers["content-type"].partition("; ")
        assert kind == "application/linkset+json"
        assert profile == 'profile="https://www.rfc-editor.org/info/rfc9727"'
        links = dict(re.findall(r'<([^>]+)>; rel="([\w-]+)"', answer.headers["link"]))
        assert links == {CATALOG: "api-catalog", "/v1": "item"}
    first, second = api.get(CATALOG).json()["linkset"]
    assert first == {"anchor": CATALOG, "item": [{"href": "/v1", "type": "application/json"}]}
    assert second.pop("anchor") == "/v1"
    assert set(second) == {"service-desc", "service-doc", "status"}
    for (link,) in second.values():
        found = api.get(link["href"])
        assert found.status_code == 200
        assert found.headers["content-type"].partition(";")[0] == link["type"]
