"""The API's own description, OpenAPI 3.1, in the language that is asked for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from shelters.api.once import HEADER
from shelters.api.permissions import rule_of
from shelters.api.problems import MEDIA_TYPE
from shelters.api.serializers import ProblemSerializer

ALWAYS = (401, 403, 405, 429)
TO_READ = (400, 404)
TO_WRITE = (400, 404, 409, 413, 415, 422)
WHAT = {
    400: _("Something in the request is missing or cannot be read."),
    401: _("Nobody signed in, or a token that is unknown, over or revoked."),
    403: _("This person, or this token, may not do this."),
    404: _("There is no such row here."),
    405: _("There is no such verb here."),
    409: _("It does not fit how things stand now."),
    413: _("This is too much."),
    415: _("Send application/json."),
    422: _("This Idempotency-Key was used for another request."),
    429: _("Too many requests. Retry-After says when to go on."),
}


class Described(AutoSchema):
    """Adds to every verb who may ask, every problem, and the key by which it is done once."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            rule = rule_of(type(self.view), getattr(self.view, "action", ""))
            operation["x-permissions"] = sorted(rule.permissions)
            operation["responses"] |= self._problems()
        return operation

    def get_override_parameters(self) -> list[Any]:
        return [KEY] if self.method == "POST" else []

    def get_tags(self) -> list[str]:
        return [str(getattr(self.view, "area", "api"))]

    def _problems(self) -> dict[str, Any]:
        problem: ResolvedComponent = self.resolve_serializer(ProblemSerializer, "response")
        content = {MEDIA_TYPE: {"schema": problem.ref}}
        statuses = {*ALWAYS, *(TO_WRITE if self.method == "POST" else TO_READ)}
        return {
            str(status): {"description": str(WHAT[status]), "content": content}
            for status in sorted(statuses)
        }


KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="A word of your own. Whoever sends the same request with it again, within a day,"
    " gets the same answer, and nothing is done twice.",
)


def describe(urlconf: str) -> dict[str, Any]:
    """The API of the host that these addresses belong to."""
    generator = SchemaGenerator(urlconf=urlconf)  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema
