"""What the library says in English only, so that our own catalogues may say it."""

from django.utils.translation import gettext_noop as _

SAID_BY_THE_LIBRARY = (
    _("Datetime value out of range."),
    _("Ensure this field has at least {min_length} elements."),
    _("Ensure this field has no more than {max_length} elements."),
    _("Must be a valid UUID."),
    _("Must be a valid boolean."),
    _("Not a valid string."),
)
