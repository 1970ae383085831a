"""One server with the box and one browser for all of this folder's tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NoReturn

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.audit.others import Missing
from tests.browser import opening
from tests.browser.opening import WATCH, Visit

PATIENCE = 30_000
"""Milliseconds after which what is awaited of a page does not come."""


def missing(reason: Missing) -> NoReturn:
    """Skip the test, with a word; fail it in CI, which has to install what is missing."""
    if os.environ.get("CI"):
        pytest.fail(str(reason))
    pytest.skip(str(reason))


# Not for the session: while Playwright's loop runs, no other test of the worker can run one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Lend the browser."""
    with ExitStack() as stack:
        try:
            lent = stack.enter_context(opening.chromium())
        except Missing as reason:
            missing(reason)
        yield lent


@pytest.fixture(scope="package")
def context(browser: Browser) -> BrowserContext:
    """Lend a reader's session, watched."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=WATCH)
    return context


@pytest.fixture(scope="package")
def axe(context: BrowserContext) -> None:
    """Give axe-core to each page that is opened from now on."""
    try:
        context.add_init_script(path=opening.axe())
    except Missing as reason:
        missing(reason)


@pytest.fixture(scope="package")
def without_script(browser: Browser) -> BrowserContext:
    """Lend the session of a reader whose browser runs no script."""
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture(scope="package")
def _tab(boxed: httpx.Client, context: BrowserContext) -> Visit:
    return Visit(context, str(boxed.base_url))


@pytest.fixture(scope="package")
def _plain_tab(boxed: httpx.Client, without_script: BrowserContext) -> Visit:
    return Visit(without_script, str(boxed.base_url))


@pytest.fixture
def visit(_tab: Visit) -> Iterator[Visit]:
    """Lend a tab."""
    yield from _lent(_tab)


@pytest.fixture
def plain(_plain_tab: Visit) -> Iterator[Visit]:
    """Lend a tab in which no script runs."""
    yield from _lent(_plain_tab)


def _lent(tab: Visit) -> Iterator[Visit]:
    tab.said.clear()
    yield tab
    tab.page.unroute_all()
