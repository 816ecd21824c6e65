"""The demo, made by its own command in a database of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.management import call_command
from django.db.models import Count, QuerySet
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from cases.models import ENDED, Case, Client, Entry, Status
from config.demo.cast import (
    HOUSES,
    NETWORK,
    OPERATOR,
    PASSWORD,
    SAMAL,
    TULPAR,
    Person,
    everybody,
)
from funding.models import Claim, Receipt
from funding.statement import Period, statement_of
from referrals.kept.models import Received, Sent
from referrals.models import Envelope, Referral, Release
from referrals.models import Status as Step
from referrals.operations import CONSENT_LASTS
from shelters.events.models import Delivery, Event
from shelters.models import Shelter
from shelters.registry import in_schema
from shelters.staff.models import Invitation, User
from shelters.tenancy import Unit, in_central
from shelters.tenancy.migrate import OWNER, as_owner
from tests.databases import own_database
from tests.walking import CENTRAL, SHELTER, routes

pytestmark = pytest.mark.usefixtures("demo")
SCHEMAS = [house.schema for house in HOUSES]
DIRECTORS = [house.people[0] for house in HOUSES]
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, worker_id: str, home: Path
) -> Iterator[None]:
    with (
        django_db_blocker.unblock(),
        own_database(f"demo_pana_{worker_id}"),
        override_settings(DEMO=True, SECURE=False, HOME=home, PORT="8000"),
    ):
        call_command("migrate", verbosity=0)
        call_command("demo", verbosity=0)
        yield


def at(schema: str) -> AbstractContextManager[Unit]:
    return in_schema(schema)


def said_by(command: str) -> str:
    said = StringIO()
    call_command(command, stdout=said)
    return said.getvalue()


def host_of(person: Person) -> str:
    return f"{person.email.split('@')[1].split('.')[0]}.localhost"


def browser_of(person: Person) -> Browser:
    """Signed in without the cost of a password."""
    host = host_of(person)
    word = host.split(".")[0]
    browser = Browser(HTTP_HOST=host)
    with at(word if word in SCHEMAS else "public"):
        browser.force_login(User.objects.get(email=person.email))
    return browser


def test_about_four_hundred_cases_stand_at_every_step():
    found = {}
    for schema in SCHEMAS:
        with at(schema):
            found[schema] = Counter(Case.objects.values_list("status", flat=True))

    whole = sum(found.values(), Counter())
    assert 390 <= whole.total() <= 430
    assert set(whole) == {status.value for status in Status}
    assert all(count["active"] >= 6 for count in found.values())


@pytest.mark.parametrize("schema", SCHEMAS)
def test_some_steps_are_overdue_some_due_and_some_lie_ahead(schema: str):
    today = timezone.localdate()

    with at(schema):
        active = Case.objects.active()
        assert Case.objects.due_before(today).exists()
        assert Case.objects.due_on(today).exists()
        assert active.filter(next_step_due__gt=today).count() >= 2
        assert Case.objects.without_next_step().count() <= active.count() / 3


def test_answers_are_missing_for_every_reason():
    states = Counter()
    for schema in SCHEMAS:
        with at(schema):
            for case in Case.objects.select_related("client"):
                states.update(getattr(case, f"{name}_answer") for name in Case.QUESTIONS)
                states.update(
                    getattr(case.client, f"{name}_answer") for name in case.client.QUESTIONS
                )

    assert set(states) == {"answered", "not_asked", "declined", "unknown"}
    assert states["answered"] > states["not_asked"] > states["unknown"] > 0 < states["declined"]


def test_notes_are_written_in_three_languages_on_days_of_the_stay():
    texts = []
    for schema in SCHEMAS:
        with at(schema):
            for entry in Entry.objects.select_related("case").prefetch_related("case__stays"):
                texts.append(entry.text)
                assert entry.happened_on >= timezone.localdate(entry.case.opened_at)

    assert len([text for text in texts if re.search("[әғқңөұүһі]", text)]) > 5
    assert len([text for text in texts if re.fullmatch("[ -~]+", text)]) == len(SCHEMAS)
    assert len(texts) > 1000


def test_stays_lie_in_the_past_and_end_with_their_case():
    first = timezone.now() - timedelta(days=3 * 365 + 2)
    for schema in SCHEMAS:
        with at(schema):
            for case in Case.objects.filter(status__in=ENDED).prefetch_related("stays"):
                for stay in case.stays.all():
                    assert first < stay.started_at < stay.ended_at == case.closed_at
                    assert case.closed_at <= timezone.now()


def test_the_trail_was_written_day_by_day():
    """Nothing is entered before it happened, after its case was closed, or in the future."""
    for schema in SCHEMAS:
        with at(schema):
            assert not Event.objects.filter(at__gt=timezone.now()).exists()
            opened = dict(Case.objects.values_list("id", "opened_at"))
            closed = dict(Case.objects.exclude(closed_at=None).values_list("id", "closed_at"))
            of_cases = Event.objects.exclude(case_id=None).exclude(type__in=HEARD_LATER)
            for case_id, moment in of_cases.values_list("case_id", "at"):
                assert moment >= opened[case_id]
                assert moment < closed.get(case_id, moment) + timedelta(hours=1)
            assert Event.objects.count() > 500
            assert Event.objects.filter(at__lt=timezone.now() - timedelta(days=700)).count() > 100


HEARD_LATER = ("case.handed_over", "sent_referral.arrived")  # the other shelter said it first


def test_every_case_has_the_events_of_what_was_done():
    for schema in SCHEMAS:
        with at(schema):
            told = Counter(Event.objects.values_list("case_id", "type"))
            for case in Case.objects.prefetch_related("entries"):
                begun = "case.expected" if case.by_referral_id else "case.opened"
                assert told[case.id, begun] == 1
                assert told[case.id, "note.written"] == len(case.entries.all())
                ended = sum(told[case.id, event] for event in ENDINGS)
                assert ended == (0 if case.is_open else 1)


ENDINGS = ("case.closed", "case.handed_over", "case.did_not_arrive")


def test_some_came_at_night_and_were_asked_the_next_day():
    for schema in SCHEMAS:
        with at(schema):
            asked = Event.objects.filter(type="case.intake_completed").values("case_id")
            assert Case.objects.filter(is_emergency=True, id__in=asked).count() > 3


def test_some_stays_were_prolonged():
    for schema in SCHEMAS:
        with at(schema):
            prolonged = Event.objects.filter(type="case.plan_set").values("case_id")
            assert Case.objects.filter(by_referral_id=None, id__in=prolonged).count() > 3


def test_some_clients_came_twice():
    for schema in SCHEMAS:
        with at(schema):
            twice = Client.objects.annotate(times=Count("cases")).filter(times=2)
            assert 0 < twice.count() < 5


def test_referrals_stand_at_every_step_and_both_sides_know():
    with in_central():
        letters = list(Referral.objects.values_list("id", "status", "sender__schema"))
    assert {status for _id, status, _sender in letters} == {step.value for step in Step}
    assert 38 <= len(letters) <= 75
    for schema in SCHEMAS:
        with at(schema):
            known = {(sent.pk, sent.status) for sent in Sent.objects.all()}
            assert known == {(pk, status) for pk, status, sender in letters if sender == schema}
            assert all(sent.case.status == "closed_referred" for sent in sent_to("arrived"))


def sent_to(status: str) -> QuerySet[Sent]:
    return Sent.objects.filter(status=status).select_related("case")


def test_each_shelter_has_a_letter_to_answer_and_the_network_some_that_are_late():
    now = timezone.now()
    for schema in SCHEMAS:
        with at(schema):
            assert Referral.objects.incoming().waiting().exists()
    with in_central():
        assert Referral.objects.waiting().filter(answer_by__lt=now).count() >= 2
        assert Referral.objects.waiting().filter(answer_by__gt=now).count() >= 2
        assert Referral.objects.on_the_way().filter(arrive_by__lt=now).exists()
        assert Referral.objects.on_the_way().filter(arrive_by__gt=now).exists()


def test_consents_last_thirty_days_as_everywhere():
    with as_owner():
        for release in Release.objects.using(OWNER).select_related("referral"):
            assert release.until == release.referral.sent_at + CONSENT_LASTS
    for schema in SCHEMAS:
        with at(schema):
            for sent in Sent.objects.select_related("consent"):
                assert sent.consent.until == sent.sent_at + CONSENT_LASTS


def test_summaries_are_there_for_open_letters_only():
    with as_owner():
        sealed = set(Envelope.objects.using(OWNER).values_list("pk", flat=True))
        assert sealed == set(Referral.objects.using(OWNER).open().values_list("pk", flat=True))


def test_who_arrived_is_the_same_person_with_the_same_answers():
    for schema in SCHEMAS:
        with at(schema):
            for received in Received.objects.select_related("case__client"):
                if received.case.closure_reason != "did_not_arrive":
                    assert received.case.client.name == value_of(received, "name")
                    assert received.case.referral_source == "shelter"


def value_of(received: Received, question: str) -> Any:
    return received.summary["name_and_birth"][question].get("value")


def test_nobody_gets_mail_about_years_ago(home: Path):
    assert not [letter for letter in mail.outbox if "localhost/referrals" in letter.body]


def test_nothing_is_left_to_deliver():
    for schema in ["public", *SCHEMAS]:
        with at(schema):
            assert not Delivery.objects.filter(delivered_at=None).exists()


def test_nobody_at_tulpar_is_paid_by_the_city():
    with at("tulpar") as unit:
        today = timezone.localdate()
        statement = statement_of(unit.id, Period(today - timedelta(days=400), today))

    assert statement.total.cash == Decimal(3_540_000)
    assert statement.total.salary == Decimal(1_710_000)
    assert [claim.statement for claim in statement.claims] == [
        "Приют содержится на средства городского бюджета"
    ]
    assert {line.donor.kind for line in statement.donors} == {
        "state_salary_subsidy",
        "intl_foundation",
        "foreign_embassy",
        "club_association",
    }
    assert [line.gift.reversal.mistake for line in statement.reversed] == ["entered_twice"]
    assert {line.renewal for line in statement.agreements} == {"unknown", "verbal"}


def test_samal_has_a_contract_and_one_private_giver():
    with at("samal") as unit:
        today = timezone.localdate()
        statement = statement_of(unit.id, Period(today - timedelta(days=400), today))

    kinds = {line.donor.kind: line.sums.cash for line in statement.donors}
    assert kinds == {"national_budget": Decimal(7_200_000), "individual": Decimal(60_000)}
    assert [line.renewal for line in statement.agreements] == ["applied_for"]


def test_every_kind_of_evidence_is_there():
    with in_central():
        assert set(Receipt.objects.values_list("evidence", flat=True)) == {
            "bank_line",
            "stated_by_donor",
            "stated_by_shelter",
            "voucher",
        }
        assert Claim.objects.count() == 1


def test_the_state_pays_for_half_a_year_where_it_pays():
    days = []
    for schema in SCHEMAS:
        with at(schema) as unit:
            days.append(Shelter.objects.get(pk=unit.id).record.state_paid_days)

    assert days == [183, None, None, 183]


@pytest.mark.parametrize("person", [SAMAL.people[1], NETWORK[0]], ids=lambda p: p.email)
def test_people_sign_in_with_the_password(person: Person):
    browser = Browser(HTTP_HOST=host_of(person))

    answer = browser.post("/account/login/", {"login": person.email, "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("person", list(everybody()), ids=lambda p: p.email)
def test_the_password_would_be_accepted_from_anybody(person: Person):
    validate_password(PASSWORD, User(email=person.email, name=person.name))


def test_an_invitation_is_waiting():
    with at("tulpar"):
        assert Invitation.objects.waiting().get().email == "zarina@tulpar.example"


@pytest.mark.parametrize(
    "person", [*SAMAL.people, *TULPAR.people[:2], OPERATOR, *NETWORK], ids=lambda p: p.email
)
def test_every_page_opens_or_says_who_may_not(person: Person):
    browser = browser_of(person)
    kind = CENTRAL if host_of(person) == "pana.localhost" else SHELTER

    answers = {
        route.name: browser.get(route.path()).status_code
        for route in routes(kind)
        if not route.ids and not route.words
    }

    assert {name: code for name, code in answers.items() if code not in {200, 302, 403, 405}} == {}
    assert 200 in answers.values()


@pytest.mark.parametrize(
    "person", [*SAMAL.people, *DIRECTORS[1:], OPERATOR, *NETWORK], ids=lambda p: p.email
)
def test_every_link_leads_to_a_page(person: Person):
    """Two addresses of each kind are enough: the third case looks like the second."""
    browser = browser_of(person)
    todo, seen, kinds = ["/"], set(), Counter()

    while todo:
        path = todo.pop()
        kind = ID.sub("…", path.split("?")[0])
        if path in seen or kinds[kind] == 2:
            continue
        seen.add(path)
        kinds[kind] += 1
        answer = browser.get(path, follow=True)
        assert answer.status_code == 200, path
        todo += re.findall(r'href="(/(?!static/)[^"#]*)', answer.content.decode())

    assert len(seen) > 1


def test_a_second_time_changes_nothing():
    with in_central():
        before = set(Referral.objects.values_list("id", flat=True))

    assert said_by("demo") == "The demo is there already; nothing was changed.\n"
    with in_central():
        assert set(Referral.objects.values_list("id", flat=True)) == before


def test_who_says_where_to_sign_in_and_with_what():
    said = said_by("who")

    assert "Samal  http://samal.localhost:8000/" in said
    assert "Network  http://pana.localhost:8000/" in said
    assert re.search(r"gulnara@tulpar\.example +Гульнара Исаева +director, psychologist\n", said)
    assert all(person.email in said for person in everybody())
    assert said.count(PASSWORD) == 1


def test_where_people_are_real_no_password_is_said():
    with override_settings(DEMO=False):
        said = said_by("who")

    assert OPERATOR.email in said
    assert PASSWORD not in said
