"""The closed lists of answers about money."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DonorKind(models.TextChoices):
    NATIONAL_BUDGET = "national_budget", _("National budget")
    STATE_SOCIAL_ORDER = (
        "local_budget_state_social_order",
        _("Local budget, state social order"),
    )
    STATE_SALARY_SUBSIDY = "state_salary_subsidy", _("State salary subsidy")
    PER_CAPITA = "per_capita", _("State, per person served")
    UN_AGENCY = "un_agency", _("UN agency")
    FOREIGN_EMBASSY = "foreign_embassy", _("Foreign embassy")
    FOREIGN_GOVERNMENT = "foreign_government", _("Foreign government")
    INTL_FOUNDATION = "intl_foundation", _("International foundation")
    UN_TRUST_FUND = "un_trust_fund", _("UN trust fund")
    LOCAL_BUSINESS = "local_business", _("Local business")
    CLUB_ASSOCIATION = "club_association", _("Club or association")
    INDIVIDUAL = "individual", _("Private person")
    RELIGIOUS = "religious", _("Religious community")
    IN_KIND = "in_kind", _("Giver of goods")
    OWN_INCOME = "own_income", _("Own income")


class Restriction(models.TextChoices):
    UNRESTRICTED = "unrestricted", _("Anything the shelter needs")
    SALARIES_ONLY = "salaries_only", _("Salaries only")
    CLIENT_COSTS_ONLY = "client_costs_only", _("Costs of clients only")
    CLIENT_GROUP = "earmarked_client_group", _("One group of clients")
    ITEM = "earmarked_item", _("One thing named by the donor")
    UNKNOWN = "unknown", _("Not known")


class RenewalState(models.TextChoices):
    """Will it go on? Not knowing is an answer."""

    CONFIRMED = "confirmed", _("Confirmed")
    APPLIED_FOR = "applied_for", _("Applied for")
    VERBAL = "verbal", _("Promised by word of mouth")
    UNKNOWN = "unknown", _("Not known")
    REFUSED = "refused", _("Refused")


class GiftKind(models.TextChoices):
    """Four columns that are never added into one."""

    CASH = "cash", _("Cash")
    GOODS = "goods", _("Goods")
    SERVICES = "services", _("Services")
    SALARY = "salary_paid_by_third_party", _("Salary paid by a third party")


NOTHING_GIVEN = ("nothing", _("Nothing in this period"))
IN_KIND = frozenset({GiftKind.GOODS, GiftKind.SERVICES})


class Currency(models.TextChoices):
    KZT = "KZT", _("Tenge")
    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")
    SEK = "SEK", _("Swedish krona")


class RateSource(models.TextChoices):
    """Who said how many tenge one unit was worth on the day it came."""

    BANK = "bank_statement", _("Bank statement")
    NATIONAL_BANK = "national_bank", _("National Bank")
    AGREED = "agreed_with_donor", _("Agreed with the donor")
    OTHER = "other", _("Another source")


class Valuation(models.TextChoices):
    """Where the amount of a gift that is not money comes from."""

    DONOR = "donors_figure", _("The donor's figure")
    SHELTER = "shelters_estimate", _("The shelter's estimate")
    INVOICE = "invoice", _("An invoice")


class StaffRole(models.TextChoices):
    """Whose salary was paid: a role, never a name."""

    DIRECTOR = "director", _("Director")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    PSYCHOLOGIST = "psychologist", _("Psychologist")
    LAWYER = "lawyer", _("Lawyer")
    NURSE = "nurse", _("Nurse")
    TEACHER_INSTRUCTOR = "teacher_instructor", _("Teacher or instructor")
    NIGHT_DUTY = "night_duty", _("Night duty")
    COOK = "cook", _("Cook")
    DRIVER = "driver", _("Driver")
    ACCOUNTANT = "accountant", _("Accountant")
    VOLUNTEER = "volunteer", _("Volunteer")
    INTERPRETER = "interpreter", _("Interpreter")
    SUPERVISOR = "supervisor", _("Supervisor")


class Evidence(models.TextChoices):
    STATED_BY_DONOR = "stated_by_donor", _("Stated by the donor")
    STATED_BY_SHELTER = "stated_by_shelter", _("Stated by the shelter")
    VOUCHER = "voucher", _("Voucher")
    BANK_LINE = "bank_line", _("Bank line")


class Mistake(models.TextChoices):
    WRONG_AMOUNT = "wrong_amount", _("Wrong amount")
    WRONG_DONOR = "wrong_donor", _("Wrong donor or agreement")
    WRONG_DAY = "wrong_day", _("Wrong day or period")
    TWICE = "entered_twice", _("Entered twice")
    NEVER_CAME = "never_came", _("It never came")
    GIVEN_BACK = "given_back", _("Given back to the donor")
    OTHER = "other", _("Something else")
