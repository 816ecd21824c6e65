"""Pictures of money, drawn by the workers. A message names days and ids, no donor and no sum."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from celery import shared_task
from django.utils import translation

from funding.pictures import network_charts, statement_charts
from funding.statement import Period, network_lines, statement_of, time_lines
from shelters.charts import keep_drawn
from shelters.tasks import ShelterTask


@shared_task(base=ShelterTask, ignore_result=True)
def draw_statement(shelter_id: str, first: str, last: str, *, language: str) -> None:
    """The statement as this unit may see it: the central host knows no private person."""
    shelter, period = UUID(shelter_id), _period(first, last)
    with translation.override(language):
        keep_drawn(statement_charts(statement_of(shelter, period), time_lines(shelter, period)))


@shared_task(base=ShelterTask, ignore_result=True)
def draw_network(first: str, last: str, *, language: str) -> None:
    period = _period(first, last)
    with translation.override(language):
        keep_drawn(network_charts(network_lines(period), period))


def _period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))
