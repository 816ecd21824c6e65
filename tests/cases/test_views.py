"""The pages of clients: by role, with bad answers, and with every button pressed twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Client, Consent, Entry, Stay
from cases.operations import close_case, expect_client, set_next_step, write_note
from shelters.events.models import Event
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import in_shelter

HOST = "samal.localhost"
ADMIT = "/clients/admit/"
EARLIER = "/clients/earlier/"


def page_of(case: Case, name: str = "case") -> str:
    return reverse(f"cases:{name}", args=[case.pk], urlconf="config.urls")


@pytest.fixture
def answers() -> dict[str, str]:
    """What an emergency asks, as the browser sends it."""
    return {
        "new_id": str(uuid4()),
        "code": "Birch 12",
        "age_group": "adult",
        "consent_how": "signed",
    }


@pytest.fixture
def how_many(samal: Shelter) -> Callable[..., int]:
    def how_many(model) -> int:
        with in_shelter(samal):
            return model.objects.count()

    return how_many


def test_three_answers_admit_a_client(browser: Browser, answers, samal: Shelter):
    response = browser.post(f"{ADMIT}?emergency=1", answers)

    with in_shelter(samal):
        case = Case.objects.get()
        assert (case.client.code, case.is_emergency) == ("Birch 12", True)
    assert response.headers["Location"] == page_of(case)


def test_the_page_offers_a_free_code_name_and_asks_for_a_child_first(browser: Browser):
    page = browser.get(ADMIT)

    form = page.context["form"]
    assert form["code"].value()
    assert form["age_group"].value() == "child"
    required = [name for name, field in form.fields.items() if field.required]
    assert len(required) <= 12
    assert set(required) == {"new_id", "code", "age_group", "consent_how"}


@pytest.mark.parametrize(("query", "kind"), [("", None), ("?emergency=1", "emergency")])
def test_an_emergency_begins_an_emergency_stay(browser: Browser, query, kind):
    page = browser.get(f"{ADMIT}{query}")

    assert page.context["form"]["stay_type"].value() == kind


def test_all_answers_are_kept(browser: Browser, answers, samal: Shelter, worker: User):
    more = {
        "name": "Invented Name",
        "sex": "female",
        "birth": "18-24",
        "citizenship_answer": "declined",
        "languages": ["uz", "", "ru"],
        "referral_source": "hotline",
        "referral_source_answer": "answered",
        "exploitation_forms": ["forced_labour", "other"],
        "exploitation_time": "3",
        "exploitation_unit": "years",
        "exploitation_about": "on",
        "arrived_on": "20.11.2026",
        "planned_until": "2027-01-31",
        "keyworker": str(worker.pk),
        "next_step": "Call the consulate",
        "next_step_due": "01.12.2026",
        "note": "Tired. Wants to sleep.",
    }

    assert browser.post(ADMIT, answers | more).status_code == 302

    with in_shelter(samal):
        case = Case.objects.get()
        assert case.client.partial_birth.ages(timezone.localdate())[0] == 18
        assert case.client.citizenship_answer == "declined"
        assert case.client.languages == ["uz", "ru"]
        assert str(case.exploitation_time) == "about 3 years"
        assert case.stays.get().started_on.isoformat() == "2026-11-20"
        assert case.keyworker == worker
        assert case.entries.get().text == "Tired. Wants to sleep."


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "Birch; 12"}, "code"),
        ({"code": "x" * 31}, "code"),
        ({"code": "Bir\0ch"}, "code"),
        ({"age_group": "ancient"}, "age_group"),
        ({"consent_how": ""}, "consent_how"),
        ({"name": "n" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "Invented", "name_answer": "declined"}, "name"),
        ({"sex_answer": "answered"}, "sex"),
        ({"sex": "robot"}, "sex"),
        ({"birth": "31.02.2001"}, "birth"),
        ({"birth": "yesterday"}, "birth"),
        ({"birth": "٢٠٠١"}, "birth"),
        ({"birth": "2150"}, "birth"),
        ({"birth": "2020"}, "birth"),
        ({"age_basis": "presumed"}, "age_basis"),
        ({"languages": ["kk", "klingon"]}, "languages"),
        ({"exploitation_forms": ["x"]}, "exploitation_forms"),
        ({"exploitation_time": "many"}, "exploitation_time"),
        ({"exploitation_time": "-3"}, "exploitation_time"),
        ({"exploitation_time": "9" * 5000}, "exploitation_time"),
        ({"exploitation_time": "101", "exploitation_unit": "years"}, "exploitation_time"),
        ({"exploitation_unit": "aeons"}, "exploitation_unit"),
        ({"arrived_on": "24/11/26"}, "arrived_on"),
        ({"arrived_on": "01.01.2199"}, "arrived_on"),
        ({"planned_until": "01.01.2020"}, "planned_until"),
        ({"keyworker": "nobody"}, "keyworker"),
        ({"keyworker": str(uuid4())}, "keyworker"),
        ({"next_step": "s" * 201}, "next_step"),
        ({"next_step_due": "01.12.2026"}, "next_step"),
        ({"note": "n" * 4001}, "note"),
        ({"note": "a\0b"}, "note"),
        ({"consent_how": "guardian_and_child_assent"}, "consent_how"),
        ({"new_id": "7"}, "new_id"),
    ],
)
def test_a_bad_answer_is_told_beside_its_field(browser: Browser, answers, how_many, wrong, field):
    page = browser.post(ADMIT, answers | wrong)

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert how_many(Client) == how_many(Case) == how_many(Entry) == 0


def test_a_file_where_text_belongs_is_told(browser: Browser, answers, how_many):
    picture = SimpleUploadedFile("picture.png", b"\x89PNG")

    page = browser.post(ADMIT, answers | {"code": picture})

    assert list(page.context["form"].errors) == ["code"]
    assert how_many(Client) == 0


def test_a_taken_code_name_leads_to_the_file(browser: Browser, answers, case: Case):
    page = browser.post(ADMIT, answers)

    assert list(page.context["form"].errors) == ["code"]
    assert page_of(case) in page.content.decode()


def test_an_earlier_file_is_found_by_the_beginning_of_its_code_name(browser: Browser, case: Case):
    assert page_of(case) in browser.post(EARLIER, {"search": "bir"}).content.decode()
    assert page_of(case) not in browser.post(EARLIER, {"search": "pine"}).content.decode()


def test_who_was_here_before_is_admitted_again(
    browser: Browser, answers, case: Case, samal: Shelter, worker: User
):
    with in_shelter(samal):
        close_case(case=case, reason="plan_completed", by=worker)
    again = f"{ADMIT}?client={case.client_id}"
    assert again in browser.post(EARLIER, {"search": "Birch 12"}).content.decode()

    assert browser.post(again, answers | {"code": ""}).status_code == 302

    with in_shelter(samal):
        assert Client.objects.get().cases.count() == 2


@pytest.mark.parametrize("client", ["nobody", "5f0c3a52-6f8e-4d6c-9a52-1f0f6f2d7a11"])
def test_only_a_client_of_this_shelter_is_admitted_again(browser: Browser, client):
    assert browser.get(ADMIT, {"client": client}).status_code == 404


def test_pressing_admit_twice_admits_once(browser: Browser, answers, how_many):
    first, second = (browser.post(ADMIT, answers | {"note": "Came by night."}) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert [how_many(model) for model in (Client, Case, Stay, Consent, Entry)] == [1] * 5


@pytest.mark.parametrize(
    ("name", "sent", "event"),
    [
        ("note", {"new_id": str(uuid4()), "text": "One", "kind": "call"}, "note.written"),
        ("next_step", {"next_step": "Call", "due": "01.12.2026"}, "case.next_step_set"),
        ("plan", {"until": "31.12.2099"}, "case.plan_set"),
        ("close", {"reason": "repatriated", "note": "Went home."}, "case.closed"),
    ],
)
def test_pressing_a_button_twice_does_it_once(
    browser: Browser, case: Case, samal: Shelter, name, sent, event
):
    for _ in range(2):
        answer = browser.post(page_of(case, name), sent)
        assert answer.headers["Location"] == page_of(case)

    with in_shelter(samal):
        assert Event.objects.filter(type=event, case_id=case.id).count() == 1
        assert case.entries.count() == (1 if name in {"note", "close"} else 0)


def test_withdrawing_twice_is_told(browser: Browser, case: Case, samal: Shelter):
    with in_shelter(samal):
        consent = case.consents.get()
    url = reverse("cases:consent_withdraw", args=[consent.pk], urlconf="config.urls")
    assert browser.get(url).status_code == 200

    browser.post(url)
    page = browser.post(url, follow=True)

    assert "This consent no longer stands." in page.content.decode()
    assert "There is no standing consent to the stay." in page.content.decode()


def test_consent_is_recorded_once_where_it_is_missing(browser: Browser, case: Case, how_many):
    page = browser.post(page_of(case, "consent"), {"new_id": str(uuid4()), "how": "signed"})

    assert list(page.context["form"].errors) == ["how"]
    assert how_many(Consent) == 1


def test_no_guardian_consents_for_an_adult(browser: Browser, case: Case, how_many):
    sent = {"new_id": str(uuid4()), "how": "guardian_and_child_assent"}

    page = browser.post(page_of(case, "consent"), sent)

    assert list(page.context["form"].errors) == ["how"]
    assert how_many(Consent) == 1


def test_a_refusal_of_the_stay_is_recorded_once(browser: Browser, case: Case, how_many):
    sent = {"new_id": str(uuid4()), "how": "refused"}

    for _ in range(2):
        assert browser.post(page_of(case, "consent"), sent).status_code == 302

    assert how_many(Consent) == 2


@pytest.mark.parametrize("search", ["a\0b", "x" * 31, "", "%", "Zhanna O'Neill"])
def test_a_search_survives_anything(browser: Browser, case: Case, search):
    page = browser.post(EARLIER, {"search": search})

    assert page.status_code == 200
    assert page.context["earlier"] == []


def test_the_answers_can_be_completed_later(browser: Browser, case: Case, samal: Shelter):
    page = browser.get(page_of(case, "intake"))
    assert page.context["form"]["age_group"].value() == "adult"

    saved = browser.post(
        page_of(case, "intake"), {"age_group": "adult", "name": "Invented", "birth": "05.2001"}
    )

    assert saved.headers["Location"] == page_of(case)
    with in_shelter(samal):
        assert Client.objects.get().name == "Invented"
    assert browser.get(page_of(case, "intake")).context["form"]["birth"].value() == "05.2001"


@pytest.mark.parametrize(
    ("name", "sent", "field"),
    [
        ("note", {"text": ""}, "text"),
        ("note", {"text": "x" * 4001}, "text"),
        ("note", {"text": "a\0b"}, "text"),
        ("note", {"text": "One", "happened_on": "tomorrow"}, "happened_on"),
        ("note", {"text": "One", "happened_on": "01.01.2199"}, "happened_on"),
        ("note", {"text": "One", "happened_at_time": "25:99"}, "happened_at_time"),
        ("note", {"text": "One", "kind": "rumour"}, "kind"),
        ("next_step", {"next_step": "x" * 201}, "next_step"),
        ("next_step", {"next_step": "", "due": "01.12.2026"}, "next_step"),
        ("next_step", {"next_step": "Call", "due": "00.00.0000"}, "due"),
        ("plan", {"until": "31.11.2026"}, "until"),
        ("plan", {"until": "01.01.2020"}, "until"),
        ("close", {"reason": ""}, "reason"),
        ("close", {"reason": "did_not_arrive"}, "reason"),
        ("close", {"reason": "asked_to_leave"}, "note"),
        ("consent", {"how": "shouted"}, "how"),
        ("intake", {"age_group": "child", "birth": "1990"}, "birth"),
    ],
)
def test_bad_answers_about_a_case_are_told(browser: Browser, case: Case, name, sent, field):
    usual = {"new_id": str(uuid4()), "kind": "note"}
    with_id = usual if name in {"note", "consent"} else {}

    page = browser.post(page_of(case, name), with_id | sent)

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]


def test_a_closed_case_is_only_read(browser: Browser, case: Case, samal: Shelter, worker: User):
    with in_shelter(samal):
        close_case(case=case, reason="repatriated", by=worker)

    page = browser.get(page_of(case)).content.decode()
    assert "It can be read, not changed." in page
    assert "<textarea" not in page
    assert "agreed with the client" not in page, "there is no plan"
    for name in ("next_step", "plan", "intake", "consent", "close"):
        assert browser.get(page_of(case, name)).headers["Location"] == page_of(case)
    refused = browser.post(
        page_of(case, "note"), {"new_id": str(uuid4()), "text": "x", "kind": "note"}
    )
    assert "This case is closed." in str(refused.context["form"].errors)


def test_opening_a_case_is_recorded(browser: Browser, case: Case, samal: Shelter, worker: User):
    browser.get(page_of(case))

    with in_shelter(samal):
        assert Event.objects.get(type="case.read", case_id=case.id).by_id == worker.id
    assert "Opened this page" in browser.get(f"{page_of(case)}?show=readings").content.decode()


def test_the_name_stands_in_its_fact_only(browser: Browser, admit: Callable[..., Case]):
    case = admit(answers={"name": "Invented Name"})

    page = browser.get(page_of(case)).content.decode()

    assert page.count("Invented Name") == 1
    assert "Invented Name" not in page.split("<main")[0]
    assert "Invented Name" not in browser.get("/clients/").content.decode()
    assert "Invented Name" not in browser.get("/clients/today/").content.decode()


def test_the_three_dates_are_shown_apart(browser: Browser, admit: Callable[..., Case]):
    bare = browser.get(page_of(admit())).content.decode()

    assert "Guideline, not a limit" in bare
    assert "time in exploitation: not asked" in bare
    assert "no state money limits this stay" in bare


@pytest.mark.parametrize(
    ("shown", "note", "change"),
    [("all", True, True), ("notes", True, False), ("changes", False, True), ("?", True, True)],
)
def test_the_timeline_is_filtered_in_one_step(
    browser: Browser, case: Case, samal: Shelter, worker: User, shown, note, change
):
    with in_shelter(samal):
        write_note(new_id=uuid4(), case=case, text="Slept well.", by=worker)

    page = browser.get(page_of(case), {"show": shown}).content.decode()

    assert ("Slept well." in page) is note
    assert ("Admitted</h3>" in page) is change


def test_a_note_without_a_time_shows_none(browser: Browser, case: Case, samal, worker: User):
    yesterday = timezone.localdate() - timedelta(days=1)
    with in_shelter(samal):
        write_note(new_id=uuid4(), case=case, text="x", happened_on=yesterday, by=worker)

    [moment] = browser.get(page_of(case), {"show": "notes"}).context["moments"]

    assert (moment.on, moment.at, moment.entered_later) == (yesterday, None, True)


def test_the_timeline_has_pages(browser: Browser, case: Case, samal: Shelter, worker: User):
    with in_shelter(samal):
        for number in range(31):
            write_note(new_id=uuid4(), case=case, text=f"note {number}", by=worker)

    first = browser.get(page_of(case), {"show": "notes"})
    second = browser.get(page_of(case), {"show": "notes", "from": "2"})

    assert [m.text for m in first.context["moments"]] == [f"note {n}" for n in range(30, 0, -1)]
    assert [m.text for m in second.context["moments"]] == ["note 0"]
    assert browser.get(page_of(case), {"from": "9" * 99}).status_code == 200


def test_the_list_is_narrowed_by_what_is_asked(
    browser: Browser, admit: Callable[..., Case], samal: Shelter, worker: User
):
    admit(code="Birch 12", age_group="adult", keyworker=worker)
    child = admit(code="Pine 7", age_group="child")
    gone = admit(code="Oak 3")
    with in_shelter(samal):
        close_case(case=gone, reason="repatriated", by=worker)
        set_next_step(case=child, text="Call", due=timezone.localdate(), by=worker)

    def shown(**query: str) -> set[str]:
        return {case.client.code for case in browser.get("/clients/", query).context["page"]}

    assert shown() == {"Birch 12", "Pine 7"}
    assert shown(status="ended") == {"Oak 3"}
    assert shown(status="every") == {"Birch 12", "Pine 7", "Oak 3"}
    assert shown(age="child") == {"Pine 7"}
    assert shown(keyworker="me") == {"Birch 12"}
    assert shown(step="today") == {"Pine 7"}
    assert shown(step="none") == {"Birch 12"}
    assert shown(code="bir") == {"Birch 12"}
    assert shown(code="Birch 12", age="child") == set()


@pytest.mark.parametrize(
    "query",
    ["status=x", "page=x", "page=99999999999999999999", "age=%00", "code=%00", "code=" + "x" * 99],
)
def test_a_list_survives_any_query(browser: Browser, case: Case, query):
    assert browser.get(f"/clients/?{query}").status_code == 200


def test_the_list_has_pages_and_asks_the_database_a_fixed_number_of_times(
    browser: Browser, admit: Callable[..., Case], statements, worker: User
):
    admit(keyworker=worker, next_step="Call")
    browser.get("/clients/")
    with statements() as of_one:
        browser.get("/clients/")
    for _ in range(51):
        admit(keyworker=worker, next_step="Call")
    with statements() as of_many:
        page = browser.get("/clients/")

    assert page.context["page"].paginator.count == 52
    assert len(page.context["page"]) == 50
    assert len(of_many) == len(of_one) <= 12


def test_today_shows_what_cannot_wait(
    browser: Browser, admit: Callable[..., Case], samal: Shelter, worker: User
):
    day = timezone.localdate()
    admit(code="Birch 1", next_step="Call", next_step_due=day - timedelta(days=1))
    admit(code="Birch 2", next_step="Visit", next_step_due=day)
    admit(code="Birch 3", next_step="Later", next_step_due=day + timedelta(days=9))
    admit(code="Birch 4")
    with in_shelter(samal):
        summary = {"identity": {"code": "Birch 5"}}
        expect_client(referral_id=uuid4(), summary=summary, by=worker)

    groups = browser.get("/clients/today/").context["groups"]

    assert {group.key: [c.client.code for c in group.cases] for group in groups} == {
        "overdue": ["Birch 1"],
        "due": ["Birch 2"],
        "expected": ["Birch 5"],
        "no-step": ["Birch 4"],
    }


def test_an_empty_day_says_so(browser: Browser):
    assert "Nothing is due today" in browser.get("/clients/today/").content.decode()


PAGES = [
    ("", "get"),
    ("note/", "post"),
    ("next-step/", "get"),
    ("plan/", "get"),
    ("intake/", "get"),
    ("consent/", "get"),
    ("close/", "get"),
]


@pytest.mark.parametrize(("tail", "method"), PAGES)
def test_a_foreign_id_is_not_found(
    browser: Browser, tulpar: Shelter, person: Callable[..., User], case: Case, tail, method
):
    stranger = person(tulpar, "director")
    elsewhere = Browser(HTTP_HOST="tulpar.localhost")
    with in_shelter(tulpar):
        elsewhere.force_login(stranger)

    assert getattr(elsewhere, method)(f"/clients/{case.pk}/{tail}").status_code == 404
    assert getattr(browser, method)(f"/clients/{uuid4()}/{tail}").status_code == 404
    assert getattr(browser, method)(f"/clients/7/{tail}").status_code == 404


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/clients/", "post"),
        ("/clients/today/", "post"),
        (ADMIT, "put"),
        ("{case}", "post"),
        ("{case}note/", "get"),
        ("{case}next-step/", "delete"),
        ("{case}close/", "patch"),
    ],
)
def test_a_wrong_method_is_refused(browser: Browser, case: Case, path, method):
    address = path.format(case=page_of(case))

    assert getattr(browser, method)(address).status_code == 405


WHO = {
    "director": (200, 200, 200, 200),
    "social_worker": (200, 200, 200, 200),
    "psychologist": (200, 200, 200, 403),
    "lawyer": (200, 403, 403, 403),
    "night_duty": (200, 200, 403, 403),
    "bookkeeper": (403, 403, 403, 403),
    "interpreter": (403, 403, 403, 403),
    "volunteer": (403, 403, 403, 403),
}


@pytest.mark.parametrize(("role", "expected"), WHO.items())
def test_each_role_opens_its_pages_only(
    samal: Shelter, person, browser_of, case: Case, role, expected
):
    browser = browser_of(person(samal, role), HOST)

    pages = (page_of(case), ADMIT, page_of(case, "next_step"), page_of(case, "close"))
    assert tuple(browser.get(page).status_code for page in pages) == expected


def test_who_did_not_sign_in_sees_nothing(case: Case):
    answer = Browser(HTTP_HOST=HOST).get(page_of(case))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_every_form_that_changes_something_carries_its_token(browser: Browser, case: Case):
    pages = [page_of(case), page_of(case, "close"), page_of(case, "intake"), ADMIT]

    for page in pages:
        shown = browser.get(page).content.decode()
        main = shown[shown.index("<main") :]
        assert main.count('method="post"') == main.count("csrfmiddlewaretoken") > 0


@pytest.mark.parametrize("step", ["plan", "close"])
def test_who_has_not_arrived_has_no_plan_and_cannot_leave(samal, browser, worker, step):
    with in_shelter(samal):
        expected = expect_client(
            referral_id=uuid4(),
            summary={"version": 1, "identity": {"code": "Birch 12", "age_group": "adult"}},
            by=worker,
        )

    page = browser.get(reverse(f"cases:{step}", args=[expected.pk]), follow=True)

    assert page.redirect_chain[-1][0] == reverse("cases:case", args=[expected.pk])
    assert "does not fit the case" in page.text
