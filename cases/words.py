"""Values of a case as a person reads them, in the reader's language."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext

from cases.models import PartialBirth


def birth_in_words(birth: PartialBirth) -> str:
    """As precise as it is known, and no more."""
    if birth.band and birth.as_of:
        return gettext("aged %(youngest)s to %(oldest)s as of %(day)s") % {
            "youngest": birth.band[0],
            "oldest": birth.band[1],
            "day": date_format(birth.as_of, "SHORT_DATE_FORMAT"),
        }
    if birth.day:
        return date_format(birth.earliest, "SHORT_DATE_FORMAT")
    return date_format(birth.earliest, "YEAR_MONTH_FORMAT") if birth.month else str(birth.year)


def birth_as_typed(birth: PartialBirth) -> str:
    """What a person would type to say the same again."""
    if birth.band:
        return f"{birth.band[0]}-{birth.band[1]}"
    parts = [part for part in (birth.day, birth.month) if part]
    return ".".join([*(f"{part:02}" for part in parts), str(birth.year)])
