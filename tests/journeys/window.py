"""A person's browser window. Every page that it shows is held to the same bars."""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from tests.journeys.people import PASSWORD, Person
from tests.journeys.stack import Stack

MOST_BYTES = 50 * 1024
HEAD = 1024  # bytes for the head of each answer, which no page can ask for; ours have 700
FIRST_LOAD = """
performance.getEntries().filter((entry) => "encodedBodySize" in entry)
  .map((entry) => entry.encodedBodySize)
"""
PATIENCE = 15_000
PAUSE = 300
SCHEMES = ("light", "dark")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A contrast of colours is sought anew in each scheme, so nothing may be in motion meanwhile.
USUAL = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}


class Looked:
    """What one run of the journeys has seen, so that each page is examined once.

    In the long form once for each host and language, in both schemes. Else whoever comes first
    decides, and that is the walk over all pages, whose language changes from day to day.
    """

    def __init__(self) -> None:
        self.pages: set[str] = set()
        self.axe = Axe()
        self.full = bool(os.environ.get("PANA_FULL"))
        folder = os.environ.get("PANA_SCREENSHOTS")
        self.folder = Path(folder) if folder else None

    def is_new(self, window: Window) -> bool:
        page = self._name(window)
        is_new = page not in self.pages
        self.pages.add(page)
        return is_new

    def forget(self, window: Window) -> None:
        """What the window shows is to be looked at once more."""
        self.pages.discard(self._name(window))

    def _name(self, window: Window) -> str:
        kind = "central" if window.word == "pana" else "shelter"
        name = f"{kind} {window.path} {window.shows_mistakes}"
        return f"{name} {window.word} {window.language}" if self.full else name

    def schemes(self, page: str) -> list[str]:
        """Both in the long form; else one, and the other one tomorrow."""
        turn = zlib.crc32(page.encode()) + date.today().toordinal()
        return list(SCHEMES) if self.full else [SCHEMES[turn % 2]]


class Window:
    """Opened by `windows(…)`; closing it asks whether anything went wrong on the way."""

    def __init__(self, browser: Browser, stack: Stack, word: str, looked: Looked, **options: Any):
        self.stack, self.word, self.looked = stack, word, looked
        self.context = browser.new_context(
            base_url=stack.address(word), **({"locale": "en"} | USUAL | options)
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.awaited = 200
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.place}: {error}"))

    # --- moving about

    def open(self, path: str, *, status: int = 200) -> Page:
        with self.arriving(status):
            self.page.goto(path)
        return self.page

    def follow(self, link: str | re.Pattern[str], *, within: str = "body") -> Page:
        with self.arriving():
            self.page.locator(within).get_by_role("link", name=link).first.click()
        return self.page

    def press(self, button: str | re.Pattern[str] | Locator) -> Page:
        """The button of that name in the page itself, or the one that is given."""
        if not isinstance(button, Locator):
            button = self.page.get_by_role("main").get_by_role("button", name=button)
        with self.arriving():
            button.click()
        return self.page

    def reload_until(self, words: str, *, within: float = 30.0) -> Page:
        """Some things follow by the worker, a moment later."""
        deadline = time.monotonic() + within
        while words not in self.text and time.monotonic() < deadline:
            self.page.wait_for_timeout(PAUSE)
            self.page.reload()
        assert words in self.text, f"{self.place}: no {words!r} in {self.text[:500]}"
        return self.page

    def sign_in(self, person: Person) -> Page:
        self.open("/account/login/")
        self.page.locator("input[name=login]").fill(person.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        return self.press(self.page.locator("main button[type=submit]"))

    def speak(self, language: str) -> None:
        """Choose the language of all pages from here on, if it is not that already."""
        button = self.page.locator(f".languages button[value={language}]:not([aria-current])")
        if button.count():
            self.press(button)

    def answer(self, **answers: str | bool | list[str]) -> None:
        """Fill in fields by the names they have in the form."""
        for name, answer in answers.items():
            self._answer(name, answer)

    def _answer(self, name: str, answer: str | bool | list[str]) -> None:
        field = self.page.locator(f"main [name='{name}']")
        kind = field.first.evaluate("field => field.type")
        if kind in {"radio", "checkbox"} and isinstance(answer, str | list):
            for value in [answer] if isinstance(answer, str) else answer:
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            field.set_checked(bool(answer))
        elif kind.startswith("select"):
            field.select_option(answer)
        else:
            field.fill(str(answer))

    # --- looking

    @property
    def place(self) -> str:
        """Where the window is, without ids and without the query."""
        return f"{self.word} {self.path}"

    @property
    def path(self) -> str:
        return ID.sub("…", urlsplit(self.page.url).path)

    @property
    def shows_mistakes(self) -> bool:
        return bool(self.page.locator(".error-summary").count())

    @property
    def text(self) -> str:
        """All words on the page, with plain spaces between them."""
        return " ".join(self.page.locator("body").inner_text().split())

    @property
    def language(self) -> str:
        return str(self.page.locator("html").get_attribute("lang"))

    def look(self) -> None:
        """Axe and a picture, of a page that has not been looked at."""
        if not self.looked.is_new(self):
            return
        page = f"{self.place} {self.language}" + " mistakes" * self.shows_mistakes
        for scheme in self.looked.schemes(page):
            self.page.emulate_media(color_scheme=scheme)
            self._ask_axe(page, scheme)
            self._picture(page, scheme)

    def close(self) -> None:
        self.context.close()
        assert not self.wrong, "\n".join(self.wrong)

    @contextmanager
    def arriving(self, status: int = 200) -> Iterator[None]:
        self.awaited = status
        with self.page.expect_navigation(wait_until="load") as arrival:
            yield
        response: Response | None = arrival.value
        if response is not None and response.status != status:
            self.wrong.append(f"{self.place}: {response.status}")
        assert response is None or response.status == status, f"{self.place}: {self.text[:300]}"
        if (weight := self.weight) > MOST_BYTES:
            self.wrong.append(f"{self.place}: {weight} bytes")
        self.look()

    @property
    def weight(self) -> int:
        """Bytes over the wire if nothing of the page were in the browser's memory yet."""
        return sum(size + HEAD for size in self.page.evaluate(FIRST_LOAD))

    def _hear(self, message: ConsoleMessage) -> None:
        refused = f"status of {self.awaited} " in message.text and self.awaited >= 400
        if message.type in {"error", "warning"} and not refused:
            self.wrong.append(f"{self.place}: {message.text}")

    def _ask_axe(self, page: str, scheme: str) -> None:
        found = self.looked.axe.run(self.page)
        if found.violations_count:
            self.wrong.append(f"{page}, {scheme}: {_in_short(found.response)}")

    def _picture(self, page: str, scheme: str) -> None:
        if self.looked.folder is None:
            return
        self.looked.folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w…]+", "_", f"{page} {scheme}").strip("_")
        self.page.screenshot(path=self.looked.folder / f"{name}.png", full_page=True)


def _in_short(found: dict[str, Any]) -> str:
    return "; ".join(
        f"{violation['id']} at {node['target'][0]}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    )
