"""Occupations by httpx and the models of datamodel-code-generator."""

import os

import httpx
from client import (
    MarkOut,
    OccupationSort,
    ProblemOut,
    ProfileOut,
    SparseOccupationPage,
    TitleMatchList,
    TitlesIn,
)

api = httpx.Client(base_url=os.environ.get("OCCUPATIONS_API", "http://127.0.0.1:8000"))


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
    answer = api.get(f"/v1/occupations/{code}", params={"include": "wages"})
    if answer.is_error:
        problem = ProblemOut.model_validate_json(answer.content)
        print(f"{code}: {problem.code}, did you mean {problem.errors[0].did_you_mean[0]}?")
        return
    found = ProfileOut.model_validate_json(answer.content)
    assert found.wages
    wage = found.wages[0]
    median = shown(wage.annual_median, wage.marks.get("annual_median"))
    per_thousand = shown(wage.jobs_per_1000, wage.marks.get("jobs_per_1000"))
    print(f"{found.title}: {median} dollars a year, jobs in 1,000: {per_thousand}")


def ranking() -> None:
    query = {
        "group": "29",
        "level": "detailed,broad",
        "education": "bachelor,doctoral,postsecondary_award",
        "fields": "code,title",
        "sort": OccupationSort.WAGE_DESCENDING,
        "limit": "2",
    }
    titles: list[str | None] = []
    while True:
        answer = api.get("/v1/occupations", params=query).raise_for_status()
        page = SparseOccupationPage.model_validate_json(answer.content)
        titles += [item.title for item in page.items]
        if page.next_cursor is None:
            break
        query["cursor"] = page.next_cursor
    print(f"{len(titles)} by wage: {titles[0]} to {titles[-1]}")


def match_title(title: str) -> None:
    body = TitlesIn.model_validate({"titles": [title]}).model_dump(exclude_unset=True)
    answer = api.post("/v1/titles/match", json=body).raise_for_status()
    found = TitleMatchList.model_validate_json(answer.content)
    print(f"{title}: {found.items[0].matches[0].title}")


profile("11-9111")
profile("29-1215")
ranking()
match_title("Sr. RN mgr")
profile("11-9112")
