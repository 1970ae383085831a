"""The pages' own words and how they write figures, in one language.

Figures stand as ``<data value="97550">$97,550</data>``: people read one, programs the other. What
is missing is never 0 and never empty: it says why.
"""

from __future__ import annotations

import gettext
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from app.server.negotiation import LANGUAGES

MINUS = "\u2212"


def _(message: str) -> str:
    """Mark a message of a table for collection; ``Words.gettext`` translates it."""
    return message


MARKS = {
    "top_coded": _("top-coded"),
    "withheld": _("withheld"),
    "not_published": _("not published"),
    "not_applicable": _("does not apply"),
    "not_loaded": _("not loaded"),
    "not_covered": _("not covered"),
    "low_precision": _("imprecise"),
}
"""Why a figure is missing, by the status of its mark."""

MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July")),
    *(_("August"), _("September"), _("October"), _("November"), _("December")),
)

RELATIONS = (_("same"), _("renamed"), _("merged"), _("split"), _("part"))
"""How codes relate; others are shown as they are."""

WRITTEN_AS = {
    "hourly": "usd",
    "annual": "usd",
    "annual_openings": "number",
    "employment_rse": "percent",
    "wage_rse": "percent",
    "percent": "percent",
    "percent_change": "signed_percent",
    "change": "signed",
    "jobs_per_1000": "tenths",
    "location_quotient": "tenths",
    "importance": "tenths",
    "ratio": "hundredths",
    "confidence": "hundredths",
}
"""A figure's name, or the word that it begins with → the method that writes it."""


@dataclass(frozen=True)
class Words:
    """Writes words and figures in one language."""

    language: str
    translations: gettext.NullTranslations

    def gettext(self, message: str) -> str:
        """Translate a message."""
        return self.translations.gettext(message)

    def mark(self, mark: Mapping[str, Any] | None) -> str:
        """Say why a figure is missing; without a mark nothing is published."""
        status = (mark or {}).get("status") or "not_published"
        return self.gettext(MARKS.get(status, status.replace("_", " ")))

    def at_least(self, figure: str) -> str:
        """Write a top-coded figure."""
        return self.gettext("at least %s") % figure

    def date(self, period: str | None) -> str:
        """Write a period: May 2025, 2024\u201334; what is neither stays as it is."""
        year, _, rest = (period or "").partition("-")
        if len(rest) == 2 and len(year) == 4 and rest.isdigit():
            after = int(year) % 100
            if int(rest) == (after + 10) % 100:
                return f"{year}\u2013{rest}"
            if 1 <= int(rest) <= 12:
                form = self.gettext("{month} {year}")
                return form.format(month=self.gettext(MONTHS[int(rest) - 1]), year=year)
        return period or ""

    def sources(self, releases: Mapping[str, Mapping[str, Any]]) -> str:
        """Name who published releases, with each dataset and the periods that it is of.

        Crosswalks are left out: they relate codes, and no figure is theirs.
        """
        found: dict[str, dict[str, list[str]]] = {}
        for name, release in releases.items():
            if not name.startswith("crosswalk-"):
                datasets = found.setdefault(release["publisher"], {})
                datasets.setdefault(release["dataset"], []).append(release["period"])
        said = [
            f"{publisher}: "
            + "; ".join(f"{dataset}, {self.span(its)}" for dataset, its in datasets.items())
            for publisher, datasets in found.items()
        ]
        return f"{self.gettext('Source:')} {'. '.join(said)}." if said else ""

    def span(self, periods: Collection[str]) -> str:
        """Write the first and the last of several periods."""
        first, last = min(periods), max(periods)
        if first == last:
            return self.date(first)
        return self.gettext("{first} to {last}").format(
            first=self.date(first), last=self.date(last)
        )

    # -- figures ---------------------------------------------------------------------------------

    def usd(self, value: float | None, mark: Mapping[str, Any] | None = None) -> Markup:
        """Write dollars, cents only where there are any."""
        if value is None:
            return self.missing(mark, "usd")
        whole = value == int(value) and not isinstance(value, float)
        return datum(value, f"${value:,}" if whole else f"${value:,.2f}")

    def number(self, value: float | None, mark: Mapping[str, Any] | None = None) -> Markup:
        """Write a count or an amount as it is."""
        return self.missing(mark) if value is None else datum(value, f"{value:,}")

    def signed(self, value: float | None, mark: Mapping[str, Any] | None = None) -> Markup:
        """Write a change with its sign."""
        if value is None:
            return self.missing(mark)
        return datum(value, f"{value:+,}".replace("-", MINUS))

    def percent(
        self, value: float | None, mark: Mapping[str, Any] | None = None, sign: str = ""
    ) -> Markup:
        """Write a share in per cent."""
        if value is None:
            return self.missing(mark)
        gap = "" if self.language == "en" else "\u00a0"
        return datum(value, f"{value:{sign},.1f}{gap}%".replace("-", MINUS))

    def signed_percent(self, value: float | None, mark: Mapping[str, Any] | None = None) -> Markup:
        """Write growth or decline in per cent."""
        return self.percent(value, mark, "+")

    def tenths(self, value: float | None, mark: Mapping[str, Any] | None = None) -> Markup:
        """Write a ratio to one place."""
        return self.missing(mark) if value is None else datum(value, f"{value:,.1f}")

    def hundredths(self, value: float | None, mark: Mapping[str, Any] | None = None) -> Markup:
        """Write a ratio to two places."""
        return self.missing(mark) if value is None else datum(value, f"{value:,.2f}")

    def missing(self, mark: Mapping[str, Any] | None, kind: str = "number") -> Markup:
        """Say why there is no figure; a top-coded one has its threshold."""
        least = (mark or {}).get("at_least")
        if least is None:
            return Markup('<data class="mark" value="">{}</data>').format(self.mark(mark))
        figure = f"${least:,}" if kind == "usd" else f"{least:,}"
        return Markup('<data class="mark" value="{}">{}</data>').format(
            least, self.at_least(figure)
        )

    def cell(self, item: Mapping[str, Any], figure: str) -> Markup:
        """Write a figure of an item of the API as its name asks, or why it is missing."""
        way = WRITTEN_AS.get(figure) or WRITTEN_AS.get(figure.partition("_")[0]) or "number"
        mark = item.get("marks", {}).get(figure)
        found: Markup = getattr(self, way)(item[figure], mark)
        return found

    def computed(self, value: float, words: object) -> Markup:
        """Write a figure that no answer has: the page has computed it, and says how beside it."""
        return Markup('<data class="computed" value="{}">{}</data>').format(value, words)


def datum(value: float, words: str) -> Markup:
    """Return a figure for people and programs."""
    return Markup(f'<data value="{value}">{escape(words)}</data>')  # noqa: S704 - escaped


def _of(language: str) -> Words:
    """Read the words of a language; the first of ``LANGUAGES`` is the one they are written in."""
    if language == LANGUAGES[0]:
        return Words(language, gettext.NullTranslations())
    file = files(__package__) / "locale" / language / "LC_MESSAGES" / "messages.mo"
    with file.open("rb") as opened:
        return Words(language, gettext.GNUTranslations(opened))


WORDS = {language: _of(language) for language in LANGUAGES}
"""Language → its words."""
