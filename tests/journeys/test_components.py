"""Every component in the browser: no barrier, nothing cut off, nothing against the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.utils.csp import build_policy
from playwright.sync_api import Browser, Page, Route

from config import ui
from tests.turns import in_turn

LANGUAGES = ["en", "ru", "kk"]
SMALL_TARGETS = """
[...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).display !== "inline")
  .filter((e) => !e.matches("[type=radio], [type=checkbox], .skip"))
  .filter((e) => { const box = e.getBoundingClientRect();
                   return box.width < LEAST || box.height < LEAST; })
  .map((e) => e.outerHTML.slice(0, 120))
"""


def answer(route: Route) -> None:
    """The page of components under the policy of production, and its static files."""
    url = urlsplit(route.request.url)
    if url.path.startswith("/static/"):
        found = finders.find(url.path.removeprefix("/static/"))
        route.fulfill(path=str(found))
    else:
        shown = ui.components(RequestFactory().get(f"/?{url.query}"))
        policy = build_policy(settings.SECURE_CSP)
        route.fulfill(
            body=shown.content,
            headers={"content-type": "text/html", "content-security-policy": policy},
        )


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`look(query, width, scheme)` opens the page; what its console says fails the test."""
    said: list[str] = []
    contexts = []

    def look(query: str, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.route("**/*", answer)
        page.goto(f"http://components.localhost/?{query}")
        return page

    yield look
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("language", in_turn(LANGUAGES))
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_components_have_no_barrier(look, language, scheme, width):
    page = look(f"language={language}", width, scheme)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", in_turn(LANGUAGES))
def test_nothing_is_cut_off_on_the_narrowest_screen(look, language):
    page = look(f"language={language}", 320)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(("width", "least"), [(1280, 24), (360, 44)])
def test_targets_are_large_enough(look, width, least):
    page = look("language=ru", width)

    assert page.evaluate(SMALL_TARGETS.replace("LEAST", str(least))) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_may_choose_its_scheme(look, scheme):
    other = {"light": "dark", "dark": "light"}[scheme]
    chosen, asked = look(f"scheme={scheme}", scheme=other), look("", scheme=scheme)

    paper = "getComputedStyle(document.body).backgroundColor"
    assert chosen.evaluate(paper) == asked.evaluate(paper)


def test_what_stands_in_the_way_has_the_focus_and_leads_to_its_field(look):
    page = look("language=en")
    assert page.evaluate("document.activeElement.className") == "error-summary"

    page.click(".error-summary a >> text=Sex")

    assert page.evaluate("document.activeElement.id") == "id_wrong-sex_0"


def test_a_second_press_sends_nothing(look):
    page = look("language=en")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.fallback()

    page.route("**/*", hold)

    page.evaluate(
        """() => { const form = document.querySelector("form.form");
                   form.requestSubmit();
                   setTimeout(() => form.requestSubmit(), 100); }"""
    )
    page.wait_for_timeout(400)

    assert [route.request.method for route in held] == ["POST"]
    held[0].abort()
