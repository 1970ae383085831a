"""Breaking changes: the contract compared with the one that was released last.

``released.json`` is the contract of the last release, without examples and texts;
``released_commands.json`` its settings with their defaults, and its commands with their options.
Only a release writes them anew, with ``python -m tests.api.breaking``.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.api.promises import RELEASED_COMMANDS, promised

RELEASED = Path(__file__).parent / "released.json"
CURRENT = Path(__file__).parents[1] / "openapi.json"

TEXTS = frozenset({"title", "summary", "description", "example", "examples", "tags", "info"})

LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")

OPEN = "x-extensible-enum"
"""Key of an open set: the words that an answer may have today. Words may be added to it."""

OPENED = frozenset({"MarkOut.status"})
"""Closed sets of answers that were opened, each once. Within v1 such words may grow, which the
contract did not say when these were closed; a client of the closed set knew all its words."""

Schema = dict[str, Any]


def breaks(old: Schema, new: Schema) -> list[str]:
    """List what a client of the old contract can no longer rely on."""
    sent = _sent(old)
    old, new = _words_in_place(old, old), _words_in_place(new, new)
    found: list[str] = []
    for path, operations in old["paths"].items():
        for method, was in operations.items():
            now = new["paths"].get(path, {}).get(method)
            place = f"{method.upper()} {path}"
            found += [f"{place}: gone"] if now is None else _operation(place, was, now, old, new)
    for name, was in old["components"]["schemas"].items():
        now = new["components"]["schemas"].get(name)
        if now is None:
            found.append(f"{name}: schema gone")
        else:
            found += _schema(name, was, now, sent=name in sent)
    return list(dict.fromkeys(found))


def _operation(place: str, was: Schema, now: Schema, old: Schema, new: Schema) -> Iterator[str]:
    if was["operationId"] != now["operationId"]:
        yield f"{place}: operationId {was['operationId']} is {now['operationId']}"
    before = {(p["in"], p["name"]): p for p in was.get("parameters", ())}
    after = {(p["in"], p["name"]): p for p in now.get("parameters", ())}
    for key, parameter in after.items():
        earlier = before.get(key)
        if parameter.get("required") and not (earlier and earlier.get("required")):
            yield f"{place}: parameter {key[1]} is required now"
        if earlier:
            yield from _parameter_changes(f"{place} {key[1]}", earlier, parameter)
    yield from (f"{place}: parameter {name} gone" for _, name in before.keys() - after.keys())
    had, has = was.get("requestBody"), now.get("requestBody")
    if has and has.get("required") and not (had and had.get("required")):
        yield f"{place}: a body is required now"
    yield from _content(f"{place} body", had or {}, has or {}, sent=True)
    for status, answer in was["responses"].items():
        if status not in now["responses"]:
            yield f"{place}: answer {status} gone"
            continue
        one, other = _resolved(answer, old), _resolved(now["responses"][status], new)
        for header in one.get("headers", {}).keys() - other.get("headers", {}).keys():
            yield f"{place} {status}: header {header} gone"
        yield from _content(f"{place} {status}", one, other, sent=False)
    if now.get("security", new.get("security")) != was.get("security", old.get("security")):
        yield f"{place}: security changed"


def _parameter_changes(place: str, was: Schema, now: Schema) -> Iterator[str]:
    """Compare parameters. A text may become a list: with commas it is sent as before."""
    one, two = was["schema"], now["schema"]
    if one.get("type") == "string" and two.get("type") == "array" and now.get("explode") is False:
        default = ",".join(two["default"]) if "default" in two else None
        one, two = {"default": one.get("default")}, {"default": default}
    elif was.get("explode") != now.get("explode"):
        yield f"{place}: sent in another form"
    yield from _schema(place, one, two, sent=True)


def _content(place: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
    for media, content in was.get("content", {}).items():
        other = now.get("content", {}).get(media)
        if other is None:
            yield f"{place}: {media} gone"
        else:
            yield from _schema(f"{place} {media}", content["schema"], other["schema"], sent=sent)


def _schema(place: str, was: Any, now: Any, *, sent: bool) -> Iterator[str]:
    """Compare schemas: what is sent may be taken more freely, what is answered be narrower."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        if was != now:
            yield f"{place}: {was} is {now}"
        return
    if was.get("$ref") != now.get("$ref"):
        yield f"{place}: {was.get('$ref')} is {now.get('$ref')}"
    before_it, after_it = (s.get("default", s.get("x-default")) for s in (was, now))
    if before_it != after_it:
        yield f"{place}: default {before_it} is {after_it}"
    yield from _kinds(place, was, now, sent=sent)
    yield from _bounds(place, was, now, sent=sent)
    before, after = was.get("properties", {}), now.get("properties", {})
    for name, inner in before.items():
        if name not in after:
            yield f"{place}.{name}: gone"
        else:
            yield from _schema(f"{place}.{name}", inner, after[name], sent=sent)
    required, requires = set(was.get("required", ())), set(now.get("required", ()))
    for name in sorted(requires - required if sent else required - requires):
        yield f"{place}.{name}: {'required now' if sent else 'no longer always there'}"
    yield from _inner(place, was, now, sent=sent)
    for key in ("anyOf", "oneOf", "allOf"):
        if _plain(was.get(key)) != _plain(now.get(key)):
            yield f"{place}: {key} changed"


