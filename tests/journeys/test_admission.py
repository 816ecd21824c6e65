"""Admitting a client on one screen: by mouse and by keyboard, in three languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import Keyboard
from tests.journeys.people import AIGUL, IRINA, SAULE

CODE = re.compile(r"\w+ \d+")


@pytest.mark.parametrize("person", [SAULE, IRINA, AIGUL], ids=lambda person: person.language)
def test_admitting_a_client_in_ones_own_language(at_desk, person):
    desk = at_desk(person)
    page = desk.open("/clients/admit/")
    assert desk.language == person.language
    code = page.locator("[name=code]").input_value()
    assert CODE.fullmatch(code)

    desk.answer(
        age_group="adult",
        consent_how="signed",
        sex="female",
        birth="05.2001",
        citizenship="UZ",
        referral_source="police",
        exploitation_forms=["forced_labour"],
        exploitation_time="14",
        exploitation_about=True,
        note="Арғы бетте қалған құжаттар туралы сұрау.",
    )
    desk.press(page.locator("main .admission button.primary"))

    expect(page.get_by_role("heading", name=code)).to_be_visible()
    assert "Арғы бетте қалған" in desk.text
    desk.open("/clients/")
    expect(page.get_by_role("link", name=code)).to_be_visible()


def test_an_emergency_needs_three_answers(at_desk):
    desk = at_desk(AIGUL)
    page = desk.open("/clients/admit/?emergency=1")
    expect(page.locator("[name=name]")).not_to_be_visible()

    desk.answer(consent_how="oral_with_witness")
    desk.press(page.locator("main .admission button.primary"))

    assert re.search(r"/clients/[0-9a-f-]{36}/$", page.url)


def test_what_is_missing_is_said_beside_its_field_and_the_typed_answers_stay(at_desk):
    desk = at_desk(SAULE)
    page = desk.open("/clients/admit/")
    desk.answer(birth="31.02.2001", note="Asks for her sister.")
    desk.press("Admit this client")

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert summary.get_by_role("link").count() == 2
    expect(page.locator("[name=birth]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=note]")).to_have_value("Asks for her sister.")


def test_admitting_a_client_without_a_mouse(at_desk):
    desk = at_desk(SAULE)
    page = desk.open("/clients/today/")
    keys = Keyboard(page)

    with desk.arriving():
        keys.press("main a[href$='/clients/admit/']")
    keys.go_to("[name=code]")
    page.keyboard.type("Willow 7777")
    keys.choose("[name=age_group]", "adult")
    keys.go_to("[name=consent_how]")
    page.keyboard.press("Space")
    keys.choose("[name=sex]", "male")
    keys.type("[name=birth]", "18-24")
    keys.type("[name=note]", "Slept well.")
    with desk.arriving():
        keys.press(".admission button.primary")

    expect(page.get_by_role("heading", name="Willow 7777")).to_be_visible()
    assert "Slept well." in desk.text


def test_two_presses_of_the_button_admit_one_client(at_desk):
    desk = at_desk(SAULE)
    page = desk.open("/clients/admit/")
    desk.answer(code="Alder 8888", consent_how="signed")
    with desk.arriving():
        page.locator("main .admission button.primary").dblclick()

    desk.open("/clients/?code=Alder+8888")
    assert page.get_by_role("table").get_by_role("link", name="Alder 8888").count() == 1


@pytest.mark.parametrize("width", [320, 360])
def test_the_admission_fits_a_phone(at_desk, width):
    desk = at_desk(AIGUL, viewport={"width": width, "height": 740})
    page = desk.open("/clients/admit/")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
