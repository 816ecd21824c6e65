from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = _("Money")

    def ready(self) -> None:
        from funding.closing import agreements_still_running, forget_what_nobody_reads
        from shelters.closing.answers import goes_with_it, stands_in_the_way
        from shelters.navigation import add_item
        from shelters.staff.permissions import P

        money: dict[str, Any] = {"label": _("Money"), "icon": "banknote", "order": 40}
        add_item(**money, url_name="funding:statement", permission=P.FUNDING_READ)
        add_item(
            **money,
            url_name="funding_central:shelters",
            permission=P.NETWORK_FUNDING_READ,
            host="central",
        )
        stands_in_the_way(agreements_still_running)
        goes_with_it(forget_what_nobody_reads)
