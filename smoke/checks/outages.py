"""One service after the other is away: one sentence says so, nothing is lost, and it heals."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smoke.blocked import worker_in_a_task
from smoke.browser import Browser
from smoke.network import Network
from smoke.stage import Failed, wait_until

NO_BROKER = "The broker cannot be reached; deliveries wait for the sweep.\n"
NO_CACHE = (
    "The cache cannot be reached. Attempts to sign in cannot be counted, so nobody is let in.\n"
)
FOR_STRANGERS = "Pana is not ready.\n"
UNCOUNTED = "Attempts to sign in cannot be counted at the moment, so nobody is let in."
NO_DATABASE = "The database cannot be reached.\n"
AWAY = "The data cannot be reached. Nothing was saved."
DOOR_ALONE = "Pana is not available just now."
PATIENCE = 15.0  # seconds that a page may take while something is away
SWEPT = 100.0  # beat sweeps each minute, and a delivery tried before waits half a minute


def a_killed_workers_task_is_redelivered(net: Network) -> str:
    """A worker is killed with -9 in the middle of a task: RabbitMQ hands it to the next one"""
    net.stage.stop("beat")  # what comes back comes from the broker, and not by the sweep
    with worker_in_a_task(net, "Rowan 17"):
        net.stage.kill("worker")
    wait_until(lambda: net.queue()["messages_ready"] != "0", "the task is back in its queue")
    if (waited := net.waiting()) == 0:
        raise Failed("the task was done after all")
    net.stage.start("worker")
    begun = time.monotonic()
    wait_until(lambda: net.waiting() == 0, "the next worker did it", 20)
    net.stage.start("beat")
    seconds = time.monotonic() - begun
    return f"{waited} deliveries done {seconds:.1f} s after the next worker was there"


def the_broker_is_away(net: Network) -> str:
    """RabbitMQ is killed: one sentence says so, people work on, the outbox keeps all"""
    net.stage.kill("broker")
    with _patience() as seconds:
        net.refer(net.admit("samal", "Elm 3"))
    _expect(net, NO_BROKER)
    if net.waiting() == 0:
        raise Failed("the outbox holds nothing")
    return f"admitted and referred in {seconds():.1f} s"


def the_outbox_delivers_later(net: Network) -> str:
    """RabbitMQ is back: worker and beat find it by themselves, the sweep delivers what waited"""
    net.stage.start("broker")
    begun = time.monotonic()
    wait_until(lambda: net.waiting() == 0, "the outbox is empty", SWEPT)
    waited = time.monotonic() - begun
    wait_until(lambda: net.stage.health("web").returncode == 0, "web is ready")
    return f"after {waited:.0f} s"


def the_brokers_disk_is_full(net: Network) -> str:
    """RabbitMQ has no room and takes nothing: no page hangs, the outbox keeps it, then delivers"""
    _leave_free(net, "900000GB")
    try:
        with _patience() as seconds:
            net.refer(net.admit("samal", "Maple 5"))
        waiting = net.waiting()
    finally:
        _leave_free(net, "50MB")
    if waiting == 0:
        raise Failed("the outbox holds nothing")
    wait_until(lambda: net.waiting() == 0, "the outbox is empty", SWEPT)
    return f"admitted and referred in {seconds():.1f} s"


def _leave_free(net: Network, room: str) -> None:
    net.stage.must("broker", ["rabbitmqctl", "-q", "set_disk_free_limit", room])


def the_database_is_away(net: Network) -> str:
    """PostgreSQL is stopped behind PgBouncer: one sentence within seconds, it heals by itself"""
    net.stage.stop("postgres")
    return _said_and_healed(net, "postgres")


def pgbouncer_is_away(net: Network) -> str:
    """PgBouncer is killed: the same sentence, and it heals by itself"""
    net.stage.kill("pgbouncer")
    return _said_and_healed(net, "pgbouncer")


def the_cache_is_away(net: Network) -> str:
    """The cache is killed: who is signed in works on, programs too; signing in asks to wait"""
    net.stage.kill("cache")
    net.director("samal").page("/clients/")
    net.director("samal").page("/api/cases/")
    door = Browser(net.stage, "samal").try_to_sign_in("director@samal.example")
    _expect(net, NO_CACHE)
    net.stage.start("cache")
    if door.status != 503 or UNCOUNTED not in door.text:
        raise Failed(f"the door answers {door.status}: {door.text[:300]}")
    Browser(net.stage, "samal").sign_in("director@samal.example")
    return ""


def the_pages_are_away(net: Network) -> str:
    """Web is killed: the proxy says so in three languages, and keeps no address in its log"""
    net.stage.kill("web")
    answer = net.director("samal").get("/clients/?code=Zqsecret")
    net.stage.start("web")
    if answer.status != 503 or DOOR_ALONE not in answer.text or "қолжетімсіз" not in answer.text:
        raise Failed(f"the proxy answers {answer.status}: {answer.text[:200]}")
    if "Zqsecret" in net.stage.log("caddy").read_text():
        raise Failed("the proxy's log holds the address")
    return ""


def _said_and_healed(net: Network, away: str) -> str:
    with _patience() as seconds:
        page = net.director("samal").get("/clients/")
    if page.status != 503 or AWAY not in page.text:
        raise Failed(f"a page answers {page.status}: {page.text[:300]}")
    _expect(net, NO_DATABASE)
    net.stage.start(away)
    wait_until(lambda: net.stage.health("web").returncode == 0, "web is ready")
    net.director("samal").page("/clients/")
    return f"a page says so after {seconds():.1f} s"


def _expect(net: Network, sentence: str) -> None:
    """From web's own health check; who asks from outside hears only that it is not ready. Each of
    its processes finds that out for itself.
    """
    wait_until(lambda: net.stage.health("web").stdout == sentence, f"web says {sentence!r}")
    wait_until(lambda: _of_a_stranger(net) == (503, FOR_STRANGERS), "strangers hear no more")


def _of_a_stranger(net: Network) -> tuple[int, str]:
    answer = Browser(net.stage, "pana").get("/ready/")
    return answer.status, answer.text


@contextmanager
def _patience() -> Iterator[Callable[[], float]]:
    """Yields how long it took; fails where it took too long."""
    begun = time.monotonic()
    end: list[float] = []
    yield lambda: end[0]
    end.append(time.monotonic() - begun)
    if end[0] > PATIENCE:
        raise Failed(f"it took {end[0]:.1f} s")


CHECKS = (
    a_killed_workers_task_is_redelivered,
    the_broker_is_away,
    the_outbox_delivers_later,
    the_brokers_disk_is_full,
    the_database_is_away,
    pgbouncer_is_away,
    the_cache_is_away,
    the_pages_are_away,
)
