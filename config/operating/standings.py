"""How each shelter stands, by what it said itself when the sweep last came by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shelters.models import Shelter, SweepReport

LATE = timedelta(minutes=5)
NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Standing:
    """One shelter at one moment. A report is there once the sweep has come by."""

    shelter: Shelter
    report: SweepReport | None
    now: datetime

    @property
    def is_open(self) -> bool:
        """One for practice is looked after like any other."""
        return self.shelter.state in Shelter.IN_USE

    @property
    def is_new(self) -> bool:
        return self.is_open and self.report is None

    @property
    def is_silent(self) -> bool:
        return self.is_open and self.report is not None and self.now - self.report.at > LATE

    @property
    def is_behind(self) -> bool:
        return self.is_open and self.report is not None and self.report.missing_migrations > 0

    @property
    def lag(self) -> timedelta | None:
        """How long the oldest delivery had waited when the sweep came by."""
        if self.report is None or self.report.oldest_at is None:
            return None
        return self.report.at - self.report.oldest_at

    @property
    def is_late(self) -> bool:
        return self.is_open and self.lag is not None and self.lag > LATE

    @property
    def has_failed(self) -> bool:
        return self.is_open and self.report is not None and self.report.failed > 0

    @property
    def is_in_trouble(self) -> bool:
        return self.is_silent or self.is_behind or self.is_late or self.has_failed

    @property
    def in_a_word(self) -> tuple[str | Promise, str]:
        """What weighs most, and the tag's colour."""
        for is_so, word, state in (
            (not self.is_open, self.shelter.get_state_display(), ""),
            (self.is_new, _("Not heard from yet"), "wait"),
            (self.is_silent, _("Not heard from"), "bad"),
            (self.is_behind, _("Old tables"), "bad"),
            (self.is_late, _("Deliveries are late"), "bad"),
            (self.has_failed, _("Deliveries fail"), "wait"),
        ):
            if is_so:
                return word, state
        return self.shelter.get_state_display() if self.shelter.is_practice else _("Works"), "good"


Asked = Callable[[Standing], bool]
ADVICE: list[tuple[Asked, str | Promise]] = [
    (
        lambda one: one.is_silent,
        _(
            "%(shelters)s: the sweep has not come by for more than 5 minutes."
            " See whether worker and beat run, then read the worker's log."
        ),
    ),
    (
        lambda one: one.is_behind,
        _("%(shelters)s: the tables are those of an older version. Run migrate."),
    ),
    (
        lambda one: one.is_late and not one.has_failed,
        _(
            "%(shelters)s: deliveries have waited for more than 5 minutes."
            " See whether the worker keeps up."
        ),
    ),
    (
        lambda one: one.has_failed,
        _(
            "%(shelters)s: deliveries fail and are tried again, at the longest every hour."
            " The worker's log says why."
        ),
    ),
]


def all_standings() -> list[Standing]:
    """Those in trouble first, then those that are open, each by name."""
    now = timezone.now()
    found = Shelter.objects.select_related("report").prefetch_related("domains")
    standings = [Standing(shelter, _report_of(shelter), now) for shelter in found]
    return sorted(standings, key=lambda one: (not one.is_in_trouble, not one.is_open))


def advice_on(standings: Iterable[Standing]) -> Iterator[str]:
    """A sentence for each kind of trouble, and the shelters that have it."""
    found = list(standings)
    for is_so, sentence in ADVICE:
        if names := [one.shelter.name for one in found if is_so(one)]:
            yield str(sentence) % {"shelters": _listed(names)}


def _listed(names: list[str]) -> str:
    more = "" if len(names) <= NAMED_AT_MOST else f" (+{len(names) - NAMED_AT_MOST})"
    return ", ".join(names[:NAMED_AT_MOST]) + more


def _report_of(shelter: Shelter) -> SweepReport | None:
    return getattr(shelter, "report", None)
