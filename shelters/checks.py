"""`manage check --database default`: is the database held to what the models declare?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from shelters.models import Shelter
from shelters.tenancy import in_central
from shelters.tenancy.held import differences

HINT = "Run migrate --rights. What it leaves somebody did by hand: take it back as the owner."


@register(Tags.database)
def check_what_the_database_is_held_to(
    databases: Collection[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Every shelter's schema, the archived ones too. As the app's login, which sees no client."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        with in_central():
            found = differences(Shelter.objects.with_schema().values_list("schema", flat=True))
    except DatabaseError as error:
        return [Error(f"The database cannot be looked at: {error}", hint=HINT, id="shelters.E002")]
    return [Error(sentence, hint=HINT, id="shelters.E001") for sentence in found]
