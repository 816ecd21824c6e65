"""Signing in, in three languages; and that one's own host is the only one where it counts."""

from urllib.parse import urlsplit

import pytest

from shelters.staff.permissions import Role
from tests.journeys.people import AIGUL, IRINA, PEOPLE, SAULE
from tests.turns import in_turn

ONE_A_ROLE = {person.role: person for person in reversed(PEOPLE)}
HOME = {
    "director": "/clients/today/",
    "social_worker": "/clients/today/",
    "psychologist": "/clients/today/",
    "lawyer": "/clients/today/",
    "aftercare_worker": "/clients/today/",
    "night_duty": "/clients/today/",
    "bookkeeper": "/money/",
    "interpreter": "/staff/me/",
    "volunteer": "/staff/",
    "coordinator": "/referrals/",
    "funding_officer": "/money/",
    "network_operator": "/shelters/",
}


@pytest.mark.parametrize("person", [SAULE, IRINA, AIGUL], ids=lambda person: person.language)
def test_signing_in_and_out(window, person):
    door = window("samal", locale=person.language)
    door.open("/")
    assert door.language == person.language

    door.sign_in(person)
    assert person.name in door.text
    assert door.language == person.language

    door.press(door.page.locator("form[action='/account/logout/'] button"))
    assert "/account/login/" in door.page.url


def test_a_wrong_password_is_explained(window):
    door = window("samal")
    door.open("/account/login/")
    door.answer(login=SAULE.email, password="not-the-lamp-7")
    page = door.press(door.page.locator("main button[type=submit]"))

    assert page.get_by_role("alert").inner_text()


def test_a_person_of_one_shelter_is_nobody_in_the_other(window):
    door = window("tulpar")
    door.sign_in(SAULE)

    assert "/account/login/" in door.page.url


def test_a_session_is_worth_nothing_on_another_host(at_desk, window):
    cookies = at_desk(SAULE).context.cookies()
    thief = window("tulpar")
    thief.context.add_cookies(
        [{**cookie, "domain": "tulpar.localhost"} for cookie in cookies if cookie]
    )
    thief.open("/money/")

    assert "/account/login/" in thief.page.url


def test_the_journeys_know_somebody_of_every_role():
    assert set(ONE_A_ROLE) == set(HOME) == set(Role)


@pytest.mark.parametrize("role", in_turn(Role))  # tests/staff asks where each lands
def test_every_role_lands_on_its_page_and_can_open_all_its_navigation(at_desk, role):
    desk = at_desk(ONE_A_ROLE[role])
    assert urlsplit(desk.page.url).path == HOME[role]

    links = desk.page.get_by_role("navigation").get_by_role("link")
    for path in [link.get_attribute("href") for link in links.all()]:
        desk.open(path)
