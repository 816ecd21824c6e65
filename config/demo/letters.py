"""A letter between two shelters of the demo: about whom, when, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.demo.stays import Stay
from referrals.models import DeclineReason, Need, Reason, Status, Urgency

REASONS: dict[Reason, tuple[tuple[Need, ...], tuple[str, ...]]] = {
    Reason.COURT: (
        (Need.BED, Need.LEGAL),
        (
            "Суд пройдёт ближе к вам, отсюда ехать пять часов. Просим встретить на вокзале.",
            "Сот сіздің қалада өтеді. Бірге жүретін адам бар.",
        ),
    ),
    Reason.SAFETY: (
        (Need.BED, Need.PSYCHOLOGICAL, Need.SAFETY_DISTANCE),
        ("Здесь стало неспокойно. Готовы выехать сегодня, сопровождаем до вашей двери.",),
    ),
    Reason.SERVICES: (
        (Need.BED, Need.MEDICAL, Need.DOCUMENTS),
        (
            "Нужен врач, которого у нас нет. Лекарства на две недели с собой.",
            "Бізде психолог жоқ, ал клиент әңгімелескісі келеді.",
            "У вас есть курсы поваров, у нас нет. Клиент очень хочет учиться.",
        ),
    ),
    Reason.RETURN: (
        (Need.BED,),
        ("По дороге домой: поезд идёт от вас. Документы на руках.",),
    ),
    Reason.FULL: (
        (Need.BED,),
        ("Место нужно на время ремонта комнаты.", "Орын жетпей тұр, уақытша қабылдай аласыз ба?"),
    ),
    Reason.LOCATION: (
        (Need.BED, Need.INTERPRETER),
        ("Ближе к консульству документы сделают быстрее. Нужен переводчик.",),
    ),
}


@dataclass(eq=False)
class Letter:
    """`came_to` is the step at which it stands; `then` is the stay that begins with the arrival."""

    sender: str
    recipient: str
    stay: Stay
    urgency: Urgency
    reason: Reason
    message: str
    sent_at: datetime
    came_to: Status = Status.SENT
    answered_at: datetime | None = None
    arrive_by: datetime | None = None
    ended_at: datetime | None = None
    declined_because: DeclineReason | None = None
    by_the_client: bool = False  # withdrawn with the client's consent
    then: Stay | None = None

    @property
    def needs(self) -> tuple[Need, ...]:
        return REASONS[self.reason][0]
