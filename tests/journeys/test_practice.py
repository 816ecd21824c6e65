"""A newcomer in the shelter for practice: marked on every page, and what was tried is ticked."""

from playwright.sync_api import expect

from config.demo.cast import PASSWORD, TRAINEES

WORKER = TRAINEES[0]
MARK = "Nothing here is real"


def test_a_newcomer_tries_an_emergency_admission(window):
    desk = window("practice")
    desk.open("/account/login/")
    assert MARK in desk.text
    desk.answer(login=WORKER.email, password=PASSWORD)
    desk.press(desk.page.locator("main button[type=submit]"))
    desk.speak("en")
    tasks = desk.page.locator(".try-this li")
    assert tasks.count() == 7
    expect(desk.page.locator(".try-this .done")).to_have_count(0)

    desk.follow("Somebody came in the night", within=".try-this")
    assert MARK in desk.text
    desk.answer(code="Lantern 7", age_group="adult", consent_how="oral_with_witness")
    desk.press("Admit this client")
    desk.open("/clients/today/")

    expect(tasks.first).to_contain_text("Done")
    desk.page.emulate_media(media="print")
    expect(desk.page.locator(".practice")).to_be_visible()


def test_pages_of_errors_are_marked_in_the_visitors_language(window):
    for language, words in (("ru", "Здесь всё выдумано"), ("kk", "Мұнда бәрі ойдан шығарылған")):
        stranger = window("practice", locale=language)
        stranger.open("/nowhere/", status=404)
        assert words in stranger.text
