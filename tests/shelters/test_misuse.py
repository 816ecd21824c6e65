"""Coroutines, threads, generators, cursors and SQL that meet a unit where they must not."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
from collections.abc import Callable, Iterator

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from shelters.events.models import Event
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import (
    CrossedUnits,
    OutsideUnit,
    current_unit,
    in_central,
    in_shelter,
    unit_or_none,
)
from shelters.tenancy.errors import CommitMissing, CommitUnanswered
from shelters.tenancy.unit import UnitOfWork

pytestmark = pytest.mark.usefixtures("committed")

HALF_READ = "a generator that was not read to its end"


def ask(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def note(name: str) -> None:
    Event.objects.create(type="test.noted", subject_type="test", subject_id=name)


def noted(shelter: Shelter) -> list[str]:
    with in_shelter(shelter):
        found = Event.objects.filter(type="test.noted").order_by("subject_id")
        return list(found.values_list("subject_id", flat=True))


def email() -> str:
    return User.objects.get().email


def email_of(shelter: Shelter) -> str:
    with in_shelter(shelter):
        return email()


@pytest.fixture(autouse=True)
def nothing_left_open(committed) -> Iterator[None]:
    yield
    assert unit_or_none() is None
    assert connection.unit is None
    assert not connection.in_atomic_block


# --- coroutines ----------------------------------------------------------------------------------


def test_coroutines_that_work_in_one_call_each_do_not_meet(samal, tulpar):
    async def both() -> list[str]:
        looks = [sync_to_async(email_of)(shelter) for shelter in (samal, tulpar) * 3]
        return await asyncio.gather(*looks)

    assert run(both()) == ["director@samal.example", "director@tulpar.example"] * 3


def test_two_coroutines_cannot_hold_units_open_on_one_connection(samal, tulpar):
    """Both run on the one thread that asgiref keeps for what is not async."""

    async def hold(shelter: Shelter, first: asyncio.Event, second: asyncio.Event) -> str:
        unit = in_shelter(shelter)
        await sync_to_async(unit.__enter__)()
        first.set()
        await second.wait()
        found = await sync_to_async(email)()
        await sync_to_async(unit.__exit__)(None, None, None)
        return found

    async def both() -> list[str | BaseException]:
        entered, never, looked = asyncio.Event(), asyncio.Event(), asyncio.Event()
        one = asyncio.create_task(hold(samal, entered, looked))
        await entered.wait()
        other = asyncio.create_task(hold(tulpar, never, never))
        results = await asyncio.gather(other, return_exceptions=True)
        looked.set()
        return [*results, await one]

    refused, found = run(both())

    assert isinstance(refused, CrossedUnits)
    assert "one call of `sync_to_async`" in str(refused)
    assert found == "director@samal.example"


def test_a_coroutine_without_a_unit_does_not_read_in_anothers(samal):
    async def both() -> None:
        unit = in_shelter(samal)
        task = asyncio.create_task(sync_to_async(email)())  # has the context of this moment
        await sync_to_async(unit.__enter__)()
        try:
            with pytest.raises(OutsideUnit):
                await task
        finally:
            await sync_to_async(unit.__exit__)(None, None, None)

    run(both())


def run(coroutine: object) -> list:
    """With a thread for what is not async that ends its connection, as the tests' end demands."""

    async def whole() -> object:
        try:
            return await coroutine
        finally:
            await sync_to_async(lambda: connection.close())()

    return asyncio.run(whole())


# --- threads -------------------------------------------------------------------------------------


def test_a_thread_does_not_inherit_the_transaction_with_the_context(samal):
    """As `asyncio.to_thread` and `sync_to_async` copy it."""
    with in_shelter(samal):
        context = contextvars.copy_context()
        caught = in_a_thread(lambda: context.run(email))

    assert isinstance(caught, OutsideUnit)
    assert "of another thread" in str(caught)


def test_a_sealed_unit_stays_sealed_in_a_thread(samal, tulpar):
    with in_shelter(samal, sealed=True):
        context = contextvars.copy_context()
        crossed = in_a_thread(lambda: context.run(email_of, tulpar))
        same = in_a_thread(lambda: context.run(email_of, samal))

    assert isinstance(crossed, CrossedUnits)
    assert same == "director@samal.example"


def test_a_cursor_given_to_a_thread_does_nothing_there(samal):
    with in_shelter(samal), connection.cursor() as cursor:
        caught = in_a_thread(lambda: cursor.execute("SELECT 1"))

    assert isinstance(caught, CrossedUnits)


