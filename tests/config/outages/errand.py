"""python -m tests.config.outages.errand refer|sweep: does it, and prints what came of it."""

from __future__ import annotations

import json
import sys
import time
from datetime import date

import django

django.setup()

from shelters.events.carrying import sweep  # noqa: E402 only now that the apps are loaded
from shelters.models import Shelter  # noqa: E402
from shelters.staff.models import User  # noqa: E402
from shelters.staff.operations import give_roles  # noqa: E402
from shelters.staff.permissions import Role  # noqa: E402
from shelters.tenancy import in_central, in_shelter  # noqa: E402
from tests.households import Words, furnish  # noqa: E402


def refer() -> dict[str, object]:
    """Somebody at Samal sends a client to Tulpar, among much else."""
    begun = time.monotonic()
    home = furnish(_shelter("samal"), _shelter("tulpar"), person=_person, words=Words())
    return {"seconds": time.monotonic() - begun, "referral": str(home.ids["referral_id"])}


def _person(shelter: Shelter, *roles: str, **fields: str) -> User:
    with in_shelter(shelter):
        user = User.objects.create_user(**fields, password="a-long-password-7", language="en")
        give_roles(user=user, roles=[Role(role) for role in roles], until=date(2099, 1, 1))
    return user


def _shelter(schema: str) -> Shelter:
    with in_central():
        return Shelter.objects.get(schema=schema)


if __name__ == "__main__":
    print(json.dumps({"refer": refer, "sweep": sweep}[sys.argv[1]]()))
