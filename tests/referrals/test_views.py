import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Consent
from cases.operations import admit_client, complete_intake
from referrals import operations
from referrals.kept.models import Received, Sent
from referrals.models import Envelope, Referral, Status
from shelters.events.models import Event
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter
from tests.referrals.conftest import DAY, MESSAGE, SECRETS

SAMAL, TULPAR, AIDYN = (f"{word}.localhost" for word in ("samal", "tulpar", "aidyn"))
NO_ONE = UUID("00000000-0000-4000-8000-000000000000")
SUMMARY = re.compile(r'<h3>.*?(?=</section>|<section|<form|<p class="actions")', re.DOTALL)


def url(name: str, *args: object) -> str:
    return reverse(f"referrals:{name}", args=args, urlconf=settings.ROOT_URLCONF)


def case_url(case: Case) -> str:
    return reverse("cases:case", args=[case.pk], urlconf=settings.ROOT_URLCONF)


def summary_on(page: str) -> str:
    """The summary as the reader sees it, without the marks of the page around it."""
    found = SUMMARY.search(page)
    assert found, "no summary on this page"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.fixture
def typed(tulpar) -> Callable[..., dict[str, Any]]:
    """What the sender types on the first page."""

    def typed(**other: Any) -> dict[str, Any]:
        usual = {
            "new_id": uuid4(),
            "recipient": tulpar.pk,
            "urgency": "urgent_72h",
            "reason": "safety",
            "needs": ["legal", "bed"],
            "sections": ["name_and_birth", "citizenship"],
            "message": MESSAGE.replace("\n", "\r\n"),
            "step": "preview",
        }
        return usual | other

    return typed


@pytest.fixture
def agreed(senders_browser, case, typed) -> Callable[..., dict[str, Any]]:
    """The same with what stands hidden under the preview, and the consent ticked."""

    def agreed(**other: Any) -> dict[str, Any]:
        answers = typed()
        preview = senders_browser.post(url("send", case.pk), answers)
        shown = preview.context["form"]
        return (
            answers
            | {
                "seen": shown["seen"].value(),
                "consent_how": "signed",
                "consent_language": "uz",
                "agreed": "on",
                "step": "send",
            }
            | other
        )

    return agreed


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may_read", "may_send", "may_answer", "may_arrive"),
    [
        (Role.DIRECTOR, 200, 200, 302, 302),
        (Role.SOCIAL_WORKER, 200, 200, 302, 302),
        (Role.PSYCHOLOGIST, 200, 200, 302, 302),
        (Role.NIGHT_DUTY, 200, 403, 403, 302),
        (Role.LAWYER, 200, 403, 403, 403),
        (Role.AFTERCARE_WORKER, 200, 403, 403, 403),
        (Role.BOOKKEEPER, 403, 403, 403, 403),
        (Role.INTERPRETER, 403, 403, 403, 403),
        (Role.VOLUNTEER, 403, 403, 403, 403),
    ],
)
def test_who_reads_sends_answers_and_confirms(
    samal,
    tulpar,
    person,
    browser_of,
    referral,
    accept,
    admit,
    role,
    may_read,
    may_send,
    may_answer,
    may_arrive,
):
    there = browser_of(person(tulpar, role), TULPAR)
    here = browser_of(person(samal, role), SAMAL)

    assert there.get(url("inbox")).status_code == may_read
    assert there.get(url("referral", referral.pk)).status_code == may_read
    assert here.get(url("send", admit("Oak 1").pk)).status_code == may_send
    assert here.post(url("withdraw", NO_ONE)).status_code == (404 if may_send == 200 else 403)
    assert there.post(url("accept", referral.pk), arrival()).status_code == may_answer
    if may_answer == 403:
        assert there.post(url("decline", referral.pk), {"reason": "full"}).status_code == 403
        accept(referral)
    assert there.post(url("arrive", referral.pk), now_typed()).status_code == may_arrive
    if may_arrive == 403:
        assert there.post(url("not_arrived", referral.pk)).status_code == 403


def arrival() -> dict[str, str]:
    return {"day": f"{timezone.localdate() + DAY:%d.%m.%Y}", "hour": "18:30"}


def now_typed() -> dict[str, str]:
    now = timezone.localtime()
    return {"arrived_on": f"{now:%d.%m.%Y}", "arrived_at": f"{now:%H:%M}"}


def test_a_stranger_is_sent_to_sign_in(samal):
    response = Browser(HTTP_HOST=SAMAL).get(url("inbox"))

    assert response.status_code == 302
    assert "next=" in response.headers["Location"]


