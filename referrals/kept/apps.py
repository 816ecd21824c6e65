from django.apps import AppConfig


class KeptConfig(AppConfig):
    name = "referrals.kept"
