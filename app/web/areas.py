"""Areas as people write them, for the pages: a name, a code, a county or a ZIP code."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.database.models.occupations import NATION
from app.errors import Fault, InvalidParameters
from app.web.asking import Answer, Asking, Json


@dataclass(frozen=True)
class Area:
    """An area that a page is about; ``others``: what else its name may mean."""

    code: str
    name: str
    level: str
    states: list[str] = field(default_factory=list)
    others: list[Json] = field(default_factory=list)

    @property
    def asked(self) -> str | None:
        """The area as a request names it; the nation is not named."""
        return None if self.code == NATION else self.code


async def area_of(asking: Asking, given: str, parameter: str = "area") -> Area:
    """Return the area that a text means; nothing given is the nation.

    Raises ``InvalidParameters`` for what no area is called.
    """
    given = given.strip() or NATION
    kind, colon, value = given.partition(":")
    query = {kind: value} if colon and kind in {"county", "zip"} else {"q": given}
    found = await asking.ask(Answer.address("/v1/areas", **query, limit=10))
    if not found.rows:
        near = tuple(str(area["name"]) for area in found["nearest"])
        allowed = "the name or code of an area, a county or a ZIP code (/v1/areas)"
        fault = Fault(parameter, given[:100], "no area is called so", allowed, lambda: near)
        raise InvalidParameters(fault)
    first, *others = found.rows
    exact = given.casefold() in {first["name"].casefold(), first["code"].casefold()}
    return Area(
        first["code"], first["name"], first["level"], first["states"], [] if exact else others
    )
