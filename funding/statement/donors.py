"""Donors across shelters, for a funding officer: organisations by name, private persons as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from funding.models import Agreement, Claim, Donor, Receipt
from funding.models.donors import DonorQuerySet
from funding.models.receipts import ReceiptQuerySet
from funding.statement.lines import AgreementLine, Given, ReversedLine
from funding.statement.network import NetworkLine, promised_by
from funding.statement.period import Period
from funding.statement.reading import agreement_line, given_by, reversed_lines
from funding.statement.sums import Foreign, Sums, foreign_by
from shelters.models import Shelter

MOST_CLAIMS = 20


@dataclass(frozen=True, kw_only=True)
class NetworkDonorLine(NetworkLine):
    """`shelters` are those to which it gave in the period; it may be known to one alone."""

    donor: Donor
    known_to: Shelter | None
    shelters: list[Shelter]


@dataclass(frozen=True, kw_only=True)
class PrivatePersons(Given):
    """All of them together: on the central host nobody knows who they are."""

    period: Period
    shelters: list[Shelter]


@dataclass(frozen=True, kw_only=True)
class ShelterShare(Given):
    """What one shelter received from a donor."""

    shelter: Shelter


@dataclass(frozen=True)
class DonorAccount:
    """One donor over all shelters, and what is said about the money of those that it supports."""

    donor: Donor
    known_to: Shelter | None
    period: Period
    shares: list[ShelterShare]
    agreements: list[AgreementLine]
    reversed: list[ReversedLine]
    claims: list[Claim]

    @property
    def total(self) -> Sums:
        return Sums.of_all(share.sums for share in self.shares)


def donor_lines(donors: Sequence[Donor], period: Period) -> list[NetworkDonorLine]:
    """Five queries, for donors read `with_received` in that period."""
    ids = [donor.pk for donor in donors]
    entries = Receipt.objects.filter(donor__in=ids).received_in(period.first, period.last)
    foreign = foreign_by("donor_id", entries.as_they_came_by("donor_id"))
    promised = promised_by("donor_id", Agreement.objects.filter(donor__in=ids), period)
    shelters = Shelter.objects.in_bulk()
    given_to = _shelters_by_donor(entries, shelters)
    return [
        NetworkDonorLine(
            donor=donor,
            known_to=_known_to(donor, shelters),
            shelters=given_to.get(donor.pk, []),
            received=Sums.beside(donor),
            foreign=foreign.get(donor.pk, []),
            **promised(donor.pk),
        )
        for donor in donors
    ]


def received_from(donors: DonorQuerySet, period: Period) -> Sums:
    """The sums of all of them in a period."""
    entries = Receipt.objects.filter(donor__in=donors.order_by().values("pk"))
    return Sums.of(entries.received_in(period.first, period.last).sums())


def private_persons(period: Period) -> PrivatePersons:
    entries = Receipt.objects.from_the_unnamed().received_in(period.first, period.last)
    rows = [(row["shelter_id"], Sums.of(row)) for row in entries.sums_by("shelter_id")]
    given = {shelter_id: sums for shelter_id, sums in rows if sums}
    return PrivatePersons(
        period=period,
        sums=Sums.of_all(given.values()),
        foreign=[Foreign.of(row) for row in entries.as_they_came_by() if row["came"]],
        shelters=list(Shelter.objects.filter(pk__in=given)),
    )


def standing_claims() -> tuple[list[Claim], int]:
    """The newest, and how many stand on the statements of the shelters."""
    found = Claim.objects.standing().select_related("shelter").standing_first()
    return list(found[:MOST_CLAIMS]), found.count()


def account_of(donor: Donor, period: Period) -> DonorAccount:
    """Seven queries, however much it gave."""
    entries = Receipt.objects.filter(donor=donor).received_in(period.first, period.last)
    foreign = foreign_by("shelter_id", entries.as_they_came_by("shelter_id"))
    given = given_by("shelter_id", entries.sums_by("shelter_id", "evidence"), foreign)
    agreements = _agreements(donor, period)
    known = {donor.pk: donor}
    shelters = Shelter.objects.in_bulk()
    concerned = {*given, *(line.agreement.shelter_id for line in agreements)}
    return DonorAccount(
        donor=donor,
        known_to=_known_to(donor, shelters),
        period=period,
        shares=[ShelterShare(shelter=shelters[key], **vars(came)) for key, came in given.items()],
        agreements=agreements,
        reversed=reversed_lines(entries, known),
        claims=list(
            Claim.objects.filter(shelter__in=concerned, as_of__lte=period.last)
            .select_related("shelter")
            .standing_first()
        ),
    )


def _agreements(donor: Donor, period: Period) -> list[AgreementLine]:
    found = donor.agreements.running_in(period.first, period.last).select_related("shelter")
    return [
        agreement_line(agreement, {donor.pk: donor})
        for agreement in found.with_renewal().with_received()
    ]


def _shelters_by_donor(
    entries: ReceiptQuerySet, shelters: dict[UUID, Shelter]
) -> dict[UUID, list[Shelter]]:
    found: dict[UUID, list[Shelter]] = {}
    for row in entries.sums_by("donor_id", "shelter_id"):
        if Sums.of(row):
            found.setdefault(row["donor_id"], []).append(shelters[row["shelter_id"]])
    return {donor_id: sorted(names, key=_name) for donor_id, names in found.items()}


def _known_to(donor: Donor, shelters: dict[UUID, Any]) -> Shelter | None:
    return shelters[donor.shelter_id] if donor.shelter_id else None


def _name(shelter: Shelter) -> str:
    return shelter.name
