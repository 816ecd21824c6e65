"""The job that Pana is for, done by those who do it, at three shelters and the central host."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import expect

from tests.journeys.people import BOTA, DANA, FARIDA, KAMILA, MARAT, OLZHAS, SAULE, ZHANAR
from tests.journeys.stack import Stack
from tests.journeys.steps import admit, refer
from tests.journeys.window import Window

CODE, NAME = "Larch 4242", "Zarina Journeyeva"
OF_THE_CLIENT = [CODE, NAME, "2001", "left her papers", "Meet her at the bus"]
TODAY = f"{date.today():%d.%m.%Y}"
Desk = Callable[..., Window]


def test_a_client_declined_by_one_shelter_moves_to_another(at_desk: Desk, stack: Stack):
    samal, aidyn, tulpar = at_desk(SAULE), at_desk(ZHANAR), at_desk(DANA)
    case = admit(samal, CODE, NAME)
    decline(aidyn, refer(samal, to="Aidyn"))
    ask_again(samal)
    code = refer(samal, to="Tulpar")
    hear_of_it(stack)
    receive(tulpar, code)
    see_it_arrived(samal, code, case)
    record_money(at_desk(BOTA))
    see_money_of_all(at_desk(FARIDA))
    see_referrals_of_all(at_desk(KAMILA), code)
    see_shelters(at_desk(OLZHAS))
    assert not [fact for fact in OF_THE_CLIENT if fact in stack.logs() and fact != "2001"]


def test_a_withdrawn_consent_closes_the_letter(at_desk: Desk):
    samal, tulpar = at_desk(SAULE), at_desk(DANA)
    admit(samal, "Osprey 6161", "Gulnar Journeyeva")
    code = refer(samal)
    tulpar.open("/referrals/")
    tulpar.follow(code)

    samal.follow("Osprey 6161")
    page = samal.page
    referral = page.locator("#consent li", has_text="referral")
    samal.press(referral.get_by_role("link", name="Withdraw"))
    samal.press("Withdraw this consent")
    expect(page.get_by_role("status")).to_contain_text("withdrawn")

    tulpar.press("Accept and open the case")
    assert "Gulnar" not in tulpar.text
    tulpar.open("/clients/")
    assert "Osprey" not in tulpar.text


def test_the_sender_withdraws(at_desk: Desk):
    samal = at_desk(SAULE)
    admit(samal, "Plover 7171", "Ainur Journeyeva")
    code = refer(samal)

    samal.follow("Withdraw this referral")
    samal.press("Withdraw this referral")
    samal.open("/referrals/")

    assert code not in samal.text


# --- the steps -----------------------------------------------------------------------------------


def decline(desk: Window, code: str) -> None:
    desk.open("/referrals/")
    desk.follow(code)
    desk.answer(reason="no_funding")
    page = desk.press("Decline this referral")
    expect(page.get_by_role("status")).to_contain_text("Declined")
    expect(page.get_by_role("main").get_by_role("row", name=re.compile(code))).to_have_count(0)
    assert not [fact for fact in OF_THE_CLIENT if fact in desk.text]


def ask_again(desk: Window) -> None:
    """The sender learns why, and may send the client elsewhere."""
    desk.reload_until("No money for it")
    desk.follow(CODE)
    desk.reload_until("Send to another shelter")


def hear_of_it(stack: Stack) -> None:
    """The other shelter's director gets a letter that tells nothing of the client."""
    letter = stack.letter_to(MARAT.email)
    text = f"{letter['Subject']} {letter.get_content()}"

    assert stack.address("tulpar") in text
    assert not [fact for fact in [*OF_THE_CLIENT, "Samal", "samal"] if fact in text]


def receive(desk: Window, code: str) -> None:
    desk.open("/clients/today/")
    assert code in desk.text
    page = desk.open("/referrals/")
    row = page.get_by_role("row", name=re.compile(code))
    expect(row.locator("time.clock")).not_to_be_empty()
    desk.follow(code)
    assert "A place among women" in desk.text
    assert not [fact for fact in OF_THE_CLIENT if fact in desk.text]

    desk.press("Accept and open the case")
    assert "Samal is responsible for the client." in desk.text
    for fact in [CODE, NAME, "2001", "Meet her at the bus"]:
        assert fact in desk.text
    assert "left her papers" not in desk.text

    desk.press("Confirm the arrival")
    expect(page.get_by_role("heading", name=CODE)).to_be_visible()
    assert "In the shelter" in desk.text


