"""Types of parameters: words of a closed set, lists separated by commas, numbers as JSON has them.

A query has each parameter once. A list stands in it as ``level=major,minor``: in the contract an
array with ``style: form, explode: false``, in the models a tuple.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError, core_schema

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
"""Dashes that word processors put in place of a hyphen."""


@dataclass(frozen=True)
class OneOf:
    """A word of a closed set. Annotate a ``TypeAliasType`` with it: the contract names the set."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return core_schema.literal_schema(list(self.words))

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        found = {**handler(schema), "type": "string", "enum": list(self.words)}
        found.pop("const", None)
        if any(not word[0].isalpha() for word in self.words):
            # Generators would call these VALUE_1, VALUE_2, ...
            found["x-enum-varnames"] = [_variable(word) for word in self.words]
        return found


def _variable(word: str) -> str:
    """Name a word in code: ``-wage`` is ``WAGE_DESCENDING``, ``3-digit`` is ``DIGIT_3``."""
    name = re.sub(r"\W", "_", word.lstrip("-")).upper()
    if name[0].isdigit():
        name = "_".join(reversed(name.split("_")))
    return f"{name}_DESCENDING" if word.startswith("-") else name


def _split(value: object) -> object:
    return tuple(value.split(",")) if isinstance(value, str) else value


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    repeated = next((word for at, word in enumerate(values) if word in values[:at]), None)
    if repeated is not None:
        raise PydanticCustomError(
            "repeated_word", "{shown} is given twice", {"shown": repr(repeated[:100])}
        )
    return values


def is_list(annotation: Any) -> bool:
    """Tell whether a parameter of this type is a list separated by commas."""
    return get_origin(annotation) is tuple or any(map(is_list, get_args(annotation)))


COMMAS = BeforeValidator(_split)
"""Reads a list from its text. Bounds of the list stand before it in ``Annotated``."""


def up_to(most: int) -> Any:
    """Bound a list. It always has an item: an empty text is one empty item."""
    return Field(max_length=most, json_schema_extra={"minItems": 1})


Item = TypeVar("Item")
Listed = Annotated[tuple[Item, ...], up_to(200), COMMAS]
"""A list separated by commas."""
Distinct = Annotated[Listed[Item], AfterValidator(_once)]
"""A list separated by commas that has each word once."""

GivenCode = Annotated[
    str, Field(max_length=200, pattern=rf"^ ?[A-Za-z0-9][A-Za-z0-9 .:{DASHES}-]*$")
]
"""A code or slug in a list; unknown ones are found later."""

GivenArea = Annotated[str, Field(min_length=1, max_length=20)]
"""The code of an area in a list."""


def _written(pattern: str, what: str) -> Any:
    """Return a validator of a number's form: Python's 1_000 and +5 are refused."""
    plain = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        if isinstance(value, str) and not plain.fullmatch(value):
            raise ValueError(f"not {what}")
        return value

    return BeforeValidator(check)


WHOLE = _written(r"-?[0-9]{1,30}", "a whole number")
NUMBER = _written(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?", "a number")


VERSION = "[0-9a-f]{16,64}"
"""Pattern of a data version: its token, or a beginning of it that names it."""

ALL = 0
"""Limit of a list that is asked for whole: ``all`` in a query."""


MOST_ON_PAGE = 200


def _limit(value: object, rest: Any) -> int:
    return ALL if value == "all" else rest(value)


Limit = Annotated[
    int,
    Field(ge=1, le=MOST_ON_PAGE),
    WHOLE,
    WrapValidator(_limit),
    WithJsonSchema(  # each bound is of one type alone
        {
            "type": ["integer", "string"],
            **{"minimum": 1, "maximum": MOST_ON_PAGE},
            **{"maxLength": 3, "pattern": "^all$"},
        }
    ),
]
"""The number of items on a page, or all."""
