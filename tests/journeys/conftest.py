"""Journeys of several people through the real thing, in a real browser, on one worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import NO_BROWSER
from tests.journeys.people import Person
from tests.journeys.stack import Stack, running_stack
from tests.journeys.window import Looked, Window

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=RenderDocument",  # a new frame for each page costs a sixth more
]


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_itemcollected(item: pytest.Item) -> None:
    if HERE in item.path.parents:
        item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with the journeys: while it is there, its thread counts as asynchronous to Django."""
    program = chromium()
    if program is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
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


@pytest.fixture(scope="package")
def signed_in() -> dict[Person, Any]:
    """Cookies of those who have signed in already, so that each does it once."""
    return {}


@pytest.fixture
def at_desk(window: Callable[..., Window], signed_in: dict[Person, Any]) -> Callable[..., Window]:
    """A window in which this person has signed in, at the page where they begin."""

    def at_desk(person: Person, **options: Any) -> Window:
        desk = window(person.word, storage_state=signed_in.get(person), **options)
        if person in signed_in:
            desk.open("/")
        else:
            desk.sign_in(person)
            signed_in[person] = desk.context.storage_state()
        return desk

    return at_desk
