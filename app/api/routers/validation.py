"""Pydantic's validation errors as faults: what is wrong and what is allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from pydantic import BaseModel, ValidationError

from app.api.schemas.parameters import Params
from app.did_you_mean import did_you_mean
from app.errors import Fault

CODES = {"format": "unknown_format"}
"""Parameter → the type of problem that a value of it is which is not allowed."""


def repeated_faults(pairs: Sequence[tuple[str, str]]) -> list[Fault]:
    """Return a fault for each parameter that a query repeats."""
    return [
        Fault(name[:100], None, f"given {count} times", "once")
        for name, count in Counter(name for name, _ in pairs).items()
        if count > 1
    ]


def query_faults(query: dict[str, str], model: type[BaseModel] | None) -> list[Fault]:
    """Validate a query; unknown parameters are faults too."""
    if model is not None:
        try:
            model.model_validate(query)
        except ValidationError as error:
            return [_of_query(entry, model) for entry in error.errors(include_url=False)]
    return []


def path_faults(error: ValidationError, name: str) -> list[Fault]:
    """Return the faults of a path's parameter."""
    entries = error.errors(include_url=False)
    return [Fault(name, _value(entry), _detail(entry), _allowed(entry)) for entry in entries]


def body_faults(error: ValidationError) -> list[Fault]:
    """Return the faults of a body, each with its place."""
    faults = []
    for entry in error.errors(include_url=False):
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in entry["loc"])
        place = "body" + "".join(steps)
        faults.append(Fault(place[:200], _value(entry), _detail(entry), _allowed(entry)))
    return faults


def _of_query(error: Any, model: type[BaseModel]) -> Fault:
    name = str(error["loc"][0])
    value = _value(error)
    if error["type"] == "extra_forbidden":
        known = list(model.model_fields)
        near = partial(did_you_mean, name, known, 0.5)
        why = model.not_taken.get(name) if issubclass(model, Params) else None
        if why is not None:
            return Fault(name, value, why, "leave it out")
        return Fault(name[:100], value, "unknown parameter", ", ".join(known) or "none", near)
    allowed = _allowed_by_schema(model, name)
    options = [option.strip() for option in (allowed or "").split(",")]
    near = partial(did_you_mean, value or "", options, 0.5)
    code = CODES.get(name, "invalid_parameter")
    return Fault(name, value, _detail(error), allowed or _allowed(error), near, code)


def _allowed_by_schema(model: type[BaseModel], name: str) -> str | None:
    """Return what the schema allows for a parameter, in words."""
    document = _contract_of(model)
    rules = _rules(document["properties"].get(name, {}), document.get("$defs", {}))
    if "items" in rules:
        most = f"up to {rules['maxItems']}, separated by commas"
        rules = _rules(rules["items"], document.get("$defs", {}))
        return ", ".join(rules["enum"]) if "enum" in rules else most
    if "enum" in rules:
        return ", ".join(rules["enum"])
    if "maximum" in rules:
        kind = "a number" if rules["type"] == "number" else "a whole number"
        word = " or all" if "pattern" in rules else ""
        return f"{kind} from {int(rules['minimum'])} to {int(rules['maximum'])}{word}"
    if "pattern" in rules and "examples" in rules:
        return f"text such as {rules['examples'][0]}"
    if "maxLength" in rules:
        return f"{rules.get('minLength', 0)} to {rules['maxLength']} characters"
    return None


def _rules(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema and those that it refers to say together; null is left out."""
    parts = [schema, *(c for c in schema.get("anyOf", ()) if c != {"type": "null"})]
    parts += [named[p["$ref"].rpartition("/")[2]] for p in parts if "$ref" in p]
    return {key: value for part in parts for key, value in part.items()}


@lru_cache(maxsize=64)
def _contract_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


_DETAILS = {
    "int_parsing": "not a whole number",
    "int_parsing_size": "not a whole number in range",
    "float_parsing": "not a number",
    "finite_number": "not a number",
    "greater_than_equal": "too small",
    "less_than_equal": "too large",
    "string_too_short": "too short",
    "string_too_long": "too long",
    "string_pattern_mismatch": "not of the form that is allowed",
    "json_invalid": "not JSON",
    "missing": "missing",
    "model_type": "not an object",
    "list_type": "not a list",
    "string_type": "not text",
    "too_long": "too many",
    "string_unicode": "not text",
    "extra_forbidden": "unknown key",
    "literal_error": "not one of the values that are allowed",
}
"""Pydantic's type of error → the detail that a client reads."""


def _detail(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return _DETAILS.get(error["type"], message)[:300]


def _allowed(error: Any) -> str | None:
    context = error.get("ctx", {})
    if "expected" in context:
        return str(context["expected"]).replace(" or ", ", ").replace("'", "")
    bounds = {"ge": "at least", "gt": "over", "le": "at most", "lt": "under"}
    said = [f"{words} {context[key]}" for key, words in bounds.items() if key in context]
    if "max_length" in context:
        said.append(f"at most {context['max_length']} long")
    if "min_length" in context:
        said.append(f"at least {context['min_length']} long")
    return ", ".join(said) or None


def _value(error: Any) -> str | None:
    """Return the value given, cut at 100 characters; None if it is missing."""
    value = error.get("input")
    if isinstance(value, tuple):
        value = ",".join(value)
    return None if value is None or error["type"] == "missing" else str(value)[:100]
