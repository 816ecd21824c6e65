"""Tasks of a real worker: whose they are, and what becomes of those that are nobody's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from celery import chain, chord, current_app, group, shared_task
from celery.beat import ScheduleEntry, Scheduler
from celery.contrib.testing.worker import start_worker
from celery.result import AsyncResult
from django.db import connection

from shelters.events.models import Event
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tasks import ShelterTask
from shelters.tenancy import in_central, in_shelter, unit_or_none
from shelters.tenancy.errors import CrossedUnits, NoShelterInHeader, UnknownShelter
from shelters.tenancy.names import TASK_HEADER
from shelters.tenancy.unit import UnitOfWork

SAMAL = {TASK_HEADER: "samal"}
ran: list[str] = []  # what began to run, by name; emptied before each test
both_run = threading.Barrier(2, timeout=20)


@shared_task(base=ShelterTask, ignore_result=False)
def whose(*_: Any) -> str:
    ran.append("whose")
    return User.objects.get().email


@shared_task(base=ShelterTask, ignore_result=False)
def whose_all(found: list[str]) -> list[str]:
    return [*found, User.objects.get().email]


@shared_task(base=ShelterTask, bind=True, ignore_result=False, max_retries=2)
def at_the_third_time(self: Any) -> str:
    ran.append("again")
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    return User.objects.get().email


@shared_task(base=ShelterTask, bind=True, ignore_result=False, opens_own_units=True)
def again_without_a_unit(self: Any) -> str:
    if self.request.retries < 1:
        raise self.retry(countdown=0)
    return str(self.request.get(TASK_HEADER))


@shared_task(base=ShelterTask, ignore_result=False, autoretry_for=(Exception,), retry_backoff=False)
def whatever_happens() -> None:
    ran.append("whatever")


@shared_task(base=ShelterTask, ignore_result=False)
def beside_another() -> str:
    both_run.wait()
    found = User.objects.get().email
    both_run.wait()
    return found


@shared_task(base=ShelterTask, ignore_result=False, opens_own_units=True)
def leave_a_unit_open() -> None:
    schema = "tulpar"
    with in_central():
        shelter = Shelter.objects.get(schema=schema)
    left_open.append(in_shelter(shelter))
    left_open[-1].__enter__()


@shared_task(base=ShelterTask, ignore_result=False)
def elsewhere() -> None:
    with in_central():
        ran.append("elsewhere")


@shared_task(base=ShelterTask, ignore_result=False)
def note(name: str) -> None:
    Event.objects.create(type="test.noted", subject_type="test", subject_id=name)


@shared_task(base=ShelterTask, ignore_result=False)
def process_of_the_database() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


left_open: list[UnitOfWork] = []


@pytest.fixture(scope="module")
def worker(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Two threads that take tasks, in this process."""
    app = current_app._get_current_object()
    before = app.conf.result_backend, app.conf.broker_transport_options
    app.conf.result_backend = "cache+memory://"
    app.conf.broker_transport_options = before[1] | {"polling_interval": 0.01}
    app._local.backend = None
    with (
        django_db_blocker.unblock(),
        start_worker(
            app, pool="threads", concurrency=2, perform_ping_check=False, shutdown_timeout=20
        ),
    ):
        yield
    app.conf.result_backend, app.conf.broker_transport_options = before


@pytest.fixture(autouse=True)
def fresh(committed: None, worker: None) -> None:
    ran.clear()
    left_open.clear()


def come_to(result: AsyncResult) -> Any:
    return result.get(timeout=20, interval=0.02)


def test_a_task_is_a_unit_of_the_shelter_in_its_header(samal):
    assert come_to(whose.apply_async(headers=SAMAL)) == "director@samal.example"


def test_queued_in_a_unit_it_is_that_units(tulpar):
    with in_shelter(tulpar, sealed=True):
        result = whose.delay()
    by_name = current_app.send_task

    assert come_to(result) == "director@tulpar.example"
    with in_shelter(tulpar):
        result = by_name(whose.name)
    assert come_to(result) == "director@tulpar.example"


