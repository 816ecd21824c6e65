"""The API's own description, OpenAPI 3.1: for programs, and as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
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
    400: "Something in the request is missing or cannot be read.",
    401: "Nobody signed in, or a token that is unknown, over or revoked.",
    403: "This person, or this token, may not do this.",
    404: "There is no such row here.",
    405: "There is no such verb here.",
    409: "It does not fit how things stand now.",
    413: "This is too much.",
    415: "Send application/json.",
    422: "This Idempotency-Key was used for another request.",
    429: "Too many requests. Retry-After says when to go on.",
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
            str(status): {"description": WHAT[status], "content": content}
            for status in sorted(statuses)
        }


KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="A word of your own. Whoever sends the same request with it again, within a day,"
    " gets the same answer, and nothing is done twice.",
)


def describe(request: HttpRequest) -> dict[str, Any]:
    """The API of the host that was asked."""
    urlconf = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    generator = SchemaGenerator(urlconf=urlconf)  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


# --- for people ----------------------------------------------------------------------------------


def chapters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Each tag with its verbs, told as a template can show them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in schema["paths"].items():
        for method, operation in verbs.items():
            told = _verb(schema, path, method, operation)
            found.setdefault(operation["tags"][0], []).append(told)
    return [{"tag": tag, "verbs": verbs} for tag, verbs in found.items()]


def _verb(
    schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": operation.get("description", ""),
        "permissions": operation.get("x-permissions", []),
        "parameters": [_parameter(each) for each in operation.get("parameters", [])],
        "sent": list(_fields(schema, body.get("schema", {}))),
        "answers": [
            _answer(schema, status, response)
            for status, response in operation["responses"].items()
            if MEDIA_TYPE not in response.get("content", {})
        ],
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "type": _type(parameter["schema"]),
        "required": parameter.get("required", False),
        "text": parameter.get("description", ""),
    }


def _answer(schema: dict[str, Any], status: str, response: dict[str, Any]) -> dict[str, Any]:
    content = response.get("content", {}).get("application/json", {}).get("schema", {})
    return {"status": status, "fields": list(_fields(schema, content))}


def _fields(schema: dict[str, Any], shape: dict[str, Any], path: str = "") -> Iterator[Any]:
    """Every field of a shape, the inner ones by their path."""
    shape = _resolved(schema, shape)
    if shape.get("type") == "array":
        yield from _fields(schema, shape["items"], f"{path}[]")
    for name, inner in shape.get("properties", {}).items():
        whole = _resolved(schema, inner)
        where = f"{path}.{name}".lstrip(".")
        yield {
            "name": where,
            "type": _type(whole),
            "required": name in shape.get("required", []),
            "text": whole.get("description", ""),
        }
        yield from _fields(schema, whole, where)


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    for part in (shape, *shape.get("allOf", []), *shape.get("oneOf", [])):
        if "$ref" in part:
            found: dict[str, Any] = schema["components"]["schemas"][part["$ref"].split("/")[-1]]
            return found
    return shape


def _type(shape: dict[str, Any]) -> str:
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"] if value not in ("", None))
    if shape.get("type") == "array":
        return f"[{_type(shape['items'])}]"
    kind = shape.get("type", "object")
    kinds = kind if isinstance(kind, list) else [kind]
    return str(shape.get("format") or " | ".join(kinds))
