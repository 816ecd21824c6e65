"""Operations on clients and cases, against the database as the shelter's own role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases import operations
from cases.models import (
    Case,
    Client,
    Consent,
    Entry,
    ExploitationTime,
    PartialBirth,
    Status,
    Stay,
    TimeUnit,
    WrongState,
)
from cases.operations import CaseIsClosed, CodeTaken
from cases.operations import refusals as no
from cases.summary import summary_of
from shelters.events.models import Event
from shelters.once import SavedAlready
from shelters.staff.models import User

pytestmark = pytest.mark.usefixtures("in_samal")
Admit = Callable[..., Case]


def test_an_emergency_needs_code_name_age_group_and_consent(admit: Admit):
    case = admit(is_emergency=True)

    stay, consent = case.stays.get(), case.consents.get()
    assert (case.status, stay.stay_type, consent.state) == ("active", "emergency", "given")
    assert case.client.sex_answer == case.referral_source_answer == "not_asked"
    assert case.next_step == "Complete the intake"
    assert case.next_step_due == timezone.localdate() + timedelta(days=1)


def test_answers_and_reasons_for_none_are_kept_apart(admit: Admit):
    case = admit(
        answers={
            "name": " Aigul Invented ",
            "birth": PartialBirth(1999, 5),
            "languages": ["uz", "ru", "uz"],
            "citizenship_answer": "declined",
            "referral_source_answer": "unknown",
            "exploitation_time": ExploitationTime(3, TimeUnit.YEARS, about=True),
        }
    )

    case.refresh_from_db()
    client = Client.objects.get(pk=case.client_id)
    assert (client.name, client.name_answer) == ("Aigul Invented", "answered")
    assert client.partial_birth == PartialBirth(1999, 5)
    assert client.languages == ["uz", "ru"]
    assert (client.citizenship, client.citizenship_answer) == ("", "declined")
    assert (case.referral_source_answer, client.sex_answer) == ("unknown", "not_asked")
    assert case.exploitation_time == ExploitationTime(3, TimeUnit.YEARS, about=True)


def test_an_answer_beside_a_reason_for_none_is_refused(admit: Admit):
    with pytest.raises(no.Contradiction) as refused:
        admit(answers={"sex": "female", "sex_answer": "declined"})

    assert refused.value.field == "sex"
    assert not Client.objects.exists()


@pytest.mark.parametrize(
    ("age_group", "answers", "refusal"),
    [
        ("adult", {"age_basis": "presumed"}, no.AgeInDoubt),
        ("adult", {"birth": PartialBirth(2020)}, no.BornTooLate),
        ("child", {"birth": PartialBirth(1990)}, no.BornTooEarly),
    ],
)
def test_adult_or_child_must_fit_what_is_known(admit: Admit, age_group, answers, refusal):
    with pytest.raises(refusal):
        admit(age_group=age_group, answers=answers)


def test_a_code_name_belongs_to_one_client_whatever_its_case(admit: Admit):
    admit(code="Birch 12")

    with pytest.raises(CodeTaken):
        admit(code="birch  12")


def test_pressing_twice_admits_once(admit: Admit):
    new_id = uuid4()

    first = admit(new_id=new_id, code="Birch 12", note="Came by night.")
    second = admit(new_id=new_id, code="Birch 12", note="Came by night.")

    assert first == second
    assert [m.objects.count() for m in (Client, Case, Stay, Consent, Entry)] == [1] * 5


def test_a_second_press_with_another_code_name_is_refused(admit: Admit):
    new_id = uuid4()
    admit(new_id=new_id, code="Birch 12")

    with pytest.raises(SavedAlready):
        admit(new_id=new_id, code="Pine 7")


def test_who_comes_back_gets_a_new_case_and_stay(admit: Admit, worker: User):
    first = admit(code="Birch 12")
    with pytest.raises(no.AlreadyHere):
        admit(returning=first.client)
    operations.close_case(case=first, reason="plan_completed", by=worker)

    second = admit(returning=first.client, answers={"sex": "female"})

    assert second.client == first.client
    assert second.stays.count() == first.stays.count() == 1
    assert Client.objects.get().sex == "female"


def test_nothing_is_kept_when_the_arrival_lies_ahead(admit: Admit):
    with pytest.raises(no.NotYet):
        admit(started_at=timezone.now() + timedelta(hours=1))

    assert not Client.objects.exists()
    assert not Event.objects.filter(type="case.opened").exists()


def test_an_admission_written_down_later_keeps_its_own_day(admit: Admit):
    last_night = timezone.now() - timedelta(hours=9)
    agreed = timezone.now() - timedelta(hours=1)

    case = admit(started_at=last_night, consented_at=agreed)

    case.refresh_from_db()
    assert case.opened_at == case.client.first_seen_at == case.stays.get().started_at == last_night
    assert case.consents.get().given_at == agreed
    assert Event.objects.get(type="case.opened").at > agreed


def test_saving_the_same_answers_again_is_no_event(case: Case, worker: User):
    for _ in range(2):
        operations.complete_intake(
            case=case,
            age_group="adult",
            answers={"name": "Invented", "exploitation_time": ExploitationTime(2, TimeUnit.WEEKS)},
            by=worker,
        )

    assert Event.objects.filter(type="case.intake_completed").count() == 1


def test_completing_the_intake_replaces_the_answers(case: Case, worker: User):
    operations.complete_intake(
        case=case, age_group="child", answers={"sex": "male", "birth_answer": "unknown"}, by=worker
    )

    client = Client.objects.get()
    assert (client.age_group, client.sex, client.birth_answer) == ("child", "male", "unknown")


def test_a_note_keeps_the_day_apart_from_the_moment_it_was_entered(case: Case, worker: User):
    day = timezone.localdate() - timedelta(days=3)

    entry = operations.write_note(
        new_id=uuid4(), case=case, text="Went to court.", happened_on=day, by=worker
    )

    entry.refresh_from_db()
    assert (entry.text, entry.happened_on, entry.happened_at_time) == ("Went to court.", day, None)
    assert entry.entered_at.date() > day


def test_a_note_is_never_changed(case: Case, worker: User):
    entry = operations.write_note(new_id=uuid4(), case=case, text="One", by=worker)
    entry.text = "Two"

    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        entry.save()


def test_a_due_day_needs_a_step(case: Case, worker: User):
    with pytest.raises(no.StepMissing):
        operations.set_next_step(case=case, text=" ", due=date(2026, 12, 1), by=worker)


def test_the_same_next_step_twice_is_one_event(case: Case, worker: User):
    for _ in range(2):
        operations.set_next_step(case=case, text="Call", due=date(2026, 12, 1), by=worker)

    assert Event.objects.filter(type="case.next_step_set", case_id=case.id).count() == 1


def test_a_plan_cannot_end_before_the_stay_began(case: Case, worker: User):
    with pytest.raises(no.BeforeStart):
        operations.set_plan(case=case, until=date(2020, 1, 1), by=worker)


def test_closing_ends_the_stay_and_makes_the_case_read_only(case: Case, worker: User):
    closed = operations.close_case(case=case, reason="repatriated", by=worker)

    assert (closed.status, closed.closure_reason) == ("closed", "repatriated")
    assert case.stays.get().ended_at == closed.closed_at
    for change in (
        lambda: operations.write_note(new_id=uuid4(), case=case, text="Late", by=worker),
        lambda: operations.set_next_step(case=case, text="Late", by=worker),
        lambda: operations.set_plan(case=case, until=None, by=worker),
        lambda: operations.complete_intake(case=case, age_group="adult", answers={}, by=worker),
        lambda: operations.give_consent(case=case, scope="stay", how="signed", by=worker),
    ):
        with pytest.raises(CaseIsClosed):
            change()


def test_a_closing_written_down_later_ends_the_stay_when_the_client_left(
    admit: Admit, worker: User
):
    now = timezone.now()
    case = admit(started_at=now - timedelta(days=9))

    for impossible, why in [(timedelta(days=10), no.BeforeStart), (-timedelta(hours=1), no.NotYet)]:
        with pytest.raises(why):
            operations.close_case(
                case=case, reason="repatriated", by=worker, left_at=now - impossible
            )
    left = now - timedelta(days=2)
    closed = operations.close_case(case=case, reason="repatriated", by=worker, left_at=left)

    assert closed.closed_at == case.stays.get().ended_at == left


def test_closing_twice_alike_is_one_closing(case: Case, worker: User):
    for _ in range(2):
        operations.close_case(case=case, reason="repatriated", by=worker)

    with pytest.raises(CaseIsClosed):
        operations.close_case(case=case, reason="detained", by=worker)
    assert Event.objects.filter(type="case.closed").count() == 1


def test_who_is_asked_to_leave_is_told_where_to(case: Case, worker: User):
    with pytest.raises(no.TextMissing):
        operations.close_case(case=case, reason="asked_to_leave", by=worker)

    operations.close_case(case=case, reason="asked_to_leave", note="To a hostel.", by=worker)
    assert case.entries.get().text == "To a hostel."


def test_handing_over_closes_the_case_as_moved(case: Case):
    at = timezone.now()

    for _ in range(2):
        moved = operations.hand_over(case=case, at=at, by=None)

    assert (moved.status, moved.closure_reason) == ("closed_referred", "transferred_other_shelter")
    assert case.stays.get().ended_at == at


def test_an_arrival_noted_before_the_stay_began_still_ends_it(case: Case):
    moved = operations.hand_over(case=case, at=timezone.now() - timedelta(days=1), by=None)

    stay = case.stays.get()
    assert moved.closed_at == stay.ended_at == stay.started_at


def test_a_withdrawn_consent_is_withdrawn_once(case: Case, worker: User):
    consent = operations.withdraw_consent(consent=case.consents.get(), by=worker)

    with pytest.raises(no.ConsentOver):
        operations.withdraw_consent(consent=consent, by=worker)
    assert Event.objects.get(type="consent.withdrawn").facts == {
        "consent_id": str(consent.id),
        "scope": "stay",
    }


def test_the_same_consent_to_stay_does_not_stand_twice(case: Case, worker: User):
    with pytest.raises(no.AlreadyConsented):
        operations.give_consent(case=case, scope="stay", how="signed", by=worker)

    operations.withdraw_consent(consent=case.consents.get(), by=worker)
    operations.give_consent(case=case, scope="stay", how="signed", by=worker)
    assert case.consents.standing().count() == 1


def test_a_guardian_consents_beside_the_child(admit: Admit, worker: User):
    case = admit(age_group="child", consent_how="oral_with_witness")

    operations.give_consent(case=case, scope="stay", how="guardian_and_child_assent", by=worker)

    assert case.consents.standing().count() == 2


def test_a_guardian_does_not_consent_for_an_adult(admit: Admit):
    with pytest.raises(no.GuardianOfAdult):
        admit(age_group="adult", consent_how="guardian_and_child_assent")


def test_a_refusal_of_consent_is_kept(case: Case, worker: User):
    refused = operations.refuse_consent(
        case=case, scope="referral", recipient_id=uuid4(), by=worker
    )

    assert (refused.state, refused.stands) == ("refused", False)


def test_a_summary_opens_an_expected_case_without_a_stay(admit: Admit, worker: User):
    sent = admit(code="Birch 12", answers={"sex": "female", "name": "Invented"})
    summary = summary_of(sent, ["name_and_birth"])
    referral_id = uuid4()

    for _ in range(2):
        expected = operations.expect_client(referral_id=referral_id, summary=summary, by=worker)

    assert (expected.status, expected.stays.count()) == (Status.EXPECTED, 0)
    assert expected.client.code != "Birch 12"
    assert (expected.client.name, expected.client.sex) == ("Invented", "female")
    assert expected.referral_source == "shelter"
    assert Case.objects.count() == 2


def test_the_senders_code_name_is_kept_when_it_is_free(worker: User):
    summary = {"version": 1, "identity": {"code": "Birch 12", "age_group": "adult"}}

    case = operations.expect_client(referral_id=uuid4(), summary=summary, by=worker)

    assert (case.client.code, case.client.age_group) == ("Birch 12", "adult")


@pytest.mark.parametrize(
    "summary",
    [
        {},
        {"identity": "text", "citizenship": []},
        {"identity": {"code": 7, "age_group": "?", "languages": {"value": {"kk": 1}}}},
        {"identity": {"code": "x" * 99, "sex": {"answer": "answered", "value": "robot"}}},
        {"name_and_birth": {"birth": {"value": "0000-00-00"}, "name": {"value": "\0"}}},
        {"source_and_exploitation": {"exploitation_time": {"value": {"amount": 10**9}}}},
        {"identity": {"age_group": "adult"}, "name_and_birth": {"birth": {"value": "2020"}}},
    ],
)
def test_a_summary_that_makes_no_sense_still_opens_a_case(worker: User, summary):
    case = operations.expect_client(referral_id=uuid4(), summary=summary, by=worker)

    assert case.client.age_group == "child"


def test_an_arrival_begins_the_stay_and_asks_for_consent(worker: User):
    case = operations.expect_client(referral_id=uuid4(), summary={}, by=worker)
    at = timezone.now() - timedelta(hours=2)

    for _ in range(2):
        arrived = operations.confirm_arrival(case=case, at=at, by=worker)

    assert (arrived.status, arrived.next_step) == (Status.ACTIVE, "Ask for consent to stay")
    assert arrived.stays.get().started_at == at


def test_who_did_not_arrive_is_closed_without_a_stay(worker: User):
    case = operations.expect_client(referral_id=uuid4(), summary={}, by=worker)

    for _ in range(2):
        gone = operations.client_did_not_arrive(case=case, by=worker)

    assert (gone.status, gone.closure_reason) == (Status.CLOSED, "did_not_arrive")
    with pytest.raises(WrongState):
        operations.confirm_arrival(case=case, at=timezone.now(), by=worker)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "closed"},
        {"closure_reason": "detained"},
        {"next_step_due": date(2026, 1, 1)},
        {"referral_source": "police"},
        {"referral_source_answer": "answered"},
        {"exploitation_amount": 3},
        {"exploitation_amount": 3, "exploitation_unit": "years"},
        {"exploitation_forms": ["slavery"], "exploitation_forms_answer": "answered"},
    ],
)
def test_the_database_refuses_a_case_that_cannot_be(case: Case, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sex": "female"},
        {"sex_answer": "answered"},
        {"languages": ["xx"], "languages_answer": "answered"},
        {"languages": ["kk"]},
        {"code": "Aigul 12; drop"},
        {"age_group": "adult", "age_basis": "presumed", "age_basis_answer": "answered"},
    ],
)
def test_the_database_refuses_a_client_that_cannot_be(case: Case, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.filter(pk=case.client_id).update(**wrong)


def test_one_case_has_one_open_stay(case: Case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(case=case)


def test_an_arrival_in_another_century_is_a_slip_of_the_hand(admit):
    with pytest.raises(no.TooLongAgo) as refused:
        admit(started_at=datetime(1926, 11, 24, 12, tzinfo=UTC))

    assert refused.value.field == "arrived_on"
    assert not Case.objects.exists()
