"""The page of an error: what is wrong, what was probably meant, and the answer for programs."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import ApiError
from app.server import problems
from app.web.asking import Answer, Json
from app.web.page import Page

NEAR = 5
"""Occupations or areas that an error page offers beside those that were probably meant."""

LIKELY = 0.6
"""Confidence from which a job title means an occupation."""


async def error_page(error: ApiError, request: Request) -> Response:
    """Show an error to a person, with its status."""
    page = Page(request)
    problem = problems.answer(error, request)
    document: Json = orjson.loads(bytes(problem.body))
    slug = page.path.removeprefix("/occupations/").split("/")[0]
    words = slug if slug[:1].isdigit() else slug.replace("-", " ")  # a code keeps its hyphen
    searched = words[:100].strip() if error.code == "unknown_occupation" else ""
    meant = await _meant(page, document, searched)
    known = {row["code"] for row in meant}
    near = Answer.address("/v1/suggest", q=searched, limit=NEAR) if searched else ""
    suggested = await page.asking.if_possible(near) if near else None
    context = {
        "problem": document,
        "said": orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(),
        "meant": meant,
        "near": [row for row in suggested.rows if row["code"] not in known] if suggested else [],
        "searched": searched,
        "given": dict(request.scope["pairs"]),
        "places": await _areas(page, document),
    }
    response = await page.show("error.html", context, error.status)
    response.headers.update(error.headers)
    return response


async def _meant(page: Page, problem: Json, searched: str) -> list[Json]:
    """Return the occupations that a wrong address probably meant, each once.

    First those that it means as a job title, typing errors forgiven; then what the API names.
    """
    asking = page.asking
    meant: list[str] = []
    match = Answer.address("/v1/titles/match", title=searched, limit=NEAR)
    matched = await asking.if_possible(match) if searched else None
    if matched:
        matches = matched.rows[0]["matches"]
        meant = [one["code"] for one in matches if one["confidence"] >= LIKELY]
    meant += [choice["code"] for choice in problem.get("choices", ()) if "level" not in choice]
    if searched:
        meant += [name for fault in problem["errors"] for name in fault["did_you_mean"]]
    if not meant:
        return []
    target = Answer.address("/v1/occupations", codes=",".join(meant), floor=0, limit=200)
    found = await asking.if_possible(target)
    return found.rows if found else []


async def _areas(page: Page, problem: Json) -> list[Json]:
    """Return the areas that an address may mean, or probably meant."""
    if problem["code"] == "ambiguous_area":
        choices: list[Json] = problem["choices"]
        return choices
    if problem["code"] != "unknown_area" or not page.path.startswith("/areas/"):
        return []
    name = page.path.removeprefix("/areas/").replace("-", " ")[:100]
    found = await page.asking.if_possible(Answer.address("/v1/areas", q=name, limit=NEAR))
    return (found.rows or found["nearest"])[:NEAR] if found else []
