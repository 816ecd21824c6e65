from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = _("Money")

    def ready(self) -> None:
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
