"""The lines of which a statement is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from funding.models import (
    NOTHING,
    Agreement,
    Claim,
    Currency,
    Donor,
    Evidence,
    Receipt,
    RenewalState,
)
from funding.statement.period import Period
from funding.statement.sums import Cell, Foreign, Sums, cells_of


@dataclass(frozen=True)
class Given:
    """What was given in the period; nothing at all, as long as nothing is said."""

    sums: Sums = field(default_factory=Sums)
    foreign: list[Foreign] = field(default_factory=list)
    by_evidence: dict[Evidence, Sums] = field(default_factory=dict)

    @property
    def evidence_in_words(self) -> str:
        kinds = [str(kind.label) for kind in Evidence if kind in self.by_evidence]
        return ", ".join(kinds) or _("Nothing received yet")

    @property
    def cells(self) -> list[Cell]:
        return cells_of(self.sums, self.foreign)


@dataclass(frozen=True, kw_only=True)
class DonorLine(Given):
    """`donor` is None where the reader may not know a private person's name."""

    donor: Donor | None


@dataclass(frozen=True)
class EvidenceLine:
    evidence: Evidence
    sums: Sums


@dataclass(frozen=True)
class AgreementLine:
    """Agreed, received so far, and what is missing; None where it was not stated or is not known.

    `counted` is what came, in the currency of the agreement; None where that cannot be told.
    """

    agreement: Agreement
    donor: Donor | None
    received: Sums
    counted: Decimal | None
    renewal: RenewalState
    renewal_as_of: date | None

    @property
    def agreed(self) -> Decimal | None:
        return self.agreement.amount

    @property
    def currency(self) -> Currency:
        return Currency(self.agreement.currency)

    @property
    def missing(self) -> Decimal | None:
        """Whatever came under the agreement counts towards it, a salary or goods too."""
        if self.agreed is None or self.counted is None:
            return None
        return max(self.agreed - self.counted, NOTHING)

    @property
    def title(self) -> str:
        """A title may name a private person: whoever may not know the donor does not read it."""
        return self.agreement.title if self.donor else _("Agreement")


@dataclass(frozen=True)
class ReversedLine:
    """A gift that counts in no total, and the entry that says why."""

    gift: Receipt
    donor: Donor | None


@dataclass(frozen=True)
class Statement:
    """One shelter's money in one period.

    `prospects` are the shelter's own donors from whom nothing had come by its last day.
    """

    period: Period
    donors: list[DonorLine]
    prospects: list[DonorLine]
    evidence: list[EvidenceLine]
    agreements: list[AgreementLine]
    reversed: list[ReversedLine]
    claims: list[Claim]

    @property
    def total(self) -> Sums:
        return Sums.of_all(line.sums for line in self.donors)

    @property
    def donors_and_prospects(self) -> list[DonorLine]:
        return self.donors + self.prospects
