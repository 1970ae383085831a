"""A file that is cut short replaces nothing, and alone it is loaded as the part that it is."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from app.importers.faults import PoorerFile
from app.importers.loading.load import load_release
from app.importers.rules import MAJOR_GROUPS
from tests.builders import line, oews_csv, onet_text
from tests.conftest import Databases, occupations
from tests.importers.planned import planned
from tests.servers import serving

GROUPS = sorted(MAJOR_GROUPS - {"00", "55"})
DWA = "4.A.2.I01.D01"
README = "O*NET {} Database\n\nAugust {} Release\n"


def nation(year: int = 2021, area: dict[str, Any] | None = None) -> list[list[Any]]:
    """Return 45 lines that add up: the total, and of each major group its only occupation."""
    more = {"TOT_EMP": 1000.0 + year, **(area or {})}
    lines = [line(OCC_CODE="00-0000", O_GROUP="total", **more | {"TOT_EMP": 22 * (1000.0 + year)})]
    for group in GROUPS:
        lines.append(line(OCC_CODE=f"{group}-0000", O_GROUP="major", **more))
        lines.append(line(OCC_CODE=f"{group}-1011", **more))
    return lines


def wages(folder: Path, year: int, *lines: list[Any], name: str = "national") -> Path:
    folder.mkdir(exist_ok=True)
    return oews_csv(folder / f"{name}_M{year}_dl.csv", *lines)


def load(engine: Engine, *paths: Path, **options: Any) -> list[str]:
    """Load the one release of some files and return what it lacks, in sentences."""
    (release,) = planned(*paths)
    return [*load_release(engine, release.read(), **options).lacks]


def lacks(engine: Engine, release: str = "") -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return dataset, kind and area → what it lacks, of the parts that are not whole."""
    query = """SELECT dataset, kind, area, lacks
        FROM parts JOIN releases ON release_id = releases.id
        WHERE NOT whole AND NOT superseded AND name LIKE :name"""
    with engine.connect() as connection:
        found = connection.execute(text(query), {"name": f"{release}%"}).all()
    return {
        (dataset, kind, area): json.loads(given) if isinstance(given, str) else given
        for dataset, kind, area, given in found
    }


def test_a_whole_file_is_whole(engine: Engine, tmp_path: Path) -> None:
    assert load(engine, wages(tmp_path, 2021, *nation())) == []
    assert lacks(engine) == {}


@pytest.mark.parametrize("kept", [1, 20, 44])
def test_a_cut_file_does_not_replace_the_whole(engine: Engine, tmp_path: Path, kept: int) -> None:
    load(engine, wages(tmp_path / "whole", 2021, *nation()))
    cut = wages(tmp_path / "cut", 2021, *nation()[:kept])
    lost = f"wages of {45 - kept} occupations"
    with pytest.raises(PoorerFile, match=f"given now: .*{lost}.* would be lost. .*--replace"):
        load(engine, cut)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM wages")).scalar() == 45
    assert load(engine, cut, replace=True)
    with engine.connect() as connection:
        query = "SELECT count(*) FROM wages JOIN parts ON part_id = parts.id WHERE shown"
        assert connection.execute(text(query)).scalar() == kept


def test_rows_of_an_area_that_are_notably_fewer_are_refused(engine: Engine, tmp_path: Path) -> None:
    california = {"AREA": "06", "AREA_TITLE": "California", "AREA_TYPE": "2", "PRIM_STATE": "CA"}
    texas = {"AREA": "48", "AREA_TITLE": "Texas", "AREA_TYPE": "2", "PRIM_STATE": "TX"}
    both = [*nation(area=california), *nation(area=texas)]
    load(engine, wages(tmp_path / "a", 2021, *both, name="state"))
    # Two of 45 are under a twentieth, and California has the occupations too.
    load(engine, wages(tmp_path / "b", 2021, *both[:-2], name="state"))
    with pytest.raises(PoorerFile, match="given now: 3 of 43 rows of wages of area TX, industry"):
        load(engine, wages(tmp_path / "c", 2021, *both[:-5], name="state"))


@pytest.mark.parametrize(
    ("kept", "groups"),
    [
        (slice(0, 1), ["00-0000", *(f"{group}-0000" for group in GROUPS)]),
        (slice(0, 44), ["53-0000"]),  # the group without its occupation
        (slice(0, 43), ["53-0000"]),
        (slice(0, 36), ["00-0000", *(f"{group}-0000" for group in GROUPS[18:])]),
        (slice(1, 45), ["00-0000"]),
    ],
)
def test_alone_a_cut_file_is_a_part(
    engine: Engine, tmp_path: Path, kept: slice, groups: list[str]
) -> None:
    said = load(engine, wages(tmp_path, 2021, *nation()[kept]))
    assert lacks(engine)["wages", "", "US"] == {"groups": groups}
    assert any(
        one.startswith("wages US 000000 1235: ") and groups[-1 if len(groups) < 3 else 0] in one
        for one in said
    )


