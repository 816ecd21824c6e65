"""Which tables a final archive holds, and their rows with everything opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Field, Model
from django.utils.translation import override

from shelters.tenancy.placement import Place, models_in

LEFT_OUT_APPS = {  # keys, sessions, and what only the program needs
    "account",
    "api",
    "auth",
    "contenttypes",
    "sessions",
    "vault",
}
LEFT_OUT_TABLES = {
    "events_handled",
    "referrals_envelope",  # sealed, and destroyed with the end of its referral
    "shelters_domain",
    "shelters_sweepreport",
}
LEFT_OUT_COLUMNS = {
    "shelters_shelter.schema",
    "staff_invitation.token_hash",
    "staff_user.password",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One model's table as the running unit reads it."""

    model: type[Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def fields(self) -> list[Field[Any, Any]]:
        return [
            field
            for field in self.model._meta.concrete_fields
            if f"{self.name}.{field.column}" not in LEFT_OUT_COLUMNS
        ]

    def count(self) -> int:
        return self.model._base_manager.count()

    def rows(self) -> Iterator[Row]:
        """Every row, what is sealed opened; codes as they are kept."""
        for one in self.model._base_manager.order_by("pk").iterator():
            yield {field.attname: getattr(one, field.attname) for field in self.fields}

    def in_words(self, row: Row) -> Row:
        """The same row with the words of closed lists instead of their codes."""
        with override(settings.LANGUAGE_CODE):
            return {field.attname: _in_words(field, row[field.attname]) for field in self.fields}


def tables() -> list[Table]:
    """The shelter's own, then what of the shared ones it may read."""
    own = models_in(Place.SHELTER)
    shared = [model for model in models_in(Place.PUBLIC) if _may_be_read(model)]
    return [Table(model) for model in dict.fromkeys([*own, *shared]) if _belongs(model)]


def _may_be_read(model: type[Model]) -> bool:
    shared = getattr(model, "shared", None)
    return shared is not None and any(rule.verb == "select" for rule in shared.shelters)


def _belongs(model: type[Model]) -> bool:
    meta = model._meta
    return meta.app_label not in LEFT_OUT_APPS and meta.db_table not in LEFT_OUT_TABLES


def _in_words(field: Field[Any, Any], value: Any) -> Any:
    words = dict(field.flatchoices)
    return str(words[value]) if isinstance(value, str) and value in words else value