def test_a_third_shelter_and_the_wrong_side_get_the_same_404_as_for_nothing(
    referral, aidyn, person, browser_of, senders_browser, receivers_browser
):
    strangers = browser_of(person(aidyn, Role.DIRECTOR), AIDYN)
    for name in ("referral", "sent", "withdraw"):
        assert strangers.get(url(name, referral.pk)).status_code == 404
        assert strangers.get(url(name, NO_ONE)).status_code == 404
    for name in ("accept", "decline", "arrive", "not_arrived"):
        assert strangers.post(url(name, referral.pk), arrival()).status_code == 404
        assert senders_browser.post(url(name, referral.pk), arrival()).status_code == 404
    assert receivers_browser.get(url("sent", referral.pk)).status_code == 404
    assert receivers_browser.post(url("withdraw", referral.pk)).status_code == 404
    assert receivers_browser.get(url("send", NO_ONE)).status_code == 404


@pytest.mark.parametrize("name", ["accept", "decline", "arrive", "not_arrived"])
def test_looking_changes_nothing(receivers_browser, referral, name):
    assert receivers_browser.get(url(name, referral.pk)).status_code == 405
    assert receivers_browser.post(url("inbox")).status_code == 405


# --- before acceptance ----------------------------------------------------------------------------


def test_before_acceptance_the_recipient_sees_needs_and_clock_and_no_secret(
    referral, receivers_browser
):
    today = reverse("cases:today", urlconf=settings.ROOT_URLCONF)
    for page in (
        receivers_browser.get(url("inbox")),
        receivers_browser.get(url("referral", referral.pk)),
        receivers_browser.get(today),
    ):
        assert referral.code in page.text
        assert "Samal" in page.text
        assert "A bed, Lawyer" in page.text
        assert "left" in page.text
        for secret in SECRETS:
            assert secret not in page.text


def test_whether_the_person_is_known_here_changes_nothing_on_any_page(
    referral, receivers_browser, tulpar, receiver
):
    """An accomplice at the recipient learns nothing by comparing, before and after."""

    def pages() -> list[str]:
        found = [receivers_browser.get(url(*where)) for where in (("inbox",), one)]
        return [
            re.sub(r"csrfmiddlewaretoken\W+value=\W\w+|value=\W[\d:.]+", "", p.text) for p in found
        ]

    one = ("referral", referral.pk)
    before = pages()
    with in_shelter(tulpar):
        admit_client(
            new_id=uuid4(),
            code="Birch 12",
            age_group="adult",
            consent_how="signed",
            answers={"name": SECRETS[0], "citizenship": "UZ"},
            by=receiver,
        )

    assert pages() == before


# --- sending --------------------------------------------------------------------------------------


def test_the_preview_shows_exactly_what_the_recipient_gets(
    case, senders_browser, receivers_browser, agreed, samal, tulpar
):
    answers = agreed()
    preview = senders_browser.post(url("send", case.pk), answers | {"step": "preview"})
    senders_browser.post(url("send", case.pk), answers)
    with in_shelter(samal):
        referral = Referral.objects.get()
    stub = senders_browser.get(url("sent", referral.pk))
    receivers_browser.post(url("accept", referral.pk), arrival())
    with in_shelter(tulpar):
        there = Received.objects.get().case
    received = receivers_browser.get(url("referral", referral.pk))
    on_the_case = receivers_browser.get(case_url(there))

    shown = summary_on(preview.text)
    assert "insulin twice a day" in shown
    assert SECRETS[0] in shown
    assert shown == summary_on(stub.text) == summary_on(received.text)
    assert "insulin twice a day" in on_the_case.text


def test_the_preview_stores_nothing_and_leads_back_with_everything_typed(
    case, senders_browser, typed, in_samal
):
    answers = typed()
    preview = senders_browser.post(url("send", case.pk), answers)
    back = senders_browser.post(url("send", case.pk), answers | {"step": "change"})

    assert preview.status_code == back.status_code == 200
    assert not Referral.objects.exists()
    assert not Consent.objects.filter(scope="referral").exists()
    assert "insulin" in back.text
    assert back.context["form"]["needs"].value() == ["legal", "bed"]
    assert str(answers["new_id"]) in back.text


def test_sending_with_consent(case, senders_browser, agreed, in_samal):
    response = senders_browser.post(url("send", case.pk), agreed(), follow=True)

    referral = Referral.objects.get()
    consent = Consent.objects.get(scope="referral")
    assert response.redirect_chain == [(url("sent", referral.pk), 302)]
    assert "Sent to Tulpar" in response.text
    assert "Samal is responsible for the client." in response.text
    assert (consent.how, consent.language) == ("signed", "uz")


