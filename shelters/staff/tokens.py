"""Links for a new password. One made in a shelter is worth nothing in any other place."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from shelters.tenancy import current_unit


class ResetTokens(PasswordResetTokenGenerator):
    """Two shelters may hold the same id, address and password: the token names its shelter."""

    key_salt = "shelters.staff.tokens.ResetTokens"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        unit = current_unit()
        return f"{unit.schema}|{unit.shelter_id}|{super()._make_hash_value(user, timestamp)}"
