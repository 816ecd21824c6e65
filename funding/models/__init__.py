"""Donors, agreements, gifts received and claims.

Every table lies in the public schema under row security. A shelter reads and adds its own rows;
the central host reads all but the names of private persons and the notes on gifts.
"""

from funding.models.agreements import Agreement, Renewal
from funding.models.choices import (
    IN_KIND,
    NOTHING_GIVEN,
    Currency,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    RenewalState,
    Restriction,
    StaffRole,
    Valuation,
)
from funding.models.claims import Claim
from funding.models.donors import Donor
from funding.models.receipts import Receipt, ReceiptNote
from funding.models.sums import COLUMNS, NOTHING

__all__ = [
    "COLUMNS",
    "IN_KIND",
    "NOTHING",
    "NOTHING_GIVEN",
    "Agreement",
    "Claim",
    "Currency",
    "Donor",
    "DonorKind",
    "Evidence",
    "GiftKind",
    "Mistake",
    "RateSource",
    "Receipt",
    "ReceiptNote",
    "Renewal",
    "RenewalState",
    "Restriction",
    "StaffRole",
    "Valuation",
]
