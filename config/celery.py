"""The workers' door, and what beat does."""

import os

from celery import Celery

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
