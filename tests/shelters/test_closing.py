"""An archived shelter is read and not written, has no address, and can be opened again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from cases import operations as case_work
from cases.models import Case
from funding import operations as money
from funding.models import Agreement, DonorKind, RenewalState
from referrals import operations as referring
from referrals.kept.models import Sent
from referrals.models import Referral
from shelters.api.models import Token
from shelters.api.operations import make_token
from shelters.closing import archiving
from shelters.closing.archiving import (
    ArchivedAlready,
    NotArchived,
    StandsInTheWay,
    StillAtWork,
    archive_shelter,
    reopen_shelter,
)
from shelters.closing.steps import NoSuchShelter
from shelters.events.carrying import sweep
from shelters.events.models import Delivery, Event
from shelters.events.recording import record
from shelters.events.subscribing import on
from shelters.events.tasks import deliver as deliver_task
from shelters.models import Shelter
from shelters.refusals import Refusal
from shelters.registry import UnknownShelter, other_shelters
from shelters.staff.models import User
from shelters.staff.permissions import Role
from shelters.tenancy import closing as locks
from shelters.tenancy import hosts, in_central, in_shelter
from shelters.tenancy.access import app_login
from shelters.tenancy.migrate import OWNER, as_owner, migrate_public, migrate_schema
from shelters.tenancy.names import TASK_HEADER, shelter_role
from shelters.tenancy.placement import Place, models_in
from tests.households import Household, Words, furnish, receive

pytestmark = pytest.mark.usefixtures("committed", "reopened_after")
HOST = "tulpar.localhost"
NO_RIGHT = "42501"
TOMORROW = timedelta(days=1)


@pytest.fixture
def reopened_after(committed: None) -> Iterator[None]:
    yield
    if _state() == Shelter.State.ARCHIVED:
        reopen_shelter(schema="tulpar")
    connections[OWNER].close()


@pytest.fixture
def archived(tulpar: Shelter) -> Shelter:
    return archive_shelter(schema="tulpar")


@pytest.fixture
def director(tulpar: Shelter) -> User:
    with in_shelter(tulpar):
        return User.objects.get()


def _state() -> str:
    with in_central():
        return Shelter.objects.get(schema="tulpar").state


def _admit(director: User, code: str = "Birch") -> Case:
    return case_work.admit_client(
        new_id=uuid4(),
        code=code,
        age_group="adult",
        consent_how="signed",
        answers={"name": "Aigerim"},
        by=director,
    )


def _send(director: User, case: Case, recipient: Shelter) -> Referral:
    return referring.send_referral(
        new_id=uuid4(),
        case=case,
        recipient_id=recipient.id,
        urgency="urgent_72h",
        reason="capacity_full",
        needs=["bed"],
        sections=["name_and_birth"],
        message="",
        consent_how="signed",
        by=director,
    )


# --- nobody writes ------------------------------------------------------------------------------


def _answer_to(sql: str) -> str | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return str(error.__cause__.sqlstate)
    return None


def _answers(verb: str) -> dict[str, str | None]:
    """What the database says to one verb on the shelter's tables and on those it shares."""
    sql = {
        "SELECT": "SELECT 1 FROM {} LIMIT 1",
        "INSERT": "INSERT INTO {} DEFAULT VALUES",
        "UPDATE": "UPDATE {} SET {} = {} WHERE false",
        "DELETE": "DELETE FROM {} WHERE false",
    }[verb]
    shared = [model for model in models_in(Place.PUBLIC) if hasattr(model, "shared")]
    found = {}
    for schema, models in (("tulpar", models_in(Place.SHELTER)), ("public", shared)):
        for model in models:
            table, key = f"{schema}.{model._meta.db_table}", model._meta.pk.column
            found[table] = _answer_to(sql.format(table, key, key))
    return found


WRITING = ["INSERT", "UPDATE", "DELETE"]


def test_its_own_role_writes_no_table(archived):
    with in_shelter(archived):
        assert {answer for verb in WRITING for answer in _answers(verb).values()} == {NO_RIGHT}

    reopened = reopen_shelter(schema="tulpar")
    with in_shelter(reopened):
        assert NO_RIGHT not in {_answers(verb)["tulpar.cases_case"] for verb in WRITING}


def test_its_own_role_reads_what_it_read(tulpar, director):
    with in_shelter(tulpar):
        before = _answers("SELECT")
    archive_shelter(schema="tulpar")

    with in_shelter(tulpar):
        assert _answers("SELECT") == before
        assert User.objects.get() == director
    assert before["tulpar.cases_case"] is before["public.funding_receipt"] is None


