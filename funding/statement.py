"""The statement of a shelter: what was given, what was agreed, and what is only said.

Cash and salaries paid by others are never added together, a reversed gift is in no total, and a
claim is in none at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from funding.models import (
    NOTHING,
    Agreement,
    Claim,
    Donor,
    Evidence,
    Receipt,
    RenewalState,
)
from funding.models.receipts import ReceiptQuerySet
from shelters.models import Shelter


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @classmethod
    def this_year(cls) -> Period:
        year = timezone.localdate().year
        return cls(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True)
class Sums:
    """Cash, and beside it the salaries that somebody else paid."""

    cash: Decimal = NOTHING
    salary: Decimal = NOTHING

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.cash + other.cash, self.salary + other.salary)

    def __bool__(self) -> bool:
        return bool(self.cash or self.salary)

    @classmethod
    def of(cls, row: dict[str, Any]) -> Sums:
        return cls(row["cash"], row["salary"])


@dataclass(frozen=True)
class DonorLine:
    """`donor` is None where the reader may not know a private person's name."""

    donor: Donor | None
    sums: Sums
    by_evidence: dict[Evidence, Sums]

    @property
    def evidence_lines(self) -> list[tuple[Evidence, Sums]]:
        return [(kind, self.by_evidence[kind]) for kind in Evidence if kind in self.by_evidence]


@dataclass(frozen=True)
class EvidenceLine:
    evidence: Evidence
    sums: Sums


@dataclass(frozen=True)
class AgreementLine:
    """Agreed, received so far, and what is missing; None where nothing was stated."""

    agreement: Agreement
    donor: Donor | None
    received: Sums
    renewal: RenewalState
    renewal_as_of: date | None

    @property
    def agreed(self) -> Decimal | None:
        return self.agreement.amount

    @property
    def missing(self) -> Decimal | None:
        """A salary paid under the agreement counts towards what was agreed."""
        if self.agreed is None:
            return None
        return max(self.agreed - self.received.cash - self.received.salary, NOTHING)


@dataclass(frozen=True)
class ReversedLine:
    """A gift that counts in no total, and the entry that says why."""

    gift: Receipt
    donor: Donor | None


@dataclass(frozen=True)
class Statement:
    """One shelter's money in one period."""

    period: Period
    donors: list[DonorLine]
    evidence: list[EvidenceLine]
    agreements: list[AgreementLine]
    reversed: list[ReversedLine]
    claims: list[Claim]

    @property
    def total(self) -> Sums:
        return sum((line.sums for line in self.donors), Sums())

    @property
    def is_empty(self) -> bool:
        return not (self.donors or self.agreements or self.reversed or self.claims)


@dataclass(frozen=True)
class ShelterLine:
    """What a funding officer sees of one shelter among all."""

    shelter: Shelter
    received: Sums
    agreed: Decimal
    agreements: int
    without_amount: int
    renewals: list[tuple[RenewalState, int]]
    claims: int


def statement_of(shelter_id: UUID, period: Period) -> Statement:
    """Five queries, however much there is."""
    donors = donors_by_id()
    entries = Receipt.objects.filter(shelter=shelter_id).received_in(period.first, period.last)
    rows = entries.sums_by("donor_id", "evidence")
    return Statement(
        period=period,
        donors=_donor_lines(rows, donors),
        evidence=_evidence_lines(rows),
        agreements=_agreement_lines(shelter_id, period, donors),
        reversed=_reversed_lines(entries, donors),
        claims=list(
            Claim.objects.filter(shelter=shelter_id, as_of__lte=period.last).standing_first()
        ),
    )


def network_lines(period: Period) -> list[ShelterLine]:
    """All shelters that were ever opened, each with its own sums; nothing is added across kinds."""
    received = {
        row["shelter_id"]: Sums.of(row)
        for row in Receipt.objects.received_in(period.first, period.last).sums_by("shelter_id")
    }
    agreements: dict[UUID, list[Agreement]] = {}
    for agreement in Agreement.objects.running_in(period.first, period.last).with_renewal():
        agreements.setdefault(agreement.shelter_id, []).append(agreement)
    claims = Counter(Claim.objects.standing().values_list("shelter_id", flat=True))
    return [
        _shelter_line(
            shelter,
            received.get(shelter.id, Sums()),
            agreements.get(shelter.id, []),
            claims[shelter.id],
        )
        for shelter in Shelter.objects.all()
    ]


def donors_by_id() -> dict[UUID, Donor]:
    """Those whose names the reader may see; row security leaves out the rest."""
    return {donor.id: donor for donor in Donor.objects.all()}


def _donor_lines(rows: list[dict[str, Any]], donors: dict[UUID, Donor]) -> list[DonorLine]:
    """Largest cash first; private persons whom the reader may not know are one line each."""
    by_donor: dict[UUID, dict[Evidence, Sums]] = {}
    for row in rows:
        by_donor.setdefault(row["donor_id"], {})[Evidence(row["evidence"])] = Sums.of(row)
    lines = [
        DonorLine(donors.get(donor_id), _total(sums.values()), _without_empty(sums))
        for donor_id, sums in by_donor.items()
    ]
    kept = [line for line in lines if line.sums]
    return sorted(kept, key=lambda line: (-line.sums.cash, -line.sums.salary))


def _evidence_lines(rows: list[dict[str, Any]]) -> list[EvidenceLine]:
    lines = [
        EvidenceLine(kind, _total(Sums.of(row) for row in rows if row["evidence"] == kind))
        for kind in Evidence
    ]
    return [line for line in lines if line.sums]


def _reversed_lines(entries: ReceiptQuerySet, donors: dict[UUID, Donor]) -> list[ReversedLine]:
    found = entries.gifts().filter(reversal__isnull=False).select_related("reversal")
    return [ReversedLine(gift, donors.get(gift.donor_id)) for gift in found]


def _agreement_lines(
    shelter_id: UUID, period: Period, donors: dict[UUID, Donor]
) -> list[AgreementLine]:
    found = (
        Agreement.objects.filter(shelter=shelter_id)
        .running_in(period.first, period.last)
        .with_renewal()
        .with_received()
    )
    return [agreement_line(agreement, donors) for agreement in found]


def agreement_line(agreement: Any, donors: dict[UUID, Donor]) -> AgreementLine:
    """From an agreement read `with_renewal().with_received()`."""
    return AgreementLine(
        agreement=agreement,
        donor=donors.get(agreement.donor_id),
        received=Sums(agreement.cash, agreement.salary),
        renewal=RenewalState(agreement.renewal_state or RenewalState.UNKNOWN),
        renewal_as_of=agreement.renewal_as_of,
    )


def _shelter_line(
    shelter: Shelter, received: Sums, agreements: list[Any], claims: int
) -> ShelterLine:
    states = Counter(agreement.renewal_state for agreement in agreements)
    stated = [agreement.amount for agreement in agreements if agreement.amount is not None]
    return ShelterLine(
        shelter=shelter,
        received=received,
        agreed=sum(stated, NOTHING),
        agreements=len(agreements),
        without_amount=len(agreements) - len(stated),
        renewals=[(state, states[state]) for state in RenewalState if states[state]],
        claims=claims,
    )


def _total(sums: Iterable[Sums]) -> Sums:
    return sum(sums, Sums())


def _without_empty(sums: dict[Evidence, Sums]) -> dict[Evidence, Sums]:
    return {evidence: given for evidence, given in sums.items() if given}
