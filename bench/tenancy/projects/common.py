"""What the three have in common: in MIDDLEWARE what `startproject` puts there, and allauth's."""

import os
from typing import Any

from config.settings import *  # noqa: F403
from config.settings import DATABASES

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # without it allauth's app refuses to start
]
ROOT_URLCONF = PUBLIC_URLCONF = "bench.tenancy.page"
if not os.environ.get("BENCH_ARGON2"):  # a thousand directors need no good passwords
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def database(**other: Any) -> dict[str, Any]:
    """DATABASES with a `default` that differs in this."""
    return DATABASES | {"default": DATABASES["default"] | other}
