"""Where a shelter's keys lie: the public half for everybody, the wrapped halves for itself."""

import uuid

from django.db import models

from shelters.models import Shelter
from shelters.tenancy.access import Allow, Shared


class SealingKey(models.Model):
    """The public half of the pair with which others seal letters to a shelter."""

    shared = Shared(shelters=[Allow("select")], central=[Allow("select")])

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(Shelter, on_delete=models.CASCADE, related_name="sealing_keys")
    version = models.PositiveSmallIntegerField(default=1)
    public = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shelter", "version"], name="one_sealing_key_a_version")
        ]

    def __str__(self) -> str:
        return f"sealing key {self.version} of {self.shelter_id}"


class WrappedKey(models.Model):
    """A secret key of a shelter, wrapped by the key-encryption key, which lies elsewhere."""

    class Purpose(models.TextChoices):
        DATA = "data"
        LETTERS = "letters"

    shared = Shared(shelters=[Allow("select", "shelter_id = {me}")])

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(Shelter, on_delete=models.CASCADE, related_name="wrapped_keys")
    purpose = models.CharField(max_length=10, choices=Purpose)
    version = models.PositiveSmallIntegerField(default=1)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shelter", "purpose", "version"],
                name="one_wrapped_key_a_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} key {self.version} of {self.shelter_id}"
