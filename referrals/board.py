"""The coordinators' board: which referrals it shows, and how many stand where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referrals.forms import NetworkFilter, PastFilter
from referrals.models import OPEN, Referral, Status
from referrals.models.referral import ReferralQuerySet, is_overdue

ENDED = NetworkFilter.ENDED
NEVER_KEPT = ("status", "code", "page", "outcome", "since", "until")  # from one state to another
STATES: dict[str, str | Promise] = {
    "": pgettext_lazy("referrals", "Open"),
    "overdue": _("Overdue"),
    Status.SENT.value: Status.SENT.label,
    Status.ACCEPTED.value: _("On the way"),
    ENDED: _("Past"),
}
NOTHING: dict[str, str | Promise] = {
    "": _("No referral is open."),
    "overdue": _("Nothing is overdue."),
    Status.SENT.value: _("No referral waits for an answer."),
    Status.ACCEPTED.value: _("Nobody is on the way."),
    ENDED: _("No referral has ended yet."),
}


@dataclass(frozen=True)
class State:
    """A state as a link above the list; `number` is None where counting tells nothing."""

    key: str
    label: str | Promise
    number: int | None
    query: str
    is_current: bool


def filter_for(query: QueryDict, names: dict[Any, str]) -> NetworkFilter:
    """Only of what is past one asks how and when it ended."""
    form = PastFilter if query.get("status") == ENDED else NetworkFilter
    return form(query, shelters=names)


def found_by(wanted: Mapping[str, Any], among: ReferralQuerySet) -> ReferralQuerySet:
    """The longest overdue first, or the last that ended. A code finds its referral anywhere."""
    found, state = narrowed(among, wanted), wanted.get("status", "")
    if wanted.get("code"):
        return found.by_clock()
    if state == ENDED:
        return _of_the_past(found, wanted)
    if state == "overdue":
        return found.overdue().by_clock()
    return (found.filter(status=state) if state else found.open()).by_clock()


def narrowed(found: ReferralQuerySet, wanted: Mapping[str, Any]) -> ReferralQuerySet:
    """By everything but the state; an empty answer narrows nothing."""
    if code := wanted.get("code"):
        found = found.called(code)
    if need := wanted.get("need"):
        found = found.filter(needs__contains=[need])
    asked = {name: wanted.get(name) for name in ("urgency", "sender", "recipient")}
    return found.filter(**{name: answer for name, answer in asked.items() if answer})


def states_of(among: ReferralQuerySet, wanted: Mapping[str, Any], query: QueryDict) -> list[State]:
    """Where the referrals stand that fit the filter; each link keeps the filter."""
    numbers = _numbers(narrowed(among, dict(wanted) | {"code": ""}))
    here = None if wanted.get("code") else wanted.get("status", "")
    return [
        State(key, label, numbers.get(key), _query_for(key, query), key == here)
        for key, label in STATES.items()
    ]


@dataclass(frozen=True)
class Step:
    """What happened to a referral, or is expected to: `due` lies ahead, or is overdue."""

    label: str | Promise
    at: Any
    after: timedelta | None = None
    reason: str = ""
    is_due: bool = False


def steps_of(referral: Referral) -> list[Step]:
    """From the sending on, in the order of time; the one that is due last."""
    steps = [Step(_("Sent"), referral.sent_at)]
    if referral.answered_at:
        steps.append(_answer(referral))
    if referral.ended_at and referral.status != Status.DECLINED:
        steps.append(_end(referral))
    if referral.is_waiting:
        steps.append(Step(_("Answer by"), referral.answer_by, is_due=True))
    elif referral.is_on_the_way:
        steps.append(Step(_("Expected by"), referral.arrive_by, is_due=True))
    return steps


def _answer(referral: Referral) -> Step:
    if referral.status == Status.DECLINED:
        label, reason = Status.DECLINED.label, referral.get_decline_reason_display()
    else:
        label, reason = _("Accepted"), ""
    return Step(label, referral.answered_at, referral.time_to_answer, reason)


def _end(referral: Referral) -> Step:
    """An arrival may be confirmed later than it was."""
    at = referral.arrived_at or referral.ended_at
    before = referral.answered_at or referral.sent_at
    return Step(Status(referral.status).label, at, max(at - before, timedelta()) if at else None)


def _of_the_past(found: ReferralQuerySet, wanted: Mapping[str, Any]) -> ReferralQuerySet:
    found = found.past()
    if outcome := wanted.get("outcome"):
        found = found.filter(status=outcome)
    if since := wanted.get("since"):
        found = found.filter(ended_at__date__gte=since)
    if until := wanted.get("until"):
        found = found.filter(ended_at__date__lte=until)
    return found


def _numbers(found: ReferralQuerySet) -> dict[str, int]:
    """One statement, over what is open; how many have ever ended is of no use."""
    counted = {"open": Q(status__in=OPEN), "overdue": is_overdue()}
    counted |= {state.value: Q(status=state) for state in OPEN}
    numbers = found.open().aggregate(
        **{name: Count("pk", filter=fits) for name, fits in counted.items()}
    )
    return numbers | {"": numbers.pop("open")}


def _query_for(state: str, query: QueryDict) -> str:
    kept = query.copy()
    for name in NEVER_KEPT:
        kept.pop(name, None)
    if state:
        kept["status"] = state
    return f"?{kept.urlencode()}"
