"""Pictures of what was received. Each kind of gift is a panel of its own, claims are in none."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models import GiftKind
from funding.statement import Cell, DonorLine, Period, ShelterLine, Statement, Sums, TimeLine
from shelters.charts import Bar, Chart, Figure, Panel, figures_of, panel_of

DRAW_STATEMENT = "funding.tasks.draw_statement"
DRAW_NETWORK = "funding.tasks.draw_network"


def statement_figures(
    request: HttpRequest, shelter_id: UUID, statement: Statement, times: list[TimeLine]
) -> dict[str, Figure]:
    return figures_of(
        request,
        statement_charts(statement, times),
        task=DRAW_STATEMENT,
        args=[str(shelter_id), *_days(statement.period)],
    )


def network_figures(
    request: HttpRequest, lines: list[ShelterLine], period: Period
) -> dict[str, Figure]:
    charts = network_charts(lines, period)
    return figures_of(request, charts, task=DRAW_NETWORK, args=_days(period))


def statement_charts(statement: Statement, times: list[TimeLine]) -> list[Chart]:
    return [_by_donor(statement), _by_time(times, statement.period)]


def network_charts(lines: list[ShelterLine], period: Period) -> list[Chart]:
    words = _("%(kind)s, by shelter, %(first)s to %(last)s")
    rows = [(line.shelter.name, line.received) for line in lines]
    return [Chart("shelters_picture", _panels(rows, words, period))]


def _by_donor(statement: Statement) -> Chart:
    words = _("%(kind)s, by donor, %(first)s to %(last)s")
    rows = [(_name(line), line.sums) for line in statement.donors]
    return Chart("donors_picture", _panels(rows, words, statement.period))


def _by_time(times: list[TimeLine], period: Period) -> Chart:
    by_year = any(line.is_year for line in times)
    in_years = _("%(kind)s, by year, %(first)s to %(last)s")
    in_months = _("%(kind)s, by month, %(first)s to %(last)s")
    rows = [(line.short_label, line.sums) for line in times]
    panels = _panels(rows, in_years if by_year else in_months, period, in_order=True)
    return Chart("times_picture", panels, in_order=True)


def _panels(
    rows: list[tuple[str, Sums]], words: str, period: Period, *, in_order: bool = False
) -> tuple[Panel, ...]:
    """One for each kind that came at all, in words that name kind and days."""
    facts = {"first": _day(period.first), "last": _day(period.last)}
    given = [(label, {cell.kind: cell.tenge for cell in sums.cells}) for label, sums in rows]
    panels = []
    for kind in GiftKind:
        heading = str(Cell.HEADS[kind])
        bars = [Bar(label, tenge[kind]) for label, tenge in given]
        if any(bar.amount for bar in bars):
            name = words % {"kind": heading, **facts}
            panels.append(panel_of(heading, name, bars, in_order=in_order))
    return tuple(panels)


def _name(line: DonorLine) -> str:
    return line.donor.name if line.donor else _("A private person")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _days(period: Period) -> list[str]:
    return [period.first.isoformat(), period.last.isoformat()]
