"""Cache keys that carry their shelter."""

from shelters.tenancy.unit import unit_or_none


def shelter_key(key: str, key_prefix: str, version: int) -> str:
    """KEY_FUNCTION: an entry of one shelter is never found by another."""
    unit = unit_or_none()
    return f"{key_prefix}:{unit.schema if unit else '-'}:{version}:{key}"
