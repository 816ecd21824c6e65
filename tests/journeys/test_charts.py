"""A chart comes into a page that is already read, and stands in the next one from the start."""

from __future__ import annotations

import time
from datetime import date
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.journeys.people import FARIDA, MAIRA, RUSLAN, SAULE
from tests.journeys.window import Window
from tests.turns import in_turn

NARROWEST = 320
SOON = 30_000
PATIENCE = 120.0
SMALLEST_LETTERS = 12
BROAD_NAME = "Жұмыспен қамту орталығы, Медеу және Алмалы әкімдіктері"
NUMBERS = count(1)
COLOURS = """
["bar", "label"].map((mark) => getComputedStyle(document.querySelector(`.chart .${mark}`)).fill)
"""
BEYOND = """
[...document.querySelectorAll(".chart text")].filter((text) => {
  const box = text.getBBox();
  return box.x + box.width > text.ownerSVGElement.viewBox.baseVal.width;
}).map((text) => text.textContent)
"""
LETTERS = """
Math.min(...[...document.querySelectorAll(".chart text")].map((text) =>
  parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))
"""


READERS = [SAULE, RUSLAN, MAIRA]  # one for each language


@pytest.fixture(scope="module")
def drawn() -> list[bool]:
    """Whether a worker has drawn already."""
    return []


@pytest.fixture(autouse=True)
def a_worker_that_has_drawn(at_desk, drawn):
    """The first chart of a worker that has only just started, beside other work, takes its time."""
    if drawn:
        return
    drawn.append(True)
    desk = at_desk(SAULE)
    record_a_gift(desk)
    desk.open("/money/")
    deadline = time.monotonic() + PATIENCE
    while not desk.page.locator("figure.chart").count() and time.monotonic() < deadline:
        desk.page.wait_for_timeout(500)
        desk.page.reload()


@pytest.mark.parametrize("person", in_turn(READERS), ids=lambda person: person.language)
def test_a_chart_comes_when_a_worker_has_drawn_it(at_desk, person):
    desk = at_desk(person)
    record_a_gift(desk)

    desk.open("/money/")
    expect(desk.page.locator("figure.chart")).to_have_count(2, timeout=SOON)
    look_anew(desk)
    desk.open("/money/")

    assert desk.page.locator("figure.chart").count() == 2
    picture = desk.page.get_by_role("img").first
    assert str(date.today().year) in picture.evaluate(
        "svg => svg.querySelector('title').textContent"
    )
    assert desk.page.evaluate(BEYOND) == []


def test_a_chart_follows_the_scheme_and_is_readable_on_the_narrowest_screen(at_desk):
    desk = at_desk(FARIDA)
    first = at_desk(SAULE)
    record_a_gift(first)
    desk.open("/money/")
    expect(desk.page.locator("figure.chart")).to_have_count(1, timeout=SOON)

    desk.page.emulate_media(color_scheme="light")
    light = desk.page.evaluate(COLOURS)
    desk.page.emulate_media(color_scheme="dark")
    dark = desk.page.evaluate(COLOURS)
    desk.page.set_viewport_size({"width": NARROWEST, "height": 640})

    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= NARROWEST
    assert desk.page.evaluate(LETTERS) >= SMALLEST_LETTERS


def look_anew(desk: Window) -> None:
    """The page was seen before its chart had come."""
    desk.looked.forget(desk)
    desk.look()


def record_a_gift(desk: Window) -> None:
    """A new donor's, so that what was drawn before is no longer so."""
    name = f"{BROAD_NAME} {next(NUMBERS)}"
    desk.open("/money/donors/add/")
    desk.answer(name=name, kind="state_salary_subsidy")
    desk.press(desk.page.locator("main form button.primary"))
    desk.open("/money/gifts/add/")
    desk.page.locator("select[name=donor]").select_option(label=name)
    today = f"{date.today():%d.%m.%Y}"
    desk.answer(kind="cash", amount="1 250 000,50", received_on=today, evidence="voucher")
    desk.press(desk.page.locator("main form button.primary"))
