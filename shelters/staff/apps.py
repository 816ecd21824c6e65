from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "shelters.staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from shelters.navigation import add_item
        from shelters.staff.permissions import P

        import_module("shelters.staff.tasks")  # who sends letters must be known before any event
        for host in ("shelter", "central"):
            add_item(
                label=_("Staff"),
                url_name="staff:people",
                icon="id-card",
                permission=P.STAFF_READ,
                order=90,
                host=host,
            )
