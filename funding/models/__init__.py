"""Donors, agreements, gifts received and claims.

Every table lies in the public schema under row security. A shelter reads and adds its own rows;
the central host reads all but the names of private persons and the notes on gifts.
"""

from funding.models.agreements import Agreement, Renewal
from funding.models.choices import (
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RenewalState,
    Restriction,
    StaffRole,
)
from funding.models.claims import Claim
from funding.models.donors import Donor
from funding.models.receipts import Receipt, ReceiptNote
from funding.models.rows import TENGE
from funding.models.sums import NOTHING

__all__ = [
    "NOTHING",
    "TENGE",
    "Agreement",
    "Claim",
    "Donor",
    "DonorKind",
    "Evidence",
    "GiftKind",
    "Mistake",
    "Receipt",
    "ReceiptNote",
    "Renewal",
    "RenewalState",
    "Restriction",
    "StaffRole",
]
