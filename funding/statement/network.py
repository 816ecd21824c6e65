"""All shelters side by side, for a funding officer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from funding.models import NOTHING, Agreement, Claim, Currency, Receipt, RenewalState
from funding.models.agreements import AgreementQuerySet
from funding.statement.period import Period
from funding.statement.sums import Cell, Foreign, Sums, cells_of, foreign_by
from shelters.models import Shelter


@dataclass(frozen=True)
class Agreed:
    """What is promised in one currency; what has not come has no rate yet."""

    currency: Currency
    amount: Decimal


class Renewals(NamedTuple):
    """How many agreements have this answer."""

    state: RenewalState
    number: int


@dataclass(frozen=True, kw_only=True)
class NetworkLine:
    """What a funding officer sees of one among all."""

    received: Sums
    foreign: list[Foreign]
    agreed: list[Agreed]
    agreements: int
    without_amount: int
    renewals: list[Renewals]

    @property
    def cells(self) -> list[Cell]:
        return cells_of(self.received, self.foreign)


@dataclass(frozen=True, kw_only=True)
class ShelterLine(NetworkLine):
    shelter: Shelter
    claims: int


def network_lines(period: Period) -> list[ShelterLine]:
    """All shelters that were ever opened, each with its own sums; nothing is added across kinds."""
    entries = Receipt.objects.received_in(period.first, period.last)
    received = {row["shelter_id"]: Sums.of(row) for row in entries.sums_by("shelter_id")}
    foreign = foreign_by("shelter_id", entries.as_they_came_by("shelter_id"))
    promised = promised_by("shelter_id", Agreement.objects.all(), period)
    claims = Counter(Claim.objects.standing().values_list("shelter_id", flat=True))
    return [
        ShelterLine(
            shelter=shelter,
            received=received.get(shelter.id, Sums()),
            foreign=foreign.get(shelter.id, []),
            claims=claims[shelter.id],
            **promised(shelter.id),
        )
        for shelter in Shelter.objects.real()
    ]


def promised_by(
    field: str, agreements: AgreementQuerySet, period: Period
) -> Callable[[UUID], dict[str, Any]]:
    """What was agreed for that period, as `NetworkLine` says it, for one value of `field`."""
    found: dict[UUID, list[Agreement]] = {}
    for agreement in agreements.running_in(period.first, period.last).with_renewal():
        found.setdefault(getattr(agreement, field), []).append(agreement)
    return lambda key: _of_agreements(found.get(key, []))


def _of_agreements(agreements: list[Any]) -> dict[str, Any]:
    states = Counter(agreement.renewal_state for agreement in agreements)
    stated = [agreement for agreement in agreements if agreement.amount is not None]
    return {
        "agreed": agreed_in(stated),
        "agreements": len(agreements),
        "without_amount": len(agreements) - len(stated),
        "renewals": [Renewals(state, states[state]) for state in RenewalState if states[state]],
    }


def agreed_in(stated: list[Agreement]) -> list[Agreed]:
    """Sums currency by currency: there is no rate for money that has not come."""
    sums = {
        currency: sum((a.amount or NOTHING for a in stated if a.currency == currency), NOTHING)
        for currency in Currency
    }
    return [Agreed(currency, amount) for currency, amount in sums.items() if amount]
