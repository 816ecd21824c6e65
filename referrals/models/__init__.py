"""The public half of referrals, under row security: what two shelters share, and no person."""

from referrals.models.choices import DeclineReason, Need, Reason, Status, Urgency
from referrals.models.referral import CODE_LETTERS, Referral
from referrals.models.release import Envelope, Release
from referrals.models.steps import ENDED, OPEN, STEPS, Side, WrongState

__all__ = [
    "CODE_LETTERS",
    "ENDED",
    "OPEN",
    "STEPS",
    "DeclineReason",
    "Envelope",
    "Need",
    "Reason",
    "Referral",
    "Release",
    "Side",
    "Status",
    "Urgency",
    "WrongState",
]
