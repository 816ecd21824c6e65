"""Writing into the timeline."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Entry, EntryKind
from cases.operations.locking import lock_open
from cases.operations.refusals import NotYet, TextMissing
from shelters.events.recording import Actor, record
from shelters.once import save_once


@transaction.atomic
def write_note(
    *,
    new_id: UUID,
    case: Case,
    text: str,
    by: Actor,
    kind: EntryKind | str = EntryKind.NOTE,
    happened_on: date | None = None,
    happened_at_time: time | None = None,
) -> Entry:
    """What happened, on the day it happened: today unless told. A time is kept only if known."""
    case = lock_open(case)
    day = happened_on or timezone.localdate()
    _check(text, day)
    entry = Entry(
        id=new_id,
        case=case,
        kind=kind,
        text=text.strip(),
        happened_on=day,
        happened_at_time=happened_at_time,
        by_id=by.id,
        by_name=by.name,
    )
    if (saved := save_once(entry, "case_id", "text")) is not entry:
        return saved
    record("note.written", subject=entry, by=by, case_id=case.id, kind=str(kind))
    return entry


def _check(text: str, day: date) -> None:
    if not text.strip():
        raise TextMissing(field="text")
    if day > timezone.localdate():
        raise NotYet(field="happened_on")
