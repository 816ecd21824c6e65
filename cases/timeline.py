"""The timeline of a case: what staff wrote and what was done, newest first.

Upper apps name their own events with `name_events`; an event nobody named is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Entry
from shelters.events.models import Event

NOTES, CHANGES, REFERRALS, READINGS = "notes", "changes", "referrals", "readings"
EVERYTHING = "all"
SHOWN = {
    EVERYTHING: _("All"),
    NOTES: _("Notes"),
    CHANGES: _("Changes"),
    REFERRALS: _("Referrals"),
    READINGS: _("Who read it"),
}


@dataclass(frozen=True)
class Title:
    """How an event is called, and under which filter it stands."""

    kind: str
    words: str | Promise


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `at` is None where only the day is known."""

    title: str | Promise
    by: str
    on: date
    at: time | None
    text: str = ""
    entered_at: datetime | None = None

    @property
    def entered_later(self) -> bool:
        """Whether it was written down on another day than it happened."""
        return self.entered_at is not None and timezone.localdate(self.entered_at) != self.on


_titles: dict[str, Title] = {}


def name_events(kind: str, names: Mapping[str, str | Promise]) -> None:
    """Show events of these types in every timeline, under one of its filters."""
    for event_type, words in names.items():
        _titles[event_type] = Title(kind, words)


def timeline_of(case: Case, shown: str, *, first: int, count: int) -> tuple[list[Moment], bool]:
    """`count` lines from the `first` on, and whether there are older ones."""
    enough = first + count + 1
    dated: list[Entry | Event] = [*_entries(case, shown)[:enough], *_events(case, shown)[:enough]]
    dated.sort(key=_when, reverse=True)
    page = [_moment(row) for row in dated[first : first + count]]
    return page, len(dated) > first + count


def _entries(case: Case, shown: str) -> QuerySet[Entry]:
    entries = case.entries.all()
    return entries if shown in {EVERYTHING, NOTES} else entries.none()


def _events(case: Case, shown: str) -> QuerySet[Event]:
    kinds = {CHANGES, REFERRALS} if shown == EVERYTHING else {shown}
    types = [event_type for event_type, title in _titles.items() if title.kind in kinds]
    return Event.objects.filter(case_id=case.pk, type__in=types).order_by("-at")


def _when(row: Entry | Event) -> tuple[date, datetime]:
    if isinstance(row, Entry):
        return row.happened_on, row.entered_at
    return timezone.localdate(row.at), row.at


def _moment(row: Entry | Event) -> Moment:
    if isinstance(row, Entry):
        return Moment(
            title=row.get_kind_display(),
            by=row.by_name,
            on=row.happened_on,
            at=row.happened_at_time,
            text=row.text,
            entered_at=row.entered_at,
        )
    at = timezone.localtime(row.at)
    return Moment(_titles[row.type].words, row.by_name, at.date(), at.time())


name_events(
    CHANGES,
    {
        "case.opened": _("Admitted"),
        "case.expected": _("Accepted from another shelter, arrival expected"),
        "case.arrived": _("Arrived"),
        "case.did_not_arrive": _("Did not arrive"),
        "case.intake_completed": _("Answers of the intake changed"),
        "case.next_step_set": _("Next step changed"),
        "case.plan_set": _("Plan changed"),
        "case.closed": _("Case closed"),
        "case.handed_over": _("Moved to another shelter"),
        "consent.given": _("Consent given"),
        "consent.refused": _("Consent refused"),
        "consent.withdrawn": _("Consent withdrawn"),
    },
)
name_events(READINGS, {"case.read": _("Opened this page")})
