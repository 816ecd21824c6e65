"""Why an operation on money says no."""

from django.utils.translation import gettext_lazy as _

from shelters.refusals import Refusal


class DonorExists(Refusal):
    message = _("There is already a donor of this name. Choose it from the list.")
    field = "name"


class UnknownDonor(Refusal):
    message = _("Choose a donor from the list.")
    field = "donor"


class PersonNeedsShelter(Refusal):
    message = _("A private person is known to one shelter only.")
    field = "kind"


class OtherDonorsAgreement(Refusal):
    message = _("This agreement is with another donor. Choose one of this donor's agreements.")
    field = "agreement"


class NotYet(Refusal):
    message = _("This day has not come yet.")


class NotMoney(Refusal):
    message = _("Give an amount above zero.")
    field = "amount"


class EndsBeforeStart(Refusal):
    message = _("The end lies before the start.")


class SalaryIncomplete(Refusal):
    message = _("A salary needs the role of the person and the months it covers.")
    field = "staff_role"


class RateMissing(Refusal):
    message = _(
        "Money in another currency needs its rate: how many tenge for one unit, on the day it came."
    )
    field = "rate"


class RateSourceMissing(Refusal):
    message = _("Say where the rate comes from.")
    field = "rate_source"


class NotBelievable(Refusal):
    message = _("In tenge this is too little or too much. Check the amount and the rate.")
    field = "rate"


class NotDescribed(Refusal):
    message = _("Say what was given: how many, of what.")
    field = "description"


class NotValued(Refusal):
    message = _("Say who put this amount on it.")
    field = "valuation"


class AlreadyReversed(Refusal):
    message = _("This gift is already reversed.")


class IsReversal(Refusal):
    message = _("This entry reverses a gift. It cannot be reversed itself.")


class ReasonMissing(Refusal):
    message = _("Say in a few words why.")


class AlreadyWithdrawn(Refusal):
    message = _("This claim is already withdrawn.")
