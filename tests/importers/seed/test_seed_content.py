"""What the seed says: notes that agree with figures, whole lists, a place for every fact."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from app.importers.rows import DescriptionRow, ProjectionRow, Reading, WageRow
from app.importers.seed.files import RELEASES, read_seed, seed_folder

LISTS = {
    "citations": 2,
    "descriptions": 7,
    "workplaces": 7,
    "duties": 5,
    "titles": 7,
    "steps": 4,
    "degrees": 4,
    "skills": 7,
    "positions": 4,
    "courses": 2,
}


@pytest.fixture(scope="module")
def releases() -> dict[str, Reading]:
    return {reading.head.source: reading for reading in read_seed(seed_folder())[1]}


def rows(reading: Reading, kind: type[Any]) -> list[Any]:
    return [row for part in reading.parts if part.key.row is kind for row in part.rows]


def test_the_article_has_every_list_whole() -> None:
    data = yaml.safe_load(seed_folder().joinpath("article.yaml").read_bytes())
    assert {key: len(value) for key, value in data.items() if isinstance(value, list)} == LISTS


def test_every_fact_says_where_it_stands(releases: dict[str, Reading]) -> None:
    for reading in releases.values():
        for part in reading.parts:
            assert all(row.locator for row in part.rows)


def test_the_comparison_of_pay_is_worked_out_from_the_survey(releases: dict[str, Reading]) -> None:
    wages = {row.code: row for row in rows(releases["bls-oews"], WageRow)}
    (pay,) = rows(releases["article"], WageRow)
    (told,) = [r for r in rows(releases["article"], DescriptionRow) if r.kind == "pay"]
    everyone = wages["00-0000"]
    assert f"${everyone.annual_median:,}" in told.note
    assert f"${everyone.annual_mean:,}" in told.note
    assert f"{pay.annual_median / everyone.annual_median:.2f} times that median" in told.note
    assert f"{pay.annual_median / everyone.annual_mean:.2f} times that mean" in told.note
    assert f"${pay.annual_median:,}" in told.text
    assert pay.annual_median == wages["11-9111"].annual_median


def test_the_article_agrees_with_the_projections(releases: dict[str, Reading]) -> None:
    (outlook,) = rows(releases["article"], ProjectionRow)
    official = {row.code: row for row in rows(releases["bls-ep"], ProjectionRow)}["11-9111"]
    assert outlook.percent_change == round(official.percent_change)
    assert outlook.annual_openings == official.annual_openings
    assert (outlook.base_year, outlook.target_year) == (2021, 2031)


def test_an_excerpt_is_a_handful(releases: dict[str, Reading]) -> None:
    codes = {row.code for row in rows(releases["bls-ep"], ProjectionRow)}
    assert len(codes) == 10
    assert {row.code for row in rows(releases["bls-oews"], WageRow)} == codes | {"00-0000"}


def test_the_readme_tells_of_every_file() -> None:
    readme = seed_folder().joinpath("README.md").read_text(encoding="utf-8")
    for item in seed_folder().iterdir():
        if item.name.endswith(".yaml"):
            assert f"`{item.name}`" in readme


@pytest.mark.parametrize("text", ["“", "”", "‘", "’", "–", "—"])  # noqa: RUF001 - the ones meant
def test_typography_is_plain(text: str) -> None:
    for name in RELEASES:
        assert text not in seed_folder().joinpath(name).read_text(encoding="utf-8")
