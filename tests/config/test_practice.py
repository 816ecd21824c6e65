"""A shelter for practice: marked everywhere, and apart from every real one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from cases.models import Case, Client, How
from cases.operations import admit_client, close_case
from cases.summary import Section
from config.demo.cast import PASSWORD, PRACTICE, TRAINEES
from funding.models import Claim, Donor, DonorKind, Evidence, GiftKind, Receipt
from funding.operations import add_donor, receive_gift, record_claim
from referrals.models import Need, Reason, Referral, Urgency
from referrals.operations import OnlyPractice, UnknownRecipient, send_referral
from shelters.events.models import Event
from shelters.models import Shelter
from shelters.operations import Newcomer, add_operator, open_shelter
from shelters.registry import in_schema, other_shelters, schemas_in_use
from shelters.staff.models import User
from shelters.staff.operations import give_roles
from shelters.staff.permissions import Role
from shelters.tenancy import in_central
from shelters.tenancy.migrate import as_owner
from tests.databases import own_database

pytestmark = pytest.mark.usefixtures("practice")
HOST, REAL, CENTRAL = "practice.localhost", "samal.localhost", "pana.localhost"
MENTOR, WORKER, VOLUNTEER = (person.email for person in (*PRACTICE.people, *TRAINEES))
MARKS = {
    "en": "Nothing here is real",
    "ru": "Здесь всё выдумано",
    "kk": "Мұнда бәрі ойдан шығарылған",
}


@pytest.fixture(scope="module")
def practice(
    django_db_setup: None,
    django_db_blocker: Any,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Beside a real shelter, and a central host with somebody of each role."""
    with (
        django_db_blocker.unblock(),
        own_database(f"practice_pana_{worker_id}"),
        override_settings(
            DEMO=True, SECURE=False, HOME=tmp_path_factory.mktemp("practice"), PORT="8000"
        ),
    ):
        call_command("migrate", verbosity=0)
        call_command("practice", verbosity=0)
        open_shelter(name="Samal", schema="samal", word="samal", director=_newcomer("samal"))
        add_operator(_newcomer("pana"))
        with in_central():
            roles = [Role.COORDINATOR, Role.FUNDING_OFFICER]
            give_roles(user=User.objects.get(), roles=roles)
        yield


def _newcomer(word: str) -> Newcomer:
    return Newcomer(f"first@{word}.example", "First", PASSWORD, "en")


def browser_of(email: str, host: str, **options: Any) -> Browser:
    browser = Browser(HTTP_HOST=host, headers={"accept-language": "en"}, **options)
    with in_schema("public" if host == CENTRAL else host.split(".")[0]):
        browser.force_login(User.objects.get(email=email))
    return browser


def said_by(*words: str) -> str:
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


# --- marked everywhere ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", MARKS)
@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/", "/nowhere/"])
def test_pages_before_sign_in_are_marked_in_three_languages(path: str, language: str):
    stranger = Browser(HTTP_HOST=HOST, headers={"accept-language": language})

    assert MARKS[language] in stranger.get(path).text


PAGES = ["/", "/clients/", "/clients/admit/", "/referrals/", "/money/", "/staff/", "/staff/me/"]


@pytest.mark.parametrize("path", [*PAGES, "/api/"])
def test_pages_are_marked(path: str):
    answer = browser_of(MENTOR, HOST).get(path, follow=True)

    assert answer.status_code == 200
    assert answer.text.count(MARKS["ru"]) == 1


ERRORS: dict[int, Callable[[Browser], HttpResponse]] = {
    403: lambda browser: browser.get("/money/"),
    404: lambda browser: browser.get(f"/clients/{uuid4()}/"),
    405: lambda browser: browser.post("/clients/"),
}


@pytest.mark.parametrize("status", ERRORS)
def test_pages_of_errors_are_marked(status: int):
    browser = browser_of(WORKER, HOST, raise_request_exception=False)

    answer = ERRORS[status](browser)

    assert answer.status_code == status
    assert MARKS["ru"] in answer.text


def test_a_form_without_its_token_gets_a_marked_page():
    browser = Browser(HTTP_HOST=HOST, enforce_csrf_checks=True, headers={"accept-language": "en"})

    answer = browser.post("/account/login/", {"login": WORKER})

    assert answer.status_code == 403
    assert MARKS["en"] in answer.text


