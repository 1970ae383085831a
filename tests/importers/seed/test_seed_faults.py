"""A broken seed file is named with its line, its keys and what is allowed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.importers.faults import BadSeed
from app.importers.seed.files import read_seed
from app.importers.seed.yaml_lines import read_yaml
from tests.importers.seed.conftest import Edit


def line_of(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "said"),
    [
        # name, text to replace, what by, text on the line named, what is said after the line
        (
            "bls-areas-2025-05.yaml",
            '{older: "71650", newer: "14460",',
            '{older: "71651", newer: "14460",',
            "71651",
            "links[77].older: 71651 is not among areas of seed/omb-cbsa-2013-02.yaml or "
            "seed/bls-areas-2021-05.yaml or seed/bls-areas-2025-05.yaml",
        ),
        (
            "bls-areas-2025-05.yaml",
            '{older: "71650", newer: "14460",',
            '{older: "71650", newer: "71650",',
            'newer: "71650"',
            "links[77]: an area cannot follow itself: see `changed`",
        ),
        (
            "bls-areas-2025-05.yaml",
            '{older: "71650", newer: "31700",',
            '{older: "71650", newer: "14460",',
            'newer: "14460", relation: part, common: 16',
            "links[78].older: repeats item [77] in older and newer",
        ),
        (
            "bls-areas-2025-05.yaml",
            '{older: "71650", newer: "14460",',
            '{older: "31100", newer: "31080",',
            '"31100"',
            "links[77]: 31100 and 31080 stand in a list above",
        ),
        (
            "bls-areas-2025-05.yaml",
            '{older: "71650", newer: "14460",',
            '{older: "31080", newer: "31100",',
            '"31100"',
            "links[77]: the areas follow each other in a circle: 31080 → 31100 → 31080",
        ),
        (
            "bls-areas-2025-05.yaml",
            "relation: part, common: 160",
            "relation: same, common: 160",
            "relation: same",
            "links[77].relation: Input should be 'renamed', 'merged', 'split' or 'part', not "
            "'same'",
        ),
        (
            "bls-areas-2025-05.yaml",
            '  "2600003": reused',
            '  "71650": reused',
            '"71650": reused',
            "changed.71650: 71650 is not among the areas of this file",
        ),
        (
            "bls-areas-2021-05.yaml",
            '  "71650": Boston',
            "  71650: Boston",
            "  71650:",
            "areas: a key must be text; put it in quotes",
        ),
        (
            "bls-areas-2021-05.yaml",
            '  "71650": Boston',
            '  "7165": Boston',
            '"7165"',
            'areas.7165.[key]: should be an area\'s five or seven digits, in quotes: "14460", '
            '"0100001"',
        ),
        (
            "article.yaml",
            "  - text: Designing work schedules for employees",
            "  - text: 5",
            "  - text: 5",
            "duties[3].text: should be text, not 5",
        ),
        (
            "article.yaml",
            "    where: Medical and health services managers jobs, list item 2\n",
            "",
            "  - title: Clinical manager",
            "titles[1].where: is required, and missing",
        ),
        (
            "article.yaml",
            "  - title: Clinical manager",
            "  - titel: Clinical manager",
            "titel",
            "titles[1].titel: not a key here; did you mean title? allowed: where, note, title",
        ),
        (
            "article.yaml",
            "annual_median_dollars: 101340",
            "annual_median_dollars: about 101340",
            "about 101340",
            "pay.annual_median_dollars: 'about 101340' is no figure: it should be a number, "
            "{top_coded: NUMBER}, withheld, not_applicable, not_published",
        ),
        (
            "article.yaml",
            'industry: "000000"',
            "industry: 000000",
            "industry: 0",
            "pay.industry: should be text, not 0",
        ),
        (
            "article.yaml",
            "kind: distinction",
            "kind: difference",
            "kind: difference",
            "descriptions[3].kind: Input should be 'summary', 'distinction', 'pay', 'outlook' or "
            "'advice', not 'difference'",
        ),
        (
            "article.yaml",
            "accessed: 2022-11-10",
            "accessed: 10 November 2022",
            "10 November",
            "citations[0].accessed: should be a date, such as 2022-11-10, not '10 November 2022'",
        ),
        (
            "article.yaml",
            "accessed: 2022-11-10",
            "accessed: 2022-11-31",
            "2022-11-31",
            "citations[0].accessed: '2022-11-31': day is out of range for month",
        ),
        (
            "article.yaml",
            "name: Leadership",
            "name: Communication",
            "name: Communication",
            "skills[1].name: repeats item [0] in name",
        ),
        (
            "article.yaml",
            "      - social services",
            "      - nursing",
            "- nursing",
            "degrees[1].named[1]: repeats item [0]",
        ),
        (
            "article.yaml",
            "kind: distinction",
            "kind: distinction\n    kind: pay",
            "    kind: pay",
            "descriptions[3].kind: stands twice, first in line ",
        ),
        (
            "article.yaml",
            "code: 29-2072",
            "code: 29-2071",
            "code: 29-2071",
            "positions[1].code: 29-2071 is not among the entries of soc-2018.yaml",
        ),
        (
            "article.yaml",
            "code: 29-2072",
            "code: 292072",
            "code: 292072",
            "positions[1].code: should be text, not 292072",
        ),
        (
            "article.yaml",
            "period: 2022-11",
            "period: 2022-12",
            "name: article-2022-11",
            "release.name: should be article-2022-12: source and period",
        ),
        (
            "article.yaml",
            "source: article",
            "source: articles",
            "name: article-2022-11",
            "release.name: should be articles-2022-11: source and period",
        ),
        (
            "sources.yaml",
            "id: article",
            "id: article2",
            "source: article",
            "release.source: not one of the sources: article2, bls-areas, bls-ep, bls-oews, ",
        ),
        (
            "classifications.yaml",
            "source_id: nces-cip",
            "source_id: nces",
            "id: cip-2020",
            "classifications[11].source_id: not one of the sources: article, bls-areas, bls-ep, ",
        ),
        (
            "classifications.yaml",
            "prefix: isco",
            "prefix: esco",
            "id: esco-1.2",
            "classifications[9].prefix: repeats item [8] in prefix",
        ),
        (
            "sources.yaml",
            "rank: 2",
            "rank: 1",
            "rank: 1",
            "sources[1].rank: repeats item [0] in rank",
        ),
        (
            "soc-2018.yaml",
            "  - code: 29-2070\n    level: broad",
            "  - code: 29-3070\n    level: broad",
            "code: 29-3070",
            "entries[21].code: 29-3070 should stand under a minor group",
        ),
        (
            "bls-oews-2021-05.yaml",
            "median: 101340",
            "median: 110340",
            "median: 110340",
            "wages[3].annual_dollars.median: 48.72 an hour and 110340 a year are not one wage: "
            "a year has 2080 hours",
        ),
        (
            "bls-oews-2021-05.yaml",
            "median: 48.72",
            "median: 48.725",
            "48.725",
            "wages[3].hourly_dollars.median: 48.725 has more decimals than the publisher gives",
        ),
        (
            "bls-oews-2021-05.yaml",
            "{top_coded: 208000}",
            "{top_coded: 239200}",
            "{top_coded: 239200}",
            "wages[1].annual_dollars.p75: should be what top_codes.annual_dollars says",
        ),
        (
            "bls-oews-2021-05.yaml",
            "excerpt: true",
            "excerpt: false",
            "excerpt: false",
            "release.excerpt: should be true: the whole release comes from its publisher",
        ),
        (
            "bls-ep-2021-31.yaml",
            "target: 616.9",
            "target: 661.9",
            "change: 136.2",
            "projections[2].employment_thousands.change: should be target less base",
        ),
        (
            "bls-ep-2021-31.yaml",
            "percent_change: 28.3",
            "percent_change: 2.83",
            "percent_change: 2.83",
            "projections[2].percent_change: should be change in percent of base",
        ),
        *(
            (
                "article.yaml",
                "  - text: Designing work schedules for employees",
                f"  - text: {'9' * digits}",
                f"  - text: {'9' * digits}",
                f"duties[3].text: should be text, not {shown}",
            )
            for digits, shown in ((60, "9" * 60), (61, "9" * 57 + "..."))
        ),
        (
            "bls-ep-2021-31.yaml",
            "base: 480.7",
            "base: 1000000000.0",
            "base: 1000000000.0",
            "projections[2].employment_thousands.base: 1000000000.0 cannot be right: it should be "
            "0 or more, and below a billion of its unit",
        ),
        (
            "bls-ep-2021-31.yaml",
            "base: 480.7",
            "base: .inf",
            "base: .inf",
            "projections[2].employment_thousands.base: inf is no figure",
        ),
    ],
)
def test_a_fault_names_file_line_and_place(
    folder: Path, edit: Edit, name: str, old: str, new: str, at: str, said: str
) -> None:
    edit(name, old, new)
    with pytest.raises(BadSeed) as caught:
        read_seed(folder)
    (fault,) = caught.value.faults
    where, _, why = fault.partition(": line ")
    number, _, why = why.partition(": ")
    assert said in why
    file = folder / where.removeprefix("seed/")
    assert at in file.read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_figures_may_differ_by_what_rounding_makes_of_them(folder: Path, edit: Edit) -> None:
    edit("bls-oews-2021-05.yaml", "employment: 436770", "employment: 0")
    for old, new in (("480.7", "100.0"), ("616.9", "120.0"), ("136.2", "20.1"), ("28.3", "20.3")):
        edit("bls-ep-2021-31.yaml", f": {old}", f": {new}")
    read_seed(folder)
    edit("bls-ep-2021-31.yaml", ": 20.3", ": 20.4")
    with pytest.raises(BadSeed, match="percent_change: should be change in percent of base"):
        read_seed(folder)


def test_all_faults_of_all_files_come_at_once(folder: Path, edit: Edit) -> None:
    edit("article.yaml", "base_year: 2021", "base_year: '2021'")
    edit("article.yaml", "number: 1", "number: one")
    edit("sources.yaml", "rank: 3", "rank: third")
    (folder / "bls-ep-2021-31.yaml").unlink()
    (folder / "artikel.yaml").touch()
    article = folder / "article.yaml"
    with pytest.raises(BadSeed) as caught:
        read_seed(folder)
    assert [fault.partition(" should")[0] for fault in caught.value.faults] == [
        "seed/artikel.yaml: not a seed file; they are: sources.yaml, classifications.yaml, "
        "soc-2018.yaml, bls-oews-2021-05.yaml, bls-ep-2021-31.yaml, article.yaml, "
        "omb-cbsa-2013-02.yaml, bls-areas-2021-05.yaml, bls-areas-2025-05.yaml",
        f"seed/sources.yaml: line {line_of(folder / 'sources.yaml', 'third')}: sources[2].rank:",
        "seed/bls-ep-2021-31.yaml: cannot be read: No such file or directory",
        f"seed/article.yaml: line {line_of(article, 'number: one')}: citations[0].number:",
        f"seed/article.yaml: line {line_of(article, 'base_year')}: outlook.base_year:",
    ]
    assert str(caught.value).count("\n") == 4


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadSeed, match="elsewhere: no such folder"):
        read_seed(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: should hold the keys sources"),
        (b"- 1\n", "line 1: should hold the keys sources"),
        (b"sources: 5\n", "line 1: sources: should be a list, not 5"),
        (b"sources: []\n", "line 1: sources: should have at least one item"),
        (b"a: 1\nb: [\n", "line 3: not YAML: expected the node content"),
        (b"a: 1\nb: \xff\n", "line 2: must be UTF-8"),
        (b"a: \x00\n", "line 1: not YAML: unacceptable character #x0000"),
        (b"a: 1\n---\nb: 1\n", "line 2: not YAML: but found another document"),
        (b"a: &x 1\nb: *x\n", "write the value out: aliases are not used here"),
        (b"a: &x [*x]\n", "line 1: a[0]: write the value out: aliases are not used here"),
        (b"a: !!binary aGk=\n", "line 1: a: the tag tag:yaml.org,2002:binary is not used here"),
        (b"a: !!python/object:os.system x\n", "is not used here"),
        (b"a: 1\nno: 2\n", "line 2: a key must be text; put it in quotes"),
        (b"? [a]\n: 2\n", "line 1: a key must be text; put it in quotes"),
        (b"a: 1\na: 2\n", "line 2: a: stands twice, first in line 1"),
        (b"a: " + b"9" * 5000, "line 1: a: '99999"),
        (b"[" * 5000, "line 1: nested too deeply"),
    ],
)
def test_what_is_no_seed_file_at_all(folder: Path, content: bytes, said: str) -> None:
    (folder / "sources.yaml").write_bytes(content)
    with pytest.raises(BadSeed) as caught:
        read_seed(folder)
    assert caught.value.faults[0].startswith("seed/sources.yaml: line ")
    assert said in caught.value.faults[0]


def test_lines_are_those_of_keys_and_items() -> None:
    document = read_yaml("x", b"a:\n  - b: 1\n    c:\n      d\n  - e\n")
    assert document.data == {"a": [{"b": 1, "c": "d"}, "e"]}
    assert document.lines == {
        (): 1,
        ("a",): 1,
        ("a", 0): 2,
        ("a", 0, "b"): 2,
        ("a", 0, "c"): 3,
        ("a", 1): 5,
    }
