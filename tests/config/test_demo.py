"""The demo, made in a database of its own: a twelfth of those who left; in the long form, all.

Who comes and goes in the whole of it is tested in `test_demo_years`, before any database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from cases.models import ENDED, Case, Entry, Status
from config.demo.building import build, is_here, is_wanted
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
from funding.models import Claim, Currency, Donor, Evidence, GiftKind, Receipt
from funding.statement import Period, Statement, statement_of
from referrals.kept.models import Received, Sent
from referrals.models import Envelope, Referral, Release
from referrals.models import Status as Step
from referrals.operations import CONSENT_LASTS
from shelters.events.models import Delivery, Event
from shelters.models import Shelter
from shelters.operations import NameTaken
from shelters.registry import in_schema
from shelters.staff.models import Invitation, User
from shelters.tenancy import Unit, in_central
from shelters.tenancy.migrate import OWNER, as_owner
from tests.databases import own_database
from tests.turns import FULL, in_turn
from tests.walking import CENTRAL, SHELTER, routes, text_of

pytestmark = pytest.mark.usefixtures("demo")
FEW = [
    replace(house, left={story: 1 + number // 12 for story, number in house.left.items()})
    for house in HOUSES
]
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
        call_command("demo", verbosity=0) if FULL else build(FEW)
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


def test_cases_stand_at_every_step():
    found = {}
    for schema in SCHEMAS:
        with at(schema):
            found[schema] = Counter(Case.objects.values_list("status", flat=True))

    whole = sum(found.values(), Counter())
    assert whole.total() in (range(390, 431) if FULL else range(80, 120))
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
    assert len([text for text in texts if re.fullmatch("[ -~]+", text)]) == 1  # at Aidyn
    assert len(texts) > (900 if FULL else 200)


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
            long_ago = Event.objects.filter(at__lt=timezone.now() - timedelta(days=700))
            assert long_ago.count() > (100 if FULL else 10)


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


def test_some_came_at_night_and_some_stays_were_prolonged():
    asked, prolonged = 0, 0
    for schema in SCHEMAS:
        with at(schema):
            of_type = {
                kind: Event.objects.filter(type=kind).values("case_id")
                for kind in ("case.intake_completed", "case.plan_set")
            }
            own = Case.objects.filter(by_referral_id=None)
            asked += own.filter(is_emergency=True, id__in=of_type["case.intake_completed"]).count()
            prolonged += own.filter(id__in=of_type["case.plan_set"]).count()

    assert asked > (20 if FULL else 1)
    assert prolonged > (20 if FULL else 1)


def test_referrals_stand_at_every_step_and_both_sides_know():
    with in_central():
        letters = list(Referral.objects.values_list("id", "status", "sender__schema"))
    assert {status for _id, status, _sender in letters} == {step.value for step in Step}
    assert len(letters) in (range(38, 76) if FULL else range(12, 30))
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


def statement_at(schema: str, days: int) -> Statement:
    with at(schema) as unit:
        today = timezone.localdate()
        return statement_of(unit.id, Period(today - timedelta(days=days), today))


def test_nobody_at_tulpar_is_paid_by_the_city():
    statement, today = statement_at("tulpar", 365), timezone.localdate()

    assert statement.total.salary == Decimal(1_710_000)
    assert [claim.statement for claim in statement.claims] == [
        "Приют содержится на средства городского бюджета"
    ]
    assert {line.donor.kind for line in statement.donors} == {
        "state_salary_subsidy",
        "intl_foundation",
        "foreign_embassy",
        "club_association",
        "local_business",
    }
    assert [line.gift.reversal.mistake for line in statement.reversed] == ["entered_twice"]
    running = [line for line in statement.agreements if line.agreement.ends_on > today]
    assert {line.renewal for line in running} == {"unknown", "verbal"}


def test_a_prospect_of_tulpar_has_given_nothing_and_stands_at_zero():
    with at("tulpar") as unit:
        prospect = Donor.objects.get(name__startswith="Prairie Hands")
        assert prospect.shelter_id == unit.id
        assert not prospect.receipts.exists()
        assert not prospect.agreements.exists()
    page = browser_of(TULPAR.people[0]).get("/money/donors/").text
    row = page[page.index(prospect.name) :].partition("</tr>")[0]
    assert not re.search("[1-9]", re.sub("<[^>]*>", "", row))


def test_aidyns_operator_gives_and_hands_on_swedish_and_dutch_money():
    statement = statement_at("aidyn", 3 * 365 + 60)

    came = {str(line.donor): {f.currency for f in line.foreign} for line in statement.donors}
    assert came["Björkdal Hjälp (через Open Roads)"] == {"SEK"}
    assert came["Stichting Veilig Dak (через Open Roads)"] == {"EUR"}
    assert came["Open Roads International"] == {"USD"}
    by_donor = {str(line.donor): line.sums for line in statement.donors}
    assert by_donor["Open Roads International"].salary > 0
    assert statement.total.goods > 0 < statement.total.services


@pytest.mark.parametrize("schema", ["samal", "zhuldyz"])
def test_two_shelters_have_a_contract_with_the_ministry(schema: str):
    statement = statement_at(schema, 3 * 365 + 60)

    kinds = {line.donor.kind for line in statement.donors}
    assert {"national_budget"} < kinds
    assert len(statement.agreements) == 3
    assert sum(line.renewal == "confirmed" for line in statement.agreements) == 2


def test_gifts_came_in_four_currencies_and_four_kinds_with_every_evidence():
    with in_central():
        for field, known in (
            ("currency", Currency),
            ("kind", GiftKind),
            ("evidence", Evidence),
        ):
            assert set(Receipt.objects.values_list(field, flat=True)) == set(known.values)
        assert Claim.objects.count() == 1


def test_the_books_were_kept_day_by_day():
    with in_central():
        for gift in Receipt.objects.filter(reverses=None):
            entered = timezone.localdate(gift.entered_at)
            assert gift.received_on <= entered <= gift.received_on + timedelta(days=1)


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
    "person",
    in_turn([*SAMAL.people, *TULPAR.people[:2], OPERATOR, *NETWORK]),
    ids=lambda p: p.email,
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
    "person",
    in_turn([*SAMAL.people, *DIRECTORS[1:], OPERATOR, *NETWORK]),
    ids=lambda p: p.email,
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
        todo += re.findall(r'href="(/(?!static/)[^"#]*)', text_of(answer))

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
    who = [person for house in HOUSES for person in house.people] + [OPERATOR, *NETWORK]
    assert all(person.email in said for person in who)
    assert said.count(PASSWORD) == 1


def test_where_people_are_real_no_password_is_said():
    with override_settings(DEMO=False):
        said = said_by("who")

    assert OPERATOR.email in said
    assert PASSWORD not in said


@pytest.mark.full
def test_what_was_cut_short_is_made_anew_and_looks_the_same(home: Path):
    """And one that fails is remembered as unfinished."""
    before = whatever_people_see()
    with pytest.raises(NameTaken):
        build(HOUSES if FULL else FEW)
    assert (home / "demo.unfinished").exists()
    assert is_wanted()

    build(HOUSES if FULL else FEW)

    assert whatever_people_see() == before
    assert not (home / "demo.unfinished").exists()
    assert is_here()


def whatever_people_see() -> list[Any]:
    """Everything but ids, codes of referrals and moments of today."""
    return [_seen_at(schema) for schema in SCHEMAS]


def _seen_at(schema: str) -> list[Any]:
    with at(schema):
        cases = Case.objects.select_related("client", "keyworker").order_by("client__code")
        seen: list[Any] = [_seen_of(case) for case in cases]
        seen += sorted(
            (str(g.donor), g.kind, g.amount, g.received_on, g.evidence, g.mistake)
            for g in Receipt.objects.select_related("donor")
        )
        seen += sorted(
            (str(letter.case), letter.status, letter.text)
            for letter in Sent.objects.select_related("case__client")
        )
        return [*seen, *sorted((u.email, u.name, u.language) for u in User.objects.all())]


def _seen_of(case: Case) -> tuple[Any, ...]:
    client, stay = case.client, case.stays.first()
    return (
        *(getattr(client, name) for name in ("code", "age_group", *client.QUESTIONS)),
        *(str(getattr(case, name)) for name in case.QUESTIONS),
        (case.status, case.closure_reason, case.next_step, case.next_step_due),
        str(case.keyworker),
        (stay.started_on, stay.planned_until) if stay else None,
        sorted((e.happened_on, e.kind, e.text, e.by_name) for e in case.entries.all()),
    )