@pytest.mark.parametrize("host", [REAL, CENTRAL, "nobody.localhost"])
@pytest.mark.parametrize("path", ["/account/login/", "/nowhere/"])
def test_no_page_of_another_host_is_marked(host: str, path: str):
    stranger = Browser(HTTP_HOST=host, headers={"accept-language": "en"})

    assert MARKS["en"] not in stranger.get(path).text


def test_the_mark_is_printed_too():
    sheet = (Path(__file__).parents[2] / "config/static/css/print.css").read_text()

    hidden = sheet[: sheet.index("display: none")].rpartition("}")[2]

    assert ".navigation" in hidden
    assert ".practice" not in hidden
    assert not re.search(r"\.top\s*[,{]", hidden)


# --- apart from every real shelter ---------------------------------------------------------------


def test_it_is_in_use_but_no_shelter_of_the_network():
    with in_central():
        assert set(Shelter.objects.open().values_list("schema", flat=True)) == {"samal"}
    assert set(schemas_in_use()) == {"samal", "practice"}


REFUSED = "Invalid transition|open_or_for_practice"


@pytest.mark.parametrize(("schema", "state"), [("practice", "open"), ("samal", "practice")])
@pytest.mark.parametrize("through", [[], ["archived"]], ids=["at once", "archived between"])
def test_not_even_the_owner_makes_a_real_one_of_it_or_the_reverse(schema, state, through):
    move = "UPDATE shelters_shelter SET state = %s WHERE schema = %s"

    with pytest.raises(DatabaseError, match=REFUSED), as_owner() as cursor:  # noqa: PT012
        for step in [*through, state]:
            cursor.execute(move, [step, schema])


@pytest.mark.parametrize("schema", ["practice", "samal"])
def test_whether_it_is_for_practice_never_changes(schema):
    with pytest.raises(ProgrammingError, match="Cannot update"), as_owner() as cursor:
        cursor.execute(
            "UPDATE shelters_shelter SET is_practice = NOT is_practice, state = 'archived'"
            " WHERE schema = %s",
            [schema],
        )


def test_neither_side_can_choose_the_other():
    for schema in ("samal", "practice"):
        with in_schema(schema):
            assert not other_shelters().exists()


def test_nobody_is_sent_from_it():
    with in_schema("samal") as unit:
        samal = unit.id
    with in_schema("practice"), pytest.raises(OnlyPractice):
        _send(Case.objects.active().first(), samal)


def test_nobody_is_sent_to_it():
    with in_schema("practice") as unit:
        practice = unit.id
    with in_schema("samal"), pytest.raises(UnknownRecipient):
        send_referral(
            **{**_letter(), "case": _somebody(), "recipient_id": practice},
            by=User.objects.get(),
        )


def _send(case: Case | None, recipient_id: Any) -> Referral:
    assert case is not None
    by = User.objects.get(email=MENTOR)
    return send_referral(**_letter(), case=case, recipient_id=recipient_id, by=by)


def _letter() -> dict[str, Any]:
    return {
        "new_id": uuid4(),
        "urgency": Urgency.NORMAL,
        "reason": Reason.SERVICES,
        "needs": [Need.BED],
        "sections": [Section.CITIZENSHIP],
        "message": "",
        "consent_how": How.SIGNED,
    }


def _somebody() -> Case:
    return admit_client(
        new_id=uuid4(),
        code=f"Birch {uuid4().int % 9000 + 1000}",
        age_group="adult",
        consent_how=How.SIGNED,
        by=User.objects.get(),
    )


@pytest.mark.parametrize(("here", "there"), [("samal", "practice"), ("practice", "samal")])
def test_the_database_refuses_a_letter_either_way(here: str, there: str):
    with in_schema(there) as unit:
        recipient = unit.id
    row = Referral(
        sender_id=None,
        recipient_id=recipient,
        code="R-2345",
        urgency=Urgency.NORMAL,
        reason=Reason.SERVICES,
        needs=["bed"],
        age_group="adult",
    )
    row.answer_by = row.sent_at + Urgency.NORMAL.time_to_answer
    with in_schema(here) as unit:
        row.sender_id = unit.id
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)


