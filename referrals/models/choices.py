"""The closed lists of a referral. None of their words leads to a person."""

from datetime import timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    SENT = "sent", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted, on the way")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ARRIVED = "arrived", _("Arrived")
    NOT_ARRIVED = "not_arrived", _("Did not arrive")


class Urgency(models.TextChoices):
    EMERGENCY = "emergency_24h", _("Emergency: answer within 24 hours")
    URGENT = "urgent_72h", _("Urgent: answer within 3 days")
    NORMAL = "normal_2w", _("Normal: answer within 2 weeks")

    @property
    def short(self) -> str | Promise:
        """One word, put into a language only where it is shown."""
        return SHORT[self]

    @property
    def time_to_answer(self) -> timedelta:
        return TIME_TO_ANSWER[self]


SHORT = {
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.URGENT: _("Urgent"),
    Urgency.NORMAL: _("Normal"),
}
TIME_TO_ANSWER = {
    Urgency.EMERGENCY: timedelta(hours=24),
    Urgency.URGENT: timedelta(hours=72),
    Urgency.NORMAL: timedelta(days=14),
}


class Reason(models.TextChoices):
    SERVICES = "additional_services", _("Help that we do not have")
    LOCATION = "change_of_location", _("Another place is better")
    SAFETY = "safety", _("Not safe here")
    FULL = "capacity_full", _("No place here")
    PROFILE = "profile_mismatch", _("We do not take this group")
    COURT = "court_location", _("Nearer to the court")
    RETURN = "return_home", _("On the way home")
    OTHER = "other", _("Another reason")


class Need(models.TextChoices):
    BED = "bed", _("A bed")
    WOMENS_PLACE = "womens_place", _("A place among women")
    MENS_PLACE = "mens_place", _("A place among men")
    FAMILY_PLACE = "family_place", _("A place for a family")
    CHILD_CARE = "child_care", _("Care of children")
    MEDICAL = "medical", _("Medical help")
    PSYCHOLOGICAL = "psychological", _("Psychologist")
    LEGAL = "legal", _("Lawyer")
    DOCUMENTS = "documents", _("Documents")
    INTERPRETER = "interpreter", _("Interpreter")
    ACCESSIBLE = "accessible_place", _("A place without steps")
    SAFETY_DISTANCE = "safety_distance", _("Distance, for safety")


class DeclineReason(models.TextChoices):
    FULL = "full", _("No place")
    PROFILE = "profile", _("We do not take this group")
    NO_FUNDING = "no_funding", _("No money for it")
    OUT_OF_SCOPE = "out_of_scope", _("We cannot give this help")
    SAFETY = "safety", _("It would not be safe here")
    OTHER = "other", _("Another reason")
