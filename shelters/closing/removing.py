"""Removing an archived shelter for good, after its final archive."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from shelters.closing.answers import take_leave
from shelters.closing.archiving import NotArchived
from shelters.closing.final import write_final_archive
from shelters.closing.steps import changing, note
from shelters.models import Domain, Shelter, ShelterRecord, SweepReport
from shelters.refusals import Refusal
from shelters.tenancy.closing import drop_schema
from shelters.tenancy.migrate import OWNER
from shelters.vault.keys import destroy_keys


class WrongName(Refusal):
    message = _("That is not the name of this shelter. Nothing was removed.")
    field = "name"


def remove_shelter(*, schema: str, name: str, folder: Path) -> Path:
    """Write the final archive into `folder`, then drop schema, role, keys and address.

    `name` is the shelter's, typed by whoever wants this. Returns the archive's path. The archive
    is there and was read back before anything is dropped; dropping is one transaction, so after a
    crash the shelter is whole and another attempt writes another archive.

    The row with the shelter's name stays, and what the network shares: referrals and gifts.
    """
    with changing(schema) as shelter:
        if shelter.state != Shelter.State.ARCHIVED:
            raise NotArchived
        if name != shelter.name:
            raise WrongName
        path = write_final_archive(shelter, folder)
        _drop(shelter)
    return path


def _drop(shelter: Shelter) -> None:
    take_leave(shelter.id)
    drop_schema(shelter.schema)
    destroy_keys(shelter=shelter, using=OWNER)
    for model in (Domain, SweepReport, ShelterRecord):
        model._base_manager.using(OWNER).filter(shelter=shelter).delete()
    shelter.state = Shelter.State.REMOVED
    shelter.save(using=OWNER, update_fields=["state"])
    note("shelter.removed", shelter)
