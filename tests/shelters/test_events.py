"""What happened is on record with the change, and whoever must hear of it does, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from shelters.events.carrying import carry, sweep
from shelters.events.models import Delivery, Event, EventRecord, Handled
from shelters.events.recording import record
from shelters.events.subscribing import CENTRAL_HOST, on
from shelters.events.tasks import deliver as deliver_task
from shelters.staff.models import User
from shelters.tasks import NoShelterInHeader
from shelters.tenancy import CrossedUnits, current_unit, in_central, in_shelter
from shelters.tenancy.migrate import as_owner

HEARD: list[tuple[str, str]] = []


@pytest.fixture(autouse=True)
def _nothing_heard(listeners: None) -> None:
    HEARD.clear()


def hear(event: EventRecord) -> None:
    HEARD.append((current_unit().schema, event.type))


def fail(event: EventRecord) -> None:
    User.objects.create_user("half@done.example", name="Half done")
    raise ValueError("Aigerim's secret")


@pytest.fixture
def director(samal) -> User:
    with in_shelter(samal):
        return User.objects.get(email="director@samal.example")


def happen(director: User, **facts: object) -> Event:
    return record("test.happened", subject=director, by=director, **facts)


def test_an_event_says_who_did_what_to_whom(in_samal, director):
    event = happen(director, number=3, shelter=current_unit().id)

    event.refresh_from_db()
    assert (event.by_id, event.by_name) == (director.id, director.name)
    assert (event.subject_type, event.subject_id) == ("staff.user", str(director.pk))
    assert event.facts == {"number": 3, "shelter": str(current_unit().id)}


def test_a_subscriber_is_told_once_in_the_same_shelter(in_samal, director, deliver):
    on("test.happened")(hear)
    happen(director)

    assert HEARD == []
    assert deliver() == 1
    assert deliver() == 0
    assert HEARD == [("samal", "test.happened")]


def test_a_subscriber_at_another_shelter_runs_there(samal, tulpar, director, deliver):
    on("test.happened", at="to_id")(hear)
    with in_shelter(samal):
        happen(director, to_id=tulpar.id)

    deliver()

    assert HEARD == [("tulpar", "test.happened")]
    with in_shelter(tulpar):
        assert Handled.objects.count() == 1


def test_a_subscriber_stays_where_it_is_told(in_samal, director):
    def leave(event: EventRecord) -> None:
        with in_central():
            HEARD.append(("public", event.type))

    on("test.happened")(leave)
    happen(director)

    with pytest.raises(CrossedUnits):
        carry("samal", Delivery.objects.get().pk)
    assert HEARD == []


def test_a_subscriber_on_the_central_host_runs_there(in_samal, director, deliver):
    on("test.happened", at=CENTRAL_HOST)(hear)
    happen(director)

    deliver()

    assert HEARD == [("public", "test.happened")]


def test_the_same_transaction_fails_with_its_subscriber(in_samal, director):
    on("test.happened", same_transaction=True)(fail)

    with pytest.raises(ValueError), transaction.atomic():
        happen(director)

    assert not Event.objects.filter(type="test.happened").exists()
    assert not User.objects.filter(name="Half done").exists()


def test_a_failing_subscriber_leaves_nothing_and_is_tried_again(in_samal, director):
    on("test.happened")(fail)
    happen(director)
    waiting = Delivery.objects.get()

    with pytest.raises(ValueError):
        carry("samal", waiting.pk)

    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.delivered_at) == (1, None)
    assert waiting.next_attempt_at > timezone.now()
    assert waiting.last_error == "ValueError"  # its words may hold personal data
    assert not User.objects.filter(name="Half done").exists()


def test_what_failed_for_days_is_still_tried_once_an_hour(in_samal, director):
    on("test.happened")(fail)
    happen(director)
    Delivery.objects.update(attempts=1000)
    waiting = Delivery.objects.get()

    with pytest.raises(ValueError):
        carry("samal", waiting.pk)

    waiting.refresh_from_db()
    assert waiting.attempts == 1001
    assert timezone.now() < waiting.next_attempt_at <= timezone.now() + timedelta(hours=1)


def test_carrying_twice_changes_nothing(in_samal, director):
    on("test.happened")(hear)
    happen(director)
    waiting = Delivery.objects.get()

    assert carry("samal", waiting.pk) is True
    Delivery.objects.update(delivered_at=None, next_attempt_at=timezone.now())
    assert carry("samal", waiting.pk) is True

    assert len(HEARD) == 1


def test_the_sweep_finds_what_is_due_in_every_schema(samal, tulpar, director, queued):
    on("test.happened")(hear)
    for shelter in (samal, tulpar):
        with in_shelter(shelter):
            happen(director)
            happen(director)
    with in_shelter(tulpar):
        one = Delivery.objects.first()
        Delivery.objects.filter(pk=one.pk).update(
            next_attempt_at=timezone.now() + timedelta(minutes=5)
        )

    assert sweep() == 3
    assert sorted(schema for schema, _ in queued()) == ["samal", "samal", "tulpar"]


@pytest.mark.usefixtures("committed")
def test_a_shelter_that_cannot_be_asked_keeps_no_other_waiting(samal, tulpar, director, queued):
    on("test.happened")(hear)
    with in_shelter(tulpar):
        happen(director)
    queued()  # what the commit sent

    with without_its_outbox("samal"):
        assert sweep() == 1

    assert queued() == [("tulpar", "shelters.events.tasks.deliver")]


@contextmanager
def without_its_outbox(schema: str) -> Iterator[None]:
    """As while a migration holds the table."""
    rename = "ALTER TABLE {}.{} RENAME TO {}"
    with as_owner() as cursor:
        cursor.execute(rename.format(schema, "events_delivery", "away"))
    try:
        yield
    finally:
        with as_owner() as cursor:
            cursor.execute(rename.format(schema, "away", "events_delivery"))


@pytest.fixture
def queued(messages):
    """The messages that this test sent, by schema and task."""
    return lambda: [(headers["shelter"], headers["task"]) for headers, _ in messages()]


def test_a_task_without_a_shelter_fails():
    with pytest.raises(NoShelterInHeader):
        deliver_task.apply(args=["samal", str(uuid4())], throw=True)


def test_nobody_rewrites_history(in_samal, director):
    happen(director)

    for attempt in (
        lambda: Event.objects.update(by_name="Nobody"),
        lambda: Event.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            attempt()
