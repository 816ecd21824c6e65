"""All shelters side by side, for a funding officer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from funding.models import NOTHING, Agreement, Claim, Currency, Receipt, RenewalState
from funding.statement.period import Period
from funding.statement.sums import Cell, Foreign, Sums, cells_of, foreign_by
from shelters.models import Shelter


@dataclass(frozen=True)
class Agreed:
    """What is promised in one currency; what has not come has no rate yet."""

    currency: Currency
    amount: Decimal


@dataclass(frozen=True)
class ShelterLine:
    """What a funding officer sees of one shelter among all."""

    shelter: Shelter
    received: Sums
    foreign: list[Foreign]
    agreed: list[Agreed]
    agreements: int
    without_amount: int
    renewals: list[tuple[RenewalState, int]]
    claims: int

    @property
    def cells(self) -> list[Cell]:
        return cells_of(self.received, self.foreign)


def network_lines(period: Period) -> list[ShelterLine]:
    """All shelters that were ever opened, each with its own sums; nothing is added across kinds."""
    entries = Receipt.objects.received_in(period.first, period.last)
    received = {row["shelter_id"]: Sums.of(row) for row in entries.sums_by("shelter_id")}
    foreign = foreign_by("shelter_id", entries.as_they_came_by("shelter_id"))
    agreements: dict[UUID, list[Agreement]] = {}
    for agreement in Agreement.objects.running_in(period.first, period.last).with_renewal():
        agreements.setdefault(agreement.shelter_id, []).append(agreement)
    claims = Counter(Claim.objects.standing().values_list("shelter_id", flat=True))
    return [
        ShelterLine(
            shelter=shelter,
            received=received.get(shelter.id, Sums()),
            foreign=foreign.get(shelter.id, []),
            claims=claims[shelter.id],
            **_of_agreements(agreements.get(shelter.id, [])),
        )
        for shelter in Shelter.objects.real()
    ]


def _of_agreements(agreements: list[Any]) -> dict[str, Any]:
    states = Counter(agreement.renewal_state for agreement in agreements)
    stated = [agreement for agreement in agreements if agreement.amount is not None]
    return {
        "agreed": agreed_in(stated),
        "agreements": len(agreements),
        "without_amount": len(agreements) - len(stated),
        "renewals": [(state, states[state]) for state in RenewalState if states[state]],
    }


def agreed_in(stated: list[Agreement]) -> list[Agreed]:
    """Sums currency by currency: there is no rate for money that has not come."""
    sums = {
        currency: sum((a.amount or NOTHING for a in stated if a.currency == currency), NOTHING)
        for currency in Currency
    }
    return [Agreed(currency, amount) for currency, amount in sums.items() if amount]
