"""The letters between the two shelters, each left standing at another step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from django.utils import timezone, translation

from cases.models import Case, How
from cases.summary import Section
from config.demo.casework import Team
from config.demo.cast import HOUSES, SAMAL, TULPAR, House
from config.demo.outbox import carry_everything
from referrals.models import DeclineReason, Need, Reason, Referral, Status, Urgency
from referrals.operations import (
    accept_referral,
    confirm_arrival,
    decline_referral,
    send_referral,
)
from shelters.models import Shelter
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter


@dataclass(frozen=True)
class Letter:
    """`came_to` is the step at which it stands."""

    sender: House
    recipient: House
    urgency: Urgency
    reason: Reason
    needs: tuple[Need, ...]
    message: str
    came_to: Status = Status.SENT


LETTERS = (
    Letter(
        SAMAL,
        TULPAR,
        Urgency.URGENT,
        Reason.COURT,
        (Need.BED, Need.LEGAL),
        "Суд пройдёт ближе к вам, отсюда ехать пять часов. Просим встретить на вокзале.",
    ),
    Letter(
        TULPAR,
        SAMAL,
        Urgency.EMERGENCY,
        Reason.SAFETY,
        (Need.BED, Need.PSYCHOLOGICAL, Need.SAFETY_DISTANCE),
        "Здесь стало неспокойно. Готовы выехать сегодня, сопровождаем до вашей двери.",
    ),
    Letter(
        TULPAR,
        SAMAL,
        Urgency.NORMAL,
        Reason.SERVICES,
        (Need.BED, Need.MEDICAL, Need.DOCUMENTS),
        "Нужен врач, которого у нас нет. Лекарства на две недели с собой.",
        Status.ACCEPTED,
    ),
    Letter(
        SAMAL,
        TULPAR,
        Urgency.NORMAL,
        Reason.RETURN,
        (Need.BED,),
        "По дороге домой: поезд идёт от вас. Документы на руках.",
        Status.ARRIVED,
    ),
    Letter(
        TULPAR,
        SAMAL,
        Urgency.NORMAL,
        Reason.FULL,
        (Need.BED,),
        "Место нужно на время ремонта комнаты.",
        Status.DECLINED,
    ),
)
SECTIONS = (Section.NAME_AND_BIRTH, Section.CITIZENSHIP, Section.PLAN)


def exchange_letters(shelters: dict[str, Shelter], cases: dict[str, list[Case]]) -> None:
    """Each about another client of its sender; both sides know of every step at once."""
    for letter in LETTERS:
        here, there = shelters[letter.sender.schema], shelters[letter.recipient.schema]
        with in_shelter(here):
            referral_id = _send(letter, cases[letter.sender.schema].pop(0), there)
        _carry()
        with in_shelter(there):
            _answer(letter, Referral.objects.incoming().get(pk=referral_id))
        _carry()


def _send(letter: Letter, case: Case, recipient: Shelter) -> UUID:
    referral = send_referral(
        new_id=uuid4(),
        case=case,
        recipient_id=recipient.id,
        urgency=letter.urgency,
        reason=letter.reason,
        needs=letter.needs,
        sections=SECTIONS,
        message=letter.message,
        consent_how=How.SIGNED,
        by=Team().one(Role.SOCIAL_WORKER),
    )
    return referral.id


def _answer(letter: Letter, referral: Referral) -> None:
    team = Team()
    if letter.came_to == Status.DECLINED:
        decline_referral(referral=referral, reason=DeclineReason.FULL, by=team.director)
    if letter.came_to in {Status.ACCEPTED, Status.ARRIVED}:
        accept_referral(referral=referral, arrive_by=_tomorrow_evening(), by=team.director)
    if letter.came_to == Status.ARRIVED:
        by = team.one(Role.NIGHT_DUTY)
        with translation.override(by.language):
            confirm_arrival(referral=referral, at=timezone.now(), by=by)


def _tomorrow_evening() -> datetime:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time(18)))


def _carry() -> None:
    carry_everything(house.schema for house in HOUSES)
