"""Every step of a referral: one transaction each, and an event beside it."""

from referrals.operations.answering import accept_referral, case_of, decline_referral
from referrals.operations.arriving import confirm_arrival, report_not_arrived
from referrals.operations.following import expect_no_longer, follow
from referrals.operations.refusals import (
    AlreadyReferred,
    BeforeSending,
    ChangedMeanwhile,
    MomentIsOver,
    NeedsMissing,
    NotInShelter,
    NotYet,
    OnlyPractice,
    SummaryClosed,
    SummaryDamaged,
    UnknownRecipient,
    WrongState,
)
from referrals.operations.sending import (
    CONSENT_LASTS,
    draft_referral,
    may_be_sent,
    send_referral,
)
from referrals.operations.summaries import CHOOSABLE, mark_of, sections_of, summary_for
from referrals.operations.withdrawing import (
    follow_closed_case,
    follow_withdrawn_consent,
    withdraw_referral,
)

__all__ = [
    "CHOOSABLE",
    "CONSENT_LASTS",
    "AlreadyReferred",
    "BeforeSending",
    "ChangedMeanwhile",
    "MomentIsOver",
    "NeedsMissing",
    "NotInShelter",
    "NotYet",
    "OnlyPractice",
    "SummaryClosed",
    "SummaryDamaged",
    "UnknownRecipient",
    "WrongState",
    "accept_referral",
    "case_of",
    "confirm_arrival",
    "decline_referral",
    "draft_referral",
    "expect_no_longer",
    "follow",
    "follow_closed_case",
    "follow_withdrawn_consent",
    "mark_of",
    "may_be_sent",
    "report_not_arrived",
    "sections_of",
    "send_referral",
    "summary_for",
    "withdraw_referral",
]
