"""Routes that refuse unknown parameters and name all faults of a request at once."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.api.routers import filters
from app.api.routers.responses import wanted_fields
from app.api.routers.validation import query_faults
from app.api.schemas.parameter_types import is_list
from app.database.store import Reader
from app.errors import ApiError, Fault, InvalidParameters


class StrictRoute(APIRoute):
    """A route that finds all faults of a request by its schema and its block."""

    @property
    def block(self) -> str:
        """The name of the block that the route lists, if it lists one."""
        return self.path.rsplit("/", 1)[-1].replace("-", "_")

    def item(self) -> type[BaseModel]:
        """Return the schema of the route's answer, or of an item if that is a list."""
        answer: type[BaseModel] = self.response_model or BaseModel
        items = answer.model_fields.get("items")
        found: type[BaseModel] = items.annotation.__args__[0] if items else answer  # type: ignore[union-attr]
        return found

    def all_faults(
        self,
        found: Iterable[Fault],
        query: dict[str, str],
        model: type[BaseModel] | None,
        data: Reader,
    ) -> InvalidParameters:
        """Return the faults found, with those that would have been found later.

        These are of the query's shape, and of values that nothing loaded has.
        """
        faults = [*found, *query_faults(query, model)]
        wrong = {fault.parameter for fault in faults}
        names = model.model_fields if model else {}
        sound = {
            name: tuple(query[name].split(",")) if is_list(field.annotation) else query[name]
            for name, field in names.items()
            if name in query and name not in wrong
        }
        try:
            catalog = data.catalog
            faults += filters.value_faults(catalog, sound, self.block, every="period" in names)
            faults += filters.occupations_of(catalog, sound.get("code", ()), "code")[1]
        except InvalidParameters as error:
            faults += error.faults
        except ApiError:
            pass  # no data: only the form can be checked
        try:
            wanted_fields(sound.get("fields"), self.item())
        except InvalidParameters as error:
            faults += error.faults
        once: dict[tuple[str, str | None], Fault] = {}
        for fault in faults:
            once.setdefault((fault.parameter, fault.value), fault)
        return InvalidParameters(*once.values())
