"""From rows to the statement of one shelter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from funding.models import Agreement, Claim, Currency, Donor, Evidence, Receipt, RenewalState
from funding.models.receipts import ReceiptQuerySet
from funding.statement.lines import (
    AgreementLine,
    DonorLine,
    EvidenceLine,
    Given,
    ReversedLine,
    Statement,
)
from funding.statement.period import Period
from funding.statement.sums import Foreign, Sums, foreign_by


def statement_of(shelter_id: UUID, period: Period) -> Statement:
    """Seven queries, however much there is."""
    donors = donors_by_id()
    entries = Receipt.objects.filter(shelter=shelter_id).received_in(period.first, period.last)
    rows = entries.sums_by("donor_id", "evidence")
    foreign = foreign_by("donor_id", entries.as_they_came_by("donor_id"))
    return Statement(
        period=period,
        donors=_donor_lines(rows, foreign, donors),
        prospects=_prospects(shelter_id, period),
        evidence=_evidence_lines(rows),
        agreements=_agreement_lines(shelter_id, period, donors),
        reversed=reversed_lines(entries, donors),
        claims=list(
            Claim.objects.filter(shelter=shelter_id, as_of__lte=period.last).standing_first()
        ),
    )


def donors_by_id() -> dict[UUID, Donor]:
    """Those whose names the reader may see; row security leaves out the rest."""
    return {donor.id: donor for donor in Donor.objects.all()}


def agreement_line(agreement: Any, donors: dict[UUID, Donor]) -> AgreementLine:
    """From an agreement read `with_renewal().with_received()`."""
    return AgreementLine(
        agreement=agreement,
        donor=donors.get(agreement.donor_id),
        received=Sums.beside(agreement),
        counted=_counted(agreement),
        renewal=RenewalState(agreement.renewal_state or RenewalState.UNKNOWN),
        renewal_as_of=agreement.renewal_as_of,
    )


def _counted(agreement: Any) -> Decimal | None:
    """In tenge everything counts, at the rates fixed when it came.

    In another currency only what came in that currency does: for the rest nobody fixed a rate.
    """
    in_its_currency: Decimal = agreement.in_its_currency
    in_another: Decimal = agreement.in_another
    if agreement.currency == Currency.KZT:
        return in_its_currency + in_another
    return None if in_another else in_its_currency


def _donor_lines(
    rows: list[dict[str, Any]], foreign: dict[UUID, list[Foreign]], donors: dict[UUID, Donor]
) -> list[DonorLine]:
    """Largest cash first; private persons whom the reader may not know are one line each."""
    given = given_by("donor_id", rows, foreign)
    return [DonorLine(donor=donors.get(key), **vars(came)) for key, came in given.items()]


def given_by(
    field: str, rows: list[dict[str, Any]], foreign: dict[UUID, list[Foreign]]
) -> dict[UUID, Given]:
    """For each value of `field`, from the sums by it and by evidence. The largest first."""
    found: dict[UUID, dict[Evidence, Sums]] = {}
    for row in rows:
        found.setdefault(row[field], {})[Evidence(row["evidence"])] = Sums.of(row)
    given = {
        key: Given(
            sums=Sums.of_all(sums.values()),
            foreign=foreign.get(key, []),
            by_evidence={evidence: part for evidence, part in sums.items() if part},
        )
        for key, sums in found.items()
    }
    kept = [(key, came) for key, came in given.items() if came.sums]
    return dict(sorted(kept, key=lambda pair: tuple(pair[1].sums), reverse=True))


def _prospects(shelter_id: UUID, period: Period) -> list[DonorLine]:
    came = Receipt.objects.standing().filter(donor=OuterRef("pk"), received_on__lte=period.last)
    known = Donor.objects.filter(shelter=shelter_id, added_at__date__lte=period.last)
    return [DonorLine(donor=donor) for donor in known.filter(~Exists(came))]


def _evidence_lines(rows: list[dict[str, Any]]) -> list[EvidenceLine]:
    lines = [
        EvidenceLine(kind, Sums.of_all(Sums.of(row) for row in rows if row["evidence"] == kind))
        for kind in Evidence
    ]
    return [line for line in lines if line.sums]


def reversed_lines(entries: ReceiptQuerySet, donors: dict[UUID, Donor]) -> list[ReversedLine]:
    found = entries.gifts().filter(reversal__isnull=False).select_related("reversal", "shelter")
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
