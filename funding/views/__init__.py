"""Money, as the shelter's own people see it."""

from funding.views.agreements import (
    agreement_add,
    agreement_detail,
    agreement_renewal,
    agreements,
)
from funding.views.claims import claim_add, claim_withdraw
from funding.views.donors import donor_add, donors
from funding.views.gifts import gift_add, gift_detail, gift_reverse, gifts
from funding.views.statement import statement, statement_download

__all__ = [
    "agreement_add",
    "agreement_detail",
    "agreement_renewal",
    "agreements",
    "claim_add",
    "claim_withdraw",
    "donor_add",
    "donors",
    "gift_add",
    "gift_detail",
    "gift_reverse",
    "gifts",
    "statement",
    "statement_download",
]
