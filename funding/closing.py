"""What keeps a shelter open as far as money goes, and what of it goes when the shelter does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db import connections
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from funding.models import Agreement, Donor, DonorKind, ReceiptNote, RenewalState
from shelters.closing.answers import Obstacle
from shelters.tenancy import current_unit
from shelters.tenancy.migrate import OWNER

RUNNING = ngettext_lazy(
    "%(number)s agreement with a donor still runs. Wait for its last day, or settle it with the"
    " donor and record under Money that its renewal is refused.",
    "%(number)s agreements with donors still run. Wait for their last day, or settle them with the"
    " donors and record under Money that their renewal is refused.",
    "number",
)
KEPT = "ALTER TABLE funding_receiptnote ENABLE TRIGGER USER"
NOT_KEPT = "ALTER TABLE funding_receiptnote DISABLE TRIGGER USER"


def agreements_still_running() -> Iterator[Obstacle]:
    """Spending is not recorded, so nobody here can tell what is unspent: what runs is asked."""
    mine = Agreement.objects.filter(shelter=current_unit().id)
    running = mine.running_in(timezone.localdate(), date.max).with_renewal()
    goes_on = ~Q(renewal_state=RenewalState.REFUSED) | Q(renewal_state=None)
    yield Obstacle(running.filter(goes_on).count(), RUNNING)


def forget_what_nobody_reads(shelter_id: UUID) -> None:
    """Names of private persons and words on gifts, which only the shelter itself could read.

    Gifts, agreements and claims stay: they are in the network's books.
    """
    private = Donor.objects.using(OWNER).filter(shelter=shelter_id, kind=DonorKind.INDIVIDUAL)
    private.update(name=Cast("id", CharField()))
    with connections[OWNER].cursor() as cursor:
        cursor.execute(NOT_KEPT)
        ReceiptNote.objects.using(OWNER).filter(shelter=shelter_id).delete()
        cursor.execute(KEPT)
