"""Parts of pages change in place: the list, the timeline, a note; and what if no answer comes."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import KAMILA, OLZHAS, SAULE
from tests.journeys.steps import admit, refer
from tests.journeys.window import Window


@pytest.fixture
def desk(at_desk) -> Window:
    return at_desk(SAULE)


@pytest.fixture
def case(desk: Window) -> Page:
    page = desk.open("/clients/admit/?emergency=1")
    desk.answer(age_group="adult", consent_how="signed")
    return desk.press(page.locator("main .admission button.primary"))


def mark(page: Page) -> None:
    """A page that is loaded anew has lost its mark."""
    page.evaluate("() => { window.isTheSame = true }")


def is_the_same(page: Page) -> bool:
    return bool(page.evaluate("() => window.isTheSame === true"))


def in_address(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def test_typing_a_code_name_narrows_the_list_and_keeps_the_place(desk: Window, case: Page):
    code = case.locator("h1").inner_text()
    page = desk.open("/clients/?status=every")
    mark(page)

    page.locator("#id_code").press_sequentially(code)

    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(page.locator("#id_code")).to_be_focused()
    expect(page.locator("#aloud")).to_have_text(re.compile("1"))
    expect(page.locator("#found .chips li")).to_have_count(2)
    assert is_the_same(page)

    page.locator("#found .chips a").first.press("Enter")

    expect(page.locator("#id_code")).to_have_value("")
    expect(page.locator("#list")).to_be_focused()
    assert is_the_same(page)
    desk.look()


def test_going_back_shows_a_whole_page(desk: Window):
    page = desk.open("/clients/")
    page.locator("#id_age").select_option("child")
    expect(page.locator("#found .chips li")).to_have_count(1)
    expect(page).to_have_url(in_address("age=child"))

    page.go_back()

    expect(page.locator("#id_age")).to_have_value("")
    expect(page.locator("header.top")).to_have_count(1)
    assert page.evaluate("() => sessionStorage.getItem('htmx-history-cache')") is None


def test_a_note_appears_on_the_timeline_without_a_new_page(desk: Window, case: Page):
    mark(case)
    case.locator("#id_text").fill("Slept well.")

    case.locator("#save-note").dblclick()

    expect(case.locator("#timeline li").first).to_contain_text("Slept well.")
    expect(case.locator("#id_text")).to_have_value("")
    expect(case.locator("#note .error")).to_have_count(0)
    expect(case.locator("#timeline").get_by_text("Slept well.")).to_have_count(1)
    assert is_the_same(case)
    desk.look()


def test_a_mistake_in_a_note_is_shown_in_its_place(desk: Window, case: Page):
    mark(case)

    case.locator("#save-note").click()

    expect(case.locator("#note .error-summary")).to_be_focused()
    assert is_the_same(case)
    desk.look()


def test_the_timeline_is_filtered_in_place(case: Page):
    mark(case)

    case.locator("#show-notes").press("Enter")

    expect(case.locator("#show-notes")).to_have_attribute("aria-current", "true")
    expect(case.locator("#show-notes")).to_be_focused()
    expect(case).to_have_url(in_address("show=notes"))
    assert is_the_same(case)


def test_without_an_answer_the_typed_text_stays(desk: Window, case: Page):
    case.locator("#id_text").fill("The line is down.")
    desk.context.set_offline(True)

    case.locator("#save-note").click()

    expect(case.locator(".message.failed")).to_be_visible()
    expect(case.locator("#id_text")).to_have_value("The line is down.")
    desk.context.set_offline(False)
    desk.wrong.clear()  # the browser complains of the line


def test_who_signed_out_elsewhere_is_asked_to_sign_in_and_comes_back(desk: Window):
    page = desk.open("/clients/")
    desk.context.clear_cookies()

    with suppress(Exception), page.expect_navigation(url=in_address("/account/login/")):
        page.locator("#id_age").select_option("child")

    expect(page).to_have_url(in_address("/account/login/?next=/clients/"))
    expect(page.locator("input[name=password]")).to_be_visible()


REFRESH = "() => document.dispatchEvent(new Event('visibilitychange'))"  # instead of a minute


def test_the_board_refreshes_itself_and_nobody_loses_their_place(at_desk, desk: Window):
    admit(desk, "Plover 1", "Dariga Journeyeva")
    first = refer(desk)
    board = at_desk(KAMILA).page
    mark(board)
    board.locator("#id_code").fill("half a co")
    board.locator(f"#{first}").focus()
    said = board.locator("#aloud").inner_text()
    open_before = int(board.locator("#state-open .number").inner_text())

    admit(desk, "Plover 2", "Dariga Journeyeva")
    second = refer(desk)
    board.evaluate(REFRESH)

    expect(board.locator(f"#{second}")).to_be_visible()
    expect(board.locator("#state-open .number")).to_have_text(str(open_before + 1))
    expect(board.locator(f"#{first}")).to_be_focused()
    expect(board.locator("#id_code")).to_have_value("half a co")
    assert board.locator("#aloud").inner_text() == said
    assert is_the_same(board)

    with board.expect_response(in_address("/referrals/")):
        board.evaluate(REFRESH)  # the part that came does so too


def test_a_page_that_nobody_looks_at_asks_for_nothing(at_desk):
    page = at_desk(OLZHAS).page
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => Object.defineProperty(document, 'hidden', {get: () => true})")
    page.evaluate(REFRESH)
    page.wait_for_timeout(500)

    assert asked == []


def test_the_operators_page_refreshes_itself(at_desk):
    page = at_desk(OLZHAS).page
    mark(page)
    page.evaluate("() => document.getElementById('machinery').remove()")

    page.evaluate(REFRESH)

    expect(page.locator("#machinery")).to_be_visible()
    assert page.evaluate("() => document.activeElement === document.body")
    assert is_the_same(page)
