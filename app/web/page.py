"""A page: its route in each language, what it asks, and the template that shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import anyio.to_thread
from fastapi import APIRouter
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.addresses import prefixed, url_of
from app.api.routers.strict_route import StrictRoute
from app.server.negotiation import LANGUAGES
from app.settings import Settings
from app.web.asking import Asking
from app.web.words import WORDS, Words

View = Callable[..., Awaitable[Response]]


class PageRoute(StrictRoute):
    """A route for people: what it refuses is a page too, and so are its forms' faults."""

    for_people = True
    by_language = False
    """Whether ``Accept-Language`` chooses the page's language; only without a prefix."""


class LanguageRoute(PageRoute):
    """A page's address without a language."""

    by_language = True


class PageQuery(BaseModel):
    """The query of a page: texts as people write them. The API checks what a page asks of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def add_page(
    router: APIRouter, path: str, view: View, *, methods: tuple[str, ...] = ("GET",)
) -> None:
    """Add a page's routes: without a language, and one with the prefix of each."""
    for prefix in ("", *(f"/{language}" for language in LANGUAGES)):
        router.add_api_route(
            (prefix + path).rstrip("/") or "/",
            view,
            methods=list(methods),
            response_model=None,
            include_in_schema=False,
            route_class_override=PageRoute if prefix else LanguageRoute,
        )


def language_of(request: Request) -> tuple[str, str]:
    """Return the language of a page and the prefix that its links keep."""
    first = request.scope["path"].split("/")[1]
    return (first, f"/{first}") if first in LANGUAGES else (LANGUAGES[0], "")


@pass_context
def _gettext(context: Context, message: str, /, **filled: Any) -> str:
    """Translate a message of a template and fill it in; what is filled in is escaped."""
    words: Words = context["words"]
    return Markup(words.gettext(message)) % filled  # noqa: S704 - messages are the program's own


def _templates() -> Environment:
    """Return the environment of the templates; each is compiled when it is first shown."""
    found = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    found.globals |= {"gettext": _gettext, "_": _gettext}
    found.newstyle_gettext = True  # type: ignore[attr-defined] # the extension adds it
    return found


def _in(words: Words) -> dict[str, Any]:
    """Return what every template has in a language: its words and how it writes figures."""
    first = words.language == LANGUAGES[0]
    return {
        "words": words,
        "language": words.language,
        "official": Markup("") if first else Markup(' lang="en"'),
        "usd": words.usd,
        "num": words.number,
        "pct": words.percent,
        "cell": words.cell,
        "date": words.date,
        "computed": words.computed,
    }


TEMPLATES = _templates()
SHARED = {language: _in(words) for language, words in WORDS.items()}


@dataclass
class Page:
    """One request for a page; ``canonical``: its path, where it is shown at several."""

    request: Request
    canonical: str | None = None
    asking: Asking = field(init=False)
    language: str = field(init=False)
    prefix: str = field(init=False)

    def __post_init__(self) -> None:
        self.asking = Asking(self.request)
        self.language, self.prefix = language_of(self.request)

    @property
    def words(self) -> Words:
        """The words of its language."""
        return WORDS[self.language]

    @property
    def settings(self) -> Settings:
        """The settings of the process."""
        found: Settings = self.request.app.state.settings
        return found

    @property
    def origin(self) -> str:
        """Where the API is, as requests on the page name it."""
        local = f"http://localhost:{self.settings.port}"
        return url_of("") if self.settings.public_url else local + self.base

    @property
    def base(self) -> str:
        """The path under which a proxy shows this server; usually empty."""
        return prefixed("")

    @property
    def path(self) -> str:
        """Its own path, without the language."""
        path: str = self.request.scope["path"]
        return path.removeprefix(self.prefix) or "/"

    @property
    def query(self) -> str:
        """Its query, without what it does not know."""
        pairs = self.request.scope["pairs"]
        return "?" + urlencode(pairs) if pairs else ""

    def address(self, language: str, path: str | None = None) -> str:
        """Return its whole address in a language, or that of a path; English has no prefix."""
        prefix = "" if language == LANGUAGES[0] else f"/{language}"
        query = self.query if path is None else ""
        shown = prefix + (path or self.canonical or self.path)
        return self.origin + (shown.rstrip("/") or "/") + query

    def link(self, path: str, **query: str | None) -> str:
        """Return the address of another page, in this language; what is empty is left out."""
        given = urlencode({name: value for name, value in query.items() if value}, safe=",-")
        return f"{self.base}{self.prefix}{quote(path, safe='/.:')}" + ("?" + given if given else "")

    async def show(self, template: str, context: dict[str, Any], status: int = 200) -> Response:
        """Return the page. It is rendered in a thread, so that others are answered meanwhile."""
        shown = SHARED[self.language] | context | {"page": self}
        html = await anyio.to_thread.run_sync(
            lambda: TEMPLATES.get_template(template).render(shown)
        )
        return HTMLResponse(html, status, {"Content-Language": self.language})
