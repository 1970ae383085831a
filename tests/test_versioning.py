"""docs/versioning.md: what it promises is what is checked, and how ends are announced works."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
import uvicorn

from app.api.contract.document import document
from app.api.routers.deprecated import DEPRECATED, Deprecation
from app.main import create_api, create_app
from app.server.edge import Edge
from app.settings import Settings
from tests.api.breaking import ADDED, PLANTED
from tests.api.promises import RELEASED_COMMANDS, promised
from tests.servers import free_port

PAGE = (Path(__file__).parents[1] / "docs" / "versioning.md").read_text("utf-8")


def listed(heading: str) -> list[str]:
    """Return what the cells of the table under a heading list."""
    table = PAGE.split(f"| Of | {heading} |\n", 1)[1].split("\n\n", 1)[0]
    rows = [line.split(" | ", 1)[1].rstrip(" |") for line in table.splitlines()[1:]]
    return [one for row in rows for one in row.split("; ")]


def test_the_page_promises_what_is_checked() -> None:
    assert sorted(listed("What never happens within v1")) == sorted(PLANTED)
    assert sorted(listed("What may come with any version of the program")) == sorted(ADDED)


def test_settings_and_commands_that_were_released_are_there() -> None:
    released, now = json.loads(RELEASED_COMMANDS.read_text()), promised()
    for name, default in released["settings"].items():
        assert now["settings"][name] == default, name
    for name, options in released["commands"].items():
        assert set(options) <= set(now["commands"][name]), name


def test_what_ends_is_announced_in_time() -> None:
    least = int(re.findall(r"at least (\d+) days later", PAGE)[0])
    for path, notice in DEPRECATED.items():
        assert path in {route.path for route in api_routes()}
        assert notice.sunset is None or notice.sunset - notice.since >= timedelta(days=least)
    assert ("It is empty" in PAGE) is not bool(DEPRECATED)


def api_routes() -> list[Any]:
    routes: list[Any] = create_api(Settings(database_url="sqlite://")).state.routes
    return routes


NOTICE = Deprecation(date(2028, 1, 1), "/v1/pay", date(2032, 12, 31))


@contextmanager
def running(edge: Edge) -> Iterator[httpx.Client]:
    """Serve an application of this process, by the program's own protocol."""
    port = free_port()
    config = uvicorn.Config(
        edge, port=port, http="app.server.protocol:Protocol", log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    server.should_exit = True
    thread.join()


def test_a_deprecated_operation_says_so_in_every_answer(
    seeded: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DEPRECATED, "/v1/occupations/{code}/wages", NOTICE)
    monkeypatch.setitem(DEPRECATED, "/v1/wages", Deprecation(NOTICE.since, "/v1/pay"))
    edge = create_app(Settings(database_url=seeded("sqlite")), finds=False)
    assert isinstance(edge, Edge)
    edge.api.state.store.refresh()
    target = "/v1/occupations/11-9111/wages"
    shown = re.search(r"```http\n(Deprecation: .+?)```", PAGE, re.S)
    assert shown
    on_page = [tuple(line.split(": ", 1)) for line in shown[1].splitlines()]
    with running(edge) as client:
        first = client.get(target)
        answers = [
            first,
            client.get(target),
            client.head(target),
            client.get(target, headers={"If-None-Match": first.headers["etag"]}),
            client.get(target, headers={"Accept-Encoding": "gzip"}),
            client.get(f"{target}?limit=0"),
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 304, 200, 400]
        for answer in answers:
            fields = answer.headers
            assert fields["deprecation"] == f"@{datetime(2028, 1, 1, tzinfo=UTC).timestamp():.0f}"
            assert parsedate_to_datetime(fields["sunset"]).date() == NOTICE.sunset
            assert {"Deprecation", "Sunset"} <= set(
                fields["access-control-expose-headers"].split(", ")
            )
            links = [each for each in fields.get_list("link") if "/docs>" in each]
            assert [re.findall(r'rel="(\w+)"', each)[0] for each in links] == [
                "deprecation",
                "sunset",
            ]
            for each in links:
                assert urljoin(target, each[1 : each.index(">")]) == "/docs"
        others = client.get("/v1/wages?code=11-9111"), client.get("/v1/occupations/11-9111")
    assert others[0].headers["deprecation"]
    assert "sunset" not in others[0].headers
    assert {("Deprecation", others[0].headers["deprecation"])} < set(on_page)
    assert ("Sunset", first.headers["sunset"]) in on_page
    assert not {"deprecation", "sunset"} & set(others[1].headers)
    said = document(edge.api, Settings(database_url="sqlite://"))["paths"]
    operation = said["/v1/occupations/{code}/wages"]["get"]
    assert operation["deprecated"] is True
    assert operation["description"].startswith(
        "Deprecated since 2028-01-01: use `/v1/pay`. It ends on 2032-12-31.\n\n"
    )
    assert {"Deprecation", "Sunset"} <= set(operation["responses"]["200"]["headers"])
    assert "deprecated" not in said["/v1/occupations/{code}"]["get"]
    edge.api.state.store.stop()


def test_today_nothing_says_so(seeded_sqlite: httpx.Client) -> None:
    answer = seeded_sqlite.get("/v1/wages")
    assert not {"deprecation", "sunset"} & set(answer.headers)
    assert "deprecated" not in json.dumps(seeded_sqlite.get("/openapi.json").json()["paths"])
