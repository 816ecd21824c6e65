"""Two people at the same moment, on connections of their own, with transactions that commit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from cases.models import Case, Consent
from cases.operations import close_case, withdraw_consent
from referrals import operations
from referrals.kept.models import Received, Sent
from referrals.models import Envelope, Referral, Release, Status
from referrals.operations import AlreadyReferred, SummaryClosed, WrongState
from shelters.events.models import Event
from shelters.models import Shelter
from shelters.tenancy import in_shelter
from tests.referrals.conftest import DAY

ROUNDS = range(3)
Act = Callable[[], Any]


def at_once(*acts: tuple[Shelter, Act]) -> list[Any]:
    """Run each in a thread and a unit of its own, all at once; what they returned or raised."""
    barrier = Barrier(len(acts))

    def run(shelter: Shelter, act: Act) -> Any:
        try:
            with in_shelter(shelter):
                barrier.wait(timeout=10)
                return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        started = [threads.submit(run, shelter, act) for shelter, act in acts]
        return [one.result(timeout=30) for one in started]


def accepting(referral: Referral, by: Any) -> Act:
    return lambda: operations.accept_referral(
        referral=referral, arrive_by=timezone.now() + DAY, by=by
    )


@pytest.mark.parametrize("attempt", ROUNDS)
def test_two_who_accept_at_once_make_one_case(
    committed, referral, tulpar, receiver, person, attempt
):
    colleague = person(tulpar, "director")

    first, second = at_once(
        (tulpar, accepting(referral, receiver)), (tulpar, accepting(referral, colleague))
    )

    assert isinstance(first, Case), first
    assert first == second
    with in_shelter(tulpar):
        assert Case.objects.count() == Received.objects.count() == 1
        assert Event.objects.filter(type="referral.accepted").count() == 1


@pytest.mark.parametrize("attempt", ROUNDS)
def test_acceptance_and_withdrawal_at_once_end_in_exactly_one(
    committed, referral, samal, tulpar, sender, receiver, attempt
):
    with in_shelter(samal):
        sent = Sent.objects.get()

    results = at_once(
        (tulpar, accepting(referral, receiver)),
        (
            samal,
            lambda: operations.withdraw_referral(sent=sent, seen=Status.SENT, by=sender),
        ),
    )

    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [WrongState], results
    with in_shelter(tulpar):
        accepted = Referral.objects.get().status == Status.ACCEPTED
        assert accepted is isinstance(results[0], Case)
        assert Case.objects.exists() is Received.objects.exists() is accepted
        assert Envelope.objects.exists() is accepted


@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_consent_withdrawn_while_somebody_accepts_always_ends_withdrawn(
    committed, referral, samal, tulpar, sender, receiver, deliver, attempt
):
    """The client's word goes through, whoever was faster; at most an empty case remains there."""
    with in_shelter(samal):
        consent = Consent.objects.get(scope="referral")

    accepted, withdrawn = at_once(
        (tulpar, accepting(referral, receiver)),
        (samal, lambda: withdraw_consent(consent=consent, by=sender)),
    )
    deliver()

    assert isinstance(withdrawn, Consent), withdrawn
    assert isinstance(accepted, Case | WrongState | SummaryClosed), accepted
    with in_shelter(tulpar):
        assert Referral.objects.get().status == Status.WITHDRAWN
        assert Release.objects.get().withdrawn_at
        assert not Case.objects.filter(status="expected").exists()
        assert not any(received.summary for received in Received.objects.all())


@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_double_click_on_send_sends_once(committed, case, answers, samal, sender, attempt):
    new_id = uuid4()

    def send() -> Referral:
        return operations.send_referral(new_id=new_id, case=case, **answers, by=sender)

    first, second = at_once((samal, send), (samal, send))

    assert isinstance(first, Referral), first
    assert first == second
    with in_shelter(samal):
        assert Referral.objects.count() == Sent.objects.count() == 1


@pytest.mark.parametrize("attempt", ROUNDS)
def test_two_who_send_one_client_at_once_send_one_referral(
    committed, case, answers, samal, sender, aidyn, attempt
):
    def send(**other: Any) -> Act:
        facts = {"new_id": uuid4(), "case": case, "by": sender} | answers | other
        return lambda: operations.send_referral(**facts)

    results = at_once((samal, send()), (samal, send(recipient_id=aidyn.id)))

    assert sorted(type(one).__name__ for one in results) == ["AlreadyReferred", "Referral"], results
    assert any(isinstance(one, AlreadyReferred) for one in results)
    with in_shelter(samal):
        assert Referral.objects.count() == Consent.objects.filter(scope="referral").count() == 1


@pytest.mark.parametrize("attempt", ROUNDS)
def test_arrival_and_absence_at_once_end_in_exactly_one(
    committed, referral, accept, tulpar, receiver, attempt
):
    accept(referral)

    results = at_once(
        (
            tulpar,
            lambda: operations.confirm_arrival(referral=referral, at=timezone.now(), by=receiver),
        ),
        (tulpar, lambda: operations.report_not_arrived(referral=referral, by=receiver)),
    )

    assert sorted(type(one).__name__ for one in results) == ["Case", "WrongState"], results
    with in_shelter(tulpar):
        arrived = Referral.objects.get().status == Status.ARRIVED
        assert Case.objects.get().is_active is arrived


def test_closing_the_case_while_the_arrival_is_heard_of_does_not_hang(
    committed, referral, accept, samal, tulpar, sender, receiver, case
):
    """Both want the case and what is kept of the referral; they take them in the same order."""
    accept(referral)
    with in_shelter(tulpar):
        operations.confirm_arrival(referral=referral, at=timezone.now(), by=receiver)

    followed, _closed = at_once(
        (samal, lambda: operations.follow(referral_id=referral.pk)),
        (samal, lambda: close_case(case=case, reason="left_by_own_choice", by=sender)),
    )

    assert isinstance(followed, Sent), followed
    with in_shelter(samal):
        assert not Case.objects.get().is_open
