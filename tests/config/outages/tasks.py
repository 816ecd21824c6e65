"""Tasks that take their time, or break."""

import time
from pathlib import Path

from celery import shared_task

from shelters.staff.models import User
from shelters.tasks import ShelterTask
from tests.config.outages.pages import note


@shared_task(base=ShelterTask)
def slowly(name: str, mark: str) -> None:
    Path(mark).touch()
    time.sleep(3)
    note(name)


@shared_task(base=ShelterTask)
def break_in_the_database(secret: str) -> None:
    User.objects.create(email="new@samal.example", name=secret, language=None)