def test_a_double_click_sends_once(case, senders_browser, agreed, in_samal):
    answers = agreed()

    first = senders_browser.post(url("send", case.pk), answers)
    second = senders_browser.post(url("send", case.pk), answers)

    assert first.headers["Location"] == second.headers["Location"]
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"agreed": ""}, "Without the client"),
        ({"consent_how": ""}, "Please answer"),
        ({"consent_how": "guardian_and_child_assent"}, "for a child only"),
        ({"consent_how": "by_force"}, "Choose one"),
    ],
    ids=str,
)
def test_without_consent_nothing_is_sent_and_the_preview_stays(
    case, senders_browser, agreed, in_samal, field, said
):
    response = senders_browser.post(url("send", case.pk), agreed(**field))

    assert response.status_code == 200
    assert said in response.text
    assert "insulin" in summary_on(response.text)
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"recipient": ""},
        {"recipient": "not-an-id"},
        {"recipient": str(NO_ONE)},
        {"urgency": ""},
        {"urgency": "yesterday"},
        {"reason": "because"},
        {"needs": []},
        {"needs": ["a unicorn"]},
        {"sections": ["everything"]},
        {"sections": ["identity"]},
        {"message": "x" * 4001},
        {"message": "a\x00b"},
        {"new_id": ""},
        {"new_id": "not-an-id"},
    ],
    ids=lambda broken: str(broken)[:40],
)
@pytest.mark.parametrize("step", ["preview", "send"])
def test_bad_answers_are_explained_at_every_step(
    case, senders_browser, agreed, in_samal, broken, step
):
    response = senders_browser.post(url("send", case.pk), agreed(**broken, step=step))

    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Referral.objects.exists()


@pytest.mark.parametrize("step", ["change", "fly", ""])
def test_any_other_step_asks_again(case, senders_browser, agreed, in_samal, step):
    response = senders_browser.post(url("send", case.pk), agreed(step=step))

    assert response.status_code == 200
    assert not Referral.objects.exists()


def test_one_cannot_send_to_ones_own_shelter(case, senders_browser, typed, samal):
    response = senders_browser.post(url("send", case.pk), typed(recipient=samal.pk))

    assert "recipient" in response.context["form"].errors


def test_when_the_case_changes_under_the_preview_it_is_shown_again(
    case, senders_browser, agreed, sender, in_samal
):
    answers = agreed()
    complete_intake(case=case, age_group="adult", answers={"name": "Another Name"}, by=sender)

    response = senders_browser.post(url("send", case.pk), answers)

    assert "has changed since you saw" in response.text
    assert "Another Name" in summary_on(response.text)
    assert response.context["form"]["agreed"].value() is not True
    assert not Referral.objects.exists()


def test_a_client_with_an_open_referral_is_not_sent_again(referral, case, senders_browser):
    response = senders_browser.get(url("send", case.pk), follow=True)

    assert response.redirect_chain == [(case_url(case), 302)]
    assert "is open. Withdraw it" in response.text


# --- answering ------------------------------------------------------------------------------------


def test_accepting_in_two_clicks(referral, receivers_browser, tulpar):
    page = receivers_browser.get(url("referral", referral.pk))
    form = page.context["accept_form"]
    response = receivers_browser.post(
        url("accept", referral.pk), {"day": form["day"].value(), "hour": ""}, follow=True
    )

    assert "The case of Birch 12 is open" in response.text
    with in_shelter(tulpar):
        referral = Referral.objects.get()
        assert timezone.localtime(referral.arrive_by).strftime("%H:%M") == "23:59"


def test_pressing_accept_twice_opens_one_case(referral, receivers_browser, tulpar):
    first = receivers_browser.post(url("accept", referral.pk), arrival())
    second = receivers_browser.post(url("accept", referral.pk), arrival(), follow=True)

    assert first.status_code == 302
    assert "The case of Birch 12 is open" in second.text
    with in_shelter(tulpar):
        assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"day": ""},
        {"day": "31.02.2027"},
        {"day": "soon"},
        {"day": "01.01.2020"},
        {"hour": "25:00"},
        {"hour": "noon"},
    ],
    ids=str,
)
def test_a_bad_moment_is_explained_beside_its_field(referral, receivers_browser, tulpar, broken):
    response = receivers_browser.post(url("accept", referral.pk), arrival() | broken)

    assert response.status_code == 200
    assert next(iter(broken)) in response.context["accept_form"].errors
    with in_shelter(tulpar):
        assert not Case.objects.exists()


