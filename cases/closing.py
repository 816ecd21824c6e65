"""What keeps a shelter open as far as clients go."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import ngettext_lazy

from cases.models import Case
from shelters.closing.answers import Obstacle

HERE = ngettext_lazy(
    "%(number)s client is still in the shelter. Close the case, or send the client on.",
    "%(number)s clients are still in the shelter. Close their cases, or send them on.",
    "number",
)
EXPECTED = ngettext_lazy(
    "%(number)s client is still expected. Say whether the client came.",
    "%(number)s clients are still expected. Say whether they came.",
    "number",
)


def people_still_here() -> Iterator[Obstacle]:
    yield Obstacle(Case.objects.active().count(), HERE)
    yield Obstacle(Case.objects.expected().count(), EXPECTED)
