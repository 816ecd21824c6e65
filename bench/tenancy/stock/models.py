from __future__ import annotations

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Tenant(TenantMixin):
    name = models.CharField(max_length=80)
    shelter_id = models.UUIDField()

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    pass