@pytest.mark.parametrize(("share", "whole"), [(0.99, True), (0.9899, False)])
def test_a_groups_occupations_add_up_to_it(
    engine: Engine, tmp_path: Path, share: float, whole: bool
) -> None:
    lines = nation()
    employment = lines[1].index(3021.0)
    for one in lines:
        one[employment] *= 10_000
    lines[-1][employment] *= share
    load(engine, wages(tmp_path, 2021, *lines))
    assert (lacks(engine) == {}) is whole


@pytest.mark.parametrize(("kept", "whole"), [(34, True), (33, False)])
@pytest.mark.parametrize("first", [2021, 2022])
def test_an_area_is_measured_by_its_other_years_whatever_came_first(
    engine: Engine, tmp_path: Path, kept: int, whole: bool, first: int
) -> None:
    area = {"AREA": "31080", "AREA_TITLE": "Los Angeles, CA", "AREA_TYPE": "4", "PRIM_STATE": "CA"}
    # Groups stay, so that their sum is the total; some occupations go. 45 * 0.75 is 33.75.
    few = [
        one for n, one in enumerate(nation(2022, area)) if n % 2 or n == 0 or n > 2 * (45 - kept)
    ]
    assert len(few) == kept
    files = {2021: nation(2021, area), 2022: few}
    for year in sorted(files, reverse=first == 2022):
        load(engine, wages(tmp_path, year, *files[year], name="MSA"))
    found = lacks(engine, "bls-oews-2022").get(("wages", "", "31080"))
    assert found == (None if whole else {"codes": 45 - kept})
    assert ("wages", "", "31080") not in lacks(engine, "bls-oews-2021")


@pytest.mark.parametrize(("withheld", "refused"), [(2, False), (3, True)])
def test_figures_that_are_withheld_now_are_lost(
    engine: Engine, tmp_path: Path, withheld: int, refused: bool
) -> None:
    load(engine, wages(tmp_path / "a", 2021, *nation()))
    lines = nation()
    at = lines[0].index(57.61)
    for one in lines[:withheld]:  # 2.25 of 45 are a twentieth
        one[at] = "*"
    again = wages(tmp_path / "b", 2021, *lines)
    if refused:
        with pytest.raises(
            PoorerFile, match=r"given now: 3 of 45 cells of wages.hourly_mean would"
        ):
            load(engine, again)
    else:
        load(engine, again)


def test_what_is_whole_does_not_depend_on_what_came_first(engine: Engine, tmp_path: Path) -> None:
    area = {"AREA": "31080", "AREA_TITLE": "Los Angeles, CA", "AREA_TYPE": "4", "PRIM_STATE": "CA"}
    found = []
    for order in permutations((19, 30, 45)):
        for kept in order:
            year = {19: 2022, 30: 2023, 45: 2024}[kept]
            few = [
                one
                for n, one in enumerate(nation(year, area))
                if n % 2 or n == 0 or n < 2 * kept - 45
            ]
            folder = tmp_path / "-".join(map(str, order))
            load(engine, wages(folder, year, *few, name="MSA"), replace=True)
        found.append(lacks(engine))
    assert all(one == found[0] for one in found)


def test_a_file_of_some_sectors_says_which_are_missing(engine: Engine, tmp_path: Path) -> None:
    def sectors(year: int, *codes: str) -> Path:
        lines = [
            line(**its, OCC_CODE="00-0000", O_GROUP="total", TOT_EMP=1000.0 + year)
            for code in codes
            for its in [{"NAICS": code, "NAICS_TITLE": code, "I_GROUP": "sector", "OWN_CODE": "5"}]
        ]
        return wages(tmp_path, year, *lines, name="natsector")

    load(engine, sectors(2024, "11", "21", "22", "23"))
    said = load(engine, sectors(2025, "11", "21"))
    assert said[-1] == "no lines of 22, 23"
    with engine.connect() as connection:
        query = (
            "SELECT industry FROM parts WHERE latest AND dataset = 'wages' AND period = '2024-05'"
        )
        assert {*connection.execute(text(query)).scalars()} == {"22", "23"}


def test_states_that_are_not_there_are_named(engine: Engine, tmp_path: Path) -> None:
    texas = {"AREA": "48", "AREA_TITLE": "Texas", "AREA_TYPE": "2", "PRIM_STATE": "TX"}
    said = load(engine, wages(tmp_path, 2021, *nation(area=texas), name="state"))
    assert said == ["no lines of AK, AL, AR, AZ, CA and 45 more"]
    # What Texas has no line of is not published: its own part is whole.
    ((part, found),) = lacks(engine).items()
    assert part == ("entries", "", "")
    assert len(found["areas"]) == 50
    assert not {"TX", "PR"} & {*found["areas"]}


