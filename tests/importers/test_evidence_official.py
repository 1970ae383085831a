"""Every line of the Census Bureau's index and of the employers' titles, read back over HTTP."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.verifying.evidence import NO_CODES
from tests.conftest import DATABASES, Databases, occupations_process
from tests.official import official
from tests.servers import serving, warmed

pytestmark = [pytest.mark.slow, pytest.mark.whole]

INDEX = "census/2022-Census-Occupation-Index.xlsx"
SOC = "soc-2018/soc_structure_2018.xlsx"
MOST_SLIPS = 100
"""Of 34,256 lines with two codes."""


def pairs_of_file(path: Path) -> dict[str, Counter[str]]:
    """Return Census code → codes of the SOC as published, each with its lines."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _, _, census, soc in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[6:]:
        if soc and census != "":
            code = f"{int(census):04}" if isinstance(census, float) else str(census)
            found[code][str(soc).strip()] += 1
    return found


@pytest.mark.parametrize("kind", DATABASES)
def test_every_line_is_answered(
    kind: str, databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    index, filings = official(INDEX), official("title-match/employers.tsv.xz")
    titles, url = tmp_path / "employers.tsv", databases_of(kind).seeded()
    counted = ("employers", str(filings), "--years", "2011-2025", "--to", str(titles))
    for arguments in (
        counted,
        ("import", str(official(SOC)), str(index), str(titles)),
        ("verify", str(index), str(titles)),
    ):
        made = occupations_process(*arguments, url=url, timeout=600)
        assert made.returncode == 0, made.stdout + made.stderr
    stated = pairs_of_file(index)
    with serving(url) as server:
        client = warmed(server)
        lists = "/v1/titles?format=ndjson&limit=all"
        assert len(client.get(f"{lists}&source=census").text.splitlines()) == 34_509 + 1
        rows = client.get("/v1/crosswalks/census-occupations-2022?format=ndjson&limit=all").text
        pairs = {
            (one["from_code"], one["note"] or one["to_code"])
            for one in map(json.loads, rows.splitlines()[:-1])
        }
        slips = 0
        for census, codes in stated.items():
            for soc, lines in codes.items():
                if (census, NO_CODES.get(soc, soc)) not in pairs:
                    assert lines <= 2, (census, soc)
                    slips += lines
        assert slips <= MOST_SLIPS
        assert {census for census, _ in pairs} == stated.keys()
        for census in stated:
            answer = client.get(f"/v1/occupations/census:{census}?include=titles")
            assert answer.status_code == 200, census
            # No Census code joins more than a minor group has.
            assert answer.json()["level"] in {"detailed", "broad", "minor"}, census
