from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SheltersConfig(AppConfig):
    name = "shelters"

    def ready(self) -> None:
        from shelters.navigation import add_item
        from shelters.staff.permissions import P

        add_item(
            label=_("Shelters"),
            url_name="shelters:shelters",
            icon="house",
            permission=P.NETWORK_OPERATE,
            order=10,
            host="central",
        )
