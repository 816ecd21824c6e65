"""The cache: keys that carry their shelter, and one error that says it is away."""

from __future__ import annotations

import json
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

from shelters.tenancy.unit import unit_or_none


class CacheAway(Exception):
    """The cache does not answer, so nothing can be counted."""


def shelter_key(key: str, key_prefix: str, version: int) -> str:
    """KEY_FUNCTION: an entry of one shelter is never found by another."""
    unit = unit_or_none()
    return f"{key_prefix}:{unit.schema if unit else '-'}:{version}:{key}"


class Json:
    """How entries are written; Django's own way would run what a stranger put into the cache."""

    def dumps(self, entry: Any) -> str:
        return json.dumps(entry)

    def loads(self, kept: bytes) -> Any:
        return json.loads(kept)


OPTIONS: dict[str, Any] = {
    "serializer": Json,
    "socket_connect_timeout": 2,
    "socket_timeout": 2,
    "retry": Retry(NoBackoff(), 1),  # once: it may only have been started anew
}


class _Connection(redis.Redis):
    def execute_command(self, *words: Any, **options: Any) -> Any:
        try:
            return super().execute_command(*words, **options)  # type: ignore[no-untyped-call]
        except redis.RedisError as error:
            raise CacheAway from error


class _Client(RedisCacheClient):
    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **OPTIONS | options)
        self._client = _Connection


class Cache(RedisCache):
    """Redis or Valkey; raises `CacheAway` where Django's own raises what the library does."""

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self._class = _Client
