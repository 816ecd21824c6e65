"""Fields and answers that several apps share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

FIRST_YEAR, LAST_YEAR = 1900, 2199


class DayField(serializers.DateField):
    """A day as `yyyy-mm-dd`, in a year that a person alive today can mean."""

    default_error_messages = {"year": _("Check the year.")}

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("year")
        return day


class MomentField(serializers.DateTimeField):
    """A moment with its offset, in such a year."""

    default_error_messages = {"year": _("Check the year.")}

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.fail("year")
        return moment


class AmountField(serializers.DecimalField):
    """An amount with at most two decimals, as text so that no program rounds it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)


class SumField(serializers.DecimalField):
    """A sum that was added up here."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=18, decimal_places=2, read_only=True, **options)


class ChosenField(serializers.ChoiceField):
    """What was chosen; null where nothing was."""

    def __init__(self, choices: Any) -> None:
        super().__init__(choices, read_only=True, allow_null=True)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class ListOf(serializers.ListField):
    """Some of these choices, each at most once."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(child=serializers.ChoiceField(choices), max_length=50, **options)


class NewRowSerializer(serializers.Serializer[Any]):
    """Makes a row. Whoever chooses its id may send the same again and makes it once."""

    id = serializers.UUIDField(source="new_id", default=uuid4)


class MadeSerializer(serializers.Serializer[Any]):
    """What was made, or changed: its id. What it holds is asked for, so that reading is noted."""

    id = serializers.UUIDField()


class ShelterSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PersonSerializer(serializers.Serializer[Any]):
    """A colleague."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457); `pointer` leads into what was sent."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]


def one_of(rows: Any, asked: UUID) -> Any:
    """The row of this id, among those that the person may see."""
    found = rows.filter(pk=asked).first()
    if found is None:
        raise serializers.ValidationError(_("There is no such row here."))
    return found