def test_the_central_host_sees_nothing_of_its_money():
    with in_schema("practice") as unit:
        mentor = User.objects.get(email=MENTOR)
        donor = add_donor(
            new_id=uuid4(), name="Play money", kind=DonorKind.LOCAL_BUSINESS, by=mentor
        )
        receive_gift(
            new_id=uuid4(),
            donor=donor,
            kind=GiftKind.CASH,
            amount=Decimal(1000),
            evidence=Evidence.VOUCHER,
            by=mentor,
            received_on=timezone.localdate(),
        )
        record_claim(
            new_id=uuid4(),
            statement="All is paid",
            said_by="Somebody",
            source="Talk",
            as_of=timezone.localdate(),
            by=mentor,
        )
        assert Receipt.objects.exists()
        shelter_id = unit.id

    with in_central():
        assert not Receipt.objects.exists()
        assert not Donor.objects.exists()
        assert not Claim.objects.exists()
    officer = browser_of("first@pana.example", CENTRAL)
    assert "Practice" not in officer.get("/money/").text
    assert officer.get(f"/money/{shelter_id}/").status_code == 404


def test_the_operator_looks_after_it_too():
    page = browser_of("first@pana.example", CENTRAL).get("/shelters/").text

    row = page[page.index("Practice") :].partition("</tr>")[0]
    assert "practice.localhost" in row


# --- what a newcomer finds -----------------------------------------------------------------------


def test_a_dozen_invented_clients_are_there():
    with in_schema("practice"):
        assert 11 <= Client.objects.count() <= 13
        assert 8 <= Case.objects.active().count() <= 11


def test_people_sign_in_with_the_password():
    for email in (MENTOR, WORKER, VOLUNTEER):
        answer = Browser(HTTP_HOST=HOST).post(
            "/account/login/", {"login": email, "password": PASSWORD}
        )
        assert answer.status_code == 302


def test_the_things_to_try_are_those_of_the_persons_roles():
    def tasks(email: str) -> int:
        page = browser_of(email, HOST).get("/clients/today/").text
        return page[page.index('id="try-this"') :].partition("</ol>")[0].count("<li")

    assert tasks(WORKER) == 7
    assert tasks(VOLUNTEER) == 3


def test_what_was_tried_is_ticked_for_who_tried_it():
    with in_schema("practice"):
        worker = User.objects.get(email=WORKER)
        stays = Case.objects.active().filter(is_emergency=False).order_by("opened_at")
        close_case(case=stays.first(), reason="plan_completed", by=worker)

    page = browser_of(WORKER, HOST).get("/clients/today/").text

    assert page.count('<li class="done">') == 1
    assert 'class="done"' not in browser_of(VOLUNTEER, HOST).get("/clients/today/").text


def test_elsewhere_nothing_is_to_be_tried():
    assert "try-this" not in browser_of("first@samal.example", REAL).get("/clients/today/").text


def test_the_case_offers_no_sending_and_says_why_not():
    with in_schema("practice"):
        case = Case.objects.active().first()
    browser = browser_of(WORKER, HOST)

    assert f"/referrals/send/{case.pk}/" not in browser.get(f"/clients/{case.pk}/").text
    assert "Это учебный приют" in browser.get(f"/referrals/send/{case.pk}/", follow=True).text


# --- the door ------------------------------------------------------------------------------------


def test_a_second_time_changes_nothing():
    with in_schema("practice"):
        before = Event.objects.count()

    assert said_by("practice") == (
        "The shelter for practice is there already; nothing was changed.\n"
    )
    with in_schema("practice"):
        assert Event.objects.count() == before


def test_who_tells_of_it():
    said = said_by("who")

    assert "Practice  http://practice.localhost:8000/" in said
    assert all(email in said for email in (MENTOR, WORKER, VOLUNTEER))
    assert PASSWORD in said


def test_where_people_are_real_its_people_come_from_open_shelter():
    with override_settings(DEMO=False), pytest.raises(CommandError, match="known to all"):
        call_command("practice")


def test_open_shelter_makes_one_that_is_filled_by_name():
    words = ["open_shelter", "dojo", "--name", "Dojo", "--practice", "--password-stdin"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
        said_by(*words, "--email", "me@dojo.example", "--person", "Me")

    assert said_by("practice", "dojo") == "The invented clients are there.\n"
    with in_schema("dojo") as unit:
        assert unit.is_practice
        assert Client.objects.exists()
    with pytest.raises(CommandError, match="has clients already"):
        call_command("practice", "dojo")


@pytest.mark.parametrize("schema", ["samal", "nowhere"])
def test_invented_clients_come_into_no_real_shelter(schema: str):
    with pytest.raises(CommandError, match="no shelter for practice"):
        call_command("practice", schema)
