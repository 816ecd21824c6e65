"""What differs in tests: quick password hashes, mail kept in memory, plain static names."""

from config.settings import *  # noqa: F403
from config.settings import REST_FRAMEWORK, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
SECURE_SSL_REDIRECT = False  # the test client speaks plain http
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "shelters.tenancy.caches.shelter_key",
    }
}
CELERY_BROKER_URL = "memory://"  # each process its own: no test hears of another's messages
WHITENOISE_AUTOREFRESH = True  # no collected files in tests
WHITENOISE_USE_FINDERS = True
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": "100000/min"}}