def in_a_thread(job: Callable[[], object]) -> object:
    """What it returned, or what it raised."""
    found: list[object] = []

    def work() -> None:
        try:
            found.append(job())
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    return found[0]


# --- what is carried out of its unit -------------------------------------------------------------


def test_a_queryset_is_read_where_it_is_read(samal, tulpar):
    """It holds no rows yet, so it can show only those of the unit in which it is asked."""
    with in_shelter(samal):
        everybody: QuerySet[User] = User.objects.all()

    with pytest.raises(OutsideUnit, match="Open a unit of work first"):
        list(everybody)
    with in_shelter(tulpar):
        assert [user.email for user in everybody] == ["director@tulpar.example"]


def test_a_half_read_iterator_gives_what_its_unit_had_fetched(samal, tulpar):
    """All rows are fetched with the first; nothing is asked in the other's name."""
    with in_shelter(tulpar):
        note("of tulpar")
    with in_shelter(samal):
        for number in range(3):
            note(str(number))
        rows = Event.objects.filter(type="test.noted").iterator(chunk_size=1)
        found = [next(rows).subject_id]

    with in_shelter(tulpar):
        found += [row.subject_id for row in rows]

    assert sorted(found) == ["0", "1", "2"]


def test_rows_of_a_cursor_end_with_its_unit(samal, tulpar):
    with in_shelter(samal):
        cursor = connection.cursor()
        cursor.execute("SELECT generate_series(1, 3)")
        rows = iter(cursor)
        assert next(rows) == (1,)

    with in_shelter(tulpar), pytest.raises(CrossedUnits, match="into a list"):
        next(rows)


def test_an_iterator_waits_while_another_unit_is_inside(samal):
    with in_central():
        found = []
        for shelter in Shelter.objects.order_by("schema").iterator(chunk_size=1):
            with in_shelter(shelter):
                found.append(email())

    assert found == [f"director@{word}.example" for word in ("aidyn", "samal", "tulpar")]


def test_a_cursor_works_only_in_the_unit_it_was_opened_in(samal, tulpar):
    with in_shelter(samal):
        cursor = connection.cursor()
        cursor.execute("SELECT email FROM staff_user")
        with in_shelter(tulpar):
            for use in (
                lambda: cursor.execute("SELECT 1"),
                cursor_fetch(cursor),
                cursor_rows(cursor),
            ):
                with pytest.raises(CrossedUnits, match="belongs to another unit"):
                    use()
        assert cursor.fetchone() == ("director@samal.example",)

    with pytest.raises(CrossedUnits):
        cursor.execute("SELECT 1")
    with in_shelter(samal), pytest.raises(CrossedUnits):
        cursor.copy("COPY staff_user TO STDOUT")
    cursor.close()


def cursor_fetch(cursor) -> Callable[[], object]:
    return lambda: cursor.fetchone()


def cursor_rows(cursor) -> Callable[[], object]:
    return lambda: list(cursor)


def leaking(shelter: Shelter) -> Iterator[str]:
    with in_shelter(shelter):
        note("half")
        yield email()
        yield "more"


def test_a_unit_left_open_inside_another_saves_nothing_of_either(samal, tulpar):
    def leak() -> None:
        with in_shelter(samal):
            note("whole")
            held.append(leaking(tulpar))
            next(held[0])

    held: list[Iterator[str]] = []
    with pytest.raises(CrossedUnits, match=f"Nothing was saved.*{HALF_READ}"):
        leak()
    held.clear()
    gc.collect()

    assert noted(samal) == noted(tulpar) == []


def test_an_error_is_not_hidden_by_a_unit_left_open(samal, tulpar):
    def leak_and_fail() -> None:
        with in_shelter(samal):
            held.append(leaking(tulpar))
            next(held[0])
            raise ZeroDivisionError

    held: list[Iterator[str]] = []
    with pytest.raises(ZeroDivisionError):
        leak_and_fail()


def test_a_sealed_unit_is_not_left_by_a_generator(samal, tulpar):
    with in_shelter(samal, sealed=True), pytest.raises(CrossedUnits, match="stays in its own"):
        next(leaking(tulpar))


