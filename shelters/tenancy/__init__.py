"""Tenancy core: a unit of work is a tenant and a transaction (docs/adr/0001-tenancy.md)."""

from shelters.tenancy.errors import CrossedUnits, OutsideUnit
from shelters.tenancy.unit import (
    CENTRAL,
    Unit,
    UnitOfWork,
    current_unit,
    in_central,
    in_shelter,
    unit_or_none,
)

__all__ = [
    "CENTRAL",
    "CrossedUnits",
    "OutsideUnit",
    "Unit",
    "UnitOfWork",
    "current_unit",
    "in_central",
    "in_shelter",
    "unit_or_none",
]
