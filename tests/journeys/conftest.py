"""Journeys of several people through the real thing, in a real browser, on one worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.people import Person
from tests.journeys.stack import Stack, running_stack
from tests.journeys.window import Looked, Window

HERE = Path(__file__).parent
MISSING = "Chromium is not installed (Debian: apt-get install chromium)."
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with the journeys: while it is there, its thread counts as asynchronous to Django."""
    program = chromium()
    if program is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def stack(
    browser: Browser, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Asked for after the browser, so that nothing is started where there is none."""
    place = tmp_path_factory.mktemp("journeys") / "home"
    with running_stack(f"pana_journey_{worker_id}", place) as stack:
        yield stack


@pytest.fixture(scope="package")
def looked() -> Looked:
    return Looked()


@pytest.fixture
def window(browser: Browser, stack: Stack, looked: Looked) -> Iterator[Callable[..., Window]]:
    """`window("samal")` opens one at that host; all are closed, and asked, at the end."""
    opened: list[Window] = []

    def window(word: str, **options: Any) -> Window:
        opened.append(Window(browser, stack, word, looked, **options))
        return opened[-1]

    yield window
    for each in opened:
        each.close()


@pytest.fixture
def at_desk(window: Callable[..., Window]) -> Callable[..., Window]:
    """A window in which this person has signed in."""

    def at_desk(person: Person, **options: Any) -> Window:
        desk = window(person.word, **options)
        desk.sign_in(person)
        return desk

    return at_desk
