"""All settings, read from top to bottom; values come from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import VERSION as VERSION
from config.environment import flag, key, secret, secret_if_any
from config.logs import configuration

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("PANA_HOME", BASE_DIR / ".pana"))
DEBUG = flag("PANA_DEBUG")
DEMO = flag("PANA_DEMO")  # plain http on localhost, invented people
SECRET_KEY = secret("SECRET_KEY")
KEK = key("PANA_KEK")  # wraps the shelters' keys; never derived from SECRET_KEY

# Hosts: a shelter is <word>.<domain>, the central host is one such word too.
BASE_DOMAIN = os.environ.get("PANA_DOMAIN", "localhost")
CENTRAL_HOST = f"{os.environ.get('PANA_CENTRAL', 'pana')}.{BASE_DOMAIN}"
ALLOWED_HOSTS = [f".{BASE_DOMAIN}"]
PORT = os.environ.get("PANA_PORT", "")  # only where links must carry one
ROOT_URLCONF = "config.urls"
PUBLIC_URLCONF = "config.public_urls"
WSGI_APPLICATION = "config.wsgi.application"

# Where each app has its tables. Decide once: moving an app later leaves tables behind.
EVERYWHERE = [
    "django.contrib.contenttypes",  # names of models, for rights on objects
    "django.contrib.auth",  # password hashing and validation
    "django.contrib.sessions",  # a session lies in the schema of its host
    "allauth.account",  # sign-in, sign-out, new password
    "shelters.staff",  # people and their roles
    "shelters.events",  # audit trail and outbox
    "shelters.api",  # tokens of programs, answers for those who ask again
]
PUBLIC_APPS = [
    *EVERYWHERE,
    "shelters",  # the registry of shelters
    "shelters.vault",  # keys, wrapped
    "referrals",  # letters between shelters, under row security
    "funding",  # money, under row security
]
SHELTER_APPS = [
    *EVERYWHERE,
    "cases",  # clients and the work with them
    "referrals.kept",  # what a shelter keeps of referrals it sent and received
]
INSTALLED_APPS = [
    *dict.fromkeys([*PUBLIC_APPS, *SHELTER_APPS]),
    "config",  # commands, templates and static files of the whole
    "allauth",
    "pgtrigger",
    "knox",  # how tokens are made and checked; its own table is replaced by ours
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "config.watching.WatchingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with random padding against guessing by length
    "shelters.staff.middleware.LanguageAskedForMiddleware",
    "shelters.tenancy.middleware.UnitOfWorkMiddleware",  # below it everything is one unit
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shelters.staff.middleware.LanguageMiddleware",
    "config.errors.WrongMethodMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shelters.parts.PartMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shelters.staff.middleware.RuleMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shelters.navigation.navigation",
            ],
            "builtins": ["config.templatetags.pana"],
        },
    }
]
FORM_RENDERER = "config.rendering.PanaRenderer"

# Database. `default` is the app's login, which has no right of its own (docs/adr/0001-tenancy.md).
# `owner` is there only where migrations run; web and workers do not know its password.
# `default` may lead through PgBouncer, which lends a connection for one transaction only.
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(secret("DATABASE_URL"), conn_max_age=600)
    | {"ENGINE": "shelters.tenancy.backend", "DISABLE_SERVER_SIDE_CURSORS": True}
}
if OWNER_URL := secret_if_any("DATABASE_OWNER_URL"):
    DATABASES["owner"] = dj_database_url.parse(OWNER_URL)
DATABASE_ROUTERS = ["shelters.tenancy.placement.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "shelters.tenancy.caches.shelter_key",
    }
}
if CACHE_URL := secret_if_any("CACHE_URL"):
    CACHES["default"] |= {
        "BACKEND": "shelters.tenancy.caches.Cache",
        "LOCATION": CACHE_URL,
    }
PICTURES = bool(CACHE_URL)  # a worker hands them to the pages by way of the cache

# People
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
]
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "shelters.staff.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "shelters.staff.account_forms.LoginForm",
    "change_password": "shelters.staff.account_forms.ChangePasswordForm",
    "reset_password": "shelters.staff.account_forms.ResetPasswordForm",
    "reset_password_from_key": "shelters.staff.account_forms.NewPasswordForm",
    "user_token": "shelters.staff.account_forms.ResetLinkForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up, but sign-in reads it
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation, which proves the address
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "shelters.staff.tokens.ResetTokens"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {  # counted per shelter: the cache's keys carry it
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PANA_PROXIES", "0"))
SESSION_ENGINE = "shelters.staff.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Not in a cookie, which every shelter would take for its own and a browser may keep on its disk.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# API: the same rules as the pages, asked by the views themselves (docs/adr/0006-api.md)
KNOX_TOKEN_MODEL = "api.Token"
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer"}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "shelters.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",  # with CSRF
    ],
    "DEFAULT_PERMISSION_CLASSES": ["shelters.api.permissions.TheRule"],
    "DEFAULT_PARSER_CLASSES": ["shelters.api.parsing.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shelters.api.parsing.OnlyJson",
    "DEFAULT_PAGINATION_CLASS": "shelters.api.paging.Pages",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "shelters.api.schema.Described",
    "DEFAULT_THROTTLE_CLASSES": ["shelters.api.throttling.Limit"],
    "DEFAULT_THROTTLE_RATES": {"user": "300/min"},  # counted per shelter: the cache's keys carry it
    "EXCEPTION_HANDLER": "shelters.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Pana",
    "DESCRIPTION": "Cases, referrals and money of one shelter, or what the network may know.",
    "VERSION": "0.2.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["shelters.api.words.in_language"],
    "SERVE_INCLUDE_SCHEMA": False,
}

# Transport and headers
SECURE = not (DEBUG or DEMO)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failed"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(health|ready)/$"]  # asked from beside the web process
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Languages
LANGUAGE_CODE = "ru"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("kk", _("Kazakh"))]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = SECURE
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Almaty"

# Static files
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "shelters.files.storage.ShelterStorage"},  # no uploads yet
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail goes out by SMTP where a host is named, else to the console and to files under HOME.
DEFAULT_FROM_EMAIL = os.environ.get("PANA_MAIL_FROM", f"notice@{BASE_DOMAIN}")
if MAIL_HOST := os.environ.get("PANA_MAIL_HOST"):
    MAILERS: dict[str, Any] = {
        "default": {
            "OPTIONS": {
                "host": MAIL_HOST,
                "port": int(os.environ.get("PANA_MAIL_PORT") or 587),
                "username": os.environ.get("PANA_MAIL_USER", ""),
                "password": secret_if_any("PANA_MAIL_PASSWORD"),
                "use_tls": True,
                "timeout": 10,
            }
        }
    }
else:
    MAILERS = {
        "default": {
            "BACKEND": "config.mail.ConsoleAndFile",
            "OPTIONS": {"file_path": str(HOME / "mail")},
        }
    }

# Tasks
CELERY_BROKER_URL = secret_if_any("BROKER_URL")
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "max_retries": 1,  # a page must not wait for a broker that is away; the sweep comes by
    "interval_start": 0,
}
if CELERY_BROKER_URL.startswith("amqp"):  # RabbitMQ
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"  # written to disk before a message counts as sent
    CELERY_TASK_DEFAULT_EXCHANGE_TYPE = "topic"  # what is for later waits at the broker
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"confirm_publish": True}
else:  # Valkey, which does not notice by itself that a worker is gone
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "visibility_timeout": 300,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,  # one that hangs would hold a page, and /ready/, for ever
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_DB_REUSE_MAX = 1000  # else each task would open a connection of its own
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KB; drawing pictures takes 200 MB, and grows
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False

LOGGING = configuration()

SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the e-mail is unique, by its small letters
