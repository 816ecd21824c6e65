"""The operator's page: how each shelter stands, by its own report, and what Pana runs on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.utils import timezone
from kombu import Connection

from config.operating import machinery
from config.operating.machinery import Broker, Lately, ask_broker
from shelters.events.carrying import carry, sweep
from shelters.events.models import Delivery
from shelters.events.recording import record
from shelters.events.subscribing import on
from shelters.models import Domain, Shelter, SweepReport
from shelters.staff.models import User
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter
from shelters.tenancy.migrate import OWNER, as_owner

PAGE = "/shelters/"
MINUTE = timedelta(minutes=1)
FINE = Broker("Valkey 9.1.2", tasks=0, workers=1)


@pytest.fixture(autouse=True)
def broker(monkeypatch) -> Callable[[Broker | None], None]:
    """What the broker last said; nobody asks it while a page is tested."""

    def broker(found: Broker | None) -> None:
        monkeypatch.setattr(machinery, "broker_lately", lambda: found)

    broker(FINE)
    return broker


@pytest.fixture
def operator(person, browser_of) -> Client:
    return browser_of(person(None, Role.NETWORK_OPERATOR), "pana.localhost")


@pytest.fixture
def all_report(samal, tulpar, aidyn) -> None:
    for shelter in (samal, tulpar, aidyn):
        reported(shelter)


def reported(shelter: Shelter, **facts: Any) -> None:
    usual = {
        "at": timezone.now(),
        "outstanding": 0,
        "failed": 0,
        "missing_migrations": 0,
        "version": settings.VERSION,
    }
    with in_shelter(shelter):
        SweepReport.objects.update_or_create(shelter_id=shelter.id, defaults=usual | facts)


def report_of(shelter: Shelter) -> SweepReport:
    with in_central():
        return SweepReport.objects.get(shelter_id=shelter.id)


def text_of(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


# --- the road ------------------------------------------------------------------------------------


def fail(event: object) -> None:
    raise ValueError("a secret")


def test_the_sweep_reports_how_much_is_outstanding(samal, listeners):
    sweep()
    assert (report_of(samal).outstanding, report_of(samal).oldest_at) == (0, None)

    with in_shelter(samal):
        event = record("test.happened", subject=samal, by=None)
        on("test.happened")(fail)
        late = record("test.happened", subject=samal, by=None)
        delivery = Delivery.objects.get()
    sweep()

    found = report_of(samal)
    assert (found.outstanding, found.failed, found.oldest_at) == (1, 0, late.at)
    assert (found.missing_migrations, found.version) == (0, settings.VERSION)
    assert event.at < found.at <= timezone.now()

    with pytest.raises(ValueError):
        carry("samal", delivery.pk)
    sweep()
    assert report_of(samal).failed == 1


def test_it_reports_how_many_migrations_its_tables_lack(committed, samal):
    with as_owner("samal") as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'events' RETURNING app, name")
        gone = cursor.fetchall()
    try:
        sweep()
        assert report_of(samal).missing_migrations == len(gone) > 0
    finally:
        with as_owner("samal") as cursor:
            insert = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())"
            cursor.executemany(insert, gone)


def test_a_report_that_cannot_be_kept_stops_no_delivery(samal, listeners, settings, caplog):
    on("test.happened")(lambda event: None)
    with in_shelter(samal):
        record("test.happened", subject=samal, by=None)
    settings.VERSION = "x" * 100

    assert sweep() == 1
    assert "No report of samal" in caplog.text
    with in_central():
        assert not SweepReport.objects.exists()


def test_a_report_holds_counts_and_times_alone():
    """Neither what an event was about nor its kind may leave the shelter."""
    kinds = {field.name: type(field) for field in SweepReport._meta.fields}
    version = kinds.pop("version")

    assert version is models.CharField
    assert set(kinds.values()) <= {
        models.OneToOneField,
        models.DateTimeField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
    }


def test_a_shelter_sees_and_writes_its_own_report_only(samal, tulpar):
    reported(tulpar, outstanding=7)

    with in_shelter(samal):
        assert not SweepReport.objects.exists()
        assert SweepReport.objects.update(outstanding=1) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            SweepReport.objects.create(
                shelter_id=tulpar.id,
                at=timezone.now(),
                outstanding=0,
                failed=0,
                missing_migrations=0,
                version="",
            )


def test_the_central_host_only_reads_reports(samal, in_central_host):
    reported(samal)

    with pytest.raises(DatabaseError), transaction.atomic():
        SweepReport.objects.update(outstanding=1)


# --- the page ------------------------------------------------------------------------------------


def test_when_all_is_well_it_says_so(all_report, operator):
    said = text_of(operator.get(PAGE))

    assert "Everything works." in said
    assert "What to do" not in said
    assert "Samal samal.localhost up to date 0 0 0 min ago Works" in said
    for fact in (
        f"Pages Pana {settings.VERSION}",
        f"Worker 1 answers, Pana {settings.VERSION}",
        "Last sweep 0 min ago",
        "Queue 0 tasks wait",
        "Broker Valkey 9.1.2",
        "Database PostgreSQL 1",
        "Deliveries of the central host 0 wait",
        "GB free of",
    ):
        assert fact in said


@pytest.mark.parametrize(
    ("facts", "state", "advice"),
    [
        ({"missing_migrations": 3}, "Old tables", "Samal: the tables are those of an older"),
        ({"at": -6 * MINUTE}, "Not heard from", "Samal: the sweep has not come by"),
        ({"outstanding": 2, "oldest_at": -6 * MINUTE}, "Deliveries are late", "have waited"),
        ({"outstanding": 2, "failed": 1}, "Deliveries fail", "Samal: deliveries fail"),
        ({"missing_migrations": 1, "at": -9 * MINUTE}, "Not heard from", "Run migrate."),
    ],
    ids=str,
)
def test_a_shelter_in_trouble_is_on_top_with_what_to_do(
    all_report, samal, operator, facts, state, advice
):
    moments = {"at", "oldest_at"} & facts.keys()
    reported(samal, **facts | {name: timezone.now() + facts[name] for name in moments})
    page = operator.get(PAGE)

    assert page.context["page"][0].shelter == samal
    assert f"{state} Aidyn" in text_of(page)
    assert advice in " ".join(page.context["advice"])
    assert "Everything works." not in page.text


def test_how_many_migrations_a_shelter_is_behind(all_report, samal, tulpar, operator):
    reported(samal, missing_migrations=1)
    reported(tulpar, missing_migrations=3)
    page = operator.get(PAGE)

    assert "1 migration behind" in page.text
    assert "3 migrations behind" in page.text
    assert "Samal, Tulpar: the tables" in page.text


def test_a_delivery_of_a_moment_ago_is_no_trouble(all_report, samal, operator):
    reported(samal, outstanding=4, oldest_at=timezone.now() - MINUTE)

    said = text_of(operator.get(PAGE))
    assert "up to date 4 0 1 min 0 min ago Works" in said
    assert "Everything works." in said


def test_a_shelter_that_was_only_just_opened_is_no_trouble(samal, tulpar, operator):
    reported(tulpar)
    said = text_of(operator.get(PAGE))

    assert "Samal samal.localhost Not heard from yet" in said
    assert "Everything works." in said


def test_an_archived_shelter_is_shown_and_nobody_waits_for_it(committed, operator):
    with as_owner():
        Shelter.objects.using(OWNER).filter(schema="samal").update(state="archived")
    try:
        assert "Samal samal.localhost Archived" in text_of(operator.get(PAGE))
    finally:
        with as_owner():
            Shelter.objects.using(OWNER).filter(schema="samal").update(state="open")


def test_of_many_shelters_a_few_are_named(all_report, monkeypatch, operator, samal, tulpar):
    monkeypatch.setattr("config.operating.standings.NAMED_AT_MOST", 1)
    for shelter in (samal, tulpar):
        reported(shelter, failed=1)

    assert "Samal (+1): deliveries fail" in operator.get(PAGE).text


@pytest.mark.parametrize(
    ("found", "fact", "advice"),
    [
        (None, "Broker cannot be reached", "nothing is lost, deliveries wait"),
        (None, "Worker not known: the broker is away", "Start it"),
        (Broker("Valkey", 3, 0), "Worker does not answer", "No worker answers. Start it"),
        (Broker("Valkey", 201, 2), "Queue 201 tasks wait", "start another worker"),
    ],
    ids=str,
)
def test_what_the_broker_says(all_report, operator, broker, found, fact, advice):
    broker(found)
    page = operator.get(PAGE)

    assert fact in text_of(page)
    assert advice in " ".join(page.context["advice"])


def test_a_worker_of_another_version(all_report, samal, operator):
    reported(samal, version="0.0.9")

    assert "Restart the older one." in operator.get(PAGE).text


def test_without_a_sweep_for_long_one_is_sent_to_beat(samal, tulpar, aidyn, operator):
    for shelter in (samal, tulpar, aidyn):
        reported(shelter, at=timezone.now() - 20 * MINUTE)
    page = operator.get(PAGE)

    assert "Last sweep 20 min ago" in text_of(page)
    assert "The sweep should come once a minute." in page.text


def test_a_full_disk(all_report, operator, monkeypatch):
    space = type("Space", (), {"free": 2 * 1024**3, "total": 100 * 1024**3})
    monkeypatch.setattr("shutil.disk_usage", lambda path: space)
    page = operator.get(PAGE)

    assert "Disk of the pages 2 GB free of 100 GB" in text_of(page)
    assert "Make room" in page.text


def test_deliveries_of_the_central_host_itself(all_report, operator, listeners, samal):
    on("test.happened")(fail)
    with in_central():
        record("test.happened", subject=samal, by=None)

    assert "Deliveries of the central host 1 waits, 0 min" in text_of(operator.get(PAGE))


def test_the_refresh_brings_the_part_alone(all_report, operator):
    page = operator.get(PAGE, headers={"HX-Request": "true", "HX-Target": "state"})

    assert "<header" not in page.text
    assert "Samal" in page.text
    assert 'id="refreshed"' in page.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FUNDING_OFFICER])
def test_nobody_else_opens_it(person, browser_of, role):
    assert browser_of(person(None, role), "pana.localhost").get(PAGE).status_code == 403


def test_it_costs_the_same_for_any_number_of_shelters(committed, operator, statements, more):
    def cost() -> int:
        with statements() as sent:
            assert operator.get(PAGE).status_code == 200
        return len(sent)

    cost()
    few = cost()
    more(60)

    assert cost() == few <= 12
    assert "Page 1 of 2" in text_of(operator.get(PAGE))


@pytest.fixture
def more() -> Iterator[Callable[[int], None]]:
    """Shelters without a schema, which only the owner makes and takes away."""
    made: list[Any] = []

    def more(number: int) -> None:
        with as_owner():
            for count in range(number):
                shelter = Shelter(id=uuid4(), name=f"More {count:02}", schema=f"more_{count:02}")
                made.append(shelter.id)
                shelter.save(using=OWNER, force_insert=True)
                Domain.objects.using(OWNER).create(host=f"more{count}.localhost", shelter=shelter)

    yield more
    with as_owner():
        Shelter.objects.using(OWNER).filter(pk__in=made).delete()


# --- asking the broker ---------------------------------------------------------------------------


def test_a_broker_that_answers_says_how_much_waits(monkeypatch):
    monkeypatch.setattr(machinery, "PATIENCE", 0.05)
    current_app.send_task("nobody.listens", headers={"shelter": "public"})

    found = ask_broker()

    assert found is not None
    assert found.tasks >= 1
    assert found.workers == 0


def test_a_broker_that_is_away_is_away(monkeypatch):
    nowhere = Connection("redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app, "connection_for_write", lambda: nowhere)

    assert ask_broker() is None


def test_it_is_asked_no_more_often_than_every_few_seconds(monkeypatch):
    asked = []
    lately = Lately(lambda: asked.append(1) or len(asked))

    assert [lately(), lately()] == [1, 1]
    lately.until = 0
    assert lately() == 2


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]

    assert project["version"] == settings.VERSION


def test_nobody_of_the_people_is_on_the_page(all_report, samal, operator):
    with in_shelter(samal):
        names = list(User.objects.values_list("name", flat=True))

    page = operator.get(PAGE).text
    assert names
    assert [name for name in names if name in page] == []
