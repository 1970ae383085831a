"""Routes that refuse what they do not know, and name every fault of a request at once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.did_you_mean import did_you_mean
from app.errors import ApiError, Fault, InvalidBody, InvalidParameters
from app.routers import filters
from app.routers.answer import reader_of, wanted_fields

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """Turns validation errors into problems and refuses repeated parameters."""

    def get_route_handler(self) -> Handler:
        """Wrap the framework's handler."""
        handle = super().get_route_handler()
        model = self._query_model()

        async def strict(request: Request) -> Response:
            query = request.scope["query_string"]
            try:
                repeated = _repeated(query) if b"&" in query else []
                if repeated:
                    raise InvalidParameters(*repeated)
                return await handle(request)
            except RequestValidationError as error:
                first = shaped(error.errors(), model)
            except InvalidParameters as error:
                first = error
            if isinstance(first, InvalidParameters):
                # Each stage found the faults it knows of: look for those of all the others too.
                others = await run_in_threadpool(self._faults, request, model)
                first = InvalidParameters(*_merged(first.faults, others))
            raise first

        return strict

    def _query_model(self) -> type[BaseModel] | None:
        for field in self.dependant.query_params:
            annotation = field.field_info.annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                return annotation
        return None

    def _faults(self, request: Request, model: type[BaseModel] | None) -> list[Fault]:
        """Find every fault of the query: of its shape, and of values that nothing loaded has."""
        query = dict(request.query_params)
        faults = _validate(model, query)
        wrong = {fault.parameter for fault in faults}
        names = model.model_fields if model else {}
        sound = {name: query[name] for name in names if name in query and name not in wrong}
        try:
            block = self.block
            catalog = reader_of(request).catalog
            faults += filters.value_faults(catalog, sound, block, every="period" in names)
            filters.occupation_of(catalog, sound.get("code"))
        except InvalidParameters as error:
            faults += error.faults
        except ApiError:
            pass  # nothing is loaded: the shape is all that can be told
        try:
            wanted_fields(sound.get("fields"), self.item())
        except InvalidParameters as error:
            faults += error.faults
        return faults

    @property
    def block(self) -> str:
        """The block that the route lists, if it lists one."""
        return self.path.rsplit("/", 1)[-1].replace("-", "_")

    def item(self) -> type[BaseModel]:
        """Return the schema of what the route gives: of an item where it gives a list."""
        answer: type[BaseModel] = self.response_model or BaseModel
        items = answer.model_fields.get("items")
        found: type[BaseModel] = items.annotation.__args__[0] if items else answer  # type: ignore[union-attr]
        return found


def _repeated(query: bytes) -> list[Fault]:
    names = [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
    return [
        Fault(name[:100], None, f"given {names.count(name)} times", "once")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _merged(*groups: Any) -> list[Fault]:
    """Join faults: one for each parameter and value, in the order found."""
    found: dict[tuple[str, str | None], Fault] = {}
    for fault in (fault for group in groups for fault in group):
        found.setdefault((fault.parameter, fault.value), fault)
    return list(found.values())


def _validate(model: type[BaseModel] | None, query: dict[str, str]) -> list[Fault]:
    if model is not None:
        try:
            model.model_validate(query)
        except ValidationError as error:
            return [_fault(entry, model) for entry in error.errors()]
    return []


def shaped(errors: Any, model: type[BaseModel] | None) -> InvalidParameters | InvalidBody:
    """Return the problem for validation errors of a query (400) or of a body (422)."""
    of_body = [error for error in errors if error["loc"][:1] == ("body",)]
    if of_body:
        return InvalidBody(*(_body_fault(error) for error in of_body))
    return InvalidParameters(*(_fault(error, model) for error in errors))


def _fault(error: Any, model: type[BaseModel] | None) -> Fault:
    loc = [str(part) for part in error["loc"] if part not in {"query", "path"}]
    name = (loc[0] if loc else "query")[:100]
    value = _text(error.get("input"))
    known = list(model.model_fields) if model else []
    if error["type"] == "extra_forbidden":
        near = partial(did_you_mean, name, known, 0.5)
        return Fault(name, value, "unknown parameter", ", ".join(known) or "none", near)
    context = error.get("ctx", {})
    allowed = context.get("words") or (allowed_of(model, name) if model else None)
    options = [option.strip() for option in (allowed or "").split(",")]
    given = context.get("word", value) or ""
    near = partial(did_you_mean, given, options, 0.5)
    return Fault(name, value, _detail(error), allowed or _allowed(error), near)


@lru_cache(maxsize=1024)
def allowed_of(model: type[BaseModel], name: str) -> str | None:
    """Say in words what the schema allows of a parameter."""
    schema = model.model_json_schema()["properties"].get(name, {})
    parts = [schema, *(c for c in schema.get("anyOf", ()) if c != {"type": "null"})]
    rules = {key: value for part in parts for key, value in part.items()}
    if "enum" in rules:
        return ", ".join(rules["enum"])
    kind = {"integer": "a whole number", "number": "a number"}.get(rules.get("type", ""))
    if kind:
        return f"{kind} from {int(rules['minimum'])} to {int(rules['maximum'])}"
    if "pattern" in rules and "examples" in rules:
        return f"text such as {rules['examples'][0]}"
    if "maxLength" in rules:
        return f"{rules.get('minLength', 0)} to {rules['maxLength']} characters"
    return None


def _body_fault(error: Any) -> Fault:
    loc = error["loc"][1:]
    place = "body" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in loc)
    value = None if error["type"] == "json_invalid" else _text(error.get("input"))
    return Fault(place[:200], value, _detail(error), _allowed(error))


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
    "model_attributes_type": "not an object",
    "list_type": "not a list",
    "string_type": "not text",
    "string_unicode": "not text",
    "extra_forbidden": "unknown key",
    "literal_error": "not one of the values that are allowed",
}
"""Validator's type of error → what a client is told."""


def _detail(error: dict[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return _DETAILS.get(error["type"], message)[:300]


def _allowed(error: dict[str, Any]) -> str | None:
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


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:100]
