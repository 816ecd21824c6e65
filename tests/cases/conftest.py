"""People of Samal, and a client admitted there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from cases.models import Case
from cases.operations import admit_client
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import in_shelter

HOST = "samal.localhost"


@pytest.fixture
def worker(samal: Shelter, person: Callable[..., User]) -> User:
    return person(samal, "social_worker", name="Aigerim Worker")


@pytest.fixture
def admit(samal: Shelter, worker: User) -> Callable[..., Case]:
    """Admits a client of Samal; what is not said is as little as an emergency needs."""
    made = 0

    def admit(**facts: Any) -> Case:
        nonlocal made
        made += 1
        usual = {
            "new_id": uuid4(),
            "code": f"Saxaul {made}",
            "age_group": "adult",
            "consent_how": "signed",
            "by": worker,
        }
        with in_shelter(samal):
            return admit_client(**(usual | facts))

    return admit


@pytest.fixture
def case(admit: Callable[..., Case]) -> Case:
    return admit(code="Birch 12")


@pytest.fixture
def browser(worker: User, browser_of: Callable[..., Browser]) -> Browser:
    return browser_of(worker, HOST)
