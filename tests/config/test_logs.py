"""What the logs of web, worker and beat hold, and what they do not."""

from __future__ import annotations

import logging
import logging.config
from collections.abc import Iterator
from copy import deepcopy
from io import StringIO

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction

SECRET = "Aigerim"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What is written where the settings say, in their own format."""
    said = deepcopy(settings.LOGGING)
    formatter = logging.config.DictConfigurator(said).configure_formatter(
        said["formatters"]["plain"]
    )
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def fail() -> None:
    raise ValueError(SECRET)


def test_a_failure_is_told_by_its_kind_and_place(log):
    try:
        fail()
    except ValueError as error:
        logging.getLogger("any").exception("It broke (%s).", error)

    assert SECRET not in log.getvalue()
    assert "It broke (ValueError)." in log.getvalue()
    assert "in fail" in log.getvalue()
    assert "builtins.ValueError" in log.getvalue()


def test_so_is_what_led_to_it(log):
    try:
        try:
            fail()
        except ValueError as first:
            raise KeyError(SECRET) from first
    except KeyError:
        logging.getLogger("any").exception("It broke.")

    assert SECRET not in log.getvalue()
    said = log.getvalue()
    assert said.index("builtins.ValueError") < said.index("builtins.KeyError")


def test_a_row_that_the_database_refused_is_not_logged(in_samal, log):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO staff_rolegrant (id, role) VALUES (%s, %s)", [None, SECRET])
    except Exception:
        logging.getLogger("any").exception("It broke.")

    assert "NotNullViolation" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_task_that_fails_keeps_its_words_to_itself(log):
    task = current_app.task(name="tests.fail", base=None)(fail)

    task.apply()

    assert "tests.fail" in log.getvalue()
    assert "raised unexpected: ValueError" in log.getvalue()
    assert SECRET not in log.getvalue()
