"""Three years of letters: who was sent where, and who was not taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random

from cases.models import ClosureReason
from config.demo.letters import REASONS, Letter
from config.demo.lots import deck, moment
from config.demo.stays import Calendar, Stay
from referrals.models import DeclineReason, Status, Urgency

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOT_TAKEN = {Status.DECLINED: 9, Status.WITHDRAWN: 5, Status.NOT_ARRIVED: 3}
URGENCIES = {Urgency.NORMAL: 55, Urgency.URGENT: 33, Urgency.EMERGENCY: 12}
AFTERWARDS = {ClosureReason.PLAN_COMPLETED: 60, ClosureReason.REPATRIATED: 40}
DECLINES = {DeclineReason.FULL: 6, DeclineReason.PROFILE: 2, DeclineReason.NO_FUNDING: 1}
SHARE_NOT_TAKEN = 0.1  # of the clients who stayed for long
TOO_LATE = 0.12  # so many of the letters are answered after their time


class Correspondence:
    """Plans the letters of three years that have ended."""

    def __init__(
        self,
        calendars: Mapping[str, Calendar],
        stays: Mapping[str, list[Stay]],
        *,
        today: date,
        lot: Random,
    ) -> None:
        self.calendars, self.stays, self.today, self.lot = calendars, stays, today, lot

    def letters(self) -> list[Letter]:
        moved = [
            self._moved(sender, stay)
            for sender, stays in self.stays.items()
            for stay in stays
            if stay.reason == ClosureReason.TRANSFERRED
        ]
        return [*(letter for letter in moved if letter), *self._not_taken()]

    def _moved(self, sender: str, stay: Stay) -> Letter | None:
        """To whoever has a bed; without one the client goes elsewhere than to these shelters."""
        length = self.lot.randint(21, 120)
        arrived_at = moment(stay.until, self.lot, hours=(12, 20))
        then = self._onward(stay, length)
        recipient = self._with_a_bed(sender, then)
        if recipient is None:
            stay.reason = ClosureReason.REFERRED_ON
            return None
        letter = self._letter(sender, recipient, stay, arrived_at - self.lot.randint(20, 40) * HOUR)
        letter.came_to, letter.then, letter.ended_at = Status.ARRIVED, then, arrived_at
        letter.arrive_by = arrived_at + self.lot.randint(-2, 9) * HOUR
        return letter

    def _onward(self, stay: Stay, length: int) -> Stay:
        until = stay.until + timedelta(days=length)
        over = until < self.today - DAY
        (reason,) = deck(AFTERWARDS, 1, self.lot) if over else (None,)
        return Stay(stay.person, stay.until, until, until, reason=reason)

    def _with_a_bed(self, sender: str, stay: Stay) -> str | None:
        others = [schema for schema in self.calendars if schema != sender]
        self.lot.shuffle(others)
        last = min(stay.until, self.today + DAY)
        for schema in others:
            beds = self.calendars[schema].beds
            if beds.are_free(stay.since, last):
                beds.take(stay.since, last)
                return schema
        return None

    def _not_taken(self) -> list[Letter]:
        could = [
            (sender, stay)
            for sender, stays in self.stays.items()
            for stay in stays
            if _may_have_been_refused(stay, stays)
        ]
        chosen = self.lot.sample(could, round(len(could) * SHARE_NOT_TAKEN))
        outcomes = deck(NOT_TAKEN, len(chosen), self.lot)
        reasons = deck(DECLINES, outcomes.count(Status.DECLINED), self.lot)
        return [
            self._refused(sender, stay, came_to, reasons)
            for (sender, stay), came_to in zip(chosen, outcomes, strict=True)
        ]

    def _refused(
        self, sender: str, stay: Stay, came_to: Status, reasons: list[DeclineReason]
    ) -> Letter:
        day = stay.since + timedelta(days=self.lot.randint(22, (stay.until - stay.since).days - 8))
        recipient = self.lot.choice([schema for schema in self.calendars if schema != sender])
        letter = self._letter(sender, recipient, stay, moment(day, self.lot, hours=(10, 17)))
        letter.came_to = came_to
        if came_to == Status.DECLINED:
            letter.declined_because, letter.ended_at = reasons.pop(), letter.answered_at
        elif came_to == Status.WITHDRAWN:
            self._take_back(letter)
        else:
            letter.arrive_by = moment(day + DAY, self.lot, hours=(15, 19))
            letter.ended_at = letter.arrive_by + 20 * HOUR
        return letter

    def _take_back(self, letter: Letter) -> None:
        """By the shelter before an answer, or because the client no longer agrees, even after."""
        letter.by_the_client = self.lot.random() < 0.5
        letter.ended_at = (letter.answered_at or letter.sent_at) + 3 * HOUR
        if letter.by_the_client and letter.answered_at:
            letter.arrive_by = letter.answered_at + 2 * DAY
        else:
            letter.answered_at = None

    def _letter(self, sender: str, recipient: str, stay: Stay, answered_at: datetime) -> Letter:
        """Sent so long before its answer as its urgency allows, or a little longer."""
        (urgency,) = self.lot.choices(list(URGENCIES), weights=list(URGENCIES.values()))
        reason = self.lot.choice(list(REASONS))
        longest = min(urgency.time_to_answer, 6 * DAY)
        share = self.lot.uniform(1.05, 1.3) if self.lot.random() < TOO_LATE else 0.0
        waited = urgency.time_to_answer * share or longest * self.lot.uniform(0.05, 0.8)
        return Letter(
            sender=sender,
            recipient=recipient,
            stay=stay,
            urgency=urgency,
            reason=reason,
            message=self.lot.choice(REASONS[reason][1]),
            sent_at=answered_at - waited,
            answered_at=answered_at,
        )


def _may_have_been_refused(stay: Stay, stays: list[Stay]) -> bool:
    """A long stay that went on here whatever the other shelter said."""
    is_first = all(stay is not other.earlier for other in stays) and stay.earlier is None
    return (
        is_first
        and stay.is_over
        and stay.reason != ClosureReason.TRANSFERRED
        and not stay.brings_a_child
        and not stay.person.is_child
        and (stay.until - stay.since).days > 50
    )
