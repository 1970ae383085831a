"""Occupations by a client of openapi-python-client."""

import os

from client import Client
from client.api.finding import match_titles
from client.api.occupations import get_occupation, list_occupations
from client.models.mark_out import MarkOut
from client.models.occupation_page import OccupationPage
from client.models.problem_out import ProblemOut
from client.models.profile_out import ProfileOut
from client.models.title_match_list import TitleMatchList
from client.models.titles_in import TitlesIn
from client.types import UNSET, Unset

api = Client(base_url=os.environ.get("OCCUPATIONS_API", "http://127.0.0.1:8000"))


def shown(figure: float | None, mark: MarkOut | None) -> str:
    """A figure in words, or why there is none. A new status has words too."""
    if figure is not None:
        return str(figure)
    match mark.status if mark else None:
        case "top_coded" if mark:
            return f"{mark.at_least:.0f} or more"
        case "withheld":
            return "withheld"
        case status:
            return f"none ({status})"


def profile(code: str) -> None:
    found = get_occupation.sync(code, client=api, include=["wages"])
    if isinstance(found, ProblemOut):
        print(f"{code}: {found.code}, did you mean {found.errors[0].did_you_mean[0]}?")
        return
    assert isinstance(found, ProfileOut)
    assert found.wages
    wage, marks = found.wages[0], found.wages[0].marks.additional_properties
    median = shown(wage.annual_median, marks.get("annual_median"))
    per_thousand = shown(wage.jobs_per_1000, marks.get("jobs_per_1000"))
    print(f"{found.title}: {median} dollars a year, jobs in 1,000: {per_thousand}")


def ranking() -> None:
    titles: list[str] = []
    cursor: str | Unset = UNSET
    while True:
        page = list_occupations.sync(
            client=api,
            group="29",
            level=["detailed", "broad"],
            education=["bachelor", "doctoral", "postsecondary_award"],
            sort="-wage",
            limit=2,
            cursor=cursor,
        )
        assert isinstance(page, OccupationPage), page
        titles += [item.title for item in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    print(f"{len(titles)} by wage: {titles[0]} to {titles[-1]}")


def match_title(title: str) -> None:
    found = match_titles.sync(client=api, body=TitlesIn(titles=[title]))
    assert isinstance(found, TitleMatchList), found
    print(f"{title}: {found.items[0].matches[0].title}")


profile("11-9111")
profile("29-1215")
ranking()
match_title("Sr. RN mgr")
profile("11-9112")
