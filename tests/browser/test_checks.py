"""The checks see what they look for: a page with each fault."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.audit.others import Missing
from tests.browser.addresses import Address
from tests.browser.conftest import missing
from tests.browser.opening import Visit, chromium

FAULTY = """<!doctype html><html lang="en"><head><title>Faulty</title>
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/faulty.css"><script src="/faulty.js" defer></script></head>
<body style="color:red"><main><h1>Faulty</h1><p id="late"></p><p>Pushed down</p>
<img src="http://example.org/a.png"><p class="wide">Wide</p><p class="pale">Pale</p>
<svg width="40" height="20"><text y="10">A long label</text></svg>
<details><summary>More</summary><input></details></main></body></html>"""
STYLE = """.wide { width: 2000px } .pale { color: #888; background: #fff }
@media (prefers-color-scheme: dark) { .pale { color: #222; background: #111 } }"""
SCRIPT = """requestAnimationFrame(() => setTimeout(() => {
  document.querySelector("#late").innerHTML = "<b>Late<br>Late<br>Late</b>";
}, 50)); console.error("oh"); setTimeout(() => { throw new Error("thrown"); });"""
POLICY = "default-src 'self'; img-src * data:"


def _answer(route: Route) -> None:
    kind, body = {
        "faulty": ("text/html", FAULTY),
        "faulty.css": ("text/css", STYLE),
        "faulty.js": ("text/javascript", SCRIPT),
    }[route.request.url.rpartition("/")[2]]
    route.fulfill(body=body, content_type=kind, headers={"Content-Security-Policy": POLICY})


@pytest.mark.usefixtures("axe")
def test_faults_are_seen(visit: Visit) -> None:
    visit.page.route("**/faulty*", _answer)
    visit.open(Address("/faulty"), width=320, settled=True)
    said = visit.faults()
    for fault in (
        "asks http://example.org/a.png",
        "error oh",
        "error thrown",
        "refused style-src-attr inline",
        "layout shift 0.",
        "2008 px wide in 320",
        "cut off: A long label",
    ):
        assert any(fault in one for one in said), "\n".join((fault, *said))
    rules = {one.split()[0] for one in visit.violations()}
    assert {"image-alt", "color-contrast"} <= rules
    assert "label" not in rules
    visit.page.evaluate("document.querySelector('details').open = true")
    assert "label" in {one.split()[0] for one in visit.violations()}
    visit.page.emulate_media(color_scheme="dark")
    assert any("#222222" in one for one in visit.violations("color-contrast"))


def test_what_is_missing_is_skipped_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match="there is no Chromium here: make browser"), chromium():
        pass
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        missing(Missing("no Chromium"))
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        missing(Missing("no Chromium"))
