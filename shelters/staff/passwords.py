"""What a password must be, in our own words: Django's are not translated into Kazakh."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelters.staff.models import User

LONGEST = 256
HELP = _("At least 12 characters. Three or four words that do not belong together are good.")
NOT_THE_SAME = _("The two passwords differ. Type the same one twice.")

SENTENCES = {
    "password_too_short": _("Use at least %(min_length)d characters."),
    "password_too_similar": _("This is too close to your name or address. Choose another one."),
    "password_too_common": _("Many people use this password. Choose another one."),
    "password_entirely_numeric": _("Use letters too, not digits alone."),
}


def check_password_choice(password: str, user: User | None) -> None:
    """Raises `ValidationError` with a sentence for each rule that the password breaks."""
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise ValidationError([_in_our_words(error) for error in refused.error_list]) from refused


def _in_our_words(error: ValidationError) -> ValidationError:
    sentence = SENTENCES.get(error.code or "", error.message)
    return ValidationError(sentence, code=error.code, params=error.params)
