from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    label = "pana"

    def ready(self) -> None:
        """Pages queue tasks too: without Celery's app they would look for a broker elsewhere."""
        from config import celery, training  # noqa: F401 celery registers itself
        from shelters.navigation import add_item
        from shelters.slots import fill
        from shelters.staff.permissions import P

        add_item(
            label=_("Shelters"),
            url_name="operating:shelters",
            icon="house",
            permission=P.NETWORK_OPERATE,
            order=50,  # who also coordinates begins with the board
            host="central",
        )
        fill("today", training.on_today)
