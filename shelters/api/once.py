"""Idempotency-Key: a request that is sent again does its work once and gets the same answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from shelters.api.models import Answered
from shelters.api.problems import InFlight, Unprocessable
from shelters.staff.models import User
from shelters.tenancy import current_unit

HEADER = "Idempotency-Key"
KEY = r"[\x21-\x7e]{1,100}"
KEPT = timedelta(days=1)

Handler = Callable[..., Response]


def once(handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Response:
    """Answer by `handler`, or as the same person's same key was answered here before.

    Only a success is kept: a refusal has changed nothing, so the question may be asked again.
    """
    if (request.content_type or "").startswith("multipart/"):
        raise UnsupportedMediaType(request.content_type)  # read already, as a form
    key = request.headers.get(HEADER)
    if key is None:
        return handler(request, *args, **kwargs)
    if not re.fullmatch(KEY, key):
        raise ValidationError(_("A key has 1 to 100 letters, digits and signs."))
    asked: dict[str, Any] = {
        "user_id": cast(User, request.user).id,
        "endpoint": request.path[:200],
        "key": key,
    }
    _hold(request, key)
    digest = sha256(request._request.body).hexdigest()
    Answered.objects.filter(user_id=asked["user_id"], at__lt=timezone.now() - KEPT).delete()
    if earlier := Answered.objects.filter(**asked).first():
        return _again(earlier, digest)
    response = handler(request, *args, **kwargs)
    body = json.loads(JSONRenderer().render(response.data) or b"null")
    Answered.objects.create(**asked, digest=digest, status=response.status_code, body=body)
    return response


def _hold(request: Request, key: str) -> None:
    """Until this transaction ends nobody else works on the same key; who tries hears so."""
    name = f"{current_unit().schema} {request.user.pk} {request.path} {key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise InFlight


def _again(earlier: Answered, digest: str) -> Response:
    if earlier.digest != digest:
        raise Unprocessable
    response = Response(earlier.body, status=earlier.status)
    response.headers["Idempotency-Replayed"] = "true"
    return response
