"""Pay over the years as a picture to take away: title, source and period are in it.

An SVG that is opened by itself obeys the CSP, which lets no ``<style>`` in: colours are attributes.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.web.charts.drawing import Scale, short, ticks
from app.web.charts.history import History, stretches
from app.web.words import Words

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 56, 640, 106, 330
COLUMNS = 105
"""Letters of a note in one line."""
ME, BAND, INK, DIM, LINE = "#0b5cad", "#b9d6f2", "#16191d", "#56606b", "#dde2e7"
FONT = "system-ui,-apple-system,Segoe UI,Roboto,DejaVu Sans,sans-serif"


@dataclass(frozen=True)
class Caption:
    """The words around a picture; ``notes`` are its last lines, source and period."""

    title: str
    subtitle: str
    notes: Sequence[str]


def picture(words: Words, caption: Caption, drawn: History) -> str:
    """Return the document of the SVG."""
    x = Scale(drawn.years[0], max(drawn.years[-1], drawn.years[0] + 1), LEFT, RIGHT)
    y = Scale(0, drawn.high, BOTTOM, TOP)
    notes = " ".join(caption.notes)
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'lang="{words.language}" aria-labelledby="t d" font-family="{FONT}" font-size="13" '
        f'fill="{DIM}"><title id="t">{escape(caption.title)}</title>'
        f'<desc id="d">{escape(caption.subtitle)} {escape(notes)}</desc>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(caption.title, 16, 34, f'font-size="20" font-weight="600" fill="{INK}"'),
        _text(caption.subtitle, 16, 58),
    ]
    for tick in ticks(0, drawn.high, 4):
        if tick <= drawn.high:
            body.append(f'<path d="M{LEFT} {y(tick):.1f}H{RIGHT}" stroke="{LINE}"/>')
            body.append(_text(short(tick), LEFT - 8, y(tick) + 4, 'text-anchor="end"'))
    body += _lines(drawn, x, y)
    starts = sorted(drawn.breaks)
    for year, until in itertools.pairwise([*starts, drawn.years[-1] + 1]):
        if year > drawn.years[0]:
            body.append(
                f'<path d="M{x(year - 0.5):.1f} {TOP - 34}V{BOTTOM}" stroke="{DIM}" '
                'stroke-dasharray="2 3"/>'
            )
        middle = x((max(year, drawn.years[0]) + until - 1) / 2)
        body.append(_text(drawn.breaks[year], middle, TOP - 24, 'text-anchor="middle"'))
    body += [
        _text(why, x(year), BOTTOM - 10, 'text-anchor="middle" font-size="12"')
        for year, why in drawn.missing.items()
    ]
    body += [
        _text(str(year), x(year), BOTTOM + 20, 'text-anchor="middle" font-size="12"')
        for year in drawn.years
    ]
    body += _ends(words, drawn, y)
    body.append(f'<path d="M16 {HEIGHT - 75}H{WIDTH - 16}" stroke="{LINE}"/>')
    lines = [line for note in caption.notes for line in textwrap.wrap(note, COLUMNS)]
    body += [
        _text(line, 16, HEIGHT - 57 + 15 * n, 'font-size="12"') for n, line in enumerate(lines)
    ]
    return "\n".join([*body, "</svg>\n"])


def _text(words: str, x: float, y: float, more: str = "") -> str:
    return f'<text x="{x:.4g}" y="{y:.4g}" {more}>{escape(words)}</text>'


def _lines(drawn: History, x: Scale, y: Scale) -> list[str]:
    found, values = [], drawn.series[0].values
    for run in stretches(drawn.bands, drawn.years, drawn.breaks):
        edge = [(x(n), y(drawn.bands[n].high)) for n in run]
        edge += [(x(n), y(drawn.bands[n].low)) for n in reversed(run)]
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in edge)
        found.append(f'<polygon points="{points}" fill="{BAND}" fill-opacity=".55"/>')
    runs = stretches(values, drawn.years, drawn.breaks)
    for run in runs:
        points = " ".join(f"{x(n):.1f},{y(values[n]):.1f}" for n in run)
        found.append(f'<polyline points="{points}" fill="none" stroke="{ME}" stroke-width="2.5"/>')
    for before, after in itertools.pairwise(runs):
        if after[0] not in drawn.breaks:
            a, b = before[-1], after[0]
            found.append(
                f'<path d="M{x(a):.1f} {y(values[a]):.1f}L{x(b):.1f} {y(values[b]):.1f}" '
                f'stroke="{ME}" stroke-width="2" stroke-dasharray="3 4"/>'
            )
    found += [
        f'<circle cx="{x(year):.1f}" cy="{y(value):.1f}" r="3.5" fill="{ME}"/>'
        for year, value in sorted(values.items())
    ]
    return found


def _ends(words: Words, drawn: History, y: Scale) -> list[str]:
    last = drawn.years[-1]
    ends = []
    if last in drawn.series[0].values:
        median = y(drawn.series[0].values[last]) + 4
        ends.append((median, words.gettext("median"), f'fill="{ME}" font-weight="600"'))
    if last in drawn.bands:
        band = drawn.bands[last]
        least = words.gettext("at least") + " " if band.open else ""
        ends.append((y(band.high) + 4, least + words.gettext("90th"), ""))
        ends.append((y(band.low) + 4, words.gettext("10th"), ""))
    return [_text(said, RIGHT + 10, place, more) for place, said, more in ends]