def test_without_a_header_it_is_refused_and_never_runs():
    with pytest.raises(NoShelterInHeader, match=r"needs headers=\{'shelter': …\}"):
        come_to(whose.delay())

    assert ran == []


@pytest.mark.parametrize("schema", ["nowhere", "samal; DROP SCHEMA samal", "pg_catalog"])
def test_of_a_shelter_that_is_gone_it_ends_at_once(schema):
    """Even a task that tries again whatever happens: it does not begin."""
    with pytest.raises(UnknownShelter):
        come_to(whatever_happens.apply_async(headers={TASK_HEADER: schema}))

    assert ran == []


def test_tried_again_it_keeps_its_shelter(samal):
    assert come_to(at_the_third_time.apply_async(headers=SAMAL)) == "director@samal.example"
    assert ran == ["again"] * 3
    assert come_to(again_without_a_unit.apply_async(headers=SAMAL)) == "samal"


def test_every_link_of_a_chain_keeps_its_shelter(samal):
    with in_shelter(samal):
        result = chain(whose.s(), whose.s(), whose.s()).apply_async()

    assert come_to(result) == "director@samal.example"
    assert ran == ["whose"] * 3


def test_a_chord_and_what_follows_it_keep_their_shelter(samal):
    with in_shelter(samal):
        result = chord(group(whose.s(), whose.s()), whose_all.s()).apply_async()

    assert come_to(result) == ["director@samal.example"] * 3


def test_a_callback_keeps_its_shelter(samal):
    whose.apply_async(headers=SAMAL, link=whose.s().set(task_id="follower"))

    assert come_to(AsyncResult("follower")) == "director@samal.example"


def test_a_signature_with_a_header_of_its_own_keeps_it(samal):
    parts = [whose.s().set(headers={TASK_HEADER: word}) for word in ("tulpar", "aidyn")]

    assert come_to(group(parts).apply_async()) == [
        "director@tulpar.example",
        "director@aidyn.example",
    ]


def test_what_beat_sends_carries_the_header_of_its_schedule(samal):
    entries = current_app.conf.beat_schedule.values()
    assert [entry["options"]["headers"][TASK_HEADER] for entry in entries] == ["public"]
    due = ScheduleEntry(task=whose.name, options={"headers": SAMAL}, schedule=60, app=current_app)

    sent = Scheduler(app=current_app, lazy=True).apply_async(due, advance=False)

    assert come_to(sent) == "director@samal.example"


def test_two_tasks_at_once_do_not_meet(samal, tulpar):
    one = beside_another.apply_async(headers=SAMAL)
    other = beside_another.apply_async(headers={TASK_HEADER: "tulpar"})

    assert [come_to(one), come_to(other)] == ["director@samal.example", "director@tulpar.example"]


def test_a_task_does_not_become_part_of_what_another_left_open(samal):
    """It would be rolled back with it, long after it was told as done."""
    for result in [leave_a_unit_open.apply_async(headers=SAMAL) for _ in range(4)]:
        come_to(result)
    for number in range(4):
        come_to(note.apply_async([str(number)], headers=SAMAL))
    left_open.clear()

    with in_shelter(samal):
        assert Event.objects.filter(type="test.noted").count() == 4


def test_a_task_stays_in_its_shelter():
    with pytest.raises(CrossedUnits):
        come_to(elsewhere.apply_async(headers=SAMAL))

    assert ran == []


def test_a_worker_keeps_its_connection(samal):
    found = {come_to(process_of_the_database.apply_async(headers=SAMAL)) for _ in range(6)}

    assert len(found) <= 2


def test_called_as_a_function_it_is_one(in_samal):
    assert whose() == "director@samal.example"
    assert unit_or_none() is in_samal


def test_run_in_this_process_it_is_a_unit_as_well(samal):
    assert whose.apply(headers=SAMAL).get() == "director@samal.example"
    with pytest.raises(NoShelterInHeader):
        whose.apply().get()
