"""The seed's lists of areas → what each area was called when, and which followed which."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.database.models.occupations import POSTAL
from app.importers.rows import AreaLinkRow, ListedAreaRow, PartRows
from app.importers.seed.facts import Facts, Period, SeedRelease, Text, matching, no_repeats
from app.importers.seed.yaml_lines import Document, Place

AreaCode = Annotated[
    str, matching(r"\d{5}|\d{7}", 'an area\'s five or seven digits, in quotes: "14460", "0100001"')
]
Digest = Annotated[str, matching(r"[0-9a-f]{64}", "a file's SHA-256, 64 hexadecimal digits")]


class Link(Facts):
    """Two areas of which the newer one followed the older one."""

    older: AreaCode
    newer: AreaCode
    relation: Literal["renamed", "merged", "split", "part"]
    common: int | None = None


class AreasFile(SeedRelease):
    """A list of the metropolitan and nonmetropolitan areas of some periods."""

    first: Period
    last: Period | None
    earlier: dict[Period, list[AreaCode]] = Field(default_factory=dict)
    made_from: dict[Text, Digest] = Field(default_factory=dict)
    areas_: dict[AreaCode, Text] = Field(alias="areas")
    changed: dict[AreaCode, Literal["merged", "split", "part", "reused"]] = Field(
        default_factory=dict
    )
    links: Annotated[list[Link], no_repeats("older", "newer")] = Field(default_factory=list)

    def parts(self) -> Iterator[PartRows]:
        """Yield nothing: the list is about no occupation."""
        return iter(())

    def areas(self) -> Iterable[ListedAreaRow]:
        """Return the areas."""
        earlier = {code: period for period, codes in self.earlier.items() for code in codes}
        return [
            ListedAreaRow(
                code,
                name,
                "metropolitan" if len(code) == 5 else "nonmetropolitan",
                code,
                name.rpartition(", ")[2][:2] if len(code) == 5 else POSTAL.get(code[:2]),
                earlier.get(code, self.first),
                self.last,
            )
            for code, name in self.areas_.items()
        ]

    def area_links(self) -> Iterable[AreaLinkRow]:
        """Return the links, and the codes that stand for another extent, linked to themselves."""
        return [
            *(AreaLinkRow(code, code, relation, None) for code, relation in self.changed.items()),
            *(AreaLinkRow(one.older, one.newer, one.relation, one.common) for one in self.links),
        ]


def area_faults(files: Iterable[tuple[Document, AreasFile]]) -> Iterator[str]:
    """Yield the faults of all lists together: areas that no list has, and links that contradict."""
    lists = [*files]
    known = {code for _, its in lists for code in its.areas_}
    listed = " or ".join(document.file for document, _ in lists)
    followers: dict[str, set[str]] = {}
    for document, its in lists:
        own: list[tuple[Place, str]] = [(("changed", code), code) for code in its.changed]
        own += [(("earlier", period), c) for period, codes in its.earlier.items() for c in codes]
        for place, code in own:
            if code not in its.areas_:
                yield document.fault(place, f"{code} is not among the areas of this file")
        for n, link in enumerate(its.links):
            place = ("links", n)
            for key, code in (("older", link.older), ("newer", link.newer)):
                if code not in known:
                    yield document.fault((*place, key), f"{code} is not among areas of {listed}")
            if link.older == link.newer:
                yield document.fault(place, "an area cannot follow itself: see `changed`")
            elif link.newer in followers.get(link.older, ()):
                yield document.fault(place, f"{link.older} and {link.newer} stand in a list above")
            elif way := _way(followers, link.newer, link.older):
                circle = " → ".join((link.older, *way))
                yield document.fault(place, f"the areas follow each other in a circle: {circle}")
            followers.setdefault(link.older, set()).add(link.newer)


def _way(followers: dict[str, set[str]], start: str, end: str) -> tuple[str, ...]:
    """Return the shortest way from one area to another by those that followed it; () if none."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    waiting = deque(ways)
    while waiting and end not in ways:
        code = waiting.popleft()
        for follower in sorted(followers.get(code, set()) - ways.keys()):
            ways[follower] = (*ways[code], follower)
            waiting.append(follower)
    return ways.get(end, ())
