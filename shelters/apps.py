from django.apps import AppConfig


class SheltersConfig(AppConfig):
    name = "shelters"

    def ready(self) -> None:
        from shelters import checks  # noqa: F401 registers itself
        from shelters.tenancy import content_types

        content_types.keep_apart()
