"""The three databases: made once, kept in the state folder, made anew when they would differ."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.tenancy.cast import SHELTERS, schema_of
from config.environment import secret
from config.services.home import CHECKOUT
from config.services.programs import postgres_tools

APPS = ("shelters", "cases", "referrals", "funding")
PROJECTS = ("plain", "pana", "stock")
AT_ONCE = 50  # schemas that one connection copies: it remembers each
FORGET_LATER = """
DO $$ DECLARE place text; BEGIN
    FOR place IN
        SELECT relnamespace::regnamespace::text
        FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
        WHERE relname = 'events_event' AND attname = 'bench'
    LOOP
        EXECUTE format('ALTER TABLE %s.events_event DROP COLUMN bench', place);
        EXECUTE format('DELETE FROM %s.django_migrations WHERE name LIKE ''9999%%''', place);
    END LOOP;
END $$
"""
LEFT_OUT = ("\\", "SET ", "SELECT pg_catalog.set_config", "--")


def name_of(project: str) -> str:
    return f"bench_tenancy_{project}"


def address(project: str, login: str) -> str:
    """`login` is DATABASE_URL, the app's, or DATABASE_OWNER_URL."""
    return urlsplit(secret(login))._replace(path=f"/{name_of(project)}").geturl()


def environment(project: str, *, as_owner: bool = False, **more: str) -> dict[str, str]:
    """For a process in that project; django-tenants and plain Django own what they use."""
    login = "DATABASE_URL" if project == "pana" else "DATABASE_OWNER_URL"
    own = {
        "DATABASE_URL": address(project, login),
        "DJANGO_SETTINGS_MODULE": f"bench.tenancy.projects.{project}",
        "PANA_DEMO": "1",
        "PANA_DOMAIN": "localhost",
    }
    kept = {name: kept for name, kept in os.environ.items() if "DATABASE" not in name}
    if project == "pana" and as_owner:
        own["DATABASE_OWNER_URL"] = address(project, "DATABASE_OWNER_URL")
    return kept | own | more


def make_what_lacks() -> Iterator[dict[str, Any]]:
    """Yields how long each took, where it had to be made."""
    for project in PROJECTS:
        if _made_from(project) != _fingerprint():
            began = time.perf_counter()
            _make(project)
            taken = round(time.perf_counter() - began, 1)
            yield {"name": f"making the database of {project}", "value": taken, "unit": "s"}
    forget_later()
    run("pana", "manage.py", "migrate", "-v0", as_owner=True)


def forget_later() -> None:
    """As if the benchmark's own migration had never been."""
    with server("pana") as connection:
        connection.execute(FORGET_LATER)


def _make(project: str) -> None:
    forget(project)
    with server() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name_of(project))))
    {"plain": _make_plain, "pana": _make_pana, "stock": _make_stock}[project]()
    with server(project) as connection:
        _tidy(connection)
        text = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(
            text.format(sql.Identifier(name_of(project)), sql.Literal(_fingerprint()))
        )


def _make_plain() -> None:
    run("plain", "-m", "bench.tenancy.filling", "plain")


def _make_pana() -> None:
    run("pana", "manage.py", "migrate", "-v0", as_owner=True)
    run("pana", "-m", "bench.tenancy.filling", "pana", as_owner=True)


def _make_stock() -> None:
    """Its own ways of copying a schema take a second each where a thousand are there."""
    run("stock", "manage.py", "migrate_schemas", "--shared", "--skip-checks", "-v0")
    run("stock", "-m", "bench.tenancy.filling", "stock first")
    pattern = _dumped(schema_of(0))
    for first in range(1, SHELTERS, AT_ONCE):
        with server("stock") as connection:
            for number in range(first, min(first + AT_ONCE, SHELTERS)):
                connection.execute(pattern.replace(schema_of(0), schema_of(number)))
    run("stock", "-m", "bench.tenancy.filling", "stock others")


def _dumped(schema: str) -> str:
    """Structure and rows of a schema as statements that a connection can send in one message."""
    words = [postgres_tools() / "pg_dump", "--inserts", "--no-owner", f"--schema={schema}"]
    words.append(f"--dbname={address('stock', 'DATABASE_OWNER_URL')}")
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith(LEFT_OUT))


def _tidy(connection: Any) -> None:
    """What autovacuum would do of itself, and would do while requests are measured."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace"
        " AND relkind = 'r' AND NOT relisshared"
    )
    for (table,) in found.fetchall():
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


def forget(project: str) -> None:
    """With the roles that belong to it, which are the cluster's."""
    name = name_of(project)
    with server() as connection:
        text = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(text.format(sql.Identifier(name)))
        found = connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{name}_"]
        )
        for (role,) in found.fetchall():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def server(project: str | None = None) -> Any:
    """As the owner, every statement by itself; `with` closes it."""
    where = address(project, "DATABASE_OWNER_URL") if project else _of_server()
    return psycopg.connect(where, autocommit=True)


def run(project: str, *words: str, as_owner: bool = False, **more: str) -> None:
    surroundings = environment(project, as_owner=as_owner, **more)
    subprocess.run([sys.executable, *words], env=surroundings, cwd=CHECKOUT, check=True)


def _of_server() -> str:
    return urlsplit(secret("DATABASE_OWNER_URL"))._replace(path="/postgres").geturl()


def _made_from(project: str) -> str:
    with server() as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name_of(project)],
        ).fetchone()
    return found[0] if found and found[0] else ""


def _fingerprint() -> str:
    """Of what makes the rows and tables: how many, from which code, signed with which key."""
    code = [*CHECKOUT.glob("bench/tenancy/stock/migrations/*.py")]
    code += [CHECKOUT / f"bench/tenancy/{name}.py" for name in ("cast", "filling", "rows")]
    code += [file for app in APPS for file in CHECKOUT.glob(f"{app}/**/migrations/*.py")]
    parts = [str(SHELTERS), secret("SECRET_KEY"), secret("PANA_KEK")]
    parts += [file.read_text() for file in sorted(code)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
