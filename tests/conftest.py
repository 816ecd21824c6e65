"""Three shelters, made once per session and worker; each test runs in a transaction of its own.

The tests talk to PostgreSQL as the app's login, which has no right of its own. Only the fixtures
that make the test's database use the owner.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from celery import current_app
from django.core.cache import caches
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config import catalogues
from shelters.models import Shelter
from shelters.operations import Newcomer, open_shelter
from shelters.staff.models import User
from shelters.staff.operations import give_roles
from shelters.staff.permissions import Role
from shelters.tenancy import Unit, held, hosts, in_central, in_shelter
from shelters.tenancy.caches import Cache
from shelters.tenancy.migrate import OWNER, as_owner, migrate_public
from tests.databases import ALIASES, make_database, move_to

SHELTERS = {"samal": "Samal", "tulpar": "Tulpar", "aidyn": "Aidyn"}
PASSWORD = "correct-horse-7"
TOGETHER = (  # each starts what is costly once
    "tests/journeys/",
    "tests/config/test_demo.py",
    "tests/config/test_practice.py",
    "tests/config/test_outages.py",
    "tests/config/test_dev.py",
    "tests/shelters/test_tasks.py",
)
NO_BROWSER = "Chromium is not installed (Debian: apt-get install chromium)."


def pytest_configure(config: pytest.Config) -> None:
    """A clean clone has no compiled translations."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """All journeys on one worker, which starts what they need once, and likewise the other files
    that share something costly; any other test anywhere.

    The mark `xdist_group` does the same, but not under this version of pytest.
    """
    from xdist.scheduler import LoadScopeScheduling

    class CostlyOnesTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)

    return CostlyOnesTogether(config, log)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A journey that nobody took must not look like one that went well."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = [report for report in skipped if NO_BROWSER in str(report.longrepr)]
    if missed:
        terminalreporter.section("NOT TESTED IN A BROWSER", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(missed)} journeys did not run. {NO_BROWSER}", red=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    name = f"test_pana_{worker_id}"
    with django_db_blocker.unblock():
        make_database(name)
        move_to(name)
        migrate_public()
        for schema, title in SHELTERS.items():
            open_shelter(name=title, schema=schema, word=schema, director=_director(schema))
        held.learn(SHELTERS)  # before any test counts statements
        connections[OWNER].close()
    yield
    with django_db_blocker.unblock():
        for alias in ALIASES:
            connections[alias].close()


def _director(schema: str) -> Newcomer:
    return Newcomer(f"director@{schema}.example", f"Director of {schema}", PASSWORD, "en")


def _shelter(schema: str) -> Shelter:
    with in_central():
        return Shelter.objects.get(schema=schema)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Outside a request sentences are compared as the code says them, not in Russian."""
    with translation.override("en"):
        yield


@pytest.fixture
def rows(request: pytest.FixtureRequest) -> None:
    """The test's transaction; or real ones, for a test that asks for `committed`."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Units commit for real, as they do in production; afterwards everything is taken out again."""
    with django_db_blocker.unblock():
        yield
        _empty_everything()


def _empty_everything() -> None:
    for schema in ["public", *SHELTERS]:
        with as_owner(schema) as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
                " WHERE schemaname = %s AND tablename NOT IN ('django_migrations',"
                " 'django_content_type', 'auth_permission', 'staff_user', 'staff_rolegrant',"
                " 'account_emailaddress')"
                " AND (tablename !~ '^(shelters|vault)_' OR tablename = 'shelters_sweepreport')",
                [schema],
            )
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]}")
            newcomers = "SELECT id FROM staff_user WHERE email NOT LIKE 'director@%'"
            for table in ("staff_rolegrant", "account_emailaddress"):
                cursor.execute(f"DELETE FROM {table} WHERE user_id IN ({newcomers})")
            cursor.execute("DELETE FROM staff_user WHERE email NOT LIKE 'director@%'")
    connections[OWNER].close()


@pytest.fixture
def samal(rows: None) -> Shelter:
    return _shelter("samal")


