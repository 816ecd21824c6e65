"""What keeps a shelter open as far as referrals go, in either direction."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import ngettext_lazy

from referrals.models import Referral
from shelters.closing.answers import Obstacle

TO_HERE = ngettext_lazy(
    "%(number)s referral to this shelter is open. Answer it, or say whether the client came.",
    "%(number)s referrals to this shelter are open. Answer them, or say whether the clients came.",
    "number",
)
FROM_HERE = ngettext_lazy(
    "%(number)s referral from this shelter is open. Wait for its end, or withdraw it.",
    "%(number)s referrals from this shelter are open. Wait for their end, or withdraw them.",
    "number",
)


def referrals_still_open() -> Iterator[Obstacle]:
    yield Obstacle(Referral.objects.incoming().open().count(), TO_HERE)
    yield Obstacle(Referral.objects.outgoing().open().count(), FROM_HERE)