def see_it_arrived(desk: Window, code: str, case: str) -> None:
    """The sender keeps a copy that can be read, not changed, and so does the case."""
    page = desk.reload_until("Tulpar is responsible for the client.")
    desk.reload_until("Arrived")
    assert NAME in desk.text
    assert page.get_by_role("main").get_by_role("button").count() == 0

    desk.open(case)
    assert "It can be read, not changed." in desk.text
    assert page.get_by_role("main").get_by_role("button").count() == 0


def record_money(desk: Window) -> None:
    desk.open("/money/donors/add/")
    desk.answer(name="Women of the Steppe", kind="club_association")
    desk.press(desk.page.locator("main form button.primary"))
    desk.open("/money/donors/add/")
    desk.answer(name="District administration", kind="state_salary_subsidy")
    desk.press(desk.page.locator("main form button.primary"))

    _record_gift(desk, "Women of the Steppe", kind="cash", amount="250 000,50")
    salary = {"staff_role": "psychologist", "month_from": f"01.{date.today().year}"}
    kind = "salary_paid_by_third_party"
    _record_gift(desk, "District administration", kind=kind, amount="90 000", **salary)
    dollars = {"currency": "USD", "rate": "520,50", "rate_source": "bank_statement"}
    _record_gift(desk, "Women of the Steppe", kind="cash", amount="100", **dollars)
    coats = {"description": "Twelve winter coats", "valuation": "donors_figure"}
    _record_gift(desk, "Women of the Steppe", kind="goods", amount="60 000", **coats)

    page = desk.open("/money/")
    total = page.get_by_role("row", name="Total").first.get_by_role("cell").all()
    cash, goods, _services, salaries = [_plain(cell.inner_text()) for cell in total]
    assert "302 050" in cash  # 250 000.50 and 100 dollars at 520.50
    donor = page.get_by_role("row", name="Women of the Steppe").first
    assert "100.00 USD" in _plain(donor.inner_text())
    assert "60 000" in goods
    assert "90 000" in salaries


def _record_gift(desk: Window, donor: str, **answers: str) -> None:
    page = desk.open("/money/gifts/add/")
    page.get_by_label("From whom?").select_option(label=donor)
    desk.answer(**answers, received_on=TODAY, evidence="bank_line")
    desk.press(page.locator("main form button.primary"))
    expect(page.get_by_role("status")).to_contain_text("recorded")


def see_money_of_all(desk: Window) -> None:
    page = desk.open("/money/")
    assert page.get_by_role("row", name="Samal").count() == 1
    row = _plain(page.get_by_role("row", name="Tulpar").inner_text())
    assert "302 050" in row
    assert "90 000" in row
    see_donors_of_all(desk)
    desk.open("/money/")
    desk.follow("Tulpar", within="main")
    assert "Women of the Steppe" in desk.text
    assert not [fact for fact in [CODE, NAME] if fact in desk.text]
    desk.open("/referrals/", status=403)


def see_donors_of_all(desk: Window) -> None:
    """A shelter's own donor stands beside the network's, each kind of gift in its own column."""
    page = desk.open("/money/donors/")
    row = _plain(page.get_by_role("row", name="Women of the Steppe").inner_text())
    assert "302 050" in row
    assert "60 000" in row
    desk.follow("Women of the Steppe", within="main")
    assert "Tulpar" in desk.text
    assert "Twelve winter coats" not in desk.text


def see_referrals_of_all(desk: Window, code: str) -> None:
    page = desk.open(f"/referrals/?code={code}")
    row = page.get_by_role("row", name=re.compile(code)).inner_text()
    assert "Samal" in row
    assert "Tulpar" in row
    assert not [fact for fact in OF_THE_CLIENT if fact in desk.text]
    desk.open("/money/", status=403)


def see_shelters(desk: Window) -> None:
    desk.open("/shelters/")
    assert "samal.localhost" in desk.text
    desk.open("/money/", status=403)
    desk.open("/clients/", status=404)


def _plain(words: str) -> str:
    return " ".join(words.split())
