"""The closed lists of answers about a client and the work with them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgeGroup(models.TextChoices):
    """Whoever may be under eighteen is treated as a child until it is known better."""

    CHILD = "child", _("Child")
    ADULT = "adult", _("Adult")


class AgeBasis(models.TextChoices):
    DOCUMENT = "document", _("A document")
    STATED = "stated", _("The person's own words")
    ASSESSED = "assessed", _("An age assessment")
    PRESUMED = "presumed", _("Presumed: the age is in doubt")


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class Citizenship(models.TextChoices):
    """ISO 3166 codes of the countries that clients come from; the nearest ones first."""

    KAZAKHSTAN = "KZ", _("Kazakhstan")
    UZBEKISTAN = "UZ", _("Uzbekistan")
    KYRGYZSTAN = "KG", _("Kyrgyzstan")
    TAJIKISTAN = "TJ", _("Tajikistan")
    TURKMENISTAN = "TM", _("Turkmenistan")
    RUSSIA = "RU", _("Russia")
    AFGHANISTAN = "AF", _("Afghanistan")
    ARMENIA = "AM", _("Armenia")
    AZERBAIJAN = "AZ", _("Azerbaijan")
    BANGLADESH = "BD", _("Bangladesh")
    BELARUS = "BY", _("Belarus")
    CHINA = "CN", _("China")
    GEORGIA = "GE", _("Georgia")
    INDIA = "IN", _("India")
    IRAN = "IR", _("Iran")
    MOLDOVA = "MD", _("Moldova")
    MONGOLIA = "MN", _("Mongolia")
    NEPAL = "NP", _("Nepal")
    PAKISTAN = "PK", _("Pakistan")
    PHILIPPINES = "PH", _("Philippines")
    TURKEY = "TR", _("Türkiye")
    UKRAINE = "UA", _("Ukraine")
    VIETNAM = "VN", _("Viet Nam")
    STATELESS = "stateless", _("Stateless")
    OTHER = "other", _("Another country")


class Language(models.TextChoices):
    """ISO 639 codes of the languages a conversation may need."""

    KAZAKH = "kk", _("Kazakh")
    RUSSIAN = "ru", _("Russian")
    UZBEK = "uz", _("Uzbek")
    KYRGYZ = "ky", _("Kyrgyz")
    TAJIK = "tg", _("Tajik")
    TURKMEN = "tk", _("Turkmen")
    KARAKALPAK = "kaa", _("Karakalpak")
    UYGHUR = "ug", _("Uyghur")
    ENGLISH = "en", _("English")
    ARMENIAN = "hy", _("Armenian")
    AZERBAIJANI = "az", _("Azerbaijani")
    CHINESE = "zh", _("Chinese")
    DARI = "prs", _("Dari")
    HINDI = "hi", _("Hindi")
    PERSIAN = "fa", _("Persian")
    TURKISH = "tr", _("Turkish")
    UKRAINIAN = "uk", _("Ukrainian")
    SIGN = "sgn", _("Sign language")
    OTHER = "other", _("Another language")


class ReferralSource(models.TextChoices):
    POLICE = "police", _("Police")
    OTHER_LAW_ENFORCEMENT = "other_law_enforcement", _("Other law enforcement")
    BORDER_SERVICE = "border_service", _("Border service")
    EMBASSY = "embassy_consulate", _("Embassy or consulate")
    NGO = "ngo", _("Non-governmental organisation")
    SHELTER = "shelter", _("Another shelter")
    INTERNATIONAL = "international_org", _("International organisation")
    HOTLINE = "hotline", _("Hotline")
    HEALTH = "health", _("Health service")
    EDUCATION = "education", _("School or university")
    SOCIAL_PROTECTION = "social_protection_authority", _("Social protection authority")
    EMPLOYER = "employer_or_labour_inspection", _("Employer or labour inspection")
    RELIGIOUS = "religious_community", _("Religious community")
    FAMILY_OR_FRIEND = "family_or_friend", _("Family or friend")
    SELF = "self", _("Came without help")
    OTHER = "other", _("Other")


class ExploitationForm(models.TextChoices):
    FORCED_LABOUR = "forced_labour", _("Forced labour")
    SEXUAL = "sexual", _("Sexual exploitation")
    CHILD_LABOUR = "child_labour", _("Child labour")
    FORCED_MARRIAGE = "forced_marriage", _("Forced marriage")
    DOMESTIC = "servitude_domestic", _("Forced work in a household")
    BEGGING = "forced_begging", _("Forced begging")
    CRIMINALITY = "forced_criminality", _("Forced to break the law")
    ORGAN_REMOVAL = "organ_removal", _("Removal of organs")
    MILITARY = "forced_military_nonstate", _("Forced service in an armed group")
    ADOPTION = "forced_adoption", _("Forced adoption")
    SURROGACY = "surrogacy", _("Forced surrogacy")
    OTHER = "other", _("Other")


class StayType(models.TextChoices):
    REHABILITATION = "rehabilitation", _("Rehabilitation")
    EMERGENCY = "emergency", _("Emergency")
    TRANSIT = "transit", _("Transit")
    COURT_RELATED = "court_related", _("Stay for a court case")
    RETURN_VISIT = "return_visit", _("Return visit")


class ClosureReason(models.TextChoices):
    PLAN_COMPLETED = "plan_completed", _("The plan is completed")
    REINTEGRATED = "reintegrated_in_country", _("Lives in the country independently")
    REPATRIATED = "repatriated", _("Returned to the home country")
    TRANSFERRED = "transferred_other_shelter", _("Moved to another shelter")
    REFERRED_ON = "referred_other_service", _("Referred to another service")
    OWN_CHOICE = "left_by_own_choice", _("Left by own choice")
    UNANNOUNCED = "left_unannounced", _("Left without a word")
    LOST_CONTACT = "lost_contact", _("Contact was lost")
    DECLINED = "declined_assistance", _("Declined assistance")
    MAX_PERIOD = "max_period_reached", _("The longest period was reached")
    NOT_TRAFFICKING = "not_trafficking_referred_on", _("Not trafficking, referred on")
    DETAINED = "detained", _("Detained")
    HOSPITALISED = "hospitalised_long_term", _("In hospital for long")
    DECEASED = "deceased", _("Died")
    ASKED_TO_LEAVE = "asked_to_leave", _("Asked to leave")
    SHELTER_CLOSED = "shelter_closed_or_funding_ended", _("The shelter closed or lost its funding")
    DID_NOT_ARRIVE = "did_not_arrive", _("Did not arrive")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class EntryKind(models.TextChoices):
    NOTE = "note", _("Note")
    CONVERSATION = "conversation", _("Conversation")
    CALL = "call", _("Phone call")
    ACCOMPANIMENT = "accompaniment", _("Accompanied somewhere")
    INCIDENT = "incident", _("Incident")
