"""Routes that refuse what they do not know, and name every fault of a request at once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Fault, InvalidBody, InvalidParameters

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """Turns validation errors into problems and refuses repeated parameters."""

    def get_route_handler(self) -> Handler:
        """Wrap the framework's handler."""
        handle = super().get_route_handler()
        model = self._query_model()

        async def strict(request: Request) -> Response:
            query = request.scope["query_string"]
            faults = _repeated(query) if b"&" in query else []
            if faults:
                raise InvalidParameters(*faults, *_validate(model, request))
            try:
                return await handle(request)
            except RequestValidationError as error:
                raise shaped(error.errors(), model) from None

        return strict

    def _query_model(self) -> type[BaseModel] | None:
        for field in self.dependant.query_params:
            annotation = field.field_info.annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                return annotation
        return None


def _repeated(query: bytes) -> list[Fault]:
    names = [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
    return [
        Fault(name[:100], None, f"given {names.count(name)} times", "once")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _validate(model: type[BaseModel] | None, request: Request) -> tuple[Fault, ...]:
    if model is not None:
        try:
            model.model_validate(dict(request.query_params))
        except ValidationError as error:
            return shaped(error.errors(), model).faults
    return ()


def shaped(errors: Any, model: type[BaseModel] | None) -> InvalidParameters | InvalidBody:
    """Return the problem for validation errors of a query (400) or of a body (422)."""
    of_body = [error for error in errors if error["loc"][:1] == ("body",)]
    if of_body:
        return InvalidBody(*(_body_fault(error) for error in of_body))
    return InvalidParameters(*(_fault(error, model) for error in errors))


def _fault(error: dict[str, Any], model: type[BaseModel] | None) -> Fault:
    loc = [str(part) for part in error["loc"] if part not in {"query", "path"}]
    name = (loc[0] if loc else "query")[:100]
    value = _text(error.get("input"))
    known = list(model.model_fields) if model else []
    if error["type"] == "extra_forbidden":
        near = tuple(get_close_matches(name, known, n=3, cutoff=0.5))
        return Fault(name, value, "unknown parameter", ", ".join(known) or "none", near)
    allowed = _allowed(error)
    options = [option.strip(" '") for option in (allowed or "").split(",")]
    last = (value or "").rsplit(",", 1)[-1]
    near = tuple(get_close_matches(last, options, n=3, cutoff=0.5)) if len(options) > 1 else ()
    return Fault(name, value, _detail(error), allowed, near)


def _body_fault(error: dict[str, Any]) -> Fault:
    loc = error["loc"][1:]
    place = "body" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in loc)
    value = None if error["type"] == "json_invalid" else _text(error.get("input"))
    return Fault(place[:200], value, _detail(error), _allowed(error))


def _detail(error: dict[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:300]


def _allowed(error: dict[str, Any]) -> str | None:
    context = error.get("ctx", {})
    if "expected" in context:
        return str(context["expected"]).replace(" or ", ", ")
    if "pattern" in context:
        return f"text that matches {context['pattern']}"
    bounds = {"ge": "at least", "gt": "over", "le": "at most", "lt": "under"}
    said = [f"{words} {context[key]}" for key, words in bounds.items() if key in context]
    if "max_length" in context:
        said.append(f"at most {context['max_length']} long")
    if "min_length" in context:
        said.append(f"at least {context['min_length']} long")
    kinds = {"int_parsing": "a whole number", "float_parsing": "a number"}
    if error["type"] in kinds:
        said.append(kinds[error["type"]])
    if " is not one of: " in str(error["msg"]):
        return str(error["msg"]).split(" is not one of: ", 1)[1]
    return ", ".join(said) or None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:100]
