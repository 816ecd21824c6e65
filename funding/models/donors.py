"""Who gives. A private person's name stays in the shelter."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.choices import NOTHING_GIVEN, DonorKind
from funding.models.rows import NOT_INVENTED, OWN, may_see_money
from funding.models.sums import COLUMNS, by_kind
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import current_unit
from shelters.tenancy.access import Allow, Shared


class DonorQuerySet(models.QuerySet["Donor"]):
    def visible_to(self, user: User) -> DonorQuerySet:
        """The shelter's own and the network's; on the central host all but private persons."""
        if not may_see_money(user):
            return self.none()
        if current_unit().is_central:
            return self.exclude(kind=DonorKind.INDIVIDUAL)
        return self.known_here()

    def with_received(self, first: date, last: date) -> DonorQuerySet:
        """Adds what came in those days, in tenge by kind. The largest first, nothing last."""
        in_period = Q(receipts__received_on__gte=first, receipts__received_on__lte=last)
        sums = by_kind(path="receipts__", only=in_period)
        return self.annotate(**sums).order_by(*(f"-{name}" for name in sums), Lower("name"), "pk")

    def narrowed(self, *, name: str = "", kind: str = "", given: str = "") -> DonorQuerySet:
        """Of donors read `with_received`: by a part of the name, by kind, by what they gave."""
        found = self.filter(name__icontains=name) if name else self
        found = found.filter(kind=kind) if kind else found
        if given == NOTHING_GIVEN[0]:
            return found.filter(**dict.fromkeys(COLUMNS, 0))
        columns = [column for column, of in COLUMNS.items() if of == given]
        return found.filter(**{f"{column}__gt": 0 for column in columns})

    def known_here(self) -> DonorQuerySet:
        return self.filter(Q(shelter=None) | Q(shelter=current_unit().id))


class Donor(models.Model):
    """An organisation or a person that gives; the network's when it has no shelter."""

    shared = Shared(
        shelters=[
            Allow("select", "shelter_id IS NULL OR " + OWN),
            Allow("insert", check=OWN),
        ],
        central=[
            Allow("select", f"kind <> 'individual' AND {NOT_INVENTED}"),
            Allow("insert", check="shelter_id IS NULL AND kind <> 'individual'"),
        ],
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(
        Shelter, on_delete=models.PROTECT, null=True, blank=True, related_name="donors"
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40, choices=DonorKind)
    added_at = models.DateTimeField(default=timezone.now)

    objects = DonorQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DonorKind.values),
                name="donor_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="individual") | Q(shelter__isnull=False),
                name="a_private_person_is_one_shelters",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="donor_has_a_name"),
            models.UniqueConstraint(
                "shelter", Lower("name"), name="one_donor_a_name", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_the_network(self) -> bool:
        return self.shelter_id is None
