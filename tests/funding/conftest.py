"""Donors, gifts and people for the tests of money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from funding.models import (
    IN_KIND,
    Agreement,
    Claim,
    Currency,
    Donor,
    DonorKind,
    Evidence,
    GiftKind,
    RateSource,
    Receipt,
    Valuation,
)
from funding.operations import add_donor, receive_gift, record_agreement, record_claim
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.staff.permissions import Role

DAY = date(2024, 3, 10)


@pytest.fixture
def bookkeeper(samal: Shelter, person: Callable[..., User]) -> User:
    return person(samal, Role.BOOKKEEPER)


@pytest.fixture
def browser(bookkeeper: User, browser_of: Callable[..., Client]) -> Client:
    return browser_of(bookkeeper, "samal.localhost")


@pytest.fixture
def officers_browser(person: Callable[..., User], browser_of: Callable[..., Client]) -> Client:
    return browser_of(person(None, Role.FUNDING_OFFICER), "pana.localhost")


@pytest.fixture
def give(bookkeeper: User) -> Callable[..., Receipt]:
    """Cash of 1,000.00 on the bank statement of 10 March 2024, unless told otherwise."""

    def give(donor: Donor, amount: str = "1000.00", **answers: Any) -> Receipt:
        usual: dict[str, Any] = {
            "new_id": uuid4(),
            "kind": GiftKind.CASH,
            "received_on": DAY,
            "evidence": Evidence.BANK_LINE,
            "by": bookkeeper,
        }
        return receive_gift(donor=donor, amount=Decimal(amount), **(usual | answers))

    return give


@pytest.fixture
def a_donor(bookkeeper: User) -> Callable[..., Donor]:
    def a_donor(name: str = "Steppe Fund", **answers: Any) -> Donor:
        usual: dict[str, Any] = {
            "new_id": uuid4(),
            "kind": DonorKind.INTL_FOUNDATION,
            "by": bookkeeper,
        }
        return add_donor(name=name, **(usual | answers))

    return a_donor


@pytest.fixture
def an_agreement(bookkeeper: User) -> Callable[..., Agreement]:
    def an_agreement(donor: Donor, **answers: Any) -> Agreement:
        usual: dict[str, Any] = {
            "new_id": uuid4(),
            "title": "Grant for the year",
            "starts_on": date(2024, 1, 1),
            "ends_on": date(2024, 12, 31),
            "by": bookkeeper,
        }
        return record_agreement(donor=donor, **(usual | answers))

    return an_agreement


@pytest.fixture
def a_claim(bookkeeper: User) -> Callable[..., Claim]:
    def a_claim(statement: str = "The city government funds the shelter.") -> Claim:
        return record_claim(
            new_id=uuid4(),
            statement=statement,
            said_by="Press office of the city",
            as_of=DAY,
            source="City website",
            by=bookkeeper,
        )

    return a_claim


@pytest.fixture
def of_kind(salary: dict[str, Any]) -> Callable[[GiftKind], dict[str, Any]]:
    """What a gift of this kind must say beside its amount."""

    def of_kind(kind: GiftKind) -> dict[str, Any]:
        if kind is GiftKind.SALARY:
            return salary
        if kind in IN_KIND:
            return {"kind": kind, "description": "40 blankets", "valuation": Valuation.INVOICE}
        return {"kind": kind}

    return of_kind


@pytest.fixture
def dollars() -> dict[str, Any]:
    """The answers that make an amount one in dollars."""
    return {
        "currency": Currency.USD,
        "rate": Decimal("520.25"),
        "rate_source": RateSource.NATIONAL_BANK,
    }


@pytest.fixture
def salary() -> dict[str, Any]:
    """The answers that make a gift three months of a psychologist's salary."""
    return {
        "kind": GiftKind.SALARY,
        "staff_role": "psychologist",
        "month_from": date(2024, 1, 1),
        "month_to": date(2024, 3, 1),
        "evidence": Evidence.STATED_BY_DONOR,
    }
