"""What the audit of generated clients counts in the contract, and what the guide shows of it."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.audit.clients import check
from tests.audit.clients.contract import MAY_BE_MISSING, earlier, findings
from tests.audit.clients.generators import GENERATORS, PROGRAMS
from tests.audit.place import Place
from tests.test_repository import ROOT

CONTRACT = json.loads((ROOT / "tests" / "openapi.json").read_text("utf-8"))
GUIDE = (ROOT / "docs" / "guides" / "clients.md").read_text("utf-8")


def lost(contract: dict[str, Any]) -> int:
    return sum(row.lost for row in findings(contract))


def changed(name: str, **keys: Any) -> dict[str, Any]:
    contract: dict[str, Any] = copy.deepcopy(CONTRACT)
    contract["components"]["schemas"][name].update(keys)
    return contract


def test_the_contract_serves_generated_clients() -> None:
    assert [row for row in findings(CONTRACT) if row.lost] == []
    assert all(row.tried for row in findings(CONTRACT))


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        pytest.param("ChoiceOut", {"required": []}, id="an optional property of a nested answer"),
        pytest.param(
            "MarkOut",
            {"required": ["status", "at_least", "command", "reason"]},
            id="a property that is no longer optional",
        ),
        pytest.param("Relation", {"enum": ["same"]}, id="a closed set in answers"),
        pytest.param("AreaOut", {"additionalProperties": False}, id="an answer that may not grow"),
        pytest.param(
            "OccupationSort", {"x-enum-varnames": ["CODE"]}, id="an enum without all its names"
        ),
        pytest.param(
            "TitlesIn",
            {"properties": {"how": {"type": "string", "enum": ["a"]}}},
            id="an enum inside another schema",
        ),
    ],
)
def test_a_fault_is_counted(name: str, keys: dict[str, Any]) -> None:
    assert lost(changed(name, **keys)) > 0


def test_a_generator_whose_tool_is_missing_is_not_done_and_says_how_to_get_it() -> None:
    generator = replace(GENERATORS[0], needs={"no-such-tool": "its-package"})
    bench = check.Bench(Place(Path(), {}, None, True), "", [], {}, Path(), "")
    (row,) = check._tried(bench, {}, generator)
    assert not row.done
    assert row.said == "there is no no-such-tool here: apt-get install its-package"


def test_each_optional_property_has_a_reason() -> None:
    assert all(MAY_BE_MISSING.values())


def test_clients_are_made_of_a_contract_that_lacks_what_the_server_answers() -> None:
    schemas = earlier(CONTRACT)["components"]["schemas"]
    assert "slug" not in schemas["ProfileOut"]["properties"]
    assert "slug" not in schemas["ProfileOut"]["required"]
    assert "not_published" not in schemas["MarkStatus"]["x-extensible-enum"]
    assert lost(earlier(CONTRACT)) == 0


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda generator: generator.folder)
def test_the_guide_shows_what_the_audit_runs(generator: Any) -> None:
    shown = re.sub(r" \\\n +", " ", GUIDE)
    assert generator.generate in shown
    program = PROGRAMS / generator.folder / f"main{generator.suffix}"
    assert f"(../../{program.relative_to(ROOT)})" in GUIDE
    for settings in (*program.parent.glob("*.mjs"), *program.parent.glob("config.yaml")):
        assert settings.read_text("utf-8") in GUIDE, settings.name
