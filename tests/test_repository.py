"""What no test of one app can see: rules on all pages, rights on all tables, templates in use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model

from shelters.models import Domain, Shelter
from shelters.staff.permissions import ROLES, Rule
from shelters.tenancy import access, names
from shelters.tenancy.migrate import as_owner
from shelters.tenancy.placement import Place, models_in
from shelters.vault.models import SealingKey
from tests.walking import CENTRAL, Route, all_routes

ROOT = settings.BASE_DIR
OURS = ["config", "shelters", "cases", "referrals", "funding"]
LAYERS = [{"config"}, {"referrals", "funding"}, {"cases"}, {"shelters"}]
NOTHING = access.Shared()
KNOWN_TO_ALL = {Shelter, Domain, SealingKey}  # of which every shelter may read every row
TEMPLATES = [file for app in OURS for file in sorted((ROOT / app).rglob("templates/**/*.*"))]
ASKED_FOR_BY_LIBRARIES = {"429.html"}
INLINE = re.compile(
    r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:|\|\s*safe\b|autoescape",
    re.IGNORECASE,
)


def name_of(template: Path) -> str:
    return template.as_posix().split("/templates/", 1)[1]


def test_every_address_has_a_name_and_a_rule() -> None:
    assert [route for route in all_routes() if not isinstance(route.rule, Rule)] == []
    assert [route for route in all_routes() if route.name.endswith("None")] == []


def test_every_page_opens_to_some_role_of_its_host() -> None:
    assert [route for route in all_routes() if not _opens_to_somebody(route)] == []


def _opens_to_somebody(route: Route) -> bool:
    rule = route.rule
    held = [card.permissions for card in ROLES.values() if card.central == (route.host == CENTRAL)]
    return bool(rule) and (
        rule.public or rule.anyone or any(rule.permissions & permissions for permissions in held)
    )


# --- templates -----------------------------------------------------------------------------------


def test_no_page_holds_style_script_or_unescaped_text() -> None:
    pages = [template for template in TEMPLATES if template.suffix == ".html"]

    assert {name_of(page): found for page in pages if (found := _inline(page))} == {}


def _inline(page: Path) -> list[str]:
    return INLINE.findall(page.read_text())


def test_every_template_is_used() -> None:
    assert len(TEMPLATES) > 20
    assert [name_of(file) for file in TEMPLATES if not _is_used(name_of(file))] == []


def _is_used(name: str) -> bool:
    word = re.sub(r"_(subject|message)\.txt$", "", name)
    return (
        name in ASKED_FOR_BY_LIBRARIES
        or any(used.fullmatch(word) for used in USED)
        or any((folder / name).exists() for folder in _folders_of_libraries())
    )


def _names_in_use() -> Iterator[re.Pattern[str]]:
    """Every text in quotes that may name a template; what is filled in later stands for any."""
    for app in OURS:
        for file in [*(ROOT / app).rglob("*.py"), *(ROOT / app).rglob("templates/**/*.*")]:
            for quoted in re.findall(r"""["']([\w{}.]+(?:/[\w{}.]+)*)["'#]""", file.read_text()):
                if "/" in quoted or quoted.endswith((".html", ".txt")):
                    yield re.compile(re.sub(r"\\{\w+\\}", r"\\w+", re.escape(quoted)))


def _folders_of_libraries() -> list[Path]:
    found = [Path(config.path) / "templates" for config in apps.get_app_configs()]
    return [folder for folder in found if "site-packages" in folder.parts]


USED = set(_names_in_use())


# --- models --------------------------------------------------------------------------------------


def relations() -> Iterator[tuple[type[Model], str, type[Model]]]:
    for model in {*models_in(Place.PUBLIC), *models_in(Place.SHELTER)}:
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            if isinstance(field.related_model, type):
                yield model, f"{model._meta.label}.{field.name}", field.related_model


def places_of(model: type[Model]) -> set[Place]:
    return {place for place in Place if model in models_in(place)}


def test_no_relation_leads_from_one_place_to_another() -> None:
    wrong = [name for one, name, other in relations() if not places_of(one) <= places_of(other)]

    assert wrong == []


def test_a_shared_row_points_at_shared_rows_only() -> None:
    """The people in public are the central host's: a shelter's row must not point at one."""
    shared = [relation for relation in relations() if hasattr(relation[0], "shared")]

    assert shared
    assert [name for _one, name, other in shared if not hasattr(other, "shared")] == []


def test_relations_lead_downwards_only() -> None:
    assert [name for one, name, other in relations() if _leads_upwards(one, other)] == []


def _leads_upwards(one: type[Model], other: type[Model]) -> bool:
    mine, theirs = _layer(one), _layer(other)
    same_app = _app(one) == _app(other)
    return mine is not None and theirs is not None and not same_app and mine >= theirs


def _layer(model: type[Model]) -> int | None:
    return next((number for number, layer in enumerate(LAYERS) if _app(model) in layer), None)


def _app(model: type[Model]) -> str:
    return model.__module__.split(".")[0]


def test_a_public_row_of_a_shelter_is_under_row_security() -> None:
    of_shelters = [model for model in models_in(Place.PUBLIC) if _points_at_a_shelter(model)]

    assert of_shelters
    assert [model for model in of_shelters if not hasattr(model, "shared")] == []


def _points_at_a_shelter(model: type[Model]) -> bool:
    return any(
        field.related_model is Shelter
        or field.name.endswith(("shelter_id", "sender_id", "recipient_id"))
        for field in model._meta.fields
    )


# --- rights in the database ----------------------------------------------------------------------


@pytest.mark.usefixtures("in_central_host")
def test_row_security_is_forced_on_every_shared_table() -> None:
    secured = _all_rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity"
    )

    assert {table for (table,) in secured} == {
        model._meta.db_table for model in models_in(Place.PUBLIC) if hasattr(model, "shared")
    }