def _inner(place: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
    for key in ("items", "additionalProperties"):
        # v1 promises to add keys: a closed schema of answers may be opened.
        opened = was.get(key) is False and key not in now and not sent
        if not opened and (key in was or (sent and key in now)):
            yield from _schema(f"{place}[{key}]", was.get(key), now.get(key), sent=sent)


def _kinds(place: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
    kinds, other = _types(was), _types(now)
    if not (kinds <= other if sent else other <= kinds):
        yield f"{place}: type {sorted(kinds)} is {sorted(other)}"
    yield from _values_sent(place, was, now) if sent else _values_answered(place, was, now)
    one, two = was.get("format"), now.get("format")
    narrower = one == "int64" and two in {None, "int32"}  # every value is one of before
    if one != two and not (two is None if sent else narrower):
        yield f"{place}: format {one} is {two}"
    # A pattern binds texts: where none were taken, it takes nothing away.
    binds = sent and "string" in kinds
    if binds and now.get("pattern") not in {None, was.get("pattern")}:
        yield from _pattern(place, was.get("pattern"), str(now["pattern"]))


def _values_sent(place: str, was: Schema, now: Schema) -> Iterator[str]:
    """What is sent is a closed set, which may grow."""
    one, two = was.get("enum"), now.get("enum")
    if OPEN in now:
        yield f"{place}: an open set of values to send"
    elif two is not None and (one is None or set(map(str, one)) - set(map(str, two))):
        yield f"{place}: values taken away"


def _values_answered(place: str, was: Schema, now: Schema) -> Iterator[str]:
    """A closed set of what is answered may shrink, an open one may grow."""
    one, two = was.get("enum"), now.get("enum")
    if OPEN in was or (place in OPENED and OPEN in now):
        if set(was.get(OPEN) or one or ()) - set(now.get(OPEN) or two or ()):
            yield f"{place}: words taken away"
    elif one is not None and (two is None or set(map(str, two)) - set(map(str, one))):
        yield f"{place}: values that no client knows"


def _words_in_place(node: Any, contract: Schema) -> Any:
    """Write each set of words where it is referred to: it may have got a schema of its own later.

    A set or null is written as one schema too.
    """
    if isinstance(node, list):
        return [_words_in_place(entry, contract) for entry in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref")).removeprefix("#/components/schemas/")
    referred = contract["components"]["schemas"].get(name, {})
    if OPEN in referred or "enum" in referred:
        node = {key: value for key, value in node.items() if key != "$ref"} | referred
    node = {key: _words_in_place(value, contract) for key, value in node.items()}
    words = [c for c in node.get("anyOf", ()) if isinstance(c, dict) and c.get("type") == "string"]
    if len(words) == 1 and {"type": "null"} in node["anyOf"]:
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        node = rest | words[0] | {"type": ["string", "null"]}
    return node


def _pattern(place: str, was: str | None, now: str) -> Iterator[str]:
    """A list of words that has all the words of before takes all that it took."""
    if was is None or not set(_words(was)) <= set(_words(now)) or _frame(was) != _frame(now):
        yield f"{place}: pattern changed"


def _words(pattern: str) -> list[str]:
    return re.findall(r"[\w-]+", pattern)


def _frame(pattern: str) -> bool:
    return pattern.startswith("^") and "(?:" in pattern


def _bounds(place: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
    # A bound of texts takes nothing away where none were taken.
    texts = {"minLength", "maxLength"} if sent and "string" not in _types(was) else set()
    for keys, sign in ((LEAST, 1), (MOST, -1)):
        for key in set(keys) - texts:
            one, two = was.get(key), now.get(key)
            tight, loose = (two, one) if sent else (one, two)
            if tight is not None and (loose is None or (tight - loose) * sign > 0):
                yield f"{place}: {key} {one} is {two}"


def _types(schema: Schema) -> set[str]:
    given = schema.get("type")
    return set(given) if isinstance(given, list) else {given} if given else set()


def _resolved(answer: Schema, contract: Schema) -> Schema:
    name = answer.get("$ref")
    found: Schema = contract["components"]["responses"][name.rpartition("/")[2]] if name else answer
    return found


def _sent(contract: Schema) -> set[str]:
    """Name the schemas of what clients send: bodies, and the words of parameters."""
    given = [
        operation.get(key, {})
        for operations in contract["paths"].values()
        for operation in operations.values()
        for key in ("parameters", "requestBody")
    ]
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(given)))


def _plain(node: Any, *, names: bool = False) -> Any:
    """Leave texts and examples out; ``names``: the keys here are names, not words of OpenAPI."""
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _plain(value, names=key in {"properties", "schemas", "paths"} and not names)
        for key, value in node.items()
        if names or key not in TEXTS
    }


Plant = Callable[[Schema], Any]


def planted(contract: Schema, plant: Plant) -> Schema:
    """Return a copy of the contract with one change."""
    found: Schema = copy.deepcopy(contract)
    plant(found)
    return found


def _op(contract: Schema, path: str = "/v1/occupations", method: str = "get") -> Schema:
    found: Schema = contract["paths"][path][method]
    return found


def _parameter(contract: Schema, name: str) -> Schema:
    return next(p for p in _op(contract)["parameters"] if p["name"] == name)


def _of(contract: Schema, schema: str) -> Schema:
    found: Schema = contract["components"]["schemas"][schema]["properties"]
    return found


def _words_of(contract: Schema, schema: str) -> list[str]:
    found: list[str] = contract["components"]["schemas"][schema][OPEN]
    return found


def _filter(contract: Schema, name: str) -> list[str]:
    found: list[str] = contract["components"]["schemas"][name]["enum"]
    return found


NEW = {"name": "new", "in": "query", "schema": {"type": "string"}}
MATCH = "/v1/titles/match"

PLANTED: dict[str, Plant] = {
    "a property removed": lambda c: _of(c, "WageOut").pop("annual_median"),
    "a property retyped": lambda c: _of(c, "WageOut")["area"].update(type="integer"),
    "a property made nullable": lambda c: _of(c, "WageOut")["area"].update(type=["string", "null"]),
    "a property no longer required": lambda c: c["components"]["schemas"]["ProblemOut"][
        "required"
    ].remove("code"),
    "a word taken away from an open set": lambda c: _words_of(c, "MarkStatus").remove("withheld"),
    "an open set made a plain text": lambda c: c["components"]["schemas"]["MarkStatus"].pop(OPEN),
    "a parameter's words opened": lambda c: c["components"]["schemas"]["OccupationSort"].update(
        {OPEN: c["components"]["schemas"]["OccupationSort"].pop("enum")}
    ),
    "a schema of items changed": lambda c: _of(c, "WagePage")["items"]["items"].update(
        {"$ref": "#/components/schemas/SkillOut"}
    ),
    "a new required parameter": lambda c: _op(c)["parameters"].append({**NEW, "required": True}),
    "a parameter removed": lambda c: _op(c)["parameters"].remove(_parameter(c, "sort")),
    "a parameter retyped": lambda c: _parameter(c, "limit")["schema"].update(type="string"),
    "a changed default": lambda c: _parameter(c, "limit")["schema"].update(default=20),
    "a removed enum value": lambda c: _filter(c, "OccupationSort").remove("-wage"),
    "a removed word of a list": lambda c: _filter(c, "OccupationLevelFilter").remove("minor"),
    "a list made shorter": lambda c: _parameter(c, "codes")["schema"].update(maxItems=100),
    "a list made a text": lambda c: _parameter(c, "codes").update(schema={"type": "string"}),
    "a list sent in another form": lambda c: _parameter(c, "codes").pop("explode"),
    "a narrowed bound": lambda c: _parameter(c, "limit")["schema"].update(maximum=100),
    "a new bound": lambda c: _parameter(c, "limit")["schema"].update(exclusiveMinimum=1),
    "an operation removed": lambda c: c["paths"]["/v1/wages"].pop("get"),
    "a path renamed": lambda c: c["paths"].update({"/v1/pay": c["paths"].pop("/v1/wages")}),
    "an operationId renamed": lambda c: _op(c).update(operationId="index_occupations"),
    "an answer's status removed": lambda c: _op(c)["responses"].pop("304"),
    "an answer's media type removed": lambda c: _op(c)["responses"]["200"]["content"].pop(
        "application/json"
    ),
    "a header removed": lambda c: _op(c)["responses"]["200"]["headers"].pop("ETag"),
    "a body's media type removed": lambda c: _op(c, MATCH, "post")["requestBody"]["content"].pop(
        "application/json"
    ),
    "a body's key made required": lambda c: c["components"]["schemas"]["TitlesIn"][
        "required"
    ].append("limit"),
    "a body's list made shorter": lambda c: _of(c, "TitlesIn")["titles"].update(maxItems=100),
    "a key needed": lambda c: c.update(security=[{"key": []}]),
}
"""Breaks of every kind, each of which must be found."""

ADDED: dict[str, Plant] = {
    "a property": lambda c: _of(c, "WageOut").update(new={"type": "string"}),
    "a word in an open set": lambda c: _words_of(c, "MarkStatus").append("guessed"),
    "an optional parameter": lambda c: _op(c)["parameters"].append(NEW),
    "a value that may be sent": lambda c: _filter(c, "OccupationSort").append("area"),
    "a word of a list": lambda c: _filter(c, "OccupationLevelFilter").append("finer"),
    "a text that may be a list": lambda c: _parameter(c, "classification").update(
        schema={"type": "array", "items": {"type": "string"}}, style="form", explode=False
    ),
    "answers open to new keys": lambda c: c["components"]["schemas"]["WageOut"].pop(
        "additionalProperties", None
    ),
    "a wider bound": lambda c: _parameter(c, "limit")["schema"].update(maximum=500),
    "an operation": lambda c: c["paths"].update({"/v1/new": {"get": _op(c)}}),
    "an answer's status": lambda c: _op(c)["responses"].update({"418": {"description": "New."}}),
    "an answer's media type": lambda c: _op(c)["responses"]["200"]["content"].update(
        {"text/csv": {"schema": {"type": "string"}}}
    ),
    "a header": lambda c: _op(c)["responses"]["200"]["headers"].update(New={}),
    "other words": lambda c: _parameter(c, "limit").update(description="How many."),
    "an answer never null again": lambda c: _of(c, "PageOut" if "PageOut" in c["components"][
        "schemas"] else "WagePage")["next"].update(type="string"),
}  # fmt: skip
"""Changes that break no client, none of which may be reported."""


def close(place: str) -> Plant:
    """Return the change that makes a property of answers a closed set of two words."""
    schema, name = place.split(".")
    closed = {"type": "string", "enum": ["withheld", "top_coded"]}
    return lambda contract: _of(contract, schema).update({name: closed})


def open_with(place: str, *words: str) -> Plant:
    """Return the change that makes a property of answers an open set of these words."""
    schema, name = place.split(".")
    return lambda contract: _of(contract, schema).update({name: {"type": "string", OPEN: words}})


def main() -> None:
    """Write what is released."""
    RELEASED_COMMANDS.write_text(json.dumps(promised(), indent=1) + "\n")
    contract = _plain(json.loads(CURRENT.read_text()))
    RELEASED.write_text(json.dumps(contract, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