@pytest.fixture
def tulpar(rows: None) -> Shelter:
    return _shelter("tulpar")


@pytest.fixture
def aidyn(rows: None) -> Shelter:
    return _shelter("aidyn")


@pytest.fixture
def in_samal(samal: Shelter) -> Iterator[Unit]:
    with in_shelter(samal) as unit:
        yield unit


@pytest.fixture
def in_tulpar(tulpar: Shelter) -> Iterator[Unit]:
    with in_shelter(tulpar) as unit:
        yield unit


@pytest.fixture
def in_central_host(rows: None) -> Iterator[Unit]:
    with in_central() as unit:
        yield unit


@pytest.fixture
def person(rows: None) -> Callable[..., User]:
    """A person of a shelter, or of the central host when there is none, with these roles."""
    made = 0

    def person(shelter: Shelter | None, *roles: str, **fields: Any) -> User:
        nonlocal made
        made += 1
        usual = {
            "email": f"person{made}@{shelter.schema if shelter else 'central'}.example",
            "name": f"Person {made}",
            "password": PASSWORD,
            "language": "en",
        }
        until = fields.pop("until", date(2099, 1, 1))
        with in_shelter(shelter) if shelter else in_central():
            user = User.objects.create_user(**(usual | fields))
            give_roles(user=user, roles=[Role(role) for role in roles], until=until)
        return user

    return person


@pytest.fixture
def browser_of(rows: None) -> Callable[..., Client]:
    """A signed-in client on a host such as `samal.localhost`."""

    def browser_of(user: User, host: str) -> Client:
        client = Client(HTTP_HOST=host)
        with _unit_of(host):
            client.force_login(user)
        return client

    return browser_of


def _unit_of(host: str) -> Any:
    word = host.split(".")[0]
    return in_shelter(_shelter(word)) if word in SHELTERS else in_central()


@pytest.fixture
def messages() -> Callable[[], list[tuple[dict[str, Any], Any]]]:
    """Headers and contents of what this test sent to the workers, each message told once."""

    def messages() -> list[tuple[dict[str, Any], Any]]:
        found = []
        with current_app.connection_for_read() as connection:
            queue = connection.SimpleQueue(current_app.conf.task_default_queue)
            while queue.qsize():
                message = queue.get_nowait()
                message.ack()
                found.append((message.headers, message.payload))
        return found

    messages()  # what tests before this one sent
    return messages


@pytest.fixture
def deliver(rows: None) -> Callable[[], int]:
    """Carries every outstanding delivery of every schema, as the worker would; returns how many."""
    from shelters.events.carrying import carry
    from shelters.events.models import Delivery
    from shelters.registry import in_schema

    def outstanding() -> list[tuple[str, UUID]]:
        found = []
        for schema in ["public", *SHELTERS]:
            with in_schema(schema):
                found += [
                    (schema, pk) for pk in Delivery.objects.due().values_list("id", flat=True)
                ]
        return found

    def deliver() -> int:
        carried = 0
        while due := outstanding():
            for schema, delivery_id in due:
                carry(schema, delivery_id)
            carried += len(due)
        return carried

    return deliver


@pytest.fixture
def listeners() -> Iterator[None]:
    """Subscribers of a test's own events, gone with the test."""
    from shelters.events import subscribing

    before = {name: list(found) for name, found in subscribing._subscribers.items()}
    yield
    subscribing._subscribers.clear()
    subscribing._subscribers.update(before)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long forms wait for `./dev test --full`."""
    if os.environ.get("PANA_FULL"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture(autouse=True)
def _addresses_stay_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up that falls due in the middle of a test would be counted with its statements."""
    monkeypatch.setattr(hosts, "SECONDS", 3600.0)


@pytest.fixture
def statements(rows: None) -> Callable[[], CaptureQueriesContext]:
    """Counts what is sent to the database: `with statements() as sent: …; len(sent)`."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def cache_away() -> Iterator[None]:
    """The cache of production, at an address where nobody listens."""
    before = caches["default"]
    caches["default"] = Cache("redis://127.0.0.1:1/0", {})
    yield
    caches["default"] = before
