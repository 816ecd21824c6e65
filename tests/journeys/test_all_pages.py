"""Every page that a link leads to: no barrier, not too heavy, nothing cut off on a small phone."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest

from tests.journeys.people import AT_CENTRAL, MAIRA, RUSLAN, SAULE, Person
from tests.journeys.steps import admit, refer
from tests.journeys.window import ID, Window
from tests.turns import FULL, in_turn

DIRECTORS = [SAULE, RUSLAN, MAIRA]  # one for each language
LANGUAGES = [person.language for person in DIRECTORS]
TURN = date.today().toordinal()
NARROWEST = 320
LEAST_PAGES = {"coordinator": 4, "funding_officer": 4, "network_operator": 6}
LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map((a) => a.href)"


@pytest.mark.parametrize("person", in_turn(DIRECTORS), ids=lambda person: person.language)
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
    assert cut_off(seen) == []


def languages_of(person: Person) -> list[str]:
    """All in the long form; else one, another one tomorrow, and never one for all three roles."""
    return LANGUAGES if FULL else [LANGUAGES[(TURN + AT_CENTRAL.index(person)) % 3]]


@pytest.fixture(scope="module")
def sent() -> list[str]:
    """What was sent for the network to see: once is enough."""
    return []


@pytest.fixture
def a_referral(at_desk, sent):
    if not sent:
        samal = at_desk(SAULE)
        admit(samal, "Onyx 77", "Nurgul Journeyeva")
        sent.append(refer(samal, to="Aidyn"))  # at Tulpar, Today shows but ten


@pytest.mark.parametrize(
    ("person", "language"),
    [(person, language) for person in AT_CENTRAL for language in languages_of(person)],
    ids=lambda one: one if isinstance(one, str) else one.role,
)
def test_every_page_of_the_central_host(at_desk, a_referral, person, language):
    desk = at_desk(person)
    desk.speak(language)

    seen = walk(desk)

    assert desk.language == language
    desk.speak(person.language)
    assert len(seen) >= LEAST_PAGES[person.role]
    assert cut_off(seen) == []


def walk(desk: Window) -> dict[str, int]:
    """How wide each page is on the narrowest phone; all that links lead to, one of each kind."""
    seen: dict[str, int] = {}
    ahead = [desk.page.url]
    while ahead:
        url = ahead.pop()
        place = ID.sub("…", urlsplit(url).path)
        if place in seen or urlsplit(url).netloc != urlsplit(desk.page.url).netloc:
            continue
        desk.open(url)
        seen[place] = width_on_a_phone(desk)
        ahead += desk.page.evaluate(LINKS)
    return seen


def width_on_a_phone(desk: Window) -> int:
    usual = desk.page.viewport_size
    desk.page.set_viewport_size({"width": NARROWEST, "height": 640})
    width = int(desk.page.evaluate("document.documentElement.scrollWidth"))
    desk.page.set_viewport_size(usual)
    return width


def cut_off(seen: dict[str, int]) -> list[str]:
    return [place for place, width in seen.items() if width > NARROWEST]
