"""A client of Samal who is sent to Tulpar, and the people on both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases.models import Case
from cases.operations import admit_client
from referrals.models import Referral
from referrals.operations import accept_referral, send_referral
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import in_shelter

NAME = "Marzhan Planted"
CITIZENSHIP = "UZ"
STEP = "A planted step: passport office"
MESSAGE = "A planted need: insulin twice a day.\nSleeps on the ground floor."
SECRETS = (NAME, "Uzbekistan", "passport office", "insulin", "Birch 12")
DAY = timedelta(days=1)


@pytest.fixture
def sender(samal: Shelter, person: Callable[..., User]) -> User:
    return person(samal, "social_worker", name="Aigerim Sender")


@pytest.fixture
def receiver(tulpar: Shelter, person: Callable[..., User]) -> User:
    return person(tulpar, "social_worker", name="Timur Receiver")


@pytest.fixture
def admit(samal: Shelter, sender: User) -> Callable[..., Case]:
    """Admits a client of Samal with a secret in every answer."""

    def admit(code: str = "Birch 12", **facts: Any) -> Case:
        usual: dict[str, Any] = {
            "new_id": uuid4(),
            "code": code,
            "age_group": "adult",
            "consent_how": "signed",
            "started_at": timezone.now() - 9 * DAY,
            "answers": {
                "name": NAME,
                "sex": "female",
                "citizenship": CITIZENSHIP,
                "languages": ["uz", "ru"],
            },
            "next_step": STEP,
            "by": sender,
        }
        with in_shelter(samal):
            return admit_client(**(usual | facts))

    return admit


@pytest.fixture
def case(admit: Callable[..., Case]) -> Case:
    return admit()


@pytest.fixture
def answers(tulpar: Shelter) -> dict[str, Any]:
    """What the sender answers: urgent, two needs, name and citizenship, a message."""
    return {
        "recipient_id": tulpar.id,
        "urgency": "urgent_72h",
        "reason": "safety",
        "needs": ["legal", "bed"],
        "sections": ["name_and_birth", "citizenship"],
        "message": MESSAGE,
        "consent_how": "signed",
    }


@pytest.fixture
def send(samal: Shelter, sender: User, answers: dict[str, Any]) -> Callable[..., Referral]:
    def send(case: Case, **other: Any) -> Referral:
        with in_shelter(samal):
            facts = {"new_id": uuid4(), "by": sender} | answers | other
            return send_referral(case=case, **facts)

    return send


@pytest.fixture
def referral(case: Case, send: Callable[..., Referral]) -> Referral:
    """Samal has sent its client to Tulpar."""
    return send(case)


@pytest.fixture
def send_long_ago(samal: Shelter, tulpar: Shelter) -> Callable[..., Referral]:
    """A day to answer, a week ago. Nobody can post-date a referral, but one may be old."""

    def send_long_ago(code: str = "R-2222") -> Referral:
        sent_at = timezone.now() - 7 * DAY
        with in_shelter(samal):
            return Referral.objects.create(
                code=code,
                sender_id=samal.id,
                recipient_id=tulpar.id,
                urgency="emergency_24h",
                reason="other",
                needs=["bed"],
                age_group="adult",
                sent_at=sent_at,
                answer_by=sent_at + DAY,
            )

    return send_long_ago


@pytest.fixture
def accept(tulpar: Shelter, receiver: User) -> Callable[..., Case]:
    def accept(referral: Referral, **other: Any) -> Case:
        with in_shelter(tulpar):
            facts = {"arrive_by": timezone.now() + DAY, "by": receiver} | other
            return accept_referral(referral=referral, **facts)

    return accept


@pytest.fixture
def senders_browser(sender: User, browser_of: Callable[..., Browser]) -> Browser:
    return browser_of(sender, "samal.localhost")


@pytest.fixture
def receivers_browser(receiver: User, browser_of: Callable[..., Browser]) -> Browser:
    return browser_of(receiver, "tulpar.localhost")
