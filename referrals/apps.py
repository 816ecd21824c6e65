from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Referrals")

    def ready(self) -> None:
        from cases.timeline import REFERRALS, name_events
        from referrals import pieces, tasks  # noqa: F401 the subscribers register themselves
        from referrals.closing import referrals_still_open
        from referrals.models import Referral
        from shelters.closing.answers import stands_in_the_way
        from shelters.navigation import add_item
        from shelters.slots import fill
        from shelters.staff.permissions import P

        referrals: dict[str, Any] = {"label": _("Referrals"), "icon": "send", "order": 30}
        add_item(**referrals, url_name="referrals:inbox", permission=P.REFERRAL_READ)
        add_item(
            **referrals,
            url_name="referrals_central:referrals",
            permission=P.NETWORK_REFERRALS_READ,
            host="central",
        )
        name_events(REFERRALS, pieces.EVENTS)
        fill("today", pieces.on_today)
        fill("case.actions", pieces.among_actions)
        fill("case.sections", pieces.on_the_case)
        stands_in_the_way(referrals_still_open, reading=[Referral])