def onet(folder: Path, release: str, year: int, groups: list[str], **files: str) -> Path:
    interests = "\n".join(
        f"{group}-1011.00|1.B.1.a|Realistic|OI|4|07/2020|Analyst" for group in groups
    )
    header = "O*NET-SOC Code|Element ID|Element Name|Scale ID|Data Value|Date|Domain Source"
    readme = README.format(release, year)
    return onet_text(folder / release, Read_Me=readme, Interests=f"{header}\n{interests}", **files)


def test_half_a_file_of_onet_replaces_nothing_and_alone_is_a_part(
    engine: Engine, tmp_path: Path
) -> None:
    whole = onet(tmp_path / "a", "27.0", 2022, GROUPS)
    half = onet(tmp_path / "b", "27.0", 2022, GROUPS[:11])
    load(engine, whole)
    assert lacks(engine) == {
        ("interests", "", ""): {
            "datasets": [
                *("activities", "descriptions", "duties", "education", "experience", "job_zones"),
                *("related", "skills", "technologies", "titles"),
            ]
        }
    }
    with pytest.raises(PoorerFile, match="interests of 11 occupations"):
        load(engine, half)
    load(engine, onet(tmp_path / "c", "26.3", 2021, GROUPS[:11]))
    found = lacks(engine, "onet-26.3")["interests", "", ""]
    assert found["groups"] == [f"{group}-0000" for group in GROUPS[11:]]


def test_activities_have_rows_of_every_group(engine: Engine, tmp_path: Path) -> None:
    names = f"Element ID|IWA ID|DWA ID|DWA Title\n4.A.2|4.A.2.I01|{DWA}|Make plans."
    for release, year, groups in (("27.0", 2022, GROUPS), ("26.3", 2021, GROUPS[:-1])):
        links = [f"{group}-1011.00|7|{DWA}|07/2020|Analyst" for group in groups]
        linked = "\n".join(["O*NET-SOC Code|Task ID|DWA ID|Date|Domain Source", *links])
        files = {"Tasks_to_DWAs": linked, "DWA_Reference": names}
        load(engine, onet(tmp_path / release, release, year, GROUPS, **files))
    found = lacks(engine, "onet-27.0")
    assert [*found] == [("activities", "", "")]  # it stands first, for all of the release
    assert "groups" not in found["activities", "", ""]
    assert "activities" not in found["activities", "", ""]["datasets"]
    assert lacks(engine, "onet-26.3")["activities", "", ""]["groups"] == ["53-0000"]


def test_a_part_without_rows_is_loaded_again(engine: Engine, tmp_path: Path) -> None:
    header = "O*NET-SOC Code|Element ID|Element Name|Scale ID|Data Value|Date|Domain Source"
    for value in ("4", "5"):  # of a scale that is not used
        interests = f"{header}\n11-1011.00|1.B.1.a|Realistic|ZZ|{value}|07/2020|Analyst"
        readme = README.format("27.0", 2022)
        load(engine, onet_text(tmp_path / value, Read_Me=readme, Interests=interests))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM interests")).scalar() == 0


def test_a_line_of_california_says_that_the_rest_is_not_loaded(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.seeded()
    california = {"AREA": "06", "AREA_TITLE": "California", "AREA_TYPE": "2", "PRIM_STATE": "CA"}
    file = wages(tmp_path, 2024, line(**california), name="state")
    made = occupations("import", str(file), url=url)
    assert made.returncode == 0, made.stderr
    assert "bls-oews-2024-05-state is a part of what its publisher has" in made.stdout
    assert "wages CA 000000 1235: 1 row, and lines are missing in 00-0000" in made.stdout
    assert "no lines of AK, AL, AR, AZ, CO and 45 more" in made.stdout
    command = "occupations download bls-oews --period 2024-05 --scope state"
    with serving(url) as client:
        items = client.get("/v1/occupations?area=CA&level=all&limit=200").json()["items"]
        by_code = {one["code"]: one for one in items}
        assert by_code["11-9111"]["annual_median"] == 101340
        mark = by_code["11-9000"]["marks"]["annual_median"]
        assert (mark["status"], mark["at_least"]) == ("not_loaded", None)
        assert mark["command"].startswith(command)
        release = client.get("/v1/releases/bls-oews-2024-05-state").json()
        assert release["whole"] is False
        assert len(release["lacks"]["areas"]) == 50


def test_the_command_line_replaces_when_it_is_told_to(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    whole, cut = (wages(tmp_path / str(n), 2021, *nation()[:n]) for n in (45, 40))
    assert occupations("import", str(whole), url=url).returncode == 0
    made = occupations("import", str(cut), url=url)
    assert made.returncode == 1
    assert "replace what is loaded with --replace" in made.stderr
    made = occupations("import", "--replace", str(cut), url=url)
    assert made.returncode == 0
    assert "is a part of what its publisher has" in made.stdout
    engine = create_engine(url)
    assert lacks(engine, "bls-oews-2021-05")["wages", "", "US"]["groups"][0] == "51-0000"
    engine.dispose()
