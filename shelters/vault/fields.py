"""Model fields whose column holds ciphertext of the shelter's own key.

The associated data name shelter, model, field and row, so a ciphertext moved anywhere else does
not open. Hence a model with such a field has a UUID key that is known before the row is saved.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core import checks, validators
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.forms import CharField, Textarea
from django.forms import Field as FormField

from shelters.vault.sealing import CannotOpen as CannotOpen
from shelters.vault.sealing import seal, unseal


class Sealed:
    """Ciphertext as it lies in the database; refuses to be shown."""

    __slots__ = ("ciphertext",)

    def __init__(self, ciphertext: bytes) -> None:
        self.ciphertext = ciphertext

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        raise TypeError("This value is sealed: read it on an instance of its model.")


class OpensOnRead(DeferredAttribute):
    """Opens the sealed value of an instance when it is first read.

    It must also set: without `__set__` Python would take the sealed value from the instance itself.
    """

    field: EncryptedTextField

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.open(value, instance.pk)
        return value


class EncryptedTextField(models.Field):  # type: ignore[type-arg]
    """Text in, text out; ciphertext in the column. `max_length` counts characters of the text.

    An empty text is stored as ciphertext too, so that the column does not tell who has a note.
    Cannot be searched, ordered or changed by `update()`: these raise `TypeError`.
    """

    empty_strings_allowed = True
    descriptor_class = OpensOnRead

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(validators.MaxLengthValidator(self.max_length))

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        key = self.model._meta.pk
        if not (isinstance(key, models.UUIDField) and key.has_default()):
            found.append(checks.Error("An encrypted field needs a client-made UUID key.", obj=self))
        return found

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> Any:
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(str(value), model_instance.pk)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is encrypted: set it on an instance and save that.")
        return connection.Database.Binary(value.ciphertext)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is encrypted and cannot be searched.")

    def formfield(self, **kwargs: Any) -> FormField | None:
        defaults: dict[str, Any] = {
            "max_length": self.max_length,
            "required": not self.blank,
        }
        return CharField(**(defaults | {"widget": Textarea} | kwargs))

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.name} is encrypted and is not serialised.")

    def seal(self, text: str, row: UUID) -> Sealed:
        return Sealed(seal(text.encode(), place=self._place(row)))

    def open(self, sealed: Sealed, row: UUID) -> str:
        return unseal(sealed.ciphertext, place=self._place(row)).decode()

    def _place(self, row: UUID) -> str:
        """Model, field and row: what a ciphertext may not be parted from."""
        return f"field:{self.model._meta.label}:{self.name}:{row}"
