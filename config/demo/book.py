"""The book of one invented shelter, kept by its bookkeeper on the day after each thing happened."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from config.demo.casework import Team
from config.demo.clock import Clock
from funding.models import (
    Agreement,
    Currency,
    Donor,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    Receipt,
    RenewalState,
    Restriction,
    StaffRole,
    Valuation,
)
from funding.operations import (
    add_donor,
    receive_gift,
    record_agreement,
    record_claim,
    reverse_gift,
    update_renewal,
)
from shelters.staff.models import User
from shelters.staff.permissions import Role

LONG_AGO = 3 * 365 + 20
# Tenge for one unit today, and how much less it was a year ago. Invented, like all else here.
RATES = {Currency.USD: (512, 14), Currency.EUR: (556, 17), Currency.SEK: (49, 2)}


class Book:
    """In the shelter's unit. Days are told as so many days ago, months as so many months ago."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.today = timezone.localdate(clock.present)
        self.by: User = Team().one(Role.BOOKKEEPER)

    def donor(self, name: str, kind: DonorKind, *, ago: int = LONG_AGO) -> Donor:
        self._sit_down(self.day(ago))
        return add_donor(new_id=uuid4(), name=name, kind=kind, by=self.by)

    def agreement(
        self,
        donor: Donor,
        title: str,
        *,
        began: int,
        renewal: RenewalState,
        asked: int,
        amount: int | None = None,
        currency: Currency = Currency.KZT,
        restriction: Restriction = Restriction.UNRESTRICTED,
    ) -> Agreement:
        """For a year from `began` months ago; what was heard of its renewal `asked` days ago."""
        starts_on = self.month(began)
        self._sit_down(starts_on)
        agreement = record_agreement(
            new_id=uuid4(),
            donor=donor,
            title=title,
            starts_on=starts_on,
            ends_on=self.month(began - 12) - timedelta(days=1),
            amount=None if amount is None else Decimal(amount),
            currency=currency,
            restriction=restriction,
            by=self.by,
        )
        day = self.day(asked)
        self._sit_down(day)
        update_renewal(agreement=agreement, new_id=uuid4(), state=renewal, as_of=day, by=self.by)
        return agreement

    def cash(
        self,
        donor: Donor,
        amount: int,
        evidence: Evidence,
        *,
        ago: int,
        currency: Currency = Currency.KZT,
        agreement: Agreement | None = None,
        note: str = "",
    ) -> Receipt:
        return self._gift(
            donor,
            GiftKind.CASH,
            amount,
            evidence,
            self.day(ago),
            agreement=agreement,
            note=note,
            currency=currency,
            **self._worth(currency, ago),
        )

    def in_kind(
        self,
        donor: Donor,
        kind: GiftKind,
        what: str,
        amount: int,
        *,
        valued: Valuation,
        ago: int,
    ) -> Receipt:
        """Goods or services. Whoever put a figure on them also says that they came."""
        says = {Valuation.DONOR: Evidence.STATED_BY_DONOR, Valuation.INVOICE: Evidence.VOUCHER}
        evidence = says.get(valued, Evidence.STATED_BY_SHELTER)
        return self._gift(
            donor, kind, amount, evidence, self.day(ago), description=what, valuation=valued
        )

    def salary(
        self,
        donor: Donor,
        role: StaffRole,
        a_month: int,
        evidence: Evidence,
        *,
        since: int,
        until: int,
        agreement: Agreement | None = None,
    ) -> Receipt:
        """Paid by somebody else, straight to the person, from one whole month to another."""
        first, last = self.month(since), self.month(until)
        paid_on = last.replace(day=monthrange(last.year, last.month)[1])
        months = since - until + 1
        return self._gift(
            donor,
            GiftKind.SALARY,
            a_month * months,
            evidence,
            paid_on,
            agreement=agreement,
            staff_role=role,
            month_from=first,
            month_to=last,
        )

    def reverse(self, receipt: Receipt, mistake: Mistake, note: str, *, ago: int) -> None:
        self._sit_down(self.day(ago))
        reverse_gift(new_id=uuid4(), receipt=receipt, mistake=mistake, note=note, by=self.by)

    def claim(self, statement: str, *, said_by: str, source: str, ago: int) -> None:
        day = self.day(ago)
        self._sit_down(day)
        record_claim(
            new_id=uuid4(),
            statement=statement,
            said_by=said_by,
            as_of=day,
            source=source,
            by=self.by,
        )

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def month(self, ago: int) -> date:
        """The first day of a month."""
        years, month = divmod(self.today.year * 12 + self.today.month - 1 - ago, 12)
        return date(years, month + 1, 1)

    def _gift(
        self,
        donor: Donor,
        kind: GiftKind,
        amount: int,
        evidence: Evidence,
        received_on: date,
        **facts: Any,
    ) -> Receipt:
        self._sit_down(received_on)
        return receive_gift(
            new_id=uuid4(),
            donor=donor,
            kind=kind,
            amount=Decimal(amount),
            received_on=received_on,
            evidence=evidence,
            by=self.by,
            **facts,
        )

    def _worth(self, currency: Currency, ago: int) -> dict[str, Any]:
        if currency == Currency.KZT:
            return {}
        now, less = RATES[currency]
        rate = (Decimal(now) - Decimal(less) * ago / 365).quantize(Decimal("0.01"))
        return {"rate": rate, "rate_source": RateSource.BANK}

    def _sit_down(self, day: date) -> None:
        """In the morning after."""
        morning = datetime.combine(day + timedelta(days=1), time(10, 30))
        self.clock.set(timezone.make_aware(morning))
