"""What the page of one case shows, put together for its template."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.http import HttpRequest

from cases.models import AgeGroup, Case, How, Stay
from cases.summary import Section, show, summary_of
from cases.timeline import EVERYTHING, SHOWN, timeline_of
from shelters.models import ShelterRecord
from shelters.staff.models import User
from shelters.staff.permissions import P
from shelters.tenancy import current_unit

A_PAGE = 30
LAST_PAGE = 1_000
ABOUT_THE_PERSON = (
    Section.NAME_AND_BIRTH,
    Section.CITIZENSHIP,
    Section.SOURCE_AND_EXPLOITATION,
)


def may(user: User) -> dict[str, bool]:
    """Each permission asked once, under the word that the templates use."""
    return {
        "admit": user.may(P.CASE_ADMIT),
        "edit": user.may(P.CASE_EDIT),
        "write": user.may(P.NOTE_WRITE),
        "close": user.may(P.CASE_CLOSE),
    }


def case_page(request: HttpRequest, case: Case) -> dict[str, Any]:
    stay = case.stays.first()
    consents = list(case.consents.all())
    return {
        "case": case,
        "stay": stay,
        "dates": _dates(case, stay),
        "about": show(summary_of(case, ABOUT_THE_PERSON)),
        "consents": consents,
        "may_stay": any(consent.scope == "stay" and consent.stands for consent in consents),
        "guardian_missing": _guardian_missing(case, consents),
        "may": _may_now(case, cast(User, request.user)),
        **timeline_part(request, case),
    }


def _dates(case: Case, stay: Stay | None) -> Any:
    if stay is None:
        return None
    return stay.dates(exploited_for=case.exploitation_time, state_pays_for=state_pays_for())


def state_pays_for() -> timedelta | None:
    record = ShelterRecord.objects.filter(shelter_id=current_unit().id).first()
    return record.state_paid_time if record else None


def _guardian_missing(case: Case, consents: list[Any]) -> bool:
    """A child is here, and no guardian has consented yet."""
    standing = {consent.how for consent in consents if consent.scope == "stay" and consent.stands}
    is_child = case.client.age_group == AgeGroup.CHILD
    return is_child and case.is_active and How.GUARDIAN_AND_CHILD not in standing


def _may_now(case: Case, user: User) -> dict[str, bool]:
    """What the person may do with this case as it stands: a closed one is only read."""
    allowed = may(user) if case.is_open else {}
    return allowed | {"close": allowed.get("close", False) and case.is_active}


def timeline_part(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The timeline as the address asks for it: one kind or all; the newest or older ones."""
    shown = request.GET.get("show", EVERYTHING)
    shown = shown if shown in SHOWN else EVERYTHING
    page = _page_number(request.GET.get("from", ""))
    moments, has_older = timeline_of(case, shown, first=(page - 1) * A_PAGE, count=A_PAGE)
    return {
        "case": case,
        "moments": moments,
        "shown": shown,
        "shown_choices": SHOWN,
        "older": page + 1 if has_older else None,
        "newer": page - 1 if page > 1 else None,
    }


def _page_number(asked: str) -> int:
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= 4
    return min(max(int(asked), 1), LAST_PAGE) if is_number else 1
