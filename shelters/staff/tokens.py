"""Links for a new password. One made in a shelter is worth nothing in any other place."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from shelters.tenancy import current_unit


class ResetTokens(PasswordResetTokenGenerator):
    """Two shelters may hold the same id, address and password: the token names its shelter."""

    key_salt = "shelters.staff.tokens.ResetTokens"

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        unit = current_unit()
        return f"{unit.schema}|{unit.shelter_id}|{super()._make_hash_value(user, timestamp)}"
