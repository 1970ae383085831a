"""The OpenAPI document: valid, complete, as it was, and kept by every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate

from app.api.queries.blocks import BLOCKS
from app.errors.problem_types import PROBLEMS
from tests.api.test_bad_input import WRONG
from tests.api.test_lists import WIDEST
from tests.make_examples import (
    ERRORS,
    FILE,
    FILES,
    ON_BARE_SERVERS,
    SNAPSHOT,
    UNREACHABLE,
    bare,
    examples,
    operations,
    without_examples,
)

CODES = {
    "/v1/occupations/{code}": ("29-1141", "00-0000", "11-1011"),
    "/v1/areas/{code}": ("US", "71650", "2600003", "31100"),
}
"""Paths of one thing → codes beside the one of the example."""

REMAKE = "run `make contract` and read what it changed"

UNITS = re.compile(
    r"persons|US dollars|percent|per 1,000|year|scale|over the national share|number|unit|bytes"
    r"|square metres|0 to 1",
    re.IGNORECASE,
)

COUNTS = {
    *("total", "limit", "rows_read", "rows_loaded", "incumbents_responding", "write_in_total"),
    *("step", "zone", "rank", "count", "status", "lower", "upper"),
}
"""Properties that are counts or ranks, or whose unit is that of what they stand beside."""


@pytest.fixture(scope="module")
def contract(seeded_sqlite: httpx.Client) -> dict[str, Any]:
    """Return the live document."""
    document: dict[str, Any] = seeded_sqlite.get("/openapi.json").json()
    return document


def validator(contract: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator of a schema of the contract."""
    return Draft202012Validator(
        {**schema, "components": contract["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def walk(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every object of a document but examples, with its place."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            if key not in {"example", "examples"}:
                yield from walk(value, f"{place}/{key}")
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from walk(value, f"{place}/{at}")


def test_the_contract_is_valid_openapi(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1")
    validate(contract)


def test_the_contract_is_as_it_was(contract: dict[str, Any]) -> None:
    assert without_examples(contract) == json.loads(SNAPSHOT.read_text("utf-8")), REMAKE


def test_both_databases_have_the_same_contract(both: tuple[httpx.Client, httpx.Client]) -> None:
    assert both[0].get("/openapi.json").content == both[1].get("/openapi.json").content


def test_operations_are_named_once_and_described(contract: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(contract)]
    assert len(set(ids)) == len(ids)
    tags = {tag["name"]: tag["description"] for tag in contract["tags"]}
    for _, path, operation in operations(contract):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
        assert operation["summary"], path
        assert operation["description"], path
        assert len(operation["tags"]) == 1, path
        assert tags[operation["tags"][0]], path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter["name"])
    assert contract["servers"]
    assert contract["info"]["contact"]
    assert contract["info"]["license"]["identifier"] == "Apache-2.0"


def test_every_property_is_described_and_figures_have_units(contract: dict[str, Any]) -> None:
    sent = {"TitlesIn"}
    for name, schema in contract["components"]["schemas"].items():
        if "enum" in schema:
            continue
        assert schema["description"], name
        if "x-extensible-enum" in schema:
            assert schema["type"] == "string", name
            assert all(word in schema["description"] for word in schema["x-extensible-enum"]), name
            continue
        # Requests refuse unknown keys; answers may have more of them one day.
        assert schema.get("additionalProperties", name not in sent) is (name not in sent), name
        if name.startswith("Sparse"):
            continue
        for key, value in schema["properties"].items():
            assert value.get("description"), (name, key)
            kinds = value.get("type", ())
            if {"number", "integer"} & set([kinds] if isinstance(kinds, str) else kinds):
                assert key in COUNTS or UNITS.search(value["description"]), (name, key)


def test_a_nullable_is_written_plainly(contract: dict[str, Any]) -> None:
    for place, node in walk(contract):
        if "anyOf" in node:
            others = [choice for choice in node["anyOf"] if choice != {"type": "null"}]
            assert all("$ref" in other for other in others), place


def answers_of(
    client: httpx.Client, contract: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], httpx.Response]]:
    """Give answers of every operation: its example, its defaults, and the widest it can be."""
    shown = examples(contract)
    for _, path, operation in operations(contract):
        if operation["operationId"] in FILES:
            continue
        example = shown[operation["operationId"]]
        targets = [example.target]
        if example.method == "GET" and "?" in example.target:
            targets.append(str(httpx.URL(example.target).copy_remove_param("limit")))
        for start, codes in CODES.items():
            if path.startswith(start):
                targets += [path.replace("{code}", code) for code in codes]
        targets += [str(httpx.URL(path, params=query)) for query in WIDEST.get(path, ())]
        for target in targets:
            yield operation, client.request(example.method, target, json=example.body)


def strict(contract: dict[str, Any]) -> dict[str, Any]:
    """Return the contract with schemas that take no other keys than those they name."""
    found: dict[str, Any] = json.loads(json.dumps(contract))
    for schema in found["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return found


def test_every_answer_is_whole_and_has_nothing_else(
    api: httpx.Client, contract: dict[str, Any]
) -> None:
    seen = set()
    exact = strict(contract)
    for operation, answer in answers_of(api, contract):
        assert answer.status_code == 200, (answer.url, answer.text)
        assert answer.headers["content-type"] == "application/json"
        content = operation["responses"]["200"]["content"]["application/json"]
        seen.add(operation["operationId"])
        rule = content["x-sparse" if "fields" in answer.url.params else "schema"]
        validator(exact, rule).validate(answer.json())
    assert seen == {o["operationId"] for _, _, o in operations(contract)} - FILES


OPTIONAL = {
    "ChoiceOut": {"name", "level"},  # of areas
    "MarkOut": {"command", "reason"},  # of marks of one status
    "ProblemOut": {"choices"},  # of problems with one code
    "ProfileOut": set(BLOCKS),  # `include` names those that are there
    "TitlesIn": {"limit", "min_confidence"},  # has a default
}
"""Schema → keys that it does not require, though it is of a whole answer or a body."""


def test_every_key_is_required_but_those_that_are_truly_optional(contract: dict[str, Any]) -> None:
    found = {
        name: set(schema["properties"]) - set(schema["required"])
        for name, schema in contract["components"]["schemas"].items()
        if "properties" in schema and not name.startswith("Sparse")
    }
    assert {name: keys for name, keys in found.items() if keys} == OPTIONAL


def test_answers_with_fields_are_of_their_sparse_schema(
    api: httpx.Client, contract: dict[str, Any]
) -> None:
    exact = strict(contract)
    for method, _, operation in operations(contract):
        named = {p["name"]: p for p in operation.get("parameters", ())}
        if method == "GET" and "fields" in named:
            target = examples(contract)[operation["operationId"]].target
            known = named_in(contract, named["fields"]["schema"]["items"])["enum"]
            flat = [name for name in known if "." not in name]
            asked = [",".join(flat[:2]), "release,releases", "code", "marks.status"]
            for fields in (*asked, *(name for name in known if "." in name)):
                answer = api.get(httpx.URL(target).copy_set_param("fields", fields))
                good = set(fields.split(",")) <= set(known)
                assert (answer.status_code == 200) == good, answer.url
                if answer.status_code == 200:
                    content = operation["responses"]["200"]["content"]["application/json"]
                    validator(exact, content["x-sparse"]).validate(answer.json())


def test_sets_of_words_have_one_schema_each(contract: dict[str, Any]) -> None:
    inline = [
        place
        for place, node in walk(contract)
        if isinstance(node.get("enum", node.get("x-extensible-enum")), list)
        and not re.fullmatch(r"/components/schemas/\w+", place)
    ]
    assert inline == []
    sets = [
        (kind, *sorted(schema[kind]))
        for schema in contract["components"]["schemas"].values()
        for kind in ("enum", "x-extensible-enum")
        if kind in schema
    ]
    assert len(sets) == len(set(sets))


def test_names_in_clients_are_words(contract: dict[str, Any]) -> None:
    for name, schema in contract["components"]["schemas"].items():
        words = schema.get("enum", ())
        names = schema.get("x-enum-varnames", [re.sub(r"\W", "_", word) for word in words])
        assert len(set(names)) == len(words), name
        assert all(re.fullmatch(r"[A-Za-z]\w*", word) for word in names), name
    for kind, named in contract["components"].items():
        assert kind == "headers" or all(re.fullmatch(r"\w+", name) for name in named), kind


def test_patterns_are_regular(contract: dict[str, Any]) -> None:
    """RE2, which many clients use, knows no look-ahead and no reference to a group."""
    for place, node in walk(contract):
        pattern = node.get("pattern")
        if isinstance(pattern, str):
            assert not re.search(r"\(\?[=!<]|\\[1-9]", pattern), place


def named_in(contract: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema, or the one that it refers to."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = contract["components"]["schemas"][name] if name else schema
    return found


def test_what_clients_send_is_bounded(contract: dict[str, Any]) -> None:
    for _, path, operation in operations(contract):
        for parameter in operation.get("parameters", ()):
            schema = named_in(contract, parameter["schema"])
            if schema["type"] == "array":
                assert parameter["style"] == "form"
                assert parameter["explode"] is False
                assert schema["minItems"] == 1
                assert schema["maxItems"] <= 500
                schema = named_in(contract, schema["items"])
            bounds = {"integer": "maximum", "number": "maximum", "string": "maxLength"}
            kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            bounded = "enum" in schema or all(bounds[kind] in schema for kind in kinds)
            assert bounded, (path, parameter["name"])
    sent = contract["components"]["schemas"]["TitlesIn"]["properties"]
    assert sent["titles"]["maxItems"] == 1000
    assert sent["titles"]["items"]["maxLength"] == 500


def test_every_error_is_of_its_schema(
    seeded_sqlite: httpx.Client, contract: dict[str, Any]
) -> None:
    problem = validator(contract, {"$ref": "#/components/schemas/ProblemOut"})
    for target, code, _ in WRONG:
        answer = seeded_sqlite.get(target)
        problem.validate(answer.json())
        assert answer.json()["code"] == code
        assert PROBLEMS[code].status == answer.status_code


def codes_in(contract: dict[str, Any], response: dict[str, Any]) -> list[str]:
    """Return the codes of errors that an answer of the contract stands for."""
    name = response.get("$ref", "").rpartition("/")[2]
    described = contract["components"]["responses"][name]["description"] if name else ""
    return re.findall(r"\(\d{3} (\w+)\)", described)


def test_errors_are_documented_where_they_can_happen(contract: dict[str, Any]) -> None:
    documented = {
        path: {
            code
            for response in operation["responses"].values()
            for code in codes_in(contract, response)
        }
        for _, path, operation in operations(contract)
    }
    for codes in documented.values():
        assert codes <= set(PROBLEMS)
    templates = {path: re.sub(r"\{\w+\}", "[^/]+", path) for path in documented}
    for target, code, _ in WRONG:
        path = httpx.URL(target).path
        for template, pattern in templates.items():
            if re.fullmatch(pattern, path) and code != "not_found":
                assert code in documented[template], target


def test_examples_are_what_the_server_answers(api: httpx.Client, contract: dict[str, Any]) -> None:
    stored = json.loads(FILE.read_text("utf-8"))
    asked = examples(contract)
    assert set(stored) == set(asked) | set(ON_BARE_SERVERS), REMAKE
    for name, example in asked.items():
        assert stored[name]["url"] == example.target[:200], REMAKE
        assert stored[name]["value"] == example.ask(api), f"{name}: {REMAKE}"


@pytest.mark.parametrize("code", ON_BARE_SERVERS)
def test_examples_of_a_server_without_data(code: str, tmp_path: Path) -> None:
    with bare(tmp_path, code) as client:
        value = json.loads(FILE.read_text("utf-8"))[code]["value"]
        assert ON_BARE_SERVERS[code].ask(client) == value
        assert value["status"] == 503


def test_examples_are_in_the_contract(contract: dict[str, Any]) -> None:
    for _, path, operation in operations(contract):
        for content in operation["responses"]["200"]["content"].values():
            assert ("example" in content) is (operation["operationId"] not in FILES), path
    used = {
        code
        for response in contract["components"]["responses"].values()
        for code in response["content"]["application/problem+json"].get("examples", ())
    }
    assert used == set(PROBLEMS) - set(UNREACHABLE) - {"not_found"}


def test_every_problem_has_an_example_or_a_reason_not_to() -> None:
    assert {*ERRORS, *ON_BARE_SERVERS, *UNREACHABLE} == set(PROBLEMS)


def test_every_problem_has_its_page(seeded_sqlite: httpx.Client) -> None:
    index = seeded_sqlite.get("/problems")
    assert index.status_code == 200
    for code, problem in PROBLEMS.items():
        assert f'href="/problems/{code}"' in index.text
        page = seeded_sqlite.get(f"/problems/{code}")
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert problem.title in page.text
        assert str(problem.status) in page.text
