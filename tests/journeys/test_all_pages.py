"""Every page that a link leads to: no barrier, not too heavy, nothing cut off on a small phone."""

from __future__ import annotations

import os
from datetime import date
from urllib.parse import urlsplit

import pytest

from tests.journeys.people import MAIRA, RUSLAN, SAULE
from tests.journeys.steps import admit, refer
from tests.journeys.window import ID, Window

DIRECTORS = [SAULE, RUSLAN, MAIRA]  # one for each language
TODAYS = DIRECTORS if os.environ.get("PANA_FULL") else [DIRECTORS[date.today().toordinal() % 3]]
NARROWEST = 320
LINKS = "[...document.querySelectorAll('a[href]')].map((a) => a.href)"


@pytest.mark.parametrize("person", TODAYS, ids=lambda person: person.language)
def test_every_page_of_a_shelter(at_desk, person):
    first = at_desk(SAULE)
    for code in (f"Yarrow {DIRECTORS.index(person)}", f"Quartz {DIRECTORS.index(person)}"):
        admit(first, code, "Nurgul Journeyeva")
    refer(first)
    first.open("/money/donors/add/")
    first.answer(name=f"Bakery {person.language}", kind="local_business")
    first.press(first.page.locator("main form button.primary"))

    desk = at_desk(person)
    seen = walk(desk)

    assert len(seen) > 25
    assert [place for place in seen if overflows(desk, seen[place])] == []


def walk(desk: Window) -> dict[str, str]:
    """Addresses of all pages to be reached by links, one for each kind of page."""
    seen: dict[str, str] = {}
    ahead = [desk.page.url]
    while ahead:
        url = ahead.pop()
        place = ID.sub("…", urlsplit(url).path)
        if place in seen or urlsplit(url).netloc != urlsplit(desk.page.url).netloc:
            continue
        desk.open(url)
        seen[place] = url
        ahead += desk.page.evaluate(LINKS)
    return seen


def overflows(desk: Window, url: str) -> bool:
    desk.page.set_viewport_size({"width": NARROWEST, "height": 640})
    desk.page.goto(url)
    return bool(desk.page.evaluate("document.documentElement.scrollWidth") > NARROWEST)
