"""The workers' door, and what beat does."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from shelters.tenancy import CENTRAL
from shelters.tenancy.names import TASK_HEADER

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


@setup_logging.connect
def _log_as_the_web_does(**_options: Any) -> None:
    """Celery's own format writes the words of an error, which may quote a client."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