def test_declining_with_a_reason(referral, receivers_browser, tulpar):
    unsaid = receivers_browser.post(url("decline", referral.pk), {"reason": ""})
    response = receivers_browser.post(url("decline", referral.pk), {"reason": "full"}, follow=True)

    assert "reason" in unsaid.context["decline_form"].errors
    assert "Declined" in response.text
    with in_shelter(tulpar):
        assert Referral.objects.get().decline_reason == "full"
        assert not Envelope.objects.exists()
    assert "No place" in receivers_browser.get(url("referral", referral.pk)).text


def test_what_moved_on_meanwhile_is_said_and_nothing_breaks(
    referral, receivers_browser, samal, sender
):
    with in_shelter(samal):
        operations.withdraw_referral(sent=Sent.objects.get(), seen="sent", by=sender)

    for name, answers in (
        ("accept", arrival()),
        ("decline", {"reason": "full"}),
        ("arrive", now_typed()),
        ("not_arrived", {}),
    ):
        response = receivers_browser.post(url(name, referral.pk), answers, follow=True)
        assert response.status_code == 200
        assert "moved on meanwhile" in response.text


def test_when_the_consent_has_ended_there_is_no_accept_button(
    case, send, receivers_browser, monkeypatch
):
    monkeypatch.setattr("referrals.operations.sending.CONSENT_LASTS", timedelta(seconds=-1))
    referral = send(case)

    page = receivers_browser.get(url("referral", referral.pk))
    tried = receivers_browser.post(url("accept", referral.pk), arrival(), follow=True)

    assert "consent to this referral has ended" in page.text
    assert "Accept and open the case" not in page.text
    assert "can no longer be opened" in tried.text


def test_confirming_the_arrival(referral, accept, receivers_browser, tulpar):
    case = accept(referral)

    response = receivers_browser.post(url("arrive", referral.pk), now_typed(), follow=True)

    assert response.redirect_chain == [(case_url(case), 302)]
    assert "Your shelter is responsible from now on." in response.text
    page = receivers_browser.get(url("referral", referral.pk)).text
    assert "Tulpar is responsible for the client." in page


@pytest.mark.parametrize(
    "broken",
    [
        {"arrived_on": "01.01.2999"},
        {"arrived_on": "01.01.2020"},
        {"arrived_on": ""},
        {"arrived_at": ""},
        {"arrived_at": "late"},
    ],
    ids=str,
)
def test_a_bad_arrival_is_explained(referral, accept, receivers_browser, tulpar, broken):
    accept(referral)

    response = receivers_browser.post(url("arrive", referral.pk), now_typed() | broken)

    assert response.status_code == 200
    assert next(iter(broken)) in response.context["arrive_form"].errors
    with in_shelter(tulpar):
        assert Referral.objects.get().status == Status.ACCEPTED


def test_who_did_not_arrive(referral, accept, receivers_browser, tulpar):
    accept(referral)

    response = receivers_browser.post(url("not_arrived", referral.pk), follow=True)

    assert "The other shelter stays responsible" in response.text
    with in_shelter(tulpar):
        assert Case.objects.get().closure_reason == "did_not_arrive"


# --- the sender's side ----------------------------------------------------------------------------


def test_the_stub_is_the_senders_page_of_a_referral(referral, senders_browser):
    response = senders_browser.get(url("referral", referral.pk), follow=True)

    assert response.redirect_chain == [(url("sent", referral.pk), 302)]
    assert "insulin" in response.text
    assert "Withdraw this referral" in response.text


def test_withdrawing(referral, senders_browser, samal):
    page = senders_browser.get(url("withdraw", referral.pk))
    response = senders_browser.post(
        url("withdraw", referral.pk), {"seen": page.context["form"]["seen"].value()}, follow=True
    )
    again = senders_browser.post(url("withdraw", referral.pk), {"seen": "sent"}, follow=True)

    assert "Nobody can open the summary any more." in response.text
    assert again.status_code == 200
    assert "nothing to withdraw" in senders_browser.get(url("withdraw", referral.pk)).text
    with in_shelter(samal):
        assert Referral.objects.get().status == Status.WITHDRAWN


def test_withdrawing_what_was_accepted_says_that_it_was_read(
    referral, accept, senders_browser, deliver, tulpar
):
    accept(referral)
    page = senders_browser.get(url("withdraw", referral.pk))
    assert "has read the summary already" in page.text

    senders_browser.post(url("withdraw", referral.pk), {"seen": "accepted"})
    deliver()

    with in_shelter(tulpar):
        assert Case.objects.get().closure_reason == "did_not_arrive"
        assert Received.objects.get().text == ""


