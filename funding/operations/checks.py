"""What several operations on money ask first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from funding.models import Donor
from funding.operations.refusals import EndsBeforeStart, NotMoney, NotYet, UnknownDonor
from shelters.tenancy import current_unit


def check_donor(donor: Donor) -> None:
    if donor.shelter_id not in {None, current_unit().id}:
        raise UnknownDonor


def check_amount(amount: Decimal) -> None:
    if amount <= 0:
        raise NotMoney


def check_not_future(day: date, *, field: str) -> None:
    if day > timezone.localdate():
        raise NotYet(field=field)


def check_order(first: date, last: date | None, *, field: str) -> None:
    if last is not None and last < first:
        raise EndsBeforeStart(field=field)
