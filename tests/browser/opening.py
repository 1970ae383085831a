"""Debian's Chromium, driven by Playwright, and what it says of a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, sync_playwright

from tests.audit.others import Missing, node_tools
from tests.browser.addresses import Address, Scheme

HERE = Path(__file__).parent
WATCH = HERE / "watch.js"
FLAGS = (
    "--disable-gpu",  # there is none; what would stand in for it takes as long as the pages
    # Every name but the server's own address leads nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
FADED = """Promise.allSettled(document.getAnimations()
  .filter((one) => one instanceof CSSTransition).map((one) => one.finished))"""
"""Colours do not change any more."""
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def axe() -> Path:
    """Return the file of axe-core, installed from its lock when first needed.

    Raises:
        Missing: it cannot be had here.
    """
    return node_tools(HERE / "axe") / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Lend a browser that reaches this machine alone.

    Raises:
        Missing: there is none.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise Missing("there is no Chromium here: make browser, as root, on Debian")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def none_of(found: list[str]) -> None:
    """Fail with all that was found, if anything was."""
    assert not found, "\n".join(found)


class Visit:
    """A tab of the browser, and what went wrong in it since it was last handed out."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page = context.new_page()
        self.base = base
        self.status = 0
        self.said: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.said.append(f"error {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self._asked(request.url))

    def open(
        self,
        address: Address,
        *,
        width: int = 1440,
        scheme: Scheme = "light",
        settled: bool = False,
    ) -> None:
        """Open a page; ``settled`` waits until it has asked for nothing for half a second."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme, media="screen")
        until: Literal["networkidle", "load"] = "networkidle" if settled else "load"
        response = self.page.goto(self.base + address.path, wait_until=until)
        if address.titles:
            self.page.fill("textarea", address.titles)
            with self.page.expect_navigation(wait_until=until) as sent:
                self.page.click("form:has(textarea) button")
            response = sent.value
        assert response is not None
        self.status = response.status

    def faults(self) -> list[str]:
        """Return what the page did since it was opened that no page should do."""
        self.page.evaluate(PAINTED)
        seen = self.page.evaluate("seen")
        refused = [f"refused {one}" for one in seen["refused"]]
        shifted = [f"layout shift {one}" for one in seen["shifted"]]
        return [*self.said, *refused, *shifted, *self.sticking_out()]

    def sticking_out(self) -> list[str]:
        """Return what is wider than the window or than its chart."""
        found: list[str] = self.page.evaluate("seen.stickingOut()")
        return found

    def violations(self, *rules: str) -> list[str]:
        """Return what axe-core finds by all rules, or by some: rule, element, what is wrong.

        The context has axe-core as a script of each page. To send it anew takes as long as it runs.
        """
        # Selectors are half of its time, and nobody reads them.
        options: dict[str, Any] = {"resultTypes": ["violations"], "selectors": False}
        if rules:
            options["runOnly"] = rules
        self.page.evaluate(FADED)
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{rule['id']} {node['html'][:120]}: {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def _console(self, message: ConsoleMessage) -> None:
        # The browser says so of every page whose status is an error, which is no error of the page.
        of_status = message.text.startswith("Failed to load resource: the server responded")
        if of_status and message.location["url"] == self.page.url:
            return
        if message.type in {"error", "warning"}:
            self.said.append(f"{message.type} {message.text} {message.location['url']}")

    def _dialog(self, dialog: Dialog) -> None:
        self.said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.base}/", "data:")):
            self.said.append(f"asks {url}")
