"""What Pana runs on: pages, worker, queue, database, broker, disk; each as a fact and, where
something is wrong, a sentence that says what to do.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from kombu import Connection
from kombu.exceptions import KombuError

from config.health import BROKER_WITHIN
from config.operating.standings import LATE, Standing
from config.templatetags.pana import how_long, in_words
from shelters.events.reporting import Outstanding, outstanding
from shelters.tenancy.migrate import missing_in
from shelters.tenancy.placement import Place

PATIENCE = 0.5  # seconds in which a worker answers
ASK_EVERY = 10.0  # seconds: the broker is asked no more often, however many look
MANY_TASKS = 200
GIGABYTE = 1024**3
LITTLE_SPACE = 0.1


@dataclass(frozen=True)
class Fact:
    label: str | Promise
    value: str
    advice: str = ""


@dataclass(frozen=True)
class Broker:
    """`tasks` are those that no worker has taken yet."""

    name: str
    tasks: int
    workers: int


@dataclass
class Lately[Found]:
    """What was found last; asked anew when that is too long ago, by one thread at a time."""

    ask: Callable[[], Found]
    until: float = 0.0
    found: Any = None
    asking: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> Found:
        with self.asking:
            if time.monotonic() >= self.until:
                self.found = self.ask()
                self.until = time.monotonic() + ASK_EVERY
            found: Found = self.found
            return found


def facts_of(standings: Iterable[Standing]) -> list[Fact]:
    reports = [one.report for one in standings if one.is_open and one.report]
    broker = broker_lately()
    return [
        Fact(gettext_lazy("Pages"), f"Pana {settings.VERSION}"),
        _worker(broker, {report.version for report in reports if _is_recent(report.at)}),
        _sweep(max((report.at for report in reports), default=None)),
        _queue(broker),
        _broker(broker),
        _database(len(missing_in(Place.PUBLIC))),
        _outbox(outstanding()),
        _disk(),
    ]


def ask_broker() -> Broker | None:
    """None while it is away."""
    line = current_app.connection_for_write()
    is_away: tuple[type[BaseException], ...] = (KombuError, OSError, *line.connection_errors)
    try:
        with line:
            line.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_WITHIN)
            tasks, name = _tasks_in(line), _name_of(line)
        return Broker(name, tasks, len(current_app.control.ping(timeout=PATIENCE) or ()))
    except is_away:
        return None


broker_lately = Lately(ask_broker)


def _tasks_in(line: Connection) -> int:
    queue, channel = current_app.conf.task_default_queue, _channel(line)
    refused: tuple[type[BaseException], ...] = line.channel_errors
    try:
        return int(channel.queue_declare(queue=queue, passive=True).message_count)
    except refused:  # an empty queue may not be there at all
        return 0


def _name_of(line: Connection) -> str:
    """Which program, in which version, as it calls itself."""
    if line.transport.driver_type == "amqp":
        said = line.connection.server_properties
        return f"{said.get('product', 'AMQP')} {said.get('version', '')}".strip()
    if line.transport.driver_type == "redis":
        said = _channel(line).client.info("server")
        if "valkey_version" in said:
            return f"Valkey {said['valkey_version']}"
        return f"Redis {said['redis_version']}"
    return str(line.transport.driver_type)


def _channel(line: Connection) -> Any:
    """Its kind depends on the broker, which the types of kombu do not know."""
    return line.default_channel


def _is_recent(at: datetime) -> bool:
    return timezone.now() - at <= LATE


def _worker(broker: Broker | None, versions: set[str]) -> Fact:
    label = gettext_lazy("Worker")
    if broker is None:
        return Fact(label, _("not known: the broker is away"))
    if not broker.workers:
        advice = _("No worker answers. Start it: until then deliveries and letters wait.")
        return Fact(label, _("does not answer"), advice)
    words = ngettext("%(number)s answers", "%(number)s answer", broker.workers)
    value = ", ".join([words % {"number": broker.workers}, *(f"Pana {v}" for v in versions)])
    other = versions - {settings.VERSION}
    advice = _("Worker and pages are of different versions. Restart the older one.")
    return Fact(label, value, advice if other else "")


def _sweep(last: datetime | None) -> Fact:
    label = gettext_lazy("Last sweep")
    if last is None:
        return Fact(label, _("none yet"))
    value = _("%(time)s ago") % {"time": how_long(last)}
    advice = _("The sweep should come once a minute. See whether beat and worker run.")
    return Fact(label, value, "" if _is_recent(last) else advice)


def _queue(broker: Broker | None) -> Fact:
    label = gettext_lazy("Queue")
    if broker is None:
        return Fact(label, _("not known: the broker is away"))
    words = ngettext("%(number)s task waits", "%(number)s tasks wait", broker.tasks)
    advice = _("Many tasks wait. If that stays so, start another worker.")
    value = words % {"number": broker.tasks}
    return Fact(label, value, advice if broker.tasks > MANY_TASKS else "")


def _broker(broker: Broker | None) -> Fact:
    label = gettext_lazy("Broker")
    if broker is None:
        advice = _("The broker cannot be reached. Start it: nothing is lost, deliveries wait.")
        return Fact(label, _("cannot be reached"), advice)
    return Fact(label, broker.name)


def _database(missing: int) -> Fact:
    with connection.cursor() as cursor:
        cursor.execute("SELECT split_part(current_setting('server_version'), ' ', 1)")
        name = f"PostgreSQL {cursor.fetchone()[0]}"
    label = gettext_lazy("Database")
    if not missing:
        return Fact(label, name)
    words = ngettext("%(number)s migration behind", "%(number)s migrations behind", missing)
    advice = _("The tables of the central host are those of an older version. Run migrate.")
    return Fact(label, f"{name}, {words % {'number': missing}}", advice)


def _outbox(found: Outstanding) -> Fact:
    """Of the central host itself, which no sweep reports."""
    label = gettext_lazy("Deliveries of the central host")
    words = ngettext("%(number)s waits", "%(number)s wait", found.number)
    value = words % {"number": found.number}
    if found.oldest_at is None:
        return Fact(label, value)
    lag = timezone.now() - found.oldest_at
    advice = _("Deliveries of the central host are late. The worker's log says why.")
    return Fact(label, f"{value}, {in_words(lag)}", advice if lag > LATE else "")


def _disk() -> Fact:
    """Where the pages run; the database may lie elsewhere."""
    space = shutil.disk_usage(_nearest_folder())
    sizes = {"free": _gigabytes(space.free), "all": _gigabytes(space.total)}
    value = _("%(free)s GB free of %(all)s GB") % sizes
    advice = _("The disk is nearly full. Make room before nothing can be saved any more.")
    label = gettext_lazy("Disk of the pages")
    return Fact(label, value, advice if space.free < space.total * LITTLE_SPACE else "")


def _nearest_folder() -> str:
    home = settings.HOME
    return str(next(folder for folder in (home, *home.parents) if folder.exists()))


def _gigabytes(size: int) -> str:
    return f"{size / GIGABYTE:.0f}"
