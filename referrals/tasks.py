"""Who hears of a referral's steps: the other shelter, by its own delivery."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from referrals import operations
from referrals.models import Referral
from shelters.events.models import EventRecord
from shelters.events.subscribing import on
from shelters.models import Domain
from shelters.origins import origin_of
from shelters.staff.mail import compose
from shelters.staff.models import User
from shelters.staff.permissions import Role
from shelters.tenancy import current_unit


@dataclass
class Doer:
    """Who did what the event tells of."""

    id: UUID
    name: str


@on("referral.sent", at="recipient_id")
def tell_directors(event: EventRecord) -> None:
    """A mail to each director here that says nothing of the client and nothing of the sender."""
    referral = Referral.objects.incoming().waiting().filter(pk=event.subject_id).first()
    if referral is None:
        return
    for director in _directors():
        compose(
            to=director.email,
            language=director.language,
            template="referrals/email/waiting",
            answer_by=referral.answer_by,
            link=_link_to("referrals:inbox"),
        ).send()


@on("referral.declined", at="sender_id")
@on("referral.not_arrived", at="sender_id")
def tell_that_nobody_took_the_client(event: EventRecord) -> None:
    """A mail to each director of the sender, who is responsible still; it names nobody."""
    for director in _directors():
        compose(
            to=director.email,
            language=director.language,
            template="referrals/email/not_taken",
            link=_link_to("cases:today"),
        ).send()


@on("referral.accepted", at="sender_id")
@on("referral.declined", at="sender_id")
@on("referral.arrived", at="sender_id")
@on("referral.not_arrived", at="sender_id")
def follow_the_answer(event: EventRecord) -> None:
    operations.follow(referral_id=UUID(event.subject_id))


@on("referral.withdrawn", at="recipient_id")
def expect_nobody(event: EventRecord) -> None:
    operations.expect_no_longer(referral_id=UUID(event.subject_id))


@on("consent.withdrawn", same_transaction=True)
def end_with_the_consent(event: EventRecord) -> None:
    consent_id = UUID(event.facts["consent_id"])
    operations.follow_withdrawn_consent(consent_id=consent_id, by=_doer(event))


@on("case.closed", same_transaction=True)
def end_with_the_case(event: EventRecord) -> None:
    operations.follow_closed_case(case_id=UUID(event.subject_id), by=_doer(event))


def _doer(event: EventRecord) -> Doer | None:
    return Doer(event.by_id, event.by_name) if event.by_id else None


def _directors() -> list[User]:
    found = User.objects.filter(is_active=True, grants__role=Role.DIRECTOR)
    return [user for user in found.prefetch_related("grants") if Role.DIRECTOR in user.roles]


def _link_to(page: str) -> str:
    """A page on this shelter's own host; a delivery has no request to tell it."""
    host = Domain.objects.filter(shelter_id=current_unit().id).order_by("host").first()
    path = reverse(page, urlconf=settings.ROOT_URLCONF)
    return f"{origin_of(str(host))}{path}"
