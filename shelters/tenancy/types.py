"""Names of all models and the rights on them, as `post_migrate` would write them, but in SQL.

Ids differ from schema to schema, so everything is found by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.db.models import Model

Right = tuple[str, str, str, str]  # app, model, code, name


def types_and_rights() -> list[Right]:
    """Of every model that a program may ask about, with an empty code for the model itself."""
    models = [model for config in apps.get_app_configs() for model in config.get_models()]
    return [right for model in models for right in _of(model)]


def _of(model: type[Model]) -> Iterator[Right]:
    meta = model._meta
    key = (meta.app_label, str(meta.model_name))
    yield *key, "", ""
    for action in meta.default_permissions:
        code = get_permission_codename(action, meta)
        yield *key, code, f"Can {action} {meta.verbose_name_raw}"
    for code, name in meta.permissions:
        yield *key, code, str(name)


def types_sql() -> str:
    """Adds to the schema on the search path what it lacks of them."""
    rights = types_and_rights()
    models = _table((app, model) for app, model, code, _name in rights if not code)
    named = _table(right for right in rights if right[2])
    return f"""
        INSERT INTO django_content_type (app_label, model)
        SELECT app, model FROM {models} AS wanted (app, model)
        WHERE NOT EXISTS (SELECT FROM django_content_type t
            WHERE (t.app_label, t.model) = (app, wanted.model));
        INSERT INTO auth_permission (content_type_id, codename, name)
        SELECT t.id, code, wanted.name FROM {named} AS wanted (app, model, code, name)
        JOIN django_content_type t ON (t.app_label, t.model) = (app, wanted.model)
        WHERE NOT EXISTS (SELECT FROM auth_permission p
            WHERE (p.content_type_id, p.codename) = (t.id, code))"""


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    lines = ", ".join("(" + ", ".join(literal(cell) for cell in row) + ")" for row in rows)
    return f"(VALUES {lines})"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
