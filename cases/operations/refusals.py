"""Why an operation on a case says no."""

from django.utils.translation import gettext_lazy as _

from shelters.refusals import Refusal


class CaseIsClosed(Refusal):
    message = _("This case is closed. It can be read, not changed.")


class NotInShelter(Refusal):
    message = _("This client is not in the shelter now.")


class CodeTaken(Refusal):
    message = _(
        "This code name is taken. If it is the same person, open that file; else choose another."
    )
    field = "code"


class AlreadyHere(Refusal):
    message = _("This client has an open case already.")


class Contradiction(Refusal):
    message = _("There is an answer here and a reason why there is none. Keep one of the two.")


class AgeInDoubt(Refusal):
    message = _("While the age is in doubt, the person is treated as a child.")
    field = "age_basis"


class BornTooLate(Refusal):
    message = _("By this birth the person is a child. Correct the one or the other.")
    field = "birth"


class BornTooEarly(Refusal):
    message = _("By this birth the person is an adult. Correct the one or the other.")
    field = "birth"


class TooLongAgo(Refusal):
    message = _("This day lies too far back. Look at the year.")


class NotYet(Refusal):
    message = _("This moment has not come yet.")


class BeforeStart(Refusal):
    message = _("This day lies before the stay began.")


class TextMissing(Refusal):
    message = _("Write a few words.")


class StepMissing(Refusal):
    message = _("Write the step that is due on this day.")
    field = "next_step"


class ConsentOver(Refusal):
    message = _("This consent no longer stands.")


class GuardianOfAdult(Refusal):
    message = _("A guardian consents for a child only.")
    field = "consent_how"


class AlreadyConsented(Refusal):
    message = _("This consent is recorded already.")
    field = "how"
