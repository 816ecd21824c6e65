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
from django.core.management import call_command
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from cases.models import Case, Entry, Status
from config.demo.building import build
from config.demo.cast import HOUSES, NETWORK, OPERATOR, PASSWORD, Person, everybody
from funding.models import Claim, Receipt
from funding.statement import Period, statement_of
from referrals.kept.models import Received, Sent
from referrals.models import Referral
from shelters.events.models import Delivery
from shelters.models import Shelter
from shelters.operations import NameTaken
from shelters.registry import in_schema
from shelters.staff.models import Invitation, User
from shelters.tenancy import Unit, in_central
from tests.databases import own_database
from tests.walking import CENTRAL, SHELTER, routes

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]
SCHEMAS = [house.schema for house in HOUSES]
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


def test_forty_cases_stand_at_every_step():
    found = {}
    for schema in SCHEMAS:
        with at(schema):
            found[schema] = Counter(Case.objects.values_list("status", flat=True))

    assert found["samal"] == {"active": 17, "closed": 5, "closed_referred": 1, "expected": 1}
    assert found["tulpar"] == {"active": 12, "closed": 4}
    assert sum(count.total() for count in found.values()) == 40


@pytest.mark.parametrize("schema", SCHEMAS)
def test_some_steps_are_overdue_some_due_and_some_lie_ahead(schema: str):
    today = timezone.localdate()

    with at(schema):
        active = Case.objects.active()
        assert Case.objects.due_before(today).exists()
        assert Case.objects.due_on(today).exists()
        assert active.filter(next_step_due__gt=today).count() > 5
        assert 0 < Case.objects.without_next_step().count() < 5 or schema == "tulpar"


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
    assert 1 <= len([text for text in texts if re.fullmatch("[ -~]+", text)]) <= 2
    assert len(texts) > 120


def test_stays_lie_in_the_past_and_ended_ones_before_today():
    for schema in SCHEMAS:
        with at(schema):
            for case in Case.objects.filter(status=Status.CLOSED):
                stay = case.stays.get()
                assert stay.ended_at == case.closed_at < timezone.now() - timedelta(days=8)
                assert stay.ended_at - stay.started_at > timedelta(days=40)


def test_referrals_stand_at_four_steps_and_both_sides_know():
    with in_central():
        letters = Counter(Referral.objects.values_list("sender__schema", "status"))
    with at("samal"):
        sent = Counter(Sent.objects.values_list("status", flat=True))
        assert Received.objects.get().case.status == Status.EXPECTED
        moved = Sent.objects.get(status="arrived")
        assert moved.case.status == Status.CLOSED_REFERRED
    with at("tulpar"):
        assert Received.objects.get().case.status == Status.ACTIVE

    assert letters == {
        ("samal", "sent"): 1,
        ("samal", "arrived"): 1,
        ("tulpar", "sent"): 1,
        ("tulpar", "accepted"): 1,
        ("tulpar", "declined"): 1,
    }
    assert sent == {"sent": 1, "arrived": 1}


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


def test_the_state_pays_for_half_a_year_at_samal_only():
    days = []
    for schema in SCHEMAS:
        with at(schema) as unit:
            days.append(Shelter.objects.get(pk=unit.id).record.state_paid_days)

    assert days == [183, None]


@pytest.mark.parametrize("person", [HOUSES[0].people[1], NETWORK[0]], ids=lambda p: p.email)
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


@pytest.mark.parametrize("person", list(everybody()), ids=lambda p: p.email)
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
    "person", [*HOUSES[0].people, HOUSES[1].people[0], OPERATOR, *NETWORK], ids=lambda p: p.email
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
    before = whatever_people_see()

    assert said_by("demo") == "The demo is there already; nothing was changed.\n"
    assert whatever_people_see() == before


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


def test_what_was_cut_short_is_made_anew_and_looks_the_same(home: Path):
    before = whatever_people_see()
    (home / "demo.unfinished").touch()

    call_command("demo", verbosity=0)

    assert whatever_people_see() == before
    assert not (home / "demo.unfinished").exists()


def test_a_demo_that_fails_is_remembered_as_unfinished(home: Path):
    with pytest.raises(NameTaken):
        build()

    assert (home / "demo.unfinished").exists()
    call_command("demo", verbosity=0)
    assert not (home / "demo.unfinished").exists()


def whatever_people_see() -> list[Any]:
    """Everything but ids, codes of referrals and moments of today."""
    return [_seen_at(schema) for schema in SCHEMAS]


def _seen_at(schema: str) -> list[Any]:
    with at(schema):
        cases = Case.objects.select_related("client", "keyworker").order_by("client__code")
        seen: list[Any] = [_seen_of(case) for case in cases]
        gifts = Receipt.objects.order_by("received_on", "amount", "evidence", "mistake")
        seen += [
            (str(g.donor), g.kind, g.amount, g.received_on, g.evidence, g.mistake) for g in gifts
        ]
        letters = Sent.objects.order_by("status", "case__client__code")
        seen += [(str(letter.case), letter.status, letter.text) for letter in letters]
        return [*seen, *sorted((u.email, u.name, u.language) for u in User.objects.all())]


def _seen_of(case: Case) -> tuple[Any, ...]:
    client, stay = case.client, case.stays.first()
    return (
        *(getattr(client, name) for name in ("code", "age_group", *client.QUESTIONS)),
        *(str(getattr(case, name)) for name in case.QUESTIONS),
        (case.status, case.closure_reason, case.next_step, case.next_step_due),
        str(case.keyworker),
        (stay.started_on, stay.planned_until) if stay else None,
        [(e.happened_on, e.kind, e.text, e.by_name) for e in case.entries.order_by("entered_at")],
    )
