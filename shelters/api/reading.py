"""The description of the API as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from shelters.api.problems import MEDIA_TYPE
from shelters.api.scopes import Area
from shelters.api.words import CHOICE, paragraphs
from shelters.staff.permissions import ROLES


def chapters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Each tag with its verbs, told as a template can show them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in schema["paths"].items():
        for method, operation in verbs.items():
            told = _verb(schema, path, method, operation)
            found.setdefault(operation["tags"][0], []).append(told)
    return [{"area": Area(tag), "verbs": verbs} for tag, verbs in found.items()]


def _verb(
    schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        **_said(operation),
        "roles": _holders(operation["x-permissions"]),
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
        **_said(parameter),
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
            **_said(whole),
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
        return _("one of these")
    if shape.get("type") == "array":
        return f"[{_type(shape['items'])}]"
    kind = shape.get("type", "object")
    kinds = kind if isinstance(kind, list) else [kind]
    return str(shape.get("format") or " | ".join(kinds))


def _said(described: dict[str, Any]) -> dict[str, Any]:
    """Its sentences, and what each choice means."""
    parts = paragraphs(described.get("description", ""))
    return {
        "text": " ".join(part for part in parts if not part.startswith(CHOICE)),
        "choices": [
            _choice(line) for part in parts if part.startswith(CHOICE) for line in part.split("\n")
        ],
    }


def _choice(line: str) -> tuple[str, str]:
    value, _, label = line.removeprefix(CHOICE).partition("` - ")
    return value, "" if label == value else label


def _holders(permissions: list[str]) -> list[str]:
    """The roles that may."""
    return [str(role.label) for role, card in ROLES.items() if card.permissions & set(permissions)]
