"""What each importer is given: the official files where they are at hand, else small ones."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.generate import write_csv
from bench.speed_servers import HERE
from tests.audit.place import Place
from tests.builders import onet_text, write_xlsx
from tests.importers.projected import book
from tests.importers.test_onet_release import OCCUPATIONS, README, TASKS
from tests.importers.test_soc import structure

ROWS = 3_000
"""Rows of the made-up OEWS file."""
PERIOD = ("--as", "oews", "--period", "2022-05", "--top-code", "208000/100.00")


@dataclass(frozen=True, slots=True)
class Input:
    """A command that changes data; ``before`` seeds the database that it finds."""

    name: str
    command: tuple[str, ...]
    before: tuple[str, ...] = ("seed",)


def inputs(place: Place, folder: Path) -> list[Input]:
    """Return one for each importer."""
    return [*_imports(place, folder), Input("seed", ("seed",), ("seed", str(_older(folder))))]


def _older(folder: Path) -> Path:
    """Return a seed whose article says something else, to be replaced by the one shipped."""
    older = folder / "older"
    shutil.copytree(HERE / "seed", older, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    article = older / "article.yaml"
    text = article.read_text()
    now, before = "They do not treat patients themselves", "Patients are treated by others"
    if now not in text:
        raise RuntimeError("the article no longer says what this replaces")
    article.write_text(text.replace(now, before))
    return older


def _imports(place: Place, folder: Path) -> list[Input]:
    if place.data is not None:
        files = {
            "SOC": "soc-2018/soc_structure_2018.xlsx",
            "OEWS": "bls-oews/national_M2021_dl.xlsx",
            "projections": "bls-ep/Employment Projections 2021-31.csv",
            "O*NET": "onet/db_27_0_text",
        }
        return [
            Input(name, ("import", str(place.data.resolve() / file)))
            for name, file in files.items()
        ]
    write_xlsx(folder / "soc_structure_2018.xlsx", {"2018": structure()})
    write_csv(folder / "all_data_M_2022.csv", ROWS)
    write_xlsx(folder / "occupation.xlsx", book())
    onet_text(folder / "db", Read_Me=README, Occupation_Data=OCCUPATIONS, Task_Statements=TASKS)
    return [
        Input("SOC", ("import", str(folder / "soc_structure_2018.xlsx"))),
        Input("OEWS", ("import", *PERIOD, str(folder / "all_data_M_2022.csv"))),
        Input("projections", ("import", str(folder / "occupation.xlsx"))),
        Input("O*NET", ("import", str(folder / "db"))),
    ]
