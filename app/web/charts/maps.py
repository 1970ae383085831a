"""A map of the states as tiles, each with its figure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

from app.web.charts.drawing import drawing, text, ticks, usd
from app.web.words import Words

GRID = """\
AK .. .. .. .. .. .. .. .. .. ME
.. .. .. .. .. .. .. .. .. VT NH
WA ID MT ND MN IL WI MI NY RI MA
OR NV WY SD IA IN OH PA NJ CT ..
CA UT CO NE MO KY WV VA MD DE ..
.. AZ NM KS AR TN NC SC DC .. ..
.. .. .. OK LA MS AL GA .. .. ..
HI GU .. TX .. .. .. .. FL PR VI"""
"""Where each state and territory stands."""

Figure = tuple[float | None, str]
"""A state's figure, or why there is none."""

_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path class="hatch" d="M0 0v6"/></pattern></defs>'
)


def steps_of(values: Sequence[float]) -> list[int]:
    """Return four round limits of five classes that the values fill about evenly."""
    if not values:
        return []
    ranked = sorted(values)
    low, high = ranked[len(ranked) // 10], ranked[-1 - len(ranked) // 10]
    step = ticks(0, max(high - low, 4) / 5, 1)[-1]
    first = int((low // step + 1) * step)
    return [first + step * n for n in range(4)]


def tiles(
    words: Words,
    ident: str,
    title: str,
    figures: Mapping[str, Figure],
    limits: Sequence[int],
    href: Callable[[str], str],
) -> Markup:
    """Draw every state as a tile with its figure in thousands; what is missing is hatched.

    The tiles are links for the mouse. Who uses the keyboard or a screen reader gets one picture,
    and the links of the table beside it.
    """
    body = [_HATCH]
    for row, line in enumerate(GRID.split("\n")):
        for column, code in enumerate(line.split()):
            if code not in figures:
                continue
            value, why = figures[code]
            # By the thousands that the tile shows: 99.6 stands there as 100.
            shown = None if value is None else round(value / 1000) * 1000
            cls = "na" if shown is None else f"q{sum(shown >= limit for limit in limits)}"
            said = why if value is None else usd(value)
            body.append(
                f'<a href="{escape(href(code))}" tabindex="-1"><svg class="{cls}" '
                f'x="{column * 100 / 11:.2f}%" y="{row * 44}" width="8.7%" height="42">'
                f"<title>{code}: {escape(said)}</title>"
                '<rect width="100%" height="100%" rx="3"/>'
                + text(code, "50%", 18, "c", "middle")
                + text(f"{value / 1000:.0f}" if value else "\u2013", "50%", 34, "f", "middle")
                + "</svg></a>"
            )
    description = words.gettext(
        "One tile for each state and territory, in thousand dollars; darker is more in the light "
        "theme, lighter in the dark one. The table has every figure."
    )
    return drawing(ident, 352, title, description, body, "map")


def legend(words: Words, limits: Sequence[int]) -> list[str]:
    """Return the names of the five classes, in thousands."""
    if not limits:
        return []
    low, high = limits[0], limits[-1]
    said = [words.gettext("under %s") % f"{low / 1000:g}"]
    said += [
        words.gettext("{low} to {high}").format(low=f"{a / 1000:g}", high=f"{b / 1000:g}")
        for a, b in itertools.pairwise(limits)
    ]
    return [*said, words.gettext("%s and more") % f"{high / 1000:g}"]
