"""The page of an error: what is wrong, what was probably meant, and the answer for programs."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import ApiError
from app.server import problems
from app.web.asking import Answer
from app.web.page import Page

NEAR = 5
"""Occupations or areas that an error page offers beside those that the API names."""


async def error_page(error: ApiError, request: Request) -> Response:
    """Show an error to a person, with its status."""
    page = Page(request)
    problem = problems.answer(error, request)
    document: dict[str, Any] = orjson.loads(bytes(problem.body))
    slug = page.path.removeprefix("/occupations/") if page.path.startswith("/occupations/") else ""
    words = slug.split("/")[0].replace("-", " ")[:100].strip()
    near = (
        await page.asking.try_to(Answer.address("/v1/suggest", q=words, limit=NEAR))
        if words
        else None
    )
    context = {
        "problem": document,
        "said": orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(),
        "meant": await _occupations(page, document) if slug else [],
        "places": await _areas(page, document),
        "near": near.rows if near else [],
        "searched": words,
    }
    response = await page.show("error.html", context, error.status)
    response.headers.update(error.headers)
    return response


async def _occupations(page: Page, problem: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the occupations that a wrong address probably meant, each once."""
    meant = [name for fault in problem["errors"] for name in fault["did_you_mean"]]
    meant += [choice["code"] for choice in problem.get("choices", ()) if choice.get("code")]
    if not meant:
        return []
    target = Answer.address("/v1/occupations", codes=",".join(meant), floor=0, level="all")
    found = await page.asking.try_to(target)
    return found.rows if found else []


async def _areas(page: Page, problem: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the areas that an address may mean, or probably meant."""
    if problem["code"] == "ambiguous_area":
        choices: list[dict[str, Any]] = problem["choices"]
        return choices
    if problem["code"] != "unknown_area" or not page.path.startswith("/areas/"):
        return []
    name = page.path.removeprefix("/areas/").replace("-", " ")[:100]
    found = await page.asking.try_to(Answer.address("/v1/areas", q=name, limit=NEAR))
    return (found.rows or found["nearest"])[:NEAR] if found else []
