from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Clients")

    def ready(self) -> None:
        from cases.closing import people_still_here
        from shelters.closing.answers import stands_in_the_way
        from shelters.navigation import add_item
        from shelters.staff.permissions import P

        add_item(
            label=_("Today"),
            url_name="cases:today",
            icon="sun",
            permission=P.CASE_READ,
            order=10,
        )
        add_item(
            label=_("Clients"),
            url_name="cases:clients",
            icon="users",
            permission=P.CASE_READ,
            order=20,
        )
        stands_in_the_way(people_still_here)
