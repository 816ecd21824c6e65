"""Why an operation on a referral says no."""

from django.utils.translation import gettext_lazy as _

from referrals.models import WrongState
from shelters.refusals import Refusal

__all__ = [
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
]


class NotInShelter(Refusal):
    message = _("Only a client who is in the shelter now can be referred.")


class OnlyPractice(Refusal):
    message = _("This shelter is for practice: nobody is sent from here.")


class AlreadyReferred(Refusal):
    message = _("A referral of this client is open. Withdraw it before you send another one.")


class UnknownRecipient(Refusal):
    message = _("Choose a shelter from the list.")
    field = "recipient"


class NeedsMissing(Refusal):
    message = _("Choose at least one thing that the client needs.")
    field = "needs"


class ChangedMeanwhile(Refusal):
    message = _("The case has changed since you saw this summary. Read it again before you send.")


class SummaryClosed(Refusal):
    message = _("The consent to this referral has ended. The summary can no longer be opened.")


class SummaryDamaged(Refusal):
    message = _("This summary does not open here. Ask the sender to send the referral again.")


class MomentIsOver(Refusal):
    message = _("This moment is over. Give a later one.")
    field = "day"


class NotYet(Refusal):
    message = _("This moment has not come yet.")
    field = "arrived_on"


class BeforeSending(Refusal):
    message = _("This moment lies before the referral was sent.")
    field = "arrived_on"