def test_what_a_request_left_open_does_not_reach_the_next(samal, tulpar, caplog):
    """Django asks each connection at the beginning of a request, celery's task asks itself."""
    held = leaking(samal)
    next(held)

    connection.close_if_unusable_or_obsolete()

    assert "A unit of work was left open" in caplog.text
    assert unit_or_none() is None
    assert email_of(tulpar) == "director@tulpar.example"
    with pytest.raises(CrossedUnits):
        list(held)
    assert noted(samal) == []


def test_a_unit_that_is_ended_late_leaves_the_one_at_work_alone(samal, tulpar):
    held = leaking(samal)
    next(held)
    connection.close_if_unusable_or_obsolete()

    with in_shelter(tulpar):
        held.close()
        note("kept")

    assert noted(tulpar) == ["kept"]


def test_a_unit_is_entered_once(samal):
    unit: UnitOfWork = in_shelter(samal)
    with unit, pytest.raises(RuntimeError, match="entered once"), unit:
        pass


# --- after COMMIT --------------------------------------------------------------------------------


def test_what_is_called_after_commit_belongs_to_the_unit_that_asked_for_it(samal, tulpar):
    seen: list[str] = []

    def look() -> None:
        seen.append(current_unit().schema)

    with in_shelter(samal):
        with in_shelter(tulpar):
            transaction.on_commit(look)
        transaction.on_commit(look)
        assert seen == []

    assert seen == ["tulpar", "samal"]


def test_what_is_called_after_commit_opens_a_unit_to_query(samal):
    seen: list[object] = []

    def look() -> None:
        with pytest.raises(OutsideUnit, match="has ended"):
            email()
        seen.append(email_of(samal))

    with in_shelter(samal):
        transaction.on_commit(look)

    assert seen == ["director@samal.example"]


def test_what_a_request_left_for_after_commit_stays_in_its_shelter(samal, tulpar):
    seen: list[BaseException] = []

    def cross() -> None:
        with pytest.raises(CrossedUnits) as caught:
            email_of(tulpar)
        seen.append(caught.value)

    with in_shelter(samal, sealed=True):
        transaction.on_commit(cross)

    assert len(seen) == 1


def test_what_fails_after_commit_denies_nothing_that_is_saved(samal, caplog):
    seen: list[str] = []
    with in_shelter(samal):
        note("saved")
        transaction.on_commit(lambda: 1 / 0)
        transaction.on_commit(lambda: seen.append("the next"))

    assert noted(samal) == ["saved"]
    assert seen == ["the next"]
    assert "ZeroDivisionError" in caplog.text


# --- SQL that goes behind the unit's back --------------------------------------------------------


def test_a_unit_that_gives_up_its_role_has_no_right_at_all(in_samal):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ask("RESET ROLE; SELECT count(*) FROM samal.staff_user")


def test_a_unit_does_not_become_one_of_another_server(in_samal):
    """Roles of another database, or with rights of their own, were never given to the login."""
    for role in ("pana_owner", "postgres"):
        with pytest.raises(DatabaseError), transaction.atomic():
            ask(f"SET LOCAL ROLE {role}; SELECT 1")


def test_after_a_commit_inside_it_a_unit_has_no_rights_and_says_so(samal):
    def commit_inside() -> None:
        with in_shelter(samal):
            with connection.cursor() as cursor:
                cursor.execute("COMMIT")
            with pytest.raises(DatabaseError, match="does not exist"):
                ask("SELECT count(*) FROM staff_user")

    with pytest.raises(CommitMissing, match="Leave COMMIT and ROLLBACK to the unit"):
        commit_inside()


def test_a_rollback_inside_a_unit_does_not_pass_for_saved(samal):
    def roll_back_inside() -> None:
        with in_shelter(samal):
            note("gone")
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")

    with pytest.raises(CommitMissing):
        roll_back_inside()

    assert noted(samal) == []


def test_where_the_connection_breaks_at_commit_nobody_claims_to_know(samal):
    """The server may have saved and died before it could say so."""

    def break_at_commit() -> None:
        with in_shelter(samal):
            note("perhaps")
            process = ask("SELECT pg_backend_pid()")
            in_a_thread(lambda: terminate(samal, process))

    with pytest.raises(CommitUnanswered):
        break_at_commit()
    assert email_of(samal) == "director@samal.example"


def terminate(shelter: Shelter, process: object) -> None:
    with in_shelter(shelter):
        ask(f"SET LOCAL ROLE NONE; SELECT pg_terminate_backend({process}, 1000)")
