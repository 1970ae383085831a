"""Filings of employers, counted: from a list, and from the disclosure files."""

from __future__ import annotations

import subprocess
from pathlib import Path

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


def test_filings_that_cannot_be_counted_are_refused(tmp_path: Path) -> None:
    source = str(written(tmp_path / "a.csv", DISCLOSED["lca.csv"]))
    other = str(written(tmp_path / "b.csv", "a,b,c\n1,2,3\n"))
    to = ("--to", str(tmp_path / "titles.tsv"))
    for years in ("24", "2024-2023", "2024-24", ""):
        made = counted(source, "--years", years, *to)
        assert made.returncode == 2
        assert "must be fiscal years" in made.stderr
    made = counted(other, "--years", "2024", *to)
    assert made.returncode == 1
    assert "b.csv: no columns of filings" in made.stderr
    made = counted(source, "--years", "2024", "--to", str(tmp_path))
    assert made.returncode == 1
    assert not (tmp_path / "titles.tsv").exists()
