"""A token in the header `Authorization: Bearer …`."""

from __future__ import annotations

import re
from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from shelters.api.models import Token
from shelters.staff.models import User

TOKEN = r"^[0-9a-f]{64}$"


class BearerAuthentication(TokenAuthentication):
    """A token lies in the schema of its host, so another host does not know it."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        if not re.fullmatch(TOKEN, token.decode("latin-1")):
            raise AuthenticationFailed
        found = super().authenticate_credentials(token)  # type: ignore[no-untyped-call]
        return cast("tuple[User, Token]", found)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}
