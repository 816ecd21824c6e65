"""The coordinators' board on the central host: what waits, for how long, and never who."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from referrals import operations
from referrals.board import steps_of
from referrals.kept.models import Sent
from referrals.models import Referral
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter
from tests.referrals.conftest import DAY, SECRETS

CENTRAL = "pana.localhost"
PEOPLE = (*SECRETS, "Aigerim Sender", "Timur Receiver")


def url(name: str = "referrals", *args: object) -> str:
    return reverse(f"referrals_central:{name}", args=args, urlconf=settings.PUBLIC_URLCONF)


@pytest.fixture
def coordinator(person, browser_of) -> Browser:
    return browser_of(person(None, Role.COORDINATOR), CENTRAL)


@pytest.fixture
def codes(coordinator) -> Callable[..., list[str]]:
    """Which referrals the board lists for these answers, from the top down."""

    def codes(**query: object) -> list[str]:
        page = coordinator.get(url(), query)
        assert page.status_code == 200
        return re.findall(r'id="(R-\w{4})"', page.text)

    return codes


@pytest.fixture
def decline(tulpar, receiver) -> Callable[[Referral], None]:
    def decline(referral: Referral) -> None:
        with in_shelter(tulpar):
            operations.decline_referral(referral=referral, reason="full", by=receiver)

    return decline


def standing(browser: Browser, **query: object) -> dict[str, int | None]:
    return {one.key: one.number for one in browser.get(url(), query).context["states"]}


def test_it_tells_needs_and_clocks_and_never_a_person(referral, coordinator, accept):
    accept(referral)
    pages = coordinator.get(url()).text, coordinator.get(url("referral", referral.pk)).text

    for told in (referral.code, "Samal", "Tulpar", "A bed, Lawyer", "Urgent", "left"):
        assert told in pages[0]
        assert told in pages[1]
    for secret in (*PEOPLE, "Adult", "Female", "Uzbek", "Why"):
        assert secret not in "".join(pages)


def test_the_longest_overdue_is_on_top_and_the_clock_speaks_in_words(
    admit, send, send_long_ago, accept, codes, coordinator
):
    slow = send(admit("Oak 1"), urgency="normal_2w")
    coming = send(admit("Oak 2"))
    accept(coming, arrive_by=timezone.now() + timedelta(hours=5, minutes=1))
    late = send_long_ago()

    assert codes() == [late.code, coming.code, slow.code]
    text = words(coordinator.get(url()).text)
    assert "Answer: overdue by 6 days" in text
    assert "Arrival: 5 h left" in text
    assert "Accepted, on the way 0 min" in text
    assert "Waiting for an answer 7 days" in text


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_state_is_counted_and_leads_to_as_many(
    admit, send, send_long_ago, accept, decline, codes, coordinator
):
    waiting, coming, over = (send(admit(f"Oak {number}")) for number in range(3))
    accept(coming)
    decline(over)
    late = send_long_ago()

    assert standing(coordinator) == {"": 3, "overdue": 1, "sent": 2, "accepted": 1, "ended": None}
    assert codes() == [late.code, coming.code, waiting.code]
    assert codes(status="overdue") == [late.code]
    assert codes(status="sent") == [late.code, waiting.code]
    assert codes(status="accepted") == [coming.code]
    assert codes(status="ended") == [over.code]


def test_an_arrival_that_is_late_is_overdue_too(referral, accept, codes, coordinator, monkeypatch):
    accept(referral, arrive_by=timezone.now() + timedelta(hours=1))
    assert codes(status="overdue") == []

    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert codes(status="overdue") == [referral.code]
    assert "Arrival: overdue by 2 h" in words(coordinator.get(url()).text)


def test_the_filter_narrows_the_list_and_its_numbers(
    referral, send_long_ago, codes, coordinator, samal, tulpar, aidyn
):
    late = send_long_ago()

    for fitting in (
        {"urgency": "urgent_72h"},
        {"need": "legal"},
        {"need": "legal", "sender": samal.pk, "recipient": tulpar.pk},
    ):
        assert codes(**fitting) == [referral.code]
        assert standing(coordinator, **fitting)[""] == 1
    assert codes(sender=samal.pk) == [late.code, referral.code]
    assert codes(recipient=aidyn.pk) == codes(urgency="normal_2w") == []


def test_a_link_to_a_state_keeps_the_filter_but_not_the_page(referral, coordinator):
    query = {"urgency": "urgent_72h", "page": "3", "status": "sent", "code": "R-2222"}
    links = {one.key: one.query for one in coordinator.get(url(), query).context["states"]}

    assert links[""] == "?urgency=urgent_72h"
    assert links["ended"] == "?urgency=urgent_72h&status=ended"


@pytest.mark.parametrize("state", ["", "overdue", "sent", "accepted", "ended"])
@pytest.mark.parametrize("write", [str, str.lower, lambda code: code[2:], lambda code: f" {code}"])
def test_a_code_finds_its_referral_wherever_it_stands(
    referral, send_long_ago, codes, decline, state, write
):
    decline(referral)
    send_long_ago()

    assert codes(code=write(referral.code), status=state) == [referral.code]


def test_a_code_may_be_typed_on_a_russian_keyboard_or_in_part(send_long_ago, codes):
    send_long_ago("R-KM2H")
    send_long_ago("R-KX22")

    assert codes(code="Р-кМ2н") == ["R-KM2H"]
    assert sorted(codes(code="к")) == ["R-KM2H", "R-KX22"]
    assert codes(code="%") == codes(code="R-____") == []


def test_what_is_past_by_how_and_when_it_ended(referral, decline, codes):
    decline(referral)
    today = timezone.localdate()
    yesterday, tomorrow = today - DAY, today + DAY

    for fitting in (
        {"outcome": "declined"},
        {"since": f"{today:%d.%m.%Y}", "until": f"{today:%d.%m.%Y}"},
        {"since": f"{yesterday:%d.%m.%Y}", "until": f"{tomorrow:%d.%m.%Y}"},
    ):
        assert codes(status="ended", **fitting) == [referral.code]
    assert codes(status="ended", outcome="arrived") == []
    assert codes(status="ended", since=f"{tomorrow:%d.%m.%Y}") == []
    assert codes(status="ended", until=f"{yesterday:%d.%m.%Y}") == []


def test_what_is_past_says_how_long_the_answer_took_and_why_not(referral, decline, coordinator):
    decline(referral)

    text = words(coordinator.get(url(), {"status": "ended"}).text)
    assert "0 min Declined No place" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "No referral is open."),
        ({"status": "overdue"}, "Nothing is overdue."),
        ({"status": "sent"}, "No referral waits for an answer."),
        ({"status": "accepted"}, "Nobody is on the way."),
        ({"status": "ended"}, "No referral has ended yet."),
        ({"status": "ended", "outcome": "arrived"}, "No referral fits this filter."),
        ({"code": "R-7777"}, "No referral fits this filter."),
    ],
    ids=str,
)
def test_an_empty_list_says_what_that_means(coordinator, query, said):
    assert said in coordinator.get(url(), query).text


@pytest.mark.parametrize(
    "query",
    [
        {"status": "nonsense", "page": "x"},
        {"urgency": "yesterday"},
        {"need": "a unicorn"},
        {"sender": "not-an-id"},
        {"code": "x" * 500},
        {"code": "a\x00b"},
        {"status": "ended", "since": "31.02.2026"},
        {"status": "ended", "since": "02.01.2026", "until": "01.01.2026"},
    ],
    ids=str,
)
def test_an_answer_that_makes_no_sense_is_explained(referral, coordinator, query):
    page = coordinator.get(url(), query)

    assert page.status_code == 200
    assert "Please check this" in page.text


@pytest.mark.parametrize(("language", "word"), [("ru", "Срочно"), ("kk", "Шұғыл")])
def test_the_filter_is_in_the_language_of_the_reader(coordinator, language, word):
    coordinator.post("/staff/language/", {"language": language})

    assert f'<option value="urgent_72h">{word}</option>' in coordinator.get(url()).text


@pytest.mark.parametrize("role", [Role.FUNDING_OFFICER, Role.NETWORK_OPERATOR])
def test_no_other_role_of_the_central_host_sees_referrals(person, browser_of, referral, role):
    browser = browser_of(person(None, role), CENTRAL)

    assert browser.get(url()).status_code == 403
    assert browser.get(url("referral", referral.pk)).status_code == 403


def test_coordinators_only_read(coordinator, referral):
    assert coordinator.post(url()).status_code == 405
    assert coordinator.post(url("referral", referral.pk)).status_code == 405


def test_a_referral_that_never_was_is_not_found(coordinator, samal):
    assert coordinator.get(url("referral", samal.pk)).status_code == 404


def test_the_board_costs_the_same_however_long_it_is(admit, send, coordinator, statements):
    def cost(**query: object) -> int:
        coordinator.get(url(), query)  # so that which shelter this is was asked just now
        with statements() as sent:
            coordinator.get(url(), query)
        return len(sent)

    first = send(admit("Oak 1"))
    queries = ({}, {"status": "ended"}, {"need": "bed"}, {"code": first.code})
    one = [cost(**query) for query in queries]
    for number in range(2, 5):
        send(admit(f"Oak {number}"))

    assert [cost(**query) for query in queries] == one
    assert 0 < max(one) <= 11


class TestTheRefresh:
    """Every minute, by itself: the list without the frame of the page."""

    HEADERS = {"HX-Request": "true", "HX-Target": "list", "HX-Trigger": "refreshed"}

    def test_brings_numbers_rows_and_the_time(self, referral, coordinator):
        page = coordinator.get(url(), headers=self.HEADERS)

        assert "<header" not in page.text
        for part in ('id="states"', 'id="found"', 'id="refreshed"', referral.code):
            assert part in page.text
        assert f"Updated {timezone.localtime():%H:%M}"[:-1] in page.text

    def test_is_no_activity(self, referral, coordinator):
        """Whoever went home with the board open is not held signed in by it."""
        coordinator.get(url())
        before = self._session(coordinator)

        page = coordinator.get(url(), headers=self.HEADERS)

        assert self._session(coordinator) == before
        assert not page.cookies

    def _session(self, browser: Browser) -> tuple[object, ...]:
        with in_central():
            kept = Session.objects.get(pk=browser.cookies[settings.SESSION_COOKIE_NAME].value)
            return kept.expire_date, kept.session_data


class TestTheStepsOfAReferral:
    """Its page says what happened, when, and what is awaited."""

    @pytest.fixture
    def steps(self, referral) -> Callable[[], list[tuple[str, bool]]]:
        def steps() -> list[tuple[str, bool]]:
            with in_central():
                found = steps_of(Referral.objects.get(pk=referral.pk))
            assert [step.at for step in found] == sorted(step.at for step in found)
            return [(str(step.label), step.is_due) for step in found]

        return steps

    def test_waiting(self, steps):
        assert steps() == [("Sent", False), ("Answer by", True)]

    def test_on_the_way(self, steps, referral, accept):
        accept(referral)

        assert steps() == [("Sent", False), ("Accepted", False), ("Expected by", True)]

    def test_arrived(self, steps, referral, accept, tulpar, receiver):
        accept(referral)
        with in_shelter(tulpar):
            operations.confirm_arrival(referral=referral, at=timezone.now(), by=receiver)

        assert steps() == [("Sent", False), ("Accepted", False), ("Arrived", False)]

    def test_declined(self, steps, referral, decline, coordinator):
        decline(referral)

        assert steps() == [("Sent", False), ("Declined", False)]
        page = words(coordinator.get(url("referral", referral.pk)).text)
        assert "Declined: No place" in page
        assert "after 0 min" in page

    def test_withdrawn_unanswered(self, steps, samal, sender):
        with in_shelter(samal):
            operations.withdraw_referral(sent=Sent.objects.get(), seen="sent", by=sender)

        assert steps() == [("Sent", False), ("Withdrawn", False)]
