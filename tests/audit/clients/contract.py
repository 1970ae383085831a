"""What makes a contract good or bad for generated clients, counted in the document itself."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from app.api.queries.blocks import BLOCKS
from tests.audit.place import Outcome

Json = dict[str, Any]

MAY_BE_MISSING = {
    "MarkOut.command": "only a mark `not_loaded` has it",
    "MarkOut.reason": "only a mark `not_covered` has it",
    "ProblemOut.choices": "only `ambiguous_code` and `ambiguous_area` have it",
    "ChoiceOut.name": "only choices of areas have it",
    "ChoiceOut.level": "only choices of areas have it",
    **{f"ProfileOut.{block}": "`include` chooses the blocks" for block in BLOCKS},
}
"""Optional properties of answers → why they are optional."""

LATER_KEYS = frozenset({"slug", "notices", "locator"})
LATER_WORDS = frozenset({"not_published", "unknown_occupation"})
"""What ``earlier`` leaves out: the server answers with it, the programs do not read it."""

REF = "#/components/schemas/"


def earlier(contract: Json) -> Json:
    """Return the contract as it could have been before v1 added some keys and words to answers.

    A client that is made of it must still read the answers.
    """
    found: Json = copy.deepcopy(contract)
    for name in answer_schemas(contract):
        schema = found["components"]["schemas"][name]
        if "properties" in schema:
            for key in LATER_KEYS & set(schema["properties"]):
                del schema["properties"][key]
            schema["required"] = [k for k in schema.get("required", ()) if k not in LATER_KEYS]
        if words := schema.get("x-extensible-enum"):
            schema["x-extensible-enum"] = [w for w in words if w not in LATER_WORDS]
    return found


def findings(contract: Json) -> Iterator[Outcome]:
    """Count what would make each generator's client worse."""
    schemas = contract["components"]["schemas"]
    answers = answer_schemas(contract)
    required = {
        f"{name}.{key}": key in schemas[name].get("required", ())
        for name in answers
        for key in schemas[name].get("properties", ())
    }
    optional = {key for key, always in required.items() if not always}
    wrong = optional ^ MAY_BE_MISSING.keys()
    said = f"{len(optional)} optional: {', '.join(sorted(optional))}"
    if wrong:
        said = f"not as MAY_BE_MISSING says: {', '.join(sorted(wrong))}"
    yield Outcome("properties of answers are always there", "", len(required), len(wrong), said)

    enums = {name for name, schema in schemas.items() if "enum" in schema}
    nameless = {name for name in enums if not _has_names(schemas[name])}
    inline = json.dumps(contract).count('"enum": ') - len(enums)
    yield Outcome(
        "enums are schemas with a name for each value",
        "",
        len(enums) + inline,
        len(nameless) + inline,
        ", ".join([*sorted(nameless), *([f"{inline} inline"] if inline else [])]),
    )

    closed = sorted(set(answers) & enums)
    sets = [name for name in answers if "x-extensible-enum" in schemas[name]]
    yield Outcome(
        "sets of words in answers are open", "", len(sets) + len(closed), len(closed),
        ", ".join(closed),
    )  # fmt: skip
    forbidding = [n for n in answers if schemas[n].get("additionalProperties") is False]
    yield Outcome(
        "answers may have further keys", "", len(answers), len(forbidding), ", ".join(forbidding)
    )


def answer_schemas(contract: Json) -> list[str]:
    """Name the schemas that answers are made of; extensions refer to others."""
    found: dict[str, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for entry in node:
                walk(entry)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix(REF)
            if name in contract["components"]["schemas"] and name not in found:
                found[name] = None
                walk(contract["components"]["schemas"][name])
            for key, value in node.items():
                if not key.startswith(("x-", "example")):
                    walk(value)

    walk(contract["components"]["responses"])
    for path in contract["paths"].values():
        for operation in path.values():
            walk(operation["responses"])
    return list(found)


def _has_names(schema: Json) -> bool:
    """Tell whether each value has a name that programs can use, its own or one beside it."""
    names: list[str] = schema.get("x-enum-varnames") or schema["enum"]
    return len(names) == len(schema["enum"]) and all(
        re.fullmatch(r"[A-Za-z][\w.-]*", name) for name in names
    )
