"""The letters that are under way today: at least one waits in each shelter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cases.models import ClosureReason
from config.demo.letters import REASONS, Letter
from config.demo.stays import Stay
from referrals.models import DeclineReason, Reason, Status, Urgency


@dataclass(frozen=True)
class Now:
    """Times are hours ago; a negative one lies ahead."""

    sender: str
    recipient: str
    urgency: Urgency
    reason: Reason
    sent: float
    came_to: Status = Status.SENT
    answered: float | None = None
    due: float | None = None
    ended: float | None = None
    by_the_client: bool = False


DAY = 24
NOW = (
    Now("samal", "tulpar", Urgency.URGENT, Reason.COURT, 26),
    Now("tulpar", "samal", Urgency.EMERGENCY, Reason.SAFETY, 2),
    Now("aidyn", "samal", Urgency.NORMAL, Reason.LOCATION, 16 * DAY),  # nobody has answered in time
    Now("zhuldyz", "aidyn", Urgency.URGENT, Reason.SERVICES, 90),  # nor here
    Now("aidyn", "zhuldyz", Urgency.NORMAL, Reason.FULL, 33 * DAY),  # nor before the consent ended
    Now("tulpar", "zhuldyz", Urgency.NORMAL, Reason.SERVICES, 50, Status.ACCEPTED, 20, -26),
    Now("samal", "aidyn", Urgency.NORMAL, Reason.RETURN, 140, Status.ACCEPTED, 60, 14),  # late
    Now("zhuldyz", "tulpar", Urgency.URGENT, Reason.FULL, 40, Status.DECLINED, 18, ended=18),
    Now("aidyn", "tulpar", Urgency.NORMAL, Reason.COURT, 120, Status.NOT_ARRIVED, 90, 30, 8),
    Now("samal", "zhuldyz", Urgency.NORMAL, Reason.RETURN, 100, Status.ARRIVED, 70, -3, 1),
    Now(
        "tulpar",
        "aidyn",
        Urgency.NORMAL,
        Reason.LOCATION,
        60,
        Status.WITHDRAWN,
        ended=30,
        by_the_client=True,
    ),
)


def letters_under_way(stays: Mapping[str, list[Stay]], *, present: datetime) -> list[Letter]:
    """Each is about another client of its sender, the oldest about who is here for longest."""
    here = {schema: _may_be_sent(all_) for schema, all_ in stays.items()}
    oldest_first = sorted(NOW, key=lambda now: -now.sent)
    return [_letter(now, here[now.sender].pop(0), present) for now in oldest_first]


def _may_be_sent(stays: list[Stay]) -> list[Stay]:
    here = [s for s in stays if not (s.is_over or s.brings_a_child or s.person.story == "child")]
    return sorted(here, key=lambda stay: stay.since)


def _letter(now: Now, stay: Stay, present: datetime) -> Letter:
    def ago(hours: float | None) -> datetime | None:
        return None if hours is None else present - timedelta(hours=hours)

    letter = Letter(
        sender=now.sender,
        recipient=now.recipient,
        stay=stay,
        urgency=now.urgency,
        reason=now.reason,
        message=REASONS[now.reason][1][0],
        sent_at=present - timedelta(hours=now.sent),
        came_to=now.came_to,
        answered_at=ago(now.answered),
        arrive_by=ago(now.due),
        ended_at=ago(now.ended),
        declined_because=DeclineReason.FULL if now.came_to == Status.DECLINED else None,
        by_the_client=now.by_the_client,
    )
    if now.came_to == Status.ARRIVED and letter.ended_at:
        _move(letter, letter.ended_at)
    return letter


def _move(letter: Letter, at: datetime) -> None:
    """The client lives in the other shelter from that day on."""
    day = timezone.localdate(at)
    letter.then = Stay(letter.stay.person, day, letter.stay.planned, letter.stay.planned)
    letter.stay.until, letter.stay.reason = day, ClosureReason.TRANSFERRED
