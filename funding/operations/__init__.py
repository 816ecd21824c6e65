"""Every change to what is known about money. Each is one transaction and leaves an event."""

from funding.operations.agreements import record_agreement, update_renewal
from funding.operations.claims import record_claim, withdraw_claim
from funding.operations.donors import add_donor
from funding.operations.gifts import receive_gift, reverse_gift
from funding.operations.refusals import (
    AlreadyReversed,
    AlreadyWithdrawn,
    DonorExists,
    EndsBeforeStart,
    IsReversal,
    NotBelievable,
    NotDescribed,
    NotMoney,
    NotValued,
    NotYet,
    OtherDonorsAgreement,
    PersonNeedsShelter,
    RateMissing,
    RateSourceMissing,
    ReasonMissing,
    SalaryIncomplete,
    UnknownDonor,
)

__all__ = [
    "AlreadyReversed",
    "AlreadyWithdrawn",
    "DonorExists",
    "EndsBeforeStart",
    "IsReversal",
    "NotBelievable",
    "NotDescribed",
    "NotMoney",
    "NotValued",
    "NotYet",
    "OtherDonorsAgreement",
    "PersonNeedsShelter",
    "RateMissing",
    "RateSourceMissing",
    "ReasonMissing",
    "SalaryIncomplete",
    "UnknownDonor",
    "add_donor",
    "receive_gift",
    "record_agreement",
    "record_claim",
    "reverse_gift",
    "update_renewal",
    "withdraw_claim",
]