@pytest.mark.parametrize("seen", ["", "nonsense", "accepted"])
def test_withdrawing_something_else_than_what_was_seen_is_refused(
    referral, senders_browser, samal, seen
):
    response = senders_browser.post(url("withdraw", referral.pk), {"seen": seen}, follow=True)

    assert "moved on meanwhile" in response.text
    with in_shelter(samal):
        assert Referral.objects.get().status == Status.SENT


def test_after_the_arrival_the_senders_case_is_read_only(
    referral, accept, tulpar, receiver, deliver, senders_browser, case
):
    accept(referral)
    with in_shelter(tulpar):
        operations.confirm_arrival(referral=referral, at=timezone.now(), by=receiver)
    deliver()

    page = senders_browser.get(case_url(case)).text

    assert "Moved to another shelter" in page
    assert "Arrived at the other shelter" in page
    assert referral.code in page
    assert "Send to another shelter" not in page.replace("Sent to another shelter", "")
    assert "Tulpar is responsible" in senders_browser.get(url("sent", referral.pk)).text


def test_the_case_offers_sending_to_whoever_may(case, samal, person, browser_of, senders_browser):
    lawyer = browser_of(person(samal, Role.LAWYER), SAMAL)

    assert url("send", case.pk) in senders_browser.get(case_url(case)).text
    assert url("send", case.pk) not in lawyer.get(case_url(case)).text


def test_the_expected_case_leads_to_the_arrival(referral, accept, receivers_browser):
    case = accept(referral)

    assert url("referral", referral.pk) in receivers_browser.get(case_url(case)).text


def test_every_page_that_shows_the_summary_leaves_a_reading(
    referral, accept, senders_browser, receivers_browser, samal, tulpar, case, agreed, admit, typed
):
    there = accept(referral)
    other = admit("Oak 1")
    for browser, path in (
        (senders_browser, url("sent", referral.pk)),
        (receivers_browser, url("referral", referral.pk)),
    ):
        browser.get(path)
    senders_browser.post(url("send", other.pk), typed())

    for shelter, read in ((samal, [case.pk, other.pk]), (tulpar, [there.pk])):
        with in_shelter(shelter):
            found = Event.objects.filter(type="case.read").values_list("case_id", flat=True)
            assert set(found) == set(read)


# --- lists ----------------------------------------------------------------------------------------


def test_the_longest_overdue_stands_on_top_and_says_so(
    admit, send, send_long_ago, receivers_browser
):
    slow = send(admit("Oak 1"), urgency="normal_2w")
    quick = send(admit("Oak 2"), urgency="emergency_24h")
    late = send_long_ago()

    page = receivers_browser.get(url("inbox"))

    assert [one.pk for one in page.context["page"]] == [late.pk, quick.pk, slow.pk]
    assert "overdue by 6 days" in page.text


def test_each_list_shows_its_own(
    admit, send, accept, receivers_browser, senders_browser, tulpar, receiver
):
    waiting, coming, over = (send(admit(f"Oak {number}")) for number in range(3))
    accept(coming)
    with in_shelter(tulpar):
        operations.decline_referral(referral=over, reason="full", by=receiver)

    def codes(browser: Browser, name: str) -> set[str]:
        return set(re.findall(r"R-\w{4}", browser.get(url(name)).text))

    assert codes(receivers_browser, "inbox") == {waiting.code, coming.code}
    assert codes(receivers_browser, "outgoing") == set()
    assert codes(receivers_browser, "past") == {over.code}
    assert codes(senders_browser, "inbox") == set()
    assert codes(senders_browser, "outgoing") == {waiting.code, coming.code}
    assert codes(senders_browser, "past") == {over.code}


@pytest.mark.parametrize("name", ["inbox", "outgoing", "past"])
def test_a_list_costs_the_same_however_long_it_is(
    admit, send, receivers_browser, senders_browser, statements, name
):
    browser = receivers_browser if name == "inbox" else senders_browser
    send(admit("Oak 1"))
    browser.get(url(name))
    with statements() as one:
        browser.get(url(name))
    for number in range(2, 5):
        send(admit(f"Oak {number}"))
    with statements() as many:
        browser.get(url(name))

    assert 0 < len(one) == len(many) <= 12


def test_today_lists_whom_nobody_took(senders_browser, referral, samal, tulpar, receiver, deliver):
    with in_shelter(tulpar):
        operations.decline_referral(referral=referral, reason="full", by=receiver)
    deliver()

    page = senders_browser.get(reverse("cases:today", urlconf=settings.ROOT_URLCONF))

    assert "Not taken by the other shelter" in page.text
    assert "No place" in page.text
