"""Small releases of O*NET in the shapes of several years. Titles and figures are invented."""

from __future__ import annotations

from pathlib import Path

from tests.builders import onet_text, write_xlsx

CODE = "O*NET-SOC Code"
SAID = "Date|Domain Source"
ELEMENT = "Element ID|Element Name|Scale ID"
ESTIMATE = "Data Value|N|Standard Error|Lower CI Bound|Upper CI Bound|Recommend Suppress"
BY = "08/2025|Incumbent"

SCALES = """Scale ID|Scale Name|Minimum|Maximum
    IM|Importance|1|5
    RT|Relevance of Task|0|100
    FT|Frequency of Task|0|100
    CX|Context|1|5
    CXP|Context|0|100
    CT|Context|1|3
    CTP|Context|0|100
    EX|Extent|1|7
    VH|Work Value High-Point|1|6
    WI|Work Styles Impact|-3|3
    DR|Distinctiveness Rank|0|10"""
OCCUPATIONS = f"""{CODE}|Title|Description
    11-9111.00|Managers|They manage.
    15-1252.00|Developers|They develop."""
TASKS = f"""{CODE}|Task ID|Task|Task Type|Incumbents Responding|{SAID}
    11-9111.00|46|Plan the work.|Core|61|{BY}
    11-9111.00|47|Check the work.|Supplemental|61|{BY}
    15-1252.00|48|Write programs.|n/a|n/a|12/2024|Analyst"""
RATINGS = f"""{CODE}|Task ID|Scale ID|Category|{ESTIMATE}|{SAID}
    11-9111.00|46|FT|1|0.00|61|0.0000|n/a|n/a|N|{BY}
    11-9111.00|46|FT|2|16.75|61|0.1717|16.0546|18.0082|Y|{BY}
    11-9111.00|46|FT|3|83.25|61|11.2185|49.8527|96.1377|N|{BY}
    11-9111.00|46|IM|n/a|4.84|62|0.0722|4.6956|4.9844|N|{BY}
    11-9111.00|46|RT|n/a|97.50|62|1.0000|95.0000|99.0000|N|{BY}
    11-9111.00|47|IM|n/a|2.5|62|0.9|1.1|3.9|Y|07/2025|Incumbent
    11-9111.00|47|RT|n/a|66.00|62|1|60|70|N|{BY}"""
FREQUENCIES = """Scale ID|Category|Category Description
    FT|1|Yearly or less
    FT|2|Weekly
    FT|3|Daily"""
CONTEXT = f"""{CODE}|{ELEMENT}|Category|{ESTIMATE}|Not Relevant|{SAID}
    11-9111.00|4.C.1.a.2.c|Public Speaking|CX|n/a|2.75|20|0.2281|2.5163|3.4712|N|n/a|{BY}
    11-9111.00|4.C.1.a.2.c|Public Speaking|CXP|1|17.00|20|17.7643|1.4564|74.0353|Y|n/a|{BY}
    11-9111.00|4.C.1.a.2.c|Public Speaking|CXP|2|83.00|20|n/a|n/a|n/a|n/a|n/a|{BY}
    11-9111.00|4.C.3.d.8|Work Week|CT|n/a|1.99|20|0.2281|1.5163|2.4712|Y|n/a|{BY}
    11-9111.00|4.C.3.d.8|Work Week|CTP|1|40.50|20|n/a|n/a|n/a|n/a|n/a|{BY}
    11-9111.00|4.C.3.d.8|Work Week|CTP|2|59.50|20|n/a|n/a|n/a|n/a|n/a|07/2025|Incumbent"""
ANSWERS = f"""{ELEMENT}|Category|Category Description
    4.C.1.a.2.c|Public Speaking|CXP|1|Never
    4.C.1.a.2.c|Public Speaking|CXP|2|Every day
    4.C.3.d.8|Work Week|CTP|1|Less than 40 hours
    4.C.3.d.8|Work Week|CTP|2|40 hours"""
VALUES = f"""{CODE}|{ELEMENT}|Data Value|{SAID}
    11-9111.00|1.B.2.a|Achievement|EX|5.83|11/2020|Analyst
    11-9111.00|1.B.2.g|First High-Point|VH|4.00|11/2020|Analyst
    11-9111.00|1.B.2.h|Second High-Point|VH|0.00|11/2020|Analyst"""
STYLES = f"""{CODE}|{ELEMENT}|Data Value|{SAID}
    11-9111.00|1.D.1.a|Innovation|WI|-1.10|08/2025|AI/Expert
    11-9111.00|1.D.1.a|Innovation|DR|0|08/2025|AI/Expert"""
OLDER_STYLES = f"""{CODE}|{ELEMENT}|{ESTIMATE}|{SAID}
    11-9111.00|1.C.1.a|Effort|IM|4.55|27|0.16|4.21|4.89|N|07/2014|Incumbent
    11-9111.00|1.C.1.b|Persistence|IM|4.43|n/a|n/a|n/a|n/a|n/a|07/2014|Incumbent"""
LINKS = f"""{CODE}|Task ID|DWA ID|{SAID}
    11-9111.00|46|4.A.2.b.1.I01.D02|03/2014|Analyst
    11-9111.00|46|4.A.2.b.1.I01.D01|03/2014|Analyst
    15-1252.00|48|4.A.2.b.1.I01.D02|03/2014|Analyst"""
ACTIVITIES = """Element ID|IWA ID|DWA ID|DWA Title
    4.A.2.b.1|4.A.2.b.1.I01|4.A.2.b.1.I01.D01|Make plans.
    4.A.2.b.1|4.A.2.b.1.I01|4.A.2.b.1.I01.D02|Solve problems."""