@pytest.mark.usefixtures("in_central_host")
def test_a_shelter_may_do_what_the_model_declares_and_no_more() -> None:
    declared = {model: getattr(model, "shared", NOTHING) for model in models_in(Place.PUBLIC)}

    assert {model: _rights_of_shelters(model) for model in declared} == {
        model: {rule.verb.upper() for rule in shared.shelters} for model, shared in declared.items()
    }


@pytest.mark.usefixtures("in_central_host")
def test_every_policy_of_a_shelter_asks_whose_row_it_is() -> None:
    policies = _all_rows(
        "SELECT tablename, cmd FROM pg_policies WHERE schemaname = 'public' AND %s = ANY (roles)"
        " AND coalesce(qual, '') || coalesce(with_check, '') NOT LIKE '%%app.shelter%%'",
        names.shelters_role(_database()),
    )

    assert set(policies) == {(model._meta.db_table, "SELECT") for model in KNOWN_TO_ALL}


def test_the_rights_in_the_database_are_those_that_the_models_declare(committed: None) -> None:
    """Written anew, they are what they were."""
    with as_owner() as cursor:
        before = _rights(cursor)
        access.sync_public(cursor, database=_database())
        assert _rights(cursor) == before
        assert before


def test_what_the_app_may_become_is_neither_mighty_nor_the_owner(in_central_host: object) -> None:
    logins = _all_rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = session_user OR pg_has_role(session_user, oid, 'MEMBER')"
    )
    inherits = _one_row("SELECT rolinherit FROM pg_roles WHERE rolname = session_user")
    is_owner = _one_row(
        "SELECT pg_has_role(session_user, datdba, 'MEMBER') FROM pg_database"
        " WHERE datname = current_database()"
    )

    assert len(logins) > 3
    assert [row for row in logins if any(row[1:])] == []
    assert (inherits, is_owner) == ((False,), (False,))


def test_the_owner_is_no_superuser(committed: None) -> None:
    with as_owner() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user")
        assert cursor.fetchone() == (False, True)


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _rights_of_shelters(model: type[Model]) -> set[str]:
    found = _all_rows(
        "SELECT verb FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) verb"
        " WHERE has_table_privilege(%s, 'public.' || quote_ident(%s), verb)",
        names.shelters_role(_database()),
        model._meta.db_table,
    )
    return {verb for (verb,) in found}


def _rights(cursor) -> dict[str, list[tuple[object, ...]]]:
    """Policies, forced row security and grants of the public schema."""
    asked = {
        "policies": "SELECT tablename, policyname, cmd, roles, qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public' ORDER BY 1, 2",
        "forced": "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
        "grants": "SELECT table_name, grantee, privilege_type FROM"
        " information_schema.role_table_grants WHERE table_schema = 'public' ORDER BY 1, 2, 3",
    }
    found = {}
    for name, sql in asked.items():
        cursor.execute(sql)
        found[name] = cursor.fetchall()
    return found


def _all_rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _one_row(sql: str, *values: object) -> tuple[object, ...]:
    (row,) = _all_rows(sql, *values)
    return row
