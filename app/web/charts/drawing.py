"""Scales, labels and shapes that all charts are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Point = tuple[float, float]


class Scale:
    """A value's place on an axis: ``scale(value)`` from start to end, ``pc`` in per cent."""

    def __init__(self, low: float, high: float, start: float = 0.0, end: float = 100.0) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        """Return a place between start and end."""
        span = (self.high - self.low) or 1
        return self.start + (value - self.low) / span * (self.end - self.start)

    def pc(self, value: float) -> str:
        """Return a place as an attribute says it."""
        return f"{self(value):.2f}%"

    def span(self, low: float, high: float) -> str:
        """Return a length as an attribute says it."""
        return f"{self(high) - self(low):.2f}%"


def ticks(low: float, high: float, wanted: int = 5) -> list[int]:
    """Return round numbers from at most ``low`` to at least ``high``: 0, 40,000, 80,000."""
    rough = max((high - low) / wanted, 1)
    size = 10 ** (len(str(int(rough))) - 1)
    step = next(size * k for k in (1, 2, 2.5, 4, 5, 10) if size * k >= rough)
    first = int(low // step * step)
    found = [first]
    while found[-1] < high:
        found.append(int(first + step * len(found)))
    return found


def top_of(values: Iterable[float | None]) -> int:
    """Return the end of an axis that begins at 0 and has room for all values."""
    return ticks(0, max((v for v in values if v is not None), default=1))[-1]


def usd(value: float) -> str:
    """Write dollars without cents, as labels have them."""
    return f"${value:,.0f}"


def short(value: float) -> str:
    """Write thousands of dollars, as axes have them."""
    return f"${value / 1000:.0f}k" if value else "$0"


def cut(words: str, most: int) -> str:
    """Shorten a name for narrow screens; the table behind the chart has it whole."""
    return words if len(words) <= most else words[: most - 1].rstrip(" ,") + "…"


def text(
    words: str, x: str | float, y: float, cls: str = "", anchor: str = "", dx: float = 0
) -> str:
    """Return a label."""
    more = f' class="{cls}"' if cls else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    more += f' dx="{dx:g}"' if dx else ""
    return f'<text x="{x}" y="{y:g}"{more}>{escape(words)}</text>'


def both(words: str, y: float, cls: str, most: int, more: str = "") -> str:
    """Return a label at the left; twice, whole and cut, if it is too long for narrow screens."""
    slim = cut(words, most)
    kinds = [("", words)] if slim == words else [("wide ", words), ("slim ", slim)]
    return "".join(
        f'<text class="{kind}{cls}" x="0" y="{y:g}">{escape(said)}{more}</text>'
        for kind, said in kinds
    )


def shape(name: str, cls: str, **at: float | str) -> str:
    """Return an element of a class, numbers to two places."""
    places = " ".join(f'{key}="{_place(value)}"' for key, value in at.items())
    return f'<{name} class="{cls}" {places}/>'


def _place(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def upright(cls: str, x: str, top: float, bottom: float) -> str:
    """Return a vertical line."""
    return shape("line", cls, x1=x, x2=x, y1=top, y2=bottom)


def level(cls: str, y: float) -> str:
    """Return a horizontal line through the whole plot."""
    return shape("line", cls, x1=0, x2="100%", y1=y, y2=y)


def polyline(cls: str, points: Iterable[Point], name: str = "polyline") -> str:
    """Return a line, or with ``name`` a polygon, through points of the stretched drawing."""
    return shape(name, cls, points=" ".join(f"{x:.2f},{y:.1f}" for x, y in points))


def stretched(height: float, shapes: Iterable[str]) -> str:
    """Return the inner drawing, as wide as the outer one; strokes keep their width."""
    return (
        f'<svg viewBox="0 0 100 {height:g}" width="100%" height="{height:g}" '
        f'preserveAspectRatio="none" class="over">{"".join(shapes)}</svg>'
    )


def drawing(
    ident: str, height: float, title: str, description: str, body: Iterable[str], cls: str = "chart"
) -> Markup:
    """Return a chart with its name (what is seen) and its description (how to read it)."""
    role = "group" if cls == "map" else "img"
    return Markup(  # noqa: S704 - every word in it is escaped where it is put in
        f'<svg class="{cls}" height="{height:g}" role="{role}" '
        f'aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">{escape(title)}</title>'
        f'<desc id="{ident}-d">{escape(description)}</desc>{"".join(body)}</svg>'
    )


def pay_axis(x: Scale, bottom: float, values: Sequence[int]) -> list[str]:
    """Return the lines and labels of an axis of pay; every second label on wide screens only."""
    found = []
    for n, value in enumerate(values):
        anchor = "start" if x(value) < 1 else "end" if x(value) > 99 else "middle"
        found += [
            upright("grid", x.pc(value), 4, bottom),
            text(short(value), x.pc(value), bottom + 16, "tick wide" if n % 2 else "tick", anchor),
        ]
    return found
