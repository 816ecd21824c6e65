"""From a case to what the other shelter gets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from cases.models import Case, Client, ExploitationTime, state_of
from cases.summary.sections import ALWAYS, QUESTIONS, TEXT_LENGTH, VERSION, Section


def summary_of(case: Case, sections: Iterable[str], message: str = "") -> dict[str, Any]:
    """What goes to the other shelter: the identity section always, the others as chosen.

    `message` is the sender's own text about safety and needs.
    """
    chosen = ALWAYS | {Section(section) for section in sections}
    summary: dict[str, Any] = {"version": VERSION}
    for section in Section:
        if section in chosen:
            summary[section.value] = _content(section, case, message)
    return summary


def _content(section: Section, case: Case, message: str) -> dict[str, Any]:
    content = {question: _sent(case, question) for question in QUESTIONS.get(section, {})}
    if section is Section.IDENTITY:
        return {"code": case.client.code, "age_group": case.client.age_group, **content}
    if section is Section.SAFETY_AND_NEEDS:
        return {"text": message.strip()[:TEXT_LENGTH]}
    if section is Section.PLAN:
        return _plan(case)
    return content


def _sent(case: Case, question: str) -> dict[str, Any]:
    owner: Client | Case = case.client if question in Client.QUESTIONS else case
    return {
        "answer": getattr(owner, state_of(question)),
        "value": _plain(getattr(owner, question)),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, ExploitationTime):
        return {"amount": value.amount, "unit": str(value.unit), "about": value.about}
    return value or None


def _plan(case: Case) -> dict[str, Any]:
    stay = case.stays.first()
    return {
        "in_shelter_since": _iso(stay.started_on if stay else None),
        "next_step": case.next_step or "",
        "next_step_due": _iso(case.next_step_due),
        "planned_until": _iso(stay.planned_until if stay else None),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
