"""Over how many rows of the official files each rule was tried, and how many break it: none.

``python -m tests.importers.rule_counts FOLDER…`` imports files into a database of its own and
counts there, in SQL and by formulas of its own. ``app.importers.rules`` has the counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text

from app.importers.oews.top_codes import table_of_top_codes
from app.importers.rules import RULES
from app.marks import WAGE_FIGURES
from tests.servers import environment

POINTS = ("p10", "p25", "median", "p75", "p90")
WAGES = [f"{basis}_{p}" for basis in ("hourly", "annual") for p in (*POINTS, "mean")]
GROUPED = "substr(w.code, 1, 2) || '-0000'"
FILLED = ("employment", "employment_rse", "wage_rse", *WAGES)
SCALED = (
    *(("skills", "importance", 1, 5), ("skills", "level", 0, 7)),
    *(("duties", "importance", 1, 5), ("duties", "relevance", 0, 100)),
)
PAIRED = "w.kind IN ('skill', 'knowledge', 'ability', 'work_activity')"
BOUNDS = {"EX": (1, 7), "VH": (0, 6), "CX": (1, 5), "CT": (1, 3), "WI": (-3, 3), "DR": (0, 10)}


def _any(conditions: list[str]) -> str:
    return "(" + " OR ".join(conditions) + ")"


def _order() -> tuple[str, str]:
    pairs = [
        (f"{basis}_{one}", f"{basis}_{other}")
        for basis in ("hourly", "annual")
        for n, one in enumerate(POINTS)
        for other in POINTS[n + 1 :]
    ]
    tried = _any([f"({one} IS NOT NULL AND {other} IS NOT NULL)" for one, other in pairs])
    return tried, _any([f"{one} > {other}" for one, other in pairs])


def _hours() -> tuple[str, str]:
    pairs = [(f"hourly_{p}", f"annual_{p}") for p in (*POINTS, "mean")]
    tried = _any([f"({h} IS NOT NULL AND {a} IS NOT NULL)" for h, a in pairs])
    return tried, _any([f"abs({h} * 20.8 - {a}) > {a} * 0.01" for h, a in pairs])


def _bound() -> tuple[str, str]:
    tried, broken = [], []
    for row in table_of_top_codes():
        if row.bounded:
            its = f"p.period BETWEEN '{row.first}' AND '{row.last}'"
            over = [f"hourly_{p} >= {row.hourly} OR annual_{p} >= {row.annual}" for p in POINTS]
            tried.append(its)
            broken.append(f"({its} AND {_any(over)})")
    return _any(tried), _any(broken)


def _level() -> str:
    return """(published_levels LIKE '%total%') <> (code = '00-0000')
        OR (published_levels LIKE '%major%') <> (code LIKE '__-0000' AND code <> '00-0000')
        OR (published_levels LIKE '%detailed%' AND code LIKE '%00')
        OR ((published_levels LIKE '%minor%' OR published_levels LIKE '%broad%')
            AND code NOT LIKE '%0')"""


GROUPS = "('00', " + ", ".join(f"'{group}'" for group in range(11, 56, 2)) + ")"
GROUP = "SELECT min(g.{0}) FROM {1} g WHERE g.part_id = w.part_id AND g.code IN ('00-0000', {2})"

QUERIES: dict[str, list[tuple[str, str, str]]] = {
    "percentile-order": [("wages", *_order())],
    "annual-from-hourly": [("wages", *_hours())],
    "top-code": [("wages", *_bound())],
    "zero-wage": [("wages", "1 = 1", _any([f"{wage} = 0" for wage in WAGES]))],
    "blank": [
        (
            "wages",
            "1 = 1",
            _any([f"substr(w.marks, {WAGE_FIGURES.index(name) + 1}, 1) = '-'" for name in FILLED]),
        )
    ],
    "pair": [("skills", PAIRED, "importance IS NULL OR level IS NULL")],
    "one-basis": [
        (
            "wages",
            "w.marks LIKE '%/%'",
            "(substr(w.marks, 7, 1) = '/' AND hourly_median IS NOT NULL)"
            " OR (substr(w.marks, 8, 1) = '/' AND annual_median IS NOT NULL)"
            " OR (substr(w.marks, 7, 1) = '/' AND substr(w.marks, 8, 1) = '/')",
        )
    ],
    "share": [
        ("wages", "1 = 1", "percent_of_industry > 100 OR percent_reporting > 100"),
        ("projections", "percent_self_employed IS NOT NULL", "percent_self_employed > 100"),
    ],
    "standard-error": [("wages", "1 = 1", "employment_rse > 100 OR wage_rse > 100")],
    "employment-of-group": [
        (
            "wages",
            "employment IS NOT NULL",
            f"employment > ({GROUP.format('employment', 'wages', GROUPED)})",
        ),
        (
            "projections",
            "base_employment IS NOT NULL",
            f"base_employment > ({GROUP.format('base_employment', 'projections', GROUPED)})",
        ),
    ],
    "level": [("wages", "1 = 1", _level())],
    "major-group": [
        (table, "1 = 1", f"substr(w.code, 1, 2) NOT IN {GROUPS}")
        for table in (
            *("wages", "projections", "duties", "skills", "education", "interests"),
            "technologies",
        )
    ],
    "change": [
        (
            "projections",
            "change IS NOT NULL",
            "abs(target_employment - base_employment - change) > 150"
            " OR abs(percent_change * base_employment / 100 - change)"
            " > base_employment * 0.0005 + 150",
        )
    ],
    "openings": [
        (
            "projections",
            "annual_openings IS NOT NULL",
            "annual_openings > base_employment AND annual_openings > target_employment",
        )
    ],
    "sum-of-shares": [
        (
            table,
            "percent IS NOT NULL AND w.position = 1",
            f"(SELECT abs(sum(o.percent) - 100) FROM {table} o WHERE o.part_id = w.part_id"
            " AND o.code = w.code) > 1",
        )
        for table in ("education", "experience")
    ],
    "scale": [
        (
            table,
            f"{name} IS NOT NULL",
            f"{name} < {least} OR {name} > {most} OR {name}_lower < {least}"
            f" OR {name}_upper > {most}",
        )
        for table, name, least, most in SCALED
    ]
    + [
        (
            "skills",
            f"scale = '{scale}' AND value IS NOT NULL",
            f"value < {least} OR value > {most} OR value_lower < {least} OR value_upper > {most}",
        )
        for scale, (least, most) in BOUNDS.items()
    ]
    + [
        (
            "interests",
            "1 = 1",
            "(scale = 'OI' AND (value < 1 OR value > 7))"
            " OR (scale = 'IH' AND (value < 0 OR value > 6))",
        ),
        ("education", "percent IS NOT NULL", "percent < 0 OR percent > 100"),
        ("experience", "percent IS NOT NULL", "percent < 0 OR percent > 100"),
    ],
    "interval": [
        (
            table,
            f"{name}_n IS NOT NULL",
            f"{name} < {name}_lower OR {name} > {name}_upper"
            f" OR ({name}_lower IS NULL) <> ({name}_upper IS NULL)"
            f" OR ({name}_lower IS NOT NULL AND {name}_se IS NULL)",
        )
        for table, name in (*((table, name) for table, name, *_ in SCALED), ("skills", "value"))
    ]
    + [
        (
            table,
            "n IS NOT NULL",
            "percent < lower OR percent > upper OR (lower IS NULL) <> (upper IS NULL)"
            " OR (lower IS NOT NULL AND standard_error IS NULL)",
        )
        for table in ("education", "experience")
    ],
    "collected": [
        (table, "collected IS NOT NULL", "collected > p.period")
        for table in ("duties", "skills", "education", "experience", "interests", "job_zones")
    ]
    + [("duties", "rated IS NOT NULL", "rated > p.period")],
}
"""Rule → tables, which of their rows it is about, and when such a row breaks it."""


def counted(url: str) -> dict[str, tuple[int, int]]:
    """Return rule → rows tried, and rows that break it, of the whole releases in a database."""
    found: dict[str, tuple[int, int]] = {}
    engine = create_engine(url)
    with engine.connect() as connection:
        for rule, queries in QUERIES.items():
            tried = broken = 0
            for table, about, breaks in queries:
                query = f"""SELECT count(*), coalesce(sum(CASE WHEN {breaks} THEN 1 ELSE 0 END), 0)
                    FROM {table} w JOIN parts p ON p.id = w.part_id
                    JOIN releases r ON r.id = p.release_id
                    WHERE NOT r.superseded AND NOT r.excerpt AND r.source_id <> 'article'
                    AND ({about})"""
                its = connection.execute(text(query)).one()
                tried, broken = tried + its[0], broken + its[1]
            found[rule] = tried, broken
    engine.dispose()
    return found


def main() -> int:
    """Import, count and print."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'counted.sqlite3'}"
        # O*NET 30 has no Read Me; the others complete each other's editions.
        alone = [given for given in sys.argv[1:] if "onet-30" in given]
        together = [given for given in sys.argv[1:] if given not in alone]
        for options, paths in ([], together), (["--release", "30.0", "--period", "2025-08"], alone):
            if paths:
                command = [sys.executable, "-m", "app.commands", "import", *options, *paths]
                made = subprocess.run(
                    command, env=environment(url), stdout=subprocess.DEVNULL, check=False
                )
                names = ", ".join(Path(path).name for path in paths)
                sys.stdout.write(f"{names}: exit code {made.returncode}\n")
        found = counted(url)
    for rule, (tried, broken) in found.items():
        stated = RULES[rule].checked
        sys.stdout.write(f"{rule:<22}{tried:>12,} tried {broken:>4} broken  (stated {stated:,})\n")
    return int(any(broken for _, broken in found.values()))


if __name__ == "__main__":
    sys.exit(main())
