"""The registry of tenants as django-tenants wants it."""
