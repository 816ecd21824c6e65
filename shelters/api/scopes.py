"""What a token opens: parts of the API, each for reading or for writing too."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.TextChoices):
    CASES = "cases", _("Clients")
    REFERRALS = "referrals", _("Referrals")
    FUNDING = "funding", _("Money")


class Reach(models.TextChoices):
    """Writing includes reading."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


SCOPES = [f"{area}:{reach}" for area in Area for reach in Reach]


def areas_of(*, central: bool) -> list[Area]:
    """Nobody sees a client on the central host."""
    return [area for area in Area if not (central and area is Area.CASES)]
