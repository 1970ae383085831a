"""Two dots a row, here and the nation; and a scatter of pay against growth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.web.charts.drawing import (
    Scale,
    cut,
    drawing,
    level,
    pay_axis,
    shape,
    short,
    text,
    ticks,
    upright,
    usd,
)
from app.web.words import MINUS, Words

PITCH = 34
NAMES = 12
"""Names that a scatter has at most; narrow screens show the first ``SLIM``, cut."""
SLIM = 4
ROOM = 20
"""Per cent of the plot that a word at the zero line needs on a narrow screen."""
PLOT = 1000
"""Pixels of the plot for which it is computed whether a name has room."""

Pair = tuple[str, float, float]
"""Label, the figure here, the nation's."""


def pairs(words: Words, ident: str, title: str, rows: Sequence[Pair]) -> Markup:
    """Draw a row for each group: full dot here, ring the nation."""
    values = [value for _, here, nation in rows for value in (here, nation)]
    places = ticks(min(values), max(values), 4)
    x = Scale(places[0], places[-1])
    bottom = PITCH * len(rows) + 6
    body = pay_axis(x, bottom, places)
    for n, (label, here, nation) in enumerate(rows):
        mid = n * PITCH + 26
        body += [
            text(label, 0, mid + 4, "wide", "end", -14),
            text(cut(label, 38), 0, mid - 10, "slim halo"),
            shape("line", "bridge", x1=x.pc(nation), x2=x.pc(here), y1=mid, y2=mid),
            shape("circle", "ring", cx=x.pc(nation), cy=mid, r=4.5),
            shape("circle", "dot me", cx=x.pc(here), cy=mid, r=5.5),
        ]
    description = words.gettext(
        "Each line is a group of occupations: full dot here, ring in the nation. The table has "
        "every figure."
    )
    return drawing(ident, bottom + 22, title, description, body, "chart names")


@dataclass(frozen=True)
class Dot:
    """An occupation in a scatter."""

    name: str
    growth: float
    pay: float
    jobs: float


Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels."""


class _Plot:
    """Where dots stand, and how large they are."""

    def __init__(self, dots: Sequence[Dot], height: int) -> None:
        growth, pay = [dot.growth for dot in dots], [dot.pay for dot in dots]
        self.across = ticks(min(0, *growth), max(0, *growth), 8)
        self.up = ticks(min(pay), max(pay), 5)
        self.x = Scale(self.across[0], self.across[-1])
        self.y = Scale(self.up[0], self.up[-1], height, 0)
        self._most = max(dot.jobs for dot in dots) or 1

    def radius(self, dot: Dot) -> float:
        """Return the radius, by which the area is the number of jobs."""
        return max(2.5, 26 * math.sqrt(dot.jobs / self._most))

    def box(self, dot: Dot) -> Box:
        """Return the square around a dot."""
        r, x, y = self.radius(dot), self.x(dot.growth) * PLOT / 100, self.y(dot.pay)
        return x - r, y - r, x + r, y + r


def scatter(words: Words, ident: str, title: str, dots: Sequence[Dot], height: int = 480) -> Markup:
    """Draw pay against growth. The ends of both axes and the largest have their names."""
    if not dots:
        return Markup()
    plot = _Plot(dots, height)
    x, y = plot.x, plot.y
    body = [shape("rect", "below", x=0, width=x.pc(0), y=0, height=height)]
    for tick in plot.up:
        body += [level("grid", y(tick)), text(short(tick), 0, y(tick) + 4, "tick", "end", -8)]
    for n, tick in enumerate(plot.across):
        said = f"{tick:+d}%".replace("-", MINUS) if tick else "0%"
        anchor = "end" if tick == plot.across[-1] else "middle"
        body += [
            upright("grid" if tick else "zero", x.pc(tick), 0, height),
            text(said, x.pc(tick), height + 18, "tick wide" if n % 2 else "tick", anchor),
        ]
    if x(0) > ROOM:
        body.append(text(words.gettext("shrinking"), x.pc(0), 14, "tick halo", "end", -8))
    if x(0) < 100 - ROOM:
        body.append(text(words.gettext("growing"), x.pc(0), 14, "tick halo", "start", 8))
    for dot in sorted(dots, key=lambda dot: -dot.jobs):
        growth = f"{dot.growth:+.1f}%".replace("-", MINUS)
        said = f"{dot.name}: {usd(dot.pay)}, {growth}, {dot.jobs:,}"
        body.append(
            f'<circle class="pt" cx="{x.pc(dot.growth)}" cy="{y(dot.pay):.1f}" '
            f'r="{plot.radius(dot):.1f}"><title>{escape(said)}</title></circle>'
        )
    description = words.gettext(
        "Each circle is an occupation: further right grows faster, higher up pays more, its area "
        "is the number of jobs. The list has the same figures, page by page."
    )
    return drawing(ident, height + 26, title, description, [*body, *_named(plot, dots)], "chart ml")


def _wanted(dots: Sequence[Dot]) -> list[Dot]:
    """Return whom to name: the best paid, fastest, slowest and largest, in turn."""
    orders = [
        sorted(dots, key=lambda dot: -dot.pay),
        sorted(dots, key=lambda dot: -dot.growth),
        sorted(dots, key=lambda dot: dot.growth),
        sorted(dots, key=lambda dot: -dot.jobs),
    ]
    return list(dict.fromkeys(dot for turn in zip(*orders, strict=True) for dot in turn))[:40]


def _named(plot: _Plot, dots: Sequence[Dot]) -> Iterator[str]:
    """Return the names that have room beside their circle."""
    taken = [(dot, plot.box(dot)) for dot in dots if plot.radius(dot) > 9]
    found = 0
    for dot in _wanted(dots):
        left, _, right, _ = plot.box(dot)
        y, wide = plot.y(dot.pay), len(dot.name) * 7 + 10
        for anchor, start in (("start", right + 4), ("end", left - 4 - wide)):
            box = (start, y - 9, start + wide, y + 9)
            free = start > 0 and box[2] < PLOT and y > 24
            if free and not any(dot is not other and _touch(box, its) for other, its in taken):
                taken.append((dot, box))
                away = plot.radius(dot) + 4
                yield from _name(plot, dot, anchor, away, slim=found < SLIM)
                found += 1
                break
        if found == NAMES:
            return


def _touch(one: Box, other: Box) -> bool:
    return not (one[2] < other[0] or one[0] > other[2] or one[3] < other[1] or one[1] > other[3])


def _name(plot: _Plot, dot: Dot, anchor: str, away: float, *, slim: bool) -> Iterator[str]:
    x, y = plot.x.pc(dot.growth), plot.y(dot.pay) + 4
    yield text(dot.name, x, y, "halo wide", anchor, away if anchor == "start" else -away)
    if slim:
        right = plot.x(dot.growth) < 50
        side, by = ("start", away) if right else ("end", -away)
        yield text(cut(dot.name, 20), x, y, "halo slim", side, by)
