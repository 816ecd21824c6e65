"""The registry of shelters: the only rows that every shelter may read of another."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shelters.tenancy.access import Allow, Shared
from shelters.tenancy.names import SCHEMA_PATTERN

STEPS = [  # from state to state
    ("open", "archived"),
    ("practice", "archived"),
    ("archived", "open"),
    ("archived", "practice"),
    ("archived", "removed"),
]


class ShelterQuerySet(models.QuerySet["Shelter"]):
    def open(self) -> ShelterQuerySet:
        """Those of the network, which refer clients to one another."""
        return self.filter(state=Shelter.State.OPEN)

    def in_use(self) -> ShelterQuerySet:
        """Whose pages answer: the open ones, and those for practice."""
        return self.filter(state__in=Shelter.IN_USE)

    def real(self) -> ShelterQuerySet:
        """All but those for practice, whose people and money are invented."""
        return self.filter(is_practice=False)

    def with_schema(self) -> ShelterQuerySet:
        """Those that have tables: the archived ones too, whose tables keep up with the code."""
        return self.exclude(state=Shelter.State.REMOVED)


class Shelter(models.Model):
    """A shelter as the others know it. Its address is stored nowhere.

    Of one that was removed this row stays: others' histories and the network's books name it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PRACTICE = "practice", _("For practice")
        ARCHIVED = "archived", _("Archived")
        REMOVED = "removed", _("Removed")

    IN_USE = (State.OPEN, State.PRACTICE)

    shared = Shared(shelters=[Allow("select")], central=[Allow("select")])

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    schema = models.CharField(
        max_length=30, unique=True, validators=[RegexValidator(SCHEMA_PATTERN)]
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    is_practice = models.BooleanField(default=False, editable=False)

    objects = ShelterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(schema__regex=SCHEMA_PATTERN),
                name="shelter_schema_is_plain",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "practice", "archived", "removed"]),
                name="shelter_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", is_practice=False)
                | models.Q(state="practice", is_practice=True)
                | models.Q(state__in=["archived", "removed"]),
                name="open_or_for_practice",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="practice_stays_practice", fields=["is_practice", "schema"]),
            pgtrigger.FSM(name="state_steps", field="state", transitions=STEPS),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_when_open(self) -> State:
        return self.State.PRACTICE if self.is_practice else self.State.OPEN


class DomainQuerySet(models.QuerySet["Domain"]):
    def in_use(self) -> DomainQuerySet:
        return self.filter(shelter__state__in=Shelter.IN_USE)


class Domain(models.Model):
    """A host name at which a shelter answers; a neutral word, never a city."""

    shared = Shared(shelters=[Allow("select")], central=[Allow("select")])

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.CharField(max_length=120, unique=True)
    shelter = models.ForeignKey(Shelter, on_delete=models.CASCADE, related_name="domains")

    objects = DomainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(host__regex=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"),
                name="domain_host_is_normal",
            )
        ]

    def __str__(self) -> str:
        return self.host


class ShelterRecord(models.Model):
    """What only the shelter itself may read about itself in the shared schema."""

    shared = Shared(
        shelters=[
            Allow("select", "shelter_id = {me}"),
            Allow("update", "shelter_id = {me}"),
        ]
    )

    shelter = models.OneToOneField(
        Shelter, on_delete=models.CASCADE, primary_key=True, related_name="record"
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    state_paid_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("Days that the state pays for one stay; empty where no state money limits it."),
    )

    def __str__(self) -> str:
        return f"record of {self.shelter_id}"

    @property
    def state_paid_time(self) -> timedelta | None:
        return timedelta(days=self.state_paid_days) if self.state_paid_days else None


class SweepReport(models.Model):
    """What the last sweep found in a shelter's outbox, for the network's operator.

    Counts and times alone: neither what an event was about nor which kind it was leaves the shelter
    (docs/adr/0008-operators-page.md).
    """

    shared = Shared(
        shelters=[
            Allow("select", "shelter_id = {me}"),
            Allow("insert", check="shelter_id = {me}"),
            Allow("update", "shelter_id = {me}"),
        ],
        central=[Allow("select")],
    )

    shelter = models.OneToOneField(
        Shelter, on_delete=models.CASCADE, primary_key=True, related_name="report"
    )
    at = models.DateTimeField()
    outstanding = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    oldest_at = models.DateTimeField(null=True)
    missing_migrations = models.PositiveSmallIntegerField()
    version = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"report of {self.shelter_id}"
