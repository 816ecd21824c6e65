"""Which cases a filter, or the first page of the day, shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import ENDED, OPEN, Case, Status
from cases.models.case import CaseQuerySet
from shelters.staff.models import User

A_GROUP = 20
ENDED_ONES, EVERY = "ended", "every"
OVERDUE, TODAY, NONE = "overdue", "today", "none"
ME = "me"


@dataclass(frozen=True)
class Group:
    """Some cases of Today; `query` leads to the whole list, which holds `total`."""

    key: str
    title: str | Promise
    cases: list[Case]
    total: int
    query: str
    without_step: bool = False

    @property
    def has_more(self) -> bool:
        return self.total > len(self.cases)


def filtered(user: User, wanted: Mapping[str, Any]) -> CaseQuerySet:
    """The cases this person may see and asked for; an empty answer narrows nothing."""
    found = _by_status(Case.objects.visible_to(user), wanted.get("status") or "")
    found = _by_step(found, wanted.get("step") or "")
    if code := wanted.get("code"):
        found = found.called(code)
    if age := wanted.get("age"):
        found = found.of_age(age)
    if wanted.get("keyworker") == ME:
        found = found.kept_by(user)
    return found.select_related("client", "keyworker")


def groups_of_today(user: User) -> list[Group]:
    """What cannot wait, in the order in which it cannot."""
    seen, today = Case.objects.visible_to(user), timezone.localdate()
    by_due = ("next_step_due", "opened_at")
    return [
        _group(
            "overdue", _("Overdue"), seen.due_before(today).order_by(*by_due), f"step={OVERDUE}"
        ),
        _group("due", _("Due today"), seen.due_on(today).order_by("opened_at"), f"step={TODAY}"),
        _group(
            "expected",
            _("Expected"),
            seen.expected().order_by("opened_at"),
            f"status={Status.EXPECTED}",
            without_step=True,
        ),
        _group(
            "no-step",
            _("Without a next step"),
            seen.without_next_step().order_by("opened_at"),
            f"step={NONE}",
            without_step=True,
        ),
    ]


def _by_status(cases: CaseQuerySet, status: str) -> CaseQuerySet:
    if status == EVERY:
        return cases
    if status == ENDED_ONES:
        return cases.filter(status__in=ENDED)
    return cases.filter(status__in=[Status(status)] if status else OPEN)


def _by_step(cases: CaseQuerySet, step: str) -> CaseQuerySet:
    today = timezone.localdate()
    if step == OVERDUE:
        return cases.due_before(today).order_by("next_step_due", "id")
    if step == TODAY:
        return cases.due_on(today)
    return cases.without_next_step() if step == NONE else cases


def _group(
    key: str,
    title: str | Promise,
    cases: CaseQuerySet,
    query: str,
    *,
    without_step: bool = False,
) -> Group:
    shown = list(cases.select_related("client", "keyworker")[: A_GROUP + 1])
    total = cases.count() if len(shown) > A_GROUP else len(shown)
    return Group(key, title, shown[:A_GROUP], total, query, without_step)
