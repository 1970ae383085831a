"""The documentation page: each operation, executed just as it opens, shows what it promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.make_examples import operations

WITHOUT_SEED = {
    *("activities", "technologies", "interests", "job_zones", "occupation_activities"),
    *("occupation_technologies", "occupation_interests"),
    *("occupation_job_zones", "crosswalks", "crosswalk_pairs", "classification_codes"),
    *("occupation_codes", "occupation_areas"),
}
"""Lists that the seed has nothing of."""

NARROWED = {"areas", "industries"}
"""Lists whose address to copy asks for states and sectors, of which the seed has none."""

WITH_FIGURES = {
    *("list_occupations", "get_occupation", "compare_occupations", "search_occupations"),
    *("list_wages", "list_projections", "list_occupation_wages", "list_occupation_projections"),
}
"""Operations that promise wages or projections."""


def opened(contract: dict[str, Any], path: str, operation: dict[str, Any]) -> httpx.URL:
    """Return the address that Swagger UI asks if an operation is executed as it opens.

    Its rule: a parameter has its ``example``, else its schema's, else the schema's default; one
    that has none of them is left out.
    """
    query = {}
    for parameter in operation.get("parameters", ()):
        schema = dict(parameter["schema"])
        named = contract["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
        schema = {**named, **schema}
        value = parameter.get("example", schema.get("example", schema.get("default")))
        if value is None:
            assert not parameter["required"], (path, parameter["name"])
            continue
        text = ",".join(value) if isinstance(value, list) else str(value)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", text)
        else:
            query[parameter["name"]] = text
    return httpx.URL(path, params=query)


def figures(node: Any) -> Iterator[Any]:
    """Give every figure, text and flag of an answer that is data: no page, no provenance."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in {"total", "limit", "next", "next_cursor", "releases", "marks", "code"}:
                yield from figures(value)
    elif isinstance(node, list):
        for value in node:
            yield from figures(value)
    elif node is not None:
        yield node


def gets(client: httpx.Client) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Give the contract with path and operation of each operation that reads."""
    contract = client.get("/openapi.json").json()
    for method, path, operation in operations(contract):
        if method == "GET":
            yield contract, path, operation


def test_every_operation_shows_what_it_promises_as_it_opens(api: httpx.Client) -> None:
    empty = set()
    for contract, path, operation in gets(api):
        answer = api.get(opened(contract, path, operation))
        assert answer.status_code == 200, (answer.url, answer.text)
        if answer.headers["content-type"] != "application/json":
            continue
        page = answer.json()
        if "items" in page and not page["items"]:
            empty.add(operation["operationId"].removeprefix("list_"))
            if "absent" in page:
                assert page["absent"]["status"] == "not_loaded", answer.url
                assert page["absent"]["command"], answer.url
        else:
            shown = list(figures(page))
            numbers = [one for one in shown if isinstance(one, int | float) and one > 1]
            assert shown, answer.url
            assert numbers or operation["operationId"] not in WITH_FIGURES, answer.url
    assert empty == WITHOUT_SEED


def test_optional_parameters_open_empty(seeded_sqlite: httpx.Client) -> None:
    for _, path, operation in gets(seeded_sqlite):
        for parameter in operation.get("parameters", ()):
            filled = "example" in parameter or "example" in parameter["schema"]
            assert filled == parameter["required"], (path, parameter["name"])


def test_every_description_has_an_address_that_answers(api: httpx.Client) -> None:
    for _, path, operation in gets(api):
        if not path.startswith("/v1"):
            continue
        addresses = re.findall(r"^Try `(\S+)`\.$", operation["description"], re.MULTILINE)
        assert len(addresses) == 1, path
        answer = api.get(addresses[0])
        assert answer.status_code == 200, (addresses, answer.text)
        is_json = answer.headers["content-type"] == "application/json"  # and no file, no feed
        empty = is_json and answer.json().get("items") == []
        name = operation["operationId"].removeprefix("list_")
        assert not empty or name in WITHOUT_SEED | NARROWED, path
        template = re.sub(r"\{\w+\}", "[^/?]+", path)
        assert re.match(rf"{template}(\?|$)", addresses[0]), addresses


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_operation_says_which_data_it_needs(seeded_sqlite: httpx.Client, method: str) -> None:
    contract = seeded_sqlite.get("/openapi.json").json()
    for its, path, operation in operations(contract):
        if its == method and path.startswith("/v1/"):
            needs = re.findall(r"^Data: (.+)$", operation["description"], re.MULTILINE)
            assert len(needs) == 1, path
