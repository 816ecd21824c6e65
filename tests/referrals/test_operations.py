from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases.models import Case, Consent
from cases.models import Status as CaseStatus
from cases.operations import (
    admit_client,
    close_case,
    complete_intake,
    give_consent,
    withdraw_consent,
)
from cases.operations.refusals import CaseIsClosed, GuardianOfAdult
from cases.summary import show
from referrals import operations
from referrals.kept.models import Received, Sent
from referrals.models import Envelope, Referral, Release, Status
from referrals.operations import (
    AlreadyReferred,
    BeforeSending,
    ChangedMeanwhile,
    MomentIsOver,
    NeedsMissing,
    NotInShelter,
    NotYet,
    SummaryClosed,
    UnknownRecipient,
    WrongState,
)
from shelters.events.carrying import carry
from shelters.events.models import Delivery, Event
from shelters.once import SavedAlready
from shelters.tenancy import in_central, in_shelter
from shelters.tenancy.migrate import as_owner
from tests.referrals.conftest import DAY, SECRETS

DECLINED = {"reason": "full"}


def words_of(summary) -> str:
    return "\n".join(f"{label}: {value}" for part in show(summary) for label, value in part.facts)


# --- sending ------------------------------------------------------------------------------------


def test_sending_writes_letter_release_envelope_consent_and_copy_together(referral, case, in_samal):
    release = Release.objects.get(pk=referral.pk)
    sent = Sent.objects.get(pk=referral.pk)
    consent = Consent.objects.get(scope="referral")

    assert (referral.status, referral.needs) == ("sent", ["bed", "legal"])
    assert referral.answer_by - referral.sent_at == timedelta(hours=72)
    assert release.sections == ["identity", "name_and_birth", "citizenship", "safety_and_needs"]
    assert (sent.case, sent.consent, sent.code) == (case, consent, referral.code)
    assert consent.recipient_id == referral.recipient_id
    assert consent.sections == release.sections
    assert consent.until == release.until
    assert Event.objects.get(type="referral.sent").case_id == case.id


def test_what_both_shelters_see_holds_no_secret(referral, in_central_host):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM referrals_referral r")
        row = cursor.fetchone()[0]

    assert all(secret not in row for secret in SECRETS)