TOOLS = f"""{CODE}|Example|Commodity Code|Commodity Title
    15-1252.00|Notebooks|43211503|Notebook computers
    15-1252.00|Desktops|43211507|Desktop computers"""
SOFTWARE = f"""{CODE}|Example|Commodity Code|Commodity Title|Hot Technology|In Demand
    11-9111.00|Zebra|43232110|Spreadsheet software|N|N
    11-9111.00|Alpha|43232110|Spreadsheet software|N|N
    15-1252.00|Able|43232110|Spreadsheet software|N|N
    15-1252.00|Baker|43232110|Spreadsheet software|Y|N
    15-1252.00|Charlie|43232110|Spreadsheet software|Y|Y
    15-1252.00|Delta|43232110|Spreadsheet software|N|Y
    15-1252.00|Aachen|43232111|Other software|Y|N
    15-1252.00|Easy|43232110|Spreadsheet software|Y|Y"""

RELEASE_30_1 = {
    "Read_Me": "O*NET 30.1 Database\nDecember 2025 Release",
    "Scales_Reference": SCALES,
    "Occupation_Data": OCCUPATIONS,
    "Task_Statements": TASKS,
    "Task_Ratings": RATINGS,
    "Task_Categories": FREQUENCIES,
    "Work_Context": CONTEXT,
    "Work_Context_Categories": ANSWERS,
    "Work_Values": VALUES,
    "Work_Styles": STYLES,
    "Tasks_to_DWAs": LINKS,
    "DWA_Reference": ACTIVITIES,
    "Tools_Used": TOOLS,
    "Technology_Skills": SOFTWARE,
}
RELEASE_18_1 = {
    "Read_Me": "O*NET 18.1 Database\nMarch 2014 Release",
    "Scales_Reference": SCALES,
    "Occupation_Data": OCCUPATIONS,
    "Task_Statements": TASKS.replace("08/2025", "02/2014").replace("12/2024", "02/2014"),
    "Task_Ratings": RATINGS.replace("/2025", "/2013")
    + "\n11-9111.00|99|IM|n/a|4|9|0.1|3.9|4.1|N|08/2013|Incumbent",
    "Task_Categories": FREQUENCIES,
    "Work_Styles": OLDER_STYLES.replace("2014", "2013"),
    "Tasks_to_DWAs": LINKS,
    "DWA_Reference": ACTIVITIES,
    "Tools_and_Technology": f"""{CODE}|T2 Type|T2 Example|Commodity Code|Commodity Title
        15-1252.00|Tools|Notebooks|43211503|Notebook computers
        15-1252.00|Technology|Able|43232110|Spreadsheet software
        15-1252.00|Tools|Desktops|43211507|Desktop computers""",
    "Green_Occupations": f"{CODE}|Green Occupational Category\n11-9111.00|Green",
    "Green_Task_Statements": f"""{CODE}|Task ID|Task|Green Task Type|{SAID}
        11-9111.00|99|Save the planet.|Green|02/2014|Analyst""",
}
"""One file of tools and software, tasks that another file states, older work styles."""
RELEASE_30_3 = {
    "Read_Me": "O*NET 30.3 Database\nMay 2026 Release",
    "Occupation_Data": OCCUPATIONS,
    "Task_Statements": TASKS,
    "Tasks_to_DWAs": LINKS.replace("DWA ID", "DWA Element ID").replace(".I01.D0", ".a."),
    "GWAs_to_IWAs_to_DWAs": """
        GWA Element ID|GWA Element Name|IWA Element ID|IWA Element Name|DWA Element ID|"""
    """DWA Element Name
        4.A.2.b.1|Deciding|4.A.2.b.1.a|Decide.|4.A.2.b.1.a.1|Make plans.
        4.A.2.b.1|Deciding|4.A.2.b.1.a|Decide.|4.A.2.b.1.a.2|Solve problems.""",
    "Software_Skills": f"""{CODE}|Element ID|Element Name|Workplace Example|Hot Technology|In Demand
        15-1252.00|2.E.1|Spreadsheet software|Able|N|N
        15-1252.00|2.E.1|Spreadsheet software|Baker|Y|N""",
}
"""Activities and software are elements."""
SHAPES = {"18.1": RELEASE_18_1, "30.1": RELEASE_30_1, "30.3": RELEASE_30_3}

NUMBERS = frozenset({"Category", "Data Value", "N", "Task ID", "Commodity Code", "Minimum"})
NUMBERS |= {"Standard Error", "Lower CI Bound", "Upper CI Bound", "Maximum", "DR"}


def texts(folder: Path, release: dict[str, str], **changed: str) -> Path:
    """Write a release as text."""
    return onet_text(folder, **{**release, **changed})


def workbooks(folder: Path, release: dict[str, str], *names: str, **changed: str) -> Path:
    """Write a release, or some files of it, as workbooks: numbers as numbers, n/a as blanks."""
    folder.mkdir(parents=True, exist_ok=True)
    every = {**release, **changed}
    onet_text(folder, Read_Me=every["Read_Me"])
    for name in names or tuple(every):
        if name == "Read_Me":
            continue
        header, *lines = (
            [cell.strip() for cell in one.split("|")] for one in every[name].strip().splitlines()
        )
        cells = [
            [
                ("" if cell == "n/a" else float(cell) if column in NUMBERS else cell)
                for column, cell in zip(header, one, strict=True)
            ]
            for one in lines
        ]
        write_xlsx(folder / f"{name.replace('_', ' ')}.xlsx", {name[:31]: [header, *cells]})
    return folder