def test_django_is_refused_too(archived, director):
    attempts: list[Callable[[], object]] = [
        lambda: User.objects.create_user("new@tulpar.example", name="New"),
        lambda: User.objects.update(name="Another"),
        lambda: User.objects.all().delete(),
        lambda: money.add_donor(new_id=uuid4(), name="Zhan", kind=DonorKind.UN_AGENCY, by=director),
    ]
    for attempt in attempts:
        with (
            in_shelter(archived),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            attempt()


def test_migrating_does_not_give_the_rights_back(archived):
    migrate_public()
    migrate_schema("tulpar")

    with in_shelter(archived):
        assert set(_answers("INSERT").values()) == {NO_RIGHT}


def _grants() -> list[Any]:
    with as_owner() as cursor:
        cursor.execute(
            "SELECT grantee, table_name, privilege_type FROM"
            " information_schema.role_table_grants WHERE table_schema = 'tulpar' ORDER BY 1, 2, 3"
        )
        tables = cursor.fetchall()
        cursor.execute(
            "SELECT roleid::regrole::text, inherit_option, set_option FROM pg_auth_members"
            " WHERE member = to_regrole(%s) ORDER BY 1",
            [shelter_role(app_login()[0], "tulpar")],
        )
        return [*tables, *cursor.fetchall()]


def test_reopened_it_has_the_rights_it_had(tulpar):
    before = _grants()

    archive_shelter(schema="tulpar")
    while_archived = _grants()
    reopen_shelter(schema="tulpar")

    assert _grants() == before != while_archived


# --- nobody enters ------------------------------------------------------------------------------


def test_its_address_answers_like_one_that_nobody_has(person, browser_of, tulpar):
    browser = browser_of(person(tulpar, Role.SOCIAL_WORKER), HOST)
    assert browser.get("/clients/").status_code == 200

    archive_shelter(schema="tulpar")

    unknown = Client(HTTP_HOST="nobody-at-all.localhost").get("/clients/")
    for answer in (browser.get("/clients/"), Client(HTTP_HOST=HOST).post("/account/login/")):
        assert (answer.status_code, answer.content) == (404, unknown.content)


def test_sessions_and_tokens_end_for_good(person, browser_of, tulpar):
    worker = person(tulpar, Role.SOCIAL_WORKER)
    browser = browser_of(worker, HOST)
    with in_shelter(tulpar):
        make_token(token="x" * 64, name="Script", days=9, scopes=["cases:read"], by=worker)
        assert Session.objects.exists()

    archive_shelter(schema="tulpar")
    reopen_shelter(schema="tulpar")

    with in_shelter(tulpar):
        assert not Session.objects.exists()
        assert not Token.objects.exists()
        assert User.objects.filter(pk=worker.pk, is_active=True).exists()
    answer = browser.get("/clients/")
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_another_shelter_does_not_see_it_as_a_recipient(samal, archived):
    with in_shelter(samal):
        assert [shelter.schema for shelter in other_shelters()] == ["aidyn"]

    reopen_shelter(schema="tulpar")

    with in_shelter(samal):
        assert [shelter.schema for shelter in other_shelters()] == ["aidyn", "tulpar"]


def test_a_task_for_it_ends_plainly_and_is_not_tried_again(archived, messages):
    result = deliver_task.apply(args=["tulpar", str(uuid4())], headers={TASK_HEADER: "tulpar"})

    assert result.state == "FAILURE"
    assert isinstance(result.result, UnknownShelter)
    assert messages() == []


def test_the_sweep_passes_it_by(archived, caplog):
    assert sweep() == 0
    assert "tulpar" not in caplog.text


# --- what stands in the way ---------------------------------------------------------------------


def reasons() -> list[tuple[int, str]]:
    """How much of what, and the first words about it, by the alphabet."""
    with pytest.raises(StandsInTheWay) as refused:
        archive_shelter(schema="tulpar")
    assert _state() == Shelter.State.OPEN
    found = [
        (reason.number, str(reason).split(" ", 1)[1].split(".")[0])
        for reason in refused.value.reasons
    ]
    return sorted(found, key=lambda reason: reason[1])


def test_clients_in_the_house_and_on_their_way_stand_in_the_way(
    tulpar, samal, director, deliver, person
):
    with in_shelter(tulpar):
        case = _admit(director)
    sender = person(samal, Role.DIRECTOR)
    with in_shelter(samal):
        letter = _send(sender, _admit(sender, "Willow"), tulpar)
    deliver()
    assert reasons() == [
        (1, "client is still in the shelter"),
        (1, "referral to this shelter is open"),
    ]

    with in_shelter(tulpar):
        case_work.close_case(case=case, reason="left_by_own_choice", by=director)
        referral = Referral.objects.get(pk=letter.pk)
        expected = referring.accept_referral(
            referral=referral, arrive_by=timezone.now() + TOMORROW, by=director
        )
    deliver()
    assert reasons() == [
        (1, "client is still expected"),
        (1, "referral to this shelter is open"),
    ]

    with in_shelter(tulpar):
        referring.report_not_arrived(referral=referral, by=director)
        assert not Case.objects.get(pk=expected.pk).is_open
    deliver()
    assert archive_shelter(schema="tulpar").state == Shelter.State.ARCHIVED


def test_a_client_who_was_sent_and_not_yet_taken_stands_in_the_way(
    tulpar, samal, director, deliver
):
    with in_shelter(tulpar):
        case = _admit(director)
        _send(director, case, samal)
    deliver()

    assert reasons() == [
        (1, "client is still in the shelter"),
        (1, "referral from this shelter is open"),
    ]
    with in_shelter(tulpar):
        sent = Sent.objects.get()
        referring.withdraw_referral(sent=sent, seen="sent", by=director)
        case_work.close_case(case=case, reason="left_by_own_choice", by=director)
    deliver()
    assert archive_shelter(schema="tulpar").state == Shelter.State.ARCHIVED


def test_an_agreement_stands_in_the_way_until_it_is_over_or_settled(tulpar, director):
    today = timezone.localdate()
    with in_shelter(tulpar):
        donor = money.add_donor(new_id=uuid4(), name="Zhan", kind="un_agency", by=director)
        for title, first, last in (
            ("over", -20, -1),
            ("open end", -20, None),
            ("until today", -20, 0),
            ("promised", 5, 9),
        ):
            money.record_agreement(
                new_id=uuid4(),
                donor=donor,
                title=title,
                starts_on=today + timedelta(days=first),
                ends_on=None if last is None else today + timedelta(days=last),
                renewal=RenewalState.CONFIRMED,
                by=director,
            )
    assert reasons() == [(3, "agreements with donors still run")]

    with in_shelter(tulpar):
        for agreement in Agreement.objects.exclude(title="over"):
            money.update_renewal(
                agreement=agreement,
                new_id=uuid4(),
                state=RenewalState.REFUSED,
                as_of=today,
                by=director,
            )
    assert archive_shelter(schema="tulpar").state == Shelter.State.ARCHIVED


@pytest.mark.usefixtures("listeners")
def test_a_delivery_that_waits_stands_in_the_way_on_either_side(samal, tulpar, director, deliver):
    on("test.happened", at="to_id")(lambda event: None)
    with in_shelter(samal):
        record("test.happened", subject=director, by=None, to_id=tulpar.id)
    with in_shelter(tulpar):
        record("test.happened", subject=director, by=None, to_id=samal.id)

    assert reasons() == [
        (1, "delivery of this shelter waits"),
        (1, "delivery to this shelter waits elsewhere"),
    ]
    deliver()
    assert archive_shelter(schema="tulpar").state == Shelter.State.ARCHIVED


def test_all_reasons_are_said_at_once_and_none_names_anybody(tulpar, aidyn, person, capsys):
    words = Words()
    neighbour = Household(aidyn, person(aidyn, Role.DIRECTOR))
    home = furnish(tulpar, aidyn, person=person, words=words)
    receive(home, neighbour, words=words)
    for name, row in home.own_ids().items():
        words.also(name, row)

    with pytest.raises(CommandError) as refused:
        call_command("archive_shelter", "tulpar")

    said = str(refused.value)
    first, *lines = said.splitlines()
    assert first == "This shelter cannot be archived yet."
    assert "- 2 clients are still in the shelter." in said
    assert len(lines) == 7
    assert all(line.startswith("- ") for line in lines)
    assert words.said_in(said) == set()


# --- all of it, or nothing ----------------------------------------------------------------------


def test_a_failure_at_the_last_step_leaves_it_open(tulpar, director, monkeypatch, browser_of):
    browser = browser_of(director, HOST)
    before = _grants()

    def fail(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archiving, "note", fail)
    with pytest.raises(KeyboardInterrupt):
        archive_shelter(schema="tulpar")

    assert (_state(), _grants()) == (Shelter.State.OPEN, before)
    assert browser.get("/clients/today/").status_code == 200


class Beside:
    """A thread that does one thing, with connections of its own."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.said: list[object] = []
        self.thread = threading.Thread(target=self._run, args=[work])
        self.thread.start()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            self.said.append(work())
        except (Refusal, DatabaseError) as error:
            self.said.append(error)
        finally:
            connections.close_all()

    def result(self) -> object:
        self.thread.join(30)
        return self.said[0]


def test_of_two_who_archive_one_does_and_one_is_told(tulpar):
    both = [Beside(lambda: archive_shelter(schema="tulpar")) for _ in range(2)]

    kinds = sorted(type(one.result()).__name__ for one in both)
    assert kinds == ["ArchivedAlready", "Shelter"]


def test_whoever_is_writing_is_let_finish_and_is_counted(tulpar, samal, person, monkeypatch):
    """Neither a client who is just admitted nor a letter that is just sent slips through."""
    monkeypatch.setattr(locks, "TRIES", 2)
    admitting, sending = person(tulpar, Role.DIRECTOR), person(samal, Role.DIRECTOR)
    with in_shelter(samal):
        willow = _admit(sending, "Willow")
    for shelter, write in (
        (tulpar, lambda: _admit(admitting)),
        (samal, lambda: _send(sending, willow, tulpar)),
    ):
        written, go_on = threading.Event(), threading.Event()

        def slowly(shelter: Shelter = shelter, write: Callable[[], object] = write) -> None:
            with in_shelter(shelter):
                write()
                written.set()  # noqa: B023
                go_on.wait(30)  # noqa: B023

        beside = Beside(slowly)
        assert written.wait(30)
        with pytest.raises(StillAtWork):
            archive_shelter(schema="tulpar")
        go_on.set()
        beside.result()

    assert {"client", "referral"} <= {reason.split()[0] for _number, reason in reasons()}


def test_who_begins_to_write_meanwhile_is_refused(tulpar, samal, person, monkeypatch):
    """Their statement waits for the archiving, and then meets the new rights."""
    admitting, sending = person(tulpar, Role.DIRECTOR), person(samal, Role.DIRECTOR)
    with in_shelter(samal):
        willow = _admit(sending, "Willow")
    begun: list[Beside] = []

    def as_it_ends(*_: Any, **__: Any) -> None:
        begun.append(Beside(lambda: _in(tulpar, lambda: _admit(admitting))))
        begun.append(Beside(lambda: _in(samal, lambda: _save_letter(samal, tulpar, willow))))
        _wait_until_they_wait(2)

    with monkeypatch.context() as patched:
        patched.setattr(archiving, "note", as_it_ends)
        archive_shelter(schema="tulpar")

    admitted, sent = (str(one.result()) for one in begun)
    assert "permission denied" in admitted
    assert "row-level security" in sent


def _in(shelter: Shelter, work: Callable[[], object]) -> object:
    with in_shelter(shelter):
        return work()


def _save_letter(sender: Shelter, recipient: Shelter, case: Case) -> None:
    """As an operation would that has asked who is open a moment ago."""
    letter = referring.draft_referral(
        new_id=uuid4(),
        case=case,
        recipient_id=recipient.id,
        urgency="urgent_72h",
        reason="capacity_full",
        needs=["bed"],
    )
    letter.code = "R-2345"
    letter.save(force_insert=True)


def _wait_until_they_wait(number: int) -> None:
    for _ in range(200):
        with as_owner() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if cursor.fetchone()[0] >= number:
                return
        threading.Event().wait(0.05)
    raise AssertionError("Nobody waits.")


# --- what is said -------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_with_a_sentence(tulpar):
    with pytest.raises(NoSuchShelter):
        archive_shelter(schema="nobody")
    with pytest.raises(NotArchived):
        reopen_shelter(schema="tulpar")
    archive_shelter(schema="tulpar")
    with pytest.raises(ArchivedAlready):
        archive_shelter(schema="tulpar")


def test_the_commands_say_what_they_did(tulpar):
    said = StringIO()

    call_command("archive_shelter", "tulpar", stdout=said)
    with pytest.raises(CommandError, match="archived already"):
        call_command("archive_shelter", "tulpar")
    call_command("reopen_shelter", "tulpar", stdout=said)
    with pytest.raises(CommandError, match="There is no shelter with this schema"):
        call_command("reopen_shelter", "public")

    assert said.getvalue().splitlines() == [
        "Tulpar is archived. Undo it with reopen_shelter tulpar.",
        "Tulpar is open again. Its people sign in anew.",
    ]


def test_the_central_trail_tells_of_both(tulpar):
    archive_shelter(schema="tulpar")
    reopen_shelter(schema="tulpar")

    with in_central():
        found = list(Event.objects.order_by("at").values_list("type", "subject_id", "facts"))
    facts = {"schema": "tulpar"}
    assert found == [
        ("shelter.archived", str(tulpar.id), facts),
        ("shelter.reopened", str(tulpar.id), facts),
    ]


def test_this_process_forgets_the_address_at_once(tulpar):
    Client(HTTP_HOST=HOST).get("/")
    assert hosts.remembered(HOST)[1] is not None

    archive_shelter(schema="tulpar")

    assert hosts.remembered(HOST) == (False, None)
    with in_shelter(tulpar):
        assert not Delivery.objects.exists()
