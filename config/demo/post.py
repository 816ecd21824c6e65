"""Taking the demo's letters from step to step: each at its time, by its shelter's operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid4

import pgtrigger
from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.utils import translation

from cases.models import Consent, Scope
from cases.operations import withdraw_consent
from cases.summary import Section
from config.demo.casework import Casework
from config.demo.clock import Clock
from config.demo.letters import Letter
from config.demo.outbox import carry_everything
from referrals.kept.models import Sent
from referrals.models import Referral, Release, Status
from referrals.operations import (
    CONSENT_LASTS,
    accept_referral,
    confirm_arrival,
    decline_referral,
    report_not_arrived,
    send_referral,
    withdraw_referral,
)
from shelters.models import Shelter
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter
from shelters.tenancy.migrate import OWNER, as_owner

SECTIONS = (Section.NAME_AND_BIRTH, Section.CITIZENSHIP, Section.PLAN)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DUMMY = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}


class Post:
    """Both sides know of every step as soon as it is taken: what is due is carried at once."""

    def __init__(
        self, shelters: Mapping[str, Shelter], works: Mapping[str, Casework], clock: Clock
    ) -> None:
        self.shelters, self.works, self.clock = shelters, works, clock
        self.ids: dict[Letter, UUID] = {}

    def exchange(self, letters: list[Letter]) -> None:
        taken_back = [letter for letter in letters if letter.came_to == Status.WITHDRAWN]
        self._take_step(letters, self._send, by_sender=True)
        self._take_step((x for x in letters if x.answered_at), self._answer)
        self._take_step(taken_back, self._withdraw, by_sender=True)
        self._take_step((x for x in letters if x.came_to in ARRIVALS), self._end)

    def _take_step(
        self, letters: Iterable[Letter], step: Callable[[Letter], None], *, by_sender: bool = False
    ) -> None:
        """For all the letters of one shelter in one unit of it; then what they set going."""

        def whose(letter: Letter) -> str:
            return letter.sender if by_sender else letter.recipient

        for schema, group in groupby(sorted(letters, key=whose), key=whose):
            with in_shelter(self.shelters[schema]):
                for letter in group:
                    step(letter)
        with _no_mail():
            carry_everything(self.shelters, self.clock)

    def _send(self, letter: Letter) -> None:
        self.clock.set(letter.sent_at)
        work = self.works[letter.sender]
        self.ids[letter] = uuid4()
        send_referral(
            new_id=self.ids[letter],
            case=work.cases[letter.stay],
            recipient_id=self.shelters[letter.recipient].id,
            urgency=letter.urgency,
            reason=letter.reason,
            needs=letter.needs,
            sections=SECTIONS,
            message=letter.message,
            consent_how=letter.stay.person.consent_how,
            consent_lasts=self._consent_lasts(letter),
            by=work.team.one(Role.SOCIAL_WORKER),
        )

    def _consent_lasts(self, letter: Letter) -> timedelta:
        """The database opens a letter by its own clock, which stands at today."""
        is_opened = letter.arrive_by is not None
        return max(CONSENT_LASTS, self.clock.present + DAY - letter.sent_at if is_opened else DAY)

    def _answer(self, letter: Letter) -> None:
        self.clock.set(_known(letter.answered_at))
        referral = self._incoming(letter)
        by = self.works[letter.recipient].team.director
        if letter.declined_because:
            decline_referral(referral=referral, reason=letter.declined_because, by=by)
        elif letter.arrive_by:
            accept_referral(referral=referral, arrive_by=letter.arrive_by, by=by)

    def _withdraw(self, letter: Letter) -> None:
        self.clock.set(_known(letter.ended_at))
        by = self.works[letter.sender].team.one(Role.SOCIAL_WORKER)
        sent = Sent.objects.select_related("consent").get(pk=self.ids[letter])
        if letter.by_the_client:
            withdraw_consent(consent=sent.consent, by=by)
        else:
            withdraw_referral(sent=sent, seen=sent.status, by=by)

    def _end(self, letter: Letter) -> None:
        at = _known(letter.ended_at)
        self.clock.set(at + 10 * MINUTE)
        work, referral = self.works[letter.recipient], self._incoming(letter)
        by = work.team.one(Role.NIGHT_DUTY)
        with translation.override(by.language):
            if letter.then is None:
                report_not_arrived(referral=referral, by=by)
            else:
                case = confirm_arrival(referral=referral, at=at, by=by)
                work.receive(letter.then, case, at)

    def end_consents(self) -> None:
        """A consent that had to last until today, so that the database opened its letter, ends when
        it would have ended. The app may not change a release so; the owner may.
        """
        sent = Referral.objects.filter(pk=OuterRef("pk"))
        until = Subquery(sent.values(until=F("sent_at") + CONSENT_LASTS))
        with as_owner(), pgtrigger.ignore("referrals.Release:only_withdrawn", databases=[OWNER]):
            Release.objects.using(OWNER).update(until=until)
        for shelter in self.shelters.values():
            with in_shelter(shelter):
                to_referrals = Consent.objects.filter(scope=Scope.REFERRAL)
                to_referrals.update(until=F("given_at") + CONSENT_LASTS)

    def _incoming(self, letter: Letter) -> Referral:
        return Referral.objects.incoming().get(pk=self.ids[letter])


ARRIVALS = (Status.ARRIVED, Status.NOT_ARRIVED)


def _known(at: datetime | None) -> datetime:
    assert at is not None
    return at


@contextmanager
def _no_mail() -> Iterator[None]:
    """What the letters' directors were told years ago is in nobody's letterbox today."""
    before = settings.MAILERS
    settings.MAILERS = DUMMY
    try:
        yield
    finally:
        settings.MAILERS = before
