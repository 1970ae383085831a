"""Editions of other years: what a file is, read from its own words."""

from __future__ import annotations

from pathlib import Path

from app.importers.recognise import Finder
from app.importers.releases import Options, plan
from tests.builders import onet_text

CODE = "O*NET-SOC Code"
ELEMENT = "Element ID|Element Name"
SAID = "Date|Domain Source"
ESTIMATE = "N|Standard Error|Lower CI Bound|Upper CI Bound|Recommend Suppress"
ONET_30_3 = {
    "Read_Me": "O*NET 30.3 Database\nMay 2026 Release",
    "Occupation_Data": f"{CODE}|Title|Description\n11-9111.00|Managers|Plan.",
    "Essential_Skills": f"""
        {CODE}|{ELEMENT}|Scale ID|Data Value|{ESTIMATE}|Not Relevant|{SAID}
        11-9111.00|2.A.1.a|Reading|IM|2.75|8|0.1637|2.4292|3.0708|N|n/a|08/2025|Analyst""",
    "Tasks_to_DWAs": f"""{CODE}|Task ID|DWA Element ID|Date|Domain Source
        11-9111.00|46|4.A.2.a.4.I09.D03|08/2025|Analyst""",
    "GWAs_to_IWAs": """GWA Element ID|IWA Element ID|IWA Element Name
        4.A.1.a.1|4.A.1.a.1.I01|Study the work.""",
    "Work_Styles_to_Work_Context": """
        Work Styles Element ID|Work Styles Name|Work Context Element ID|Name
        1.D.1.a|Innovation|4.C.1.a.1|Public Speaking""",
    "Specific_Interest_Areas": f"""{CODE}|{ELEMENT}|Scale ID|Data Value|{SAID}
        11-9111.00|1.B.3.a|Mechanics|OI|2.10|05/2026|Machine Learning""",
    "Tools_and_Technology": f"""
        {CODE}|T2 Type|T2 Example|Commodity Code|Commodity Title|Hot Technology
        11-9111.00|Tools|Pagers|43191510|Pagers|N""",
}
"""Files that came with release 30.3, and one that went with release 22."""


def test_files_of_an_onet_release_that_share_columns_are_not_mistaken(tmp_path: Path) -> None:
    with Finder() as finder:
        found = list(finder.find([onet_text(tmp_path / "onet", **ONET_30_3)]))
    used = {one.name: one.kind for one in found if not one.why}
    assert used == {
        "onet/Essential Skills.txt": "onet_skill",
        "onet/Occupation Data.txt": "onet_occupations",
        "onet/Read Me.txt": "onet_readme",
    }
    assert all("not used by this API" in one.why for one in found if one.why)
    (release,) = plan(found, Options())
    assert [run.key.kind for run in release.read().parts] == ["", "definition", "skill"]
