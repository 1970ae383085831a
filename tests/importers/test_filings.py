"""Filings of employers, counted: from a list, and from the disclosure files."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import occupations
from tests.importers.evidence import AGGREGATE, COUNTED, written


def counted(*arguments: str) -> subprocess.CompletedProcess[str]:
    return occupations("employers", *arguments, url="sqlite://")


def test_titles_are_counted_from_a_list(tmp_path: Path) -> None:
    source, to = written(tmp_path / "employers.tsv", COUNTED), tmp_path / "titles.tsv"
    made = counted(str(source), "--years", "2011-2025", "--to", str(to))
    assert made.returncode == 0, made.stdout + made.stderr
    assert to.read_text("utf-8") == AGGREGATE
    assert "6 titles with 7 codes, of 828 filings" in made.stdout


def test_a_fifth_is_kept_back_by_its_checksum(tmp_path: Path) -> None:
    words = [a + b for a in "xyz" for b in "abcdefgh"]
    forms = ("nurse of {}", "senior {} nurse of", "nurse, {} of (level ii) 12")
    titles = [form.format(word) for word in words for form in forms]
    text = "title\tcode\tcount\n" + "".join(f"{title}\t29-1141\t3\n" for title in titles)
    source = str(written(tmp_path / "many.tsv", text))
    lists = []
    for more in ((), ("--keep-back",)):
        to = tmp_path / f"titles{len(more)}.tsv"
        args = ("--years", "2024", "--to", str(to), *more)
        assert counted(source, *args).returncode == 0
        lists.append({line.split("\t")[0] for line in to.read_text().splitlines()[1:]})
    assert lists[0] == {*titles}
    # CRC-32 as zip files have it: written down here, so that the fifth stays the same one.
    assert lists[0] - lists[1] == {form.format(word) for word in KEPT_BACK for form in forms}


KEPT_BACK = ("xg", "xh", "ye", "yg", "zc", "zh")


DISCLOSED = {
    "lca.csv": """CASE_NUMBER,CASE_STATUS,JOB_TITLE,SOC_CODE,SOC_TITLE
1,Certified,Ward Wizard,29-1141.00,Registered Nurses
2,CERTIFIED,Ward  wizard,29-1141,Registered Nurses
3,Certified - Withdrawn,Ward Wizard,29-1141,Registered Nurses
4,Denied,Ward Wizard,29-1141,Registered Nurses
5,Withdrawn,Ward Wizard,29-1141,Registered Nurses
6,Certified,Ward Wizard,,none
7,Certified,,29-1141,none
""",
    "older.csv": """STATUS,LCA_CASE_JOB_TITLE,LCA_CASE_SOC_CODE,X
Certified-Expired,WARD WIZARD,29-1141,1
Rejected,WARD WIZARD,29-1141,1
""",
    "h2b.csv": """CASE_STATUS,JOB_TITLE,SOC_CODE,Y
Determination Issued - Certification,ward wizard,11-9111,1
Determination Issued - Partial Certification,ward wizard,11-9111,1
Determination Issued - Certification Denied,ward wizard,11-9111,1
""",
    "perm.csv": """Case_Status,JOB_INFO_JOB_TITLE,PW_SOC_CODE,Z
Certified,ward wizard,29-1141,1
""",
}


def test_only_certified_filings_of_disclosure_files_count(tmp_path: Path) -> None:
    for name, text in DISCLOSED.items():
        written(tmp_path / name, text)
    to = tmp_path / "titles.tsv"
    args = ("--years", "2024", "--to", str(to))
    made = counted(*(str(tmp_path / name) for name in DISCLOSED), *args)
    assert made.returncode == 0, made.stdout + made.stderr
    assert to.read_text().splitlines() == [
        "employers' job title\t2018 SOC code\tfilings, fiscal year 2024",
        "ward wizard\t11-9111\t2",
        "ward wizard\t29-1141\t4",
    ]


FORMS = {
    "WARD NURSE 12345 67890": "ward nurse",
    "Ward Nurse - 12345": "ward nurse",
    "ward nurse (1234": "ward nurse",
    "ward nurse [req 12345": "ward nurse",
    "ward nurse (night)1234-1": "ward nurse (night)",
    "r&d-1234": "r&d",
    "Ward Nurse-12345": "ward nurse",
    "NIGHT NURSES-KBGFJG50239-9": "night nurses",
    "Line Cook-Dinner-123456-1": "line cook-dinner",
    "Line Chef - CAS-69374-Y4L7M7": "line chef",
    "nurse-2024 intern": "nurse-2024 intern",
    "night nurse (bal 12345)": "night nurse",
    "night nurse (fy 2024)": "night nurse (fy 2024)",
    "night & amp; day nurse": "night & day nurse",
    "360-degree nurse": "360-degree nurse",
    "tax 1040 preparer": "tax 1040 preparer",
    "n" * 300: "n" * 300,
    "n" * 301: None,
    "12345": None,
}
"""Titles as employers write them, and what is counted."""


def test_titles_are_brought_to_one_form(tmp_path: Path) -> None:
    text = "title\tcode\tcount\n" + "".join(f"{title}\t29-1141\t3\n" for title in FORMS)
    to = tmp_path / "titles.tsv"
    source = str(written(tmp_path / "forms.tsv", text))
    assert counted(source, "--years", "2024", "--to", str(to)).returncode == 0
    found = [line.split("\t") for line in to.read_text("utf-8").splitlines()[1:]]
    assert {title: int(n) // 3 for title, _, n in found} == Counter(filter(None, FORMS.values()))


@pytest.mark.parametrize("years", ["24", "2024-2023", "2024-2024", "2024-24", ""])
def test_years_that_are_none_are_refused(tmp_path: Path, years: str) -> None:
    made = counted(str(tmp_path), "--years", years, "--to", str(tmp_path / "titles.tsv"))
    assert made.returncode == 2
    assert "must be fiscal years, as 2024 or 2011-2025" in made.stderr


HEAD = "title\tcode\tcount\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "filings.tsv: the file is empty"),
        ("a\tb\tc\n1\t2\t3\n", "filings.tsv: no columns of filings: JOB_TITLE, SOC_CODE and"),
        ("title\tcode\nnurse\t29-1141\n", "or title, code and count"),
        ("code\tstatus\tcount\n29-1141\tCertified\t3\n", "row 1, column title: missing"),
        (f"{HEAD}nurse\t29-1141\t\n", "filings.tsv, row 2, column count: '' is neither"),
        (f"{HEAD}nurse\t29-1141\t-3\n", "filings.tsv, row 2, column count: '-3' is negative"),
        (HEAD, "no title has 3 certified filings with a code: "),
        (f"{HEAD}nurse\t29-1141\t2\n", "no title has 3 certified filings with a code: "),
        (f"{HEAD}nurse\t\t3\nnurse\t291141\t3\n", "no title has 3 certified filings with a code"),
    ],
)
def test_filings_that_cannot_be_counted_are_refused(tmp_path: Path, text: str, said: str) -> None:
    source, to = written(tmp_path / "filings.tsv", text), tmp_path / "titles.tsv"
    made = counted(str(source), "--years", "2024", "--to", str(to))
    assert made.returncode == 1, made.stdout
    assert said in made.stderr
    assert not to.exists()


def test_a_list_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    source = str(written(tmp_path / "filings.tsv", COUNTED))
    made = counted(source, "--years", "2024", "--to", str(tmp_path))
    assert made.returncode == 1
    assert f"{tmp_path}: a folder, not a regular file" in made.stderr
