"""A button pressed twice makes one row: the form carries the id of the row it will make."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from shelters.refusals import Refusal


class SavedAlready(Refusal):
    message = _("This form was already saved, with other answers. Start a new one.")


def save_once[Row: models.Model](
    row: Row, *answers: str, taken: type[Refusal] = SavedAlready
) -> Row:
    """Insert `row`, or return what an earlier press of the same button made of it.

    Refuses when that press gave other `answers`, or when the key or the name is taken otherwise.
    """
    if saved := saved_before(row, *answers):
        return saved
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        if saved := saved_before(row, *answers):
            return saved
        raise taken from error
    return row


def saved_before[Row: models.Model](row: Row, *answers: str) -> Row | None:
    """The row that an earlier press made; refuses when that press gave other `answers`."""
    saved = type(row)._default_manager.filter(pk=row.pk).first()
    if saved and any(getattr(saved, name) != getattr(row, name) for name in answers):
        raise SavedAlready
    return saved
