"""The workers' door, what beat does, and what is told of tasks to logs and figures."""

import logging.config
import os
from typing import Any

from celery import Celery, current_app, signals
from django.conf import settings

from config import exposition, logs
from shelters.tenancy import CENTRAL, unit_or_none
from shelters.tenancy.names import TASK_HEADER

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("pana")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep the outboxes": {
        "task": "shelters.events.tasks.sweep",
        "schedule": 60.0,
        "options": {"headers": {TASK_HEADER: CENTRAL.schema}, "expires": 55},
    },
}


@signals.setup_logging.connect
def log_as_the_pages_do(**_: Any) -> None:
    """Somebody answers, so Celery sets up nothing of its own."""
    logging.config.dictConfig(settings.LOGGING)


@signals.celeryd_init.connect
def forget_former_figures(**_: Any) -> None:
    exposition.forget_former()


@signals.worker_ready.connect
def show_figures(sender: Any, **_: Any) -> None:
    sender.exposition = exposition.start_beside()


@signals.worker_shutdown.connect
def show_no_more_figures(sender: Any, **_: Any) -> None:
    exposition.stop_beside(getattr(sender, "exposition", None))


@signals.before_task_publish.connect
def say_whose_message_it_is(headers: dict[str, Any], **_: Any) -> None:
    """The unit's in which it is sent, or the task's that sends it: a retry, the next of a chain."""
    if unit := unit_or_none():
        headers.setdefault(TASK_HEADER, unit.schema)
    elif schema := _schema_of(current_app.current_worker_task):
        headers.setdefault(TASK_HEADER, schema)


def _schema_of(task: Any) -> str:
    from shelters.tasks import schema_of

    return schema_of(task) if task else ""


@signals.task_prerun.connect
def say_which_task(task_id: str, task: Any, **_: Any) -> None:
    schema = _schema_of(task)
    logs.begin_work(task=task_id, **({"shelter": schema} if schema else {}))


@signals.task_postrun.connect
def count_the_task(task: Any, state: str | None = None, **_: Any) -> None:
    from shelters.measures import TASKS

    outcome = (state or "unknown").lower()
    TASKS.labels(task.name, outcome).inc()
    logger.info("%s: %s", task.name, outcome)
    logs.begin_work()