def test_no_secret_lies_in_the_clear_in_any_shared_table(committed, referral):
    with as_owner() as cursor:
        for table in ("referral", "release", "envelope"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM public.referrals_{table} t")
            text = cursor.fetchone()[0]
            for secret in SECRETS:
                assert secret not in text
                assert secret.encode().hex() not in text


def test_events_of_a_referral_hold_no_secret(referral, accept, samal, tulpar):
    accept(referral)

    for shelter in (samal, tulpar):
        with in_shelter(shelter):
            facts = str(list(Event.objects.values_list("type", "subject_id", "facts")))
            assert "referral." in facts
            assert all(secret not in facts for secret in SECRETS)


def test_pressing_send_twice_sends_once(case, send, in_samal):
    new_id = uuid4()

    assert send(case, new_id=new_id) == send(case, new_id=new_id)

    assert Referral.objects.count() == Sent.objects.count() == Release.objects.count() == 1
    assert Consent.objects.filter(scope="referral").count() == 1
    assert Event.objects.filter(type="referral.sent").count() == 1


def test_the_same_form_to_another_shelter_is_refused(case, send, aidyn):
    new_id = uuid4()
    send(case, new_id=new_id)

    with pytest.raises(SavedAlready):
        send(case, new_id=new_id, recipient_id=aidyn.id)


def test_a_key_of_a_referral_that_is_not_ours_is_refused(case, send, tulpar, aidyn, receiver):
    with in_shelter(tulpar):
        theirs = Referral.objects.create(
            id=uuid4(),
            code="R-2222",
            sender_id=tulpar.id,
            recipient_id=aidyn.id,
            urgency="emergency_24h",
            reason="other",
            needs=["bed"],
            age_group="adult",
            sent_at=(now := timezone.now()),
            answer_by=now + DAY,
        )

    with pytest.raises(SavedAlready):
        send(case, new_id=theirs.pk)


def test_one_client_has_one_open_referral(case, send, aidyn):
    send(case)

    with pytest.raises(AlreadyReferred):
        send(case, recipient_id=aidyn.id)


def test_the_database_too_holds_one_open_referral_a_case(referral, case, in_samal):
    other = Sent(
        referral_id=uuid4(),
        case=case,
        consent=Consent.objects.get(scope="stay"),
        code="R-2222",
        recipient_id=referral.recipient_id,
        sent_at=timezone.now(),
        text="",
    )

    with pytest.raises(IntegrityError, match="one_open_referral_a_case"), transaction.atomic():
        other.save(force_insert=True)


def test_a_declined_client_is_sent_on_before_the_delivery_came(
    referral, case, send, tulpar, aidyn, receiver
):
    with in_shelter(tulpar):
        operations.decline_referral(referral=referral, **DECLINED, by=receiver)

    assert send(case, recipient_id=aidyn.id).recipient_id == aidyn.id


def test_nobody_sends_to_oneself_or_to_nobody(case, send, samal):
    for recipient_id in (samal.id, uuid4()):
        with pytest.raises(UnknownRecipient):
            send(case, recipient_id=recipient_id)


def test_needs_are_needed(case, send):
    with pytest.raises(NeedsMissing):
        send(case, needs=[])


def test_a_guardian_consents_for_a_child_only_and_then_nothing_is_sent(case, send, in_samal):
    with pytest.raises(GuardianOfAdult):
        send(case, consent_how="guardian_and_child_assent")

    assert not Referral.objects.exists()
    assert not Sent.objects.exists()


def test_only_a_client_who_is_here_is_sent(referral, accept, send, tulpar, receiver, samal):
    expected = accept(referral)
    with in_shelter(tulpar), pytest.raises(NotInShelter):
        operations.send_referral(
            new_id=uuid4(),
            case=expected,
            recipient_id=samal.id,
            urgency="normal_2w",
            reason="other",
            needs=["bed"],
            sections=[],
            message="",
            consent_how="signed",
            by=receiver,
        )


def test_a_closed_case_is_not_sent(case, send, sender, in_samal):
    close_case(case=case, reason="left_by_own_choice", by=sender)

    with pytest.raises(CaseIsClosed):
        send(case)


def test_what_changed_since_the_preview_is_not_sent(case, send, answers, sender, in_samal):
    seen = operations.mark_of(operations.summary_for(case, answers["sections"], answers["message"]))
    complete_intake(case=case, age_group="adult", answers={"name": "Another Name"}, by=sender)

    with pytest.raises(ChangedMeanwhile):
        send(Case.objects.get(), seen=seen)
    assert not Referral.objects.exists()


# --- acceptance ---------------------------------------------------------------------------------


def test_acceptance_opens_the_case_with_the_summary_that_was_sent(referral, accept, samal, tulpar):
    case = accept(referral)

    with in_shelter(tulpar):
        received = Received.objects.get(pk=referral.pk)
        assert received.case == case
        assert (case.status, case.by_referral_id) == (CaseStatus.EXPECTED, referral.pk)
        assert case.client.code == "Birch 12"
        summary = received.summary
    with in_shelter(samal):
        sent = Sent.objects.get(pk=referral.pk)
        assert sent.summary == summary
        assert "insulin" in words_of(summary)


def test_only_the_chosen_sections_travel(referral, accept, tulpar):
    accept(referral)

    with in_shelter(tulpar):
        received = Received.objects.get()
        assert set(received.summary) == {
            "version",
            "identity",
            "name_and_birth",
            "citizenship",
            "safety_and_needs",
        }
        assert "passport office" not in received.text


def test_a_code_name_that_is_taken_there_is_replaced_and_kept_in_the_summary(
    referral, accept, tulpar, receiver, admit
):
    with in_shelter(tulpar):
        admit_client(
            new_id=uuid4(), code="birch 12", age_group="child", consent_how="signed", by=receiver
        )

    case = accept(referral)

    with in_shelter(tulpar):
        assert case.client.code != "Birch 12"
        assert Received.objects.get().summary["identity"]["code"] == "Birch 12"


def test_the_second_who_accepts_finds_the_same_case(referral, accept, tulpar, person):
    colleague = person(tulpar, "director")

    assert accept(referral) == accept(referral, by=colleague)

    with in_shelter(tulpar):
        assert Case.objects.count() == Received.objects.count() == 1
        assert Event.objects.filter(type="referral.accepted").count() == 1


def test_nobody_is_expected_in_the_past(referral, accept):
    with pytest.raises(MomentIsOver):
        accept(referral, arrive_by=timezone.now() - timedelta(minutes=1))


def test_what_was_declined_is_not_accepted_and_the_other_way_round(
    referral, accept, tulpar, receiver
):
    with in_shelter(tulpar):
        operations.decline_referral(referral=referral, **DECLINED, by=receiver)
        again = operations.decline_referral(referral=referral, **DECLINED, by=receiver)
        assert again.status == Status.DECLINED
        with pytest.raises(WrongState):
            operations.decline_referral(referral=referral, reason="safety", by=receiver)
    with pytest.raises(WrongState):
        accept(referral)


def test_a_summary_past_its_time_is_not_opened(case, send, accept, tulpar, monkeypatch):
    monkeypatch.setattr("referrals.operations.sending.CONSENT_LASTS", timedelta(seconds=-1))
    referral = send(case)

    with pytest.raises(SummaryClosed):
        accept(referral)

    with in_shelter(tulpar):
        assert Referral.objects.get().status == Status.SENT
        assert not Case.objects.exists()


def test_a_failing_event_undoes_the_acceptance(referral, accept, tulpar, monkeypatch):
    def fail(*args: object, **facts: object) -> None:
        raise RuntimeError("no audit, no change")

    monkeypatch.setattr("referrals.operations.answering.record", fail)
    with pytest.raises(RuntimeError):
        accept(referral)

    with in_shelter(tulpar):
        assert Referral.objects.get().status == Status.SENT
        assert not Case.objects.exists()
        assert not Received.objects.exists()

    monkeypatch.undo()
    assert accept(referral).by_referral_id == referral.pk


def test_a_third_shelter_finds_no_referral_to_accept(referral, aidyn, person):
    stranger = person(aidyn, "director")

    with in_shelter(aidyn), pytest.raises(Referral.DoesNotExist):
        operations.accept_referral(referral=referral, arrive_by=timezone.now() + DAY, by=stranger)


def test_the_sender_does_not_accept_in_anothers_name(referral, sender, in_samal):
    with pytest.raises(Referral.DoesNotExist):
        operations.accept_referral(referral=referral, arrive_by=timezone.now() + DAY, by=sender)


# --- the sender follows ---------------------------------------------------------------------------


def test_the_senders_stub_follows_by_its_own_delivery(referral, accept, deliver, case, in_samal):
    accept(referral)
    assert Sent.objects.get().status == Status.SENT

    deliver()

    sent = Sent.objects.get()
    assert sent.status == Status.ACCEPTED
    assert sent.arrive_by
    event = Event.objects.get(type="sent_referral.accepted")
    assert (event.case_id, event.by_name) == (case.id, "")


def test_following_twice_changes_nothing(referral, accept, deliver, in_samal):
    accept(referral)
    deliver()

    operations.follow(referral_id=referral.pk)

    assert Event.objects.filter(type="sent_referral.accepted").count() == 1


def test_a_decline_reaches_the_sender_with_its_reason(referral, tulpar, receiver, deliver, samal):
    with in_shelter(tulpar):
        operations.decline_referral(referral=referral, **DECLINED, by=receiver)
    deliver()

    with in_shelter(samal):
        sent = Sent.objects.get()
        assert (sent.status, sent.decline_reason) == (Status.DECLINED, "full")
        assert not sent.is_open


def test_the_responsibility_changes_hands_with_the_arrival_and_is_never_shared(
    referral, accept, samal, tulpar, receiver, deliver, case
):
    def responsible() -> UUID:
        with in_central():
            return Referral.objects.get(pk=referral.pk).responsible_id

    assert responsible() == samal.id
    accept(referral)
    assert responsible() == samal.id
    at = timezone.now()
    with in_shelter(tulpar):
        arrived = operations.confirm_arrival(referral=referral, at=at, by=receiver)
        assert arrived.is_active
        assert arrived.stays.get().started_at == at
    assert responsible() == tulpar.id
    deliver()

    with in_shelter(samal):
        case.refresh_from_db()
        assert case.status == CaseStatus.CLOSED_REFERRED
        assert case.stays.get().ended_at == at
        with pytest.raises(CaseIsClosed):
            give_consent(case=case, scope="stay", how="signed", by=receiver)


def test_late_deliveries_in_any_order_end_where_the_referral_stands(
    referral, accept, samal, tulpar, receiver, case
):
    accept(referral)
    with in_shelter(tulpar):
        operations.confirm_arrival(referral=referral, at=timezone.now(), by=receiver)
        late = [
            delivery.id
            for delivery in Delivery.objects.order_by("-event__at")
            if delivery.target == "samal"
        ]
    for delivery_id in late:
        carry("tulpar", delivery_id)

    with in_shelter(samal):
        assert Sent.objects.get().status == Status.ARRIVED
        assert Event.objects.filter(type="case.handed_over").count() == 1


def test_confirming_the_arrival_twice_begins_one_stay(referral, accept, tulpar, receiver):
    accept(referral)
    with in_shelter(tulpar):
        at = timezone.now()
        first = operations.confirm_arrival(referral=referral, at=at, by=receiver)
        second = operations.confirm_arrival(referral=referral, at=at, by=receiver)

        assert first == second
        assert first.stays.count() == 1


def test_an_arrival_lies_between_the_sending_and_now(referral, accept, tulpar, receiver):
    accept(referral)
    with in_shelter(tulpar):
        with pytest.raises(NotYet):
            operations.confirm_arrival(
                referral=referral, at=timezone.now() + timedelta(minutes=2), by=receiver
            )
        with pytest.raises(BeforeSending):
            operations.confirm_arrival(
                referral=referral, at=referral.sent_at - timedelta(minutes=2), by=receiver
            )
        minute = referral.sent_at.replace(second=0, microsecond=0)
        operations.confirm_arrival(referral=referral, at=minute, by=receiver)
        assert Referral.objects.get().arrived_at == referral.sent_at


def test_nobody_arrives_before_the_acceptance(referral, tulpar, receiver):
    with in_shelter(tulpar):
        with pytest.raises(WrongState):
            operations.report_not_arrived(referral=referral, by=receiver)
        with pytest.raises(WrongState):
            operations.confirm_arrival(referral=referral, at=timezone.now(), by=receiver)


def test_who_does_not_arrive_stays_with_the_sender(
    referral, accept, samal, tulpar, receiver, deliver, case, send
):
    accept(referral)
    with in_shelter(tulpar):
        expected = operations.report_not_arrived(referral=referral, by=receiver)
        assert (expected.status, expected.closure_reason) == ("closed", "did_not_arrive")
        assert operations.report_not_arrived(referral=referral, by=receiver) == expected
    deliver()

    with in_shelter(samal):
        case.refresh_from_db()
        assert case.is_active
        assert Sent.objects.get().status == Status.NOT_ARRIVED
        assert send(case).status == Status.SENT


# --- withdrawing ----------------------------------------------------------------------------------


def test_withdrawing_the_consent_ends_everything_in_the_same_transaction(
    referral, accept, samal, tulpar, sender
):
    with in_shelter(samal):
        withdraw_consent(consent=Consent.objects.get(scope="referral"), by=sender)

        assert Referral.objects.get().status == Status.WITHDRAWN
        assert Release.objects.get().withdrawn_at
        assert Sent.objects.get().status == Status.WITHDRAWN
        assert Event.objects.get(type="referral.withdrawn").by_name == sender.name
    with in_shelter(tulpar):
        assert not Envelope.objects.exists()
    with pytest.raises(WrongState):
        accept(referral)


def test_if_the_referral_cannot_end_the_consent_is_not_withdrawn(
    referral, samal, sender, monkeypatch
):
    def fail(*args: object, **facts: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("referrals.operations.withdrawing._close_release", fail)
    with in_shelter(samal):
        with pytest.raises(RuntimeError):
            withdraw_consent(consent=Consent.objects.get(scope="referral"), by=sender)

        assert Consent.objects.get(scope="referral").state == "given"
        assert Referral.objects.get().status == Status.SENT


def test_a_consent_withdrawn_after_the_acceptance_closes_the_expected_case_there(
    referral, accept, samal, tulpar, sender, deliver
):
    case = accept(referral)
    deliver()
    with in_shelter(samal):
        withdraw_consent(consent=Consent.objects.get(scope="referral"), by=sender)
    deliver()

    with in_shelter(tulpar):
        case.refresh_from_db()
        assert case.closure_reason == "did_not_arrive"
        assert Received.objects.get().summary == {}
        assert Event.objects.filter(type="received_referral.withdrawn").count() == 1
        operations.expect_no_longer(referral_id=referral.pk)
        assert Event.objects.filter(type="received_referral.withdrawn").count() == 1


def test_a_consent_withdrawn_after_the_arrival_changes_no_state(
    referral, accept, samal, tulpar, sender, receiver, deliver
):
    accept(referral)
    with in_shelter(tulpar):
        operations.confirm_arrival(referral=referral, at=timezone.now(), by=receiver)
    deliver()

    with in_shelter(samal):
        withdraw_consent(consent=Consent.objects.get(scope="referral"), by=sender)
        assert Referral.objects.get().status == Status.ARRIVED
        assert Release.objects.get().withdrawn_at


def test_withdrawing_the_consent_to_the_stay_leaves_the_referral_alone(referral, samal, sender):
    with in_shelter(samal):
        withdraw_consent(consent=Consent.objects.get(scope="stay"), by=sender)

        assert Referral.objects.get().status == Status.SENT


def test_closing_the_case_withdraws_its_referral(referral, case, samal, sender):
    with in_shelter(samal):
        close_case(case=case, reason="left_by_own_choice", by=sender)

        assert Referral.objects.get().status == Status.WITHDRAWN


def test_the_shelter_withdraws_what_it_saw(referral, accept, samal, sender):
    with in_shelter(samal):
        sent = Sent.objects.get()
    accept(referral)

    with in_shelter(samal):
        with pytest.raises(WrongState):
            operations.withdraw_referral(sent=sent, seen="sent", by=sender)
        withdrawn = operations.withdraw_referral(sent=sent, seen="accepted", by=sender)
        assert withdrawn.status == Status.WITHDRAWN
        assert operations.withdraw_referral(sent=sent, seen="accepted", by=sender) == withdrawn
        assert Event.objects.filter(type="referral.withdrawn").count() == 1


# --- the mail -------------------------------------------------------------------------------------


def test_the_directors_hear_of_it_in_their_language_without_a_word_about_the_client(
    tulpar, person, case, send, deliver, settings
):
    settings.PORT = "8000"
    person(tulpar, "director", email="kazakh@tulpar.example", language="kk")
    person(tulpar, "director", email="gone@tulpar.example", is_active=False)
    person(tulpar, "social_worker", email="worker@tulpar.example")
    referral = send(case)

    deliver()

    assert {letter.to[0] for letter in mail.outbox} == {
        "director@tulpar.example",
        "kazakh@tulpar.example",
    }
    letter = next(one for one in mail.outbox if one.to == ["director@tulpar.example"])
    until = timezone.localtime(referral.answer_by)
    assert letter.subject == "A referral is waiting in Pana"
    assert f"{until:%d.%m.%Y}" in letter.body
    assert "://tulpar.localhost:8000/referrals/\n" in letter.body
    for told in (*SECRETS, "Samal", "samal", referral.code):
        assert told not in letter.subject + letter.body


def test_the_senders_director_hears_that_nobody_took_the_client(
    referral, samal, tulpar, receiver, deliver
):
    deliver()
    mail.outbox.clear()
    with in_shelter(tulpar):
        operations.decline_referral(referral=referral, reason="full", by=receiver)

    deliver()

    (letter,) = mail.outbox
    assert letter.to == ["director@samal.example"]
    assert "://samal.localhost/clients/today/" in letter.body
    assert not any(secret in letter.body + letter.subject for secret in [*SECRETS, referral.code])


def test_a_client_nobody_took_is_without_a_place_until_sent_again(
    referral, send, case, samal, tulpar, receiver, deliver
):
    with in_shelter(tulpar):
        operations.decline_referral(referral=referral, reason="full", by=receiver)
    deliver()
    with in_shelter(samal):
        assert [sent.pk for sent in Sent.objects.without_a_place()] == [referral.pk]

    send(case)

    with in_shelter(samal):
        assert not Sent.objects.without_a_place().exists()


def test_no_mail_about_what_was_withdrawn_meanwhile(referral, samal, sender, deliver):
    with in_shelter(samal):
        operations.withdraw_referral(sent=Sent.objects.get(), seen="sent", by=sender)

    deliver()

    assert mail.outbox == []
