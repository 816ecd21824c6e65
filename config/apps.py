from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "pana"

    def ready(self) -> None:
        """Pages queue tasks too: without this they would look for a broker of Celery's choosing."""
        from config import celery  # noqa: F401
