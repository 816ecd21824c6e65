"""Expected refusals: an operation says no, with a sentence fit for the person who asked."""

from django.utils.functional import Promise


class Refusal(Exception):
    """Base of all refusals. `field` names the form field the sentence belongs beside, if any."""

    message: str | Promise = ""
    field: str | None = None

    def __init__(self, message: str | Promise | None = None, *, field: str | None = None) -> None:
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field
        super().__init__(str(self.message))
