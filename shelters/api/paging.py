"""Pages by a cursor: what is added meanwhile moves nothing, and no page is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import DateTimeField
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_aware
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class Pages(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """As the list itself says; it must begin with a moment or a day."""
        ordering = tuple(queryset.query.order_by)
        first = queryset.model._meta.get_field(ordering[0].lstrip("-"))
        self.read = _moment if isinstance(first, DateTimeField) else _day
        return ordering

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor is where the list stopped; any other was not made here."""
        cursor = super().decode_cursor(request)
        position = cursor.position if cursor else None
        if position is not None and self.read(str(position)) is None:
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _moment(position: str) -> datetime | None:
    try:
        moment = parse_datetime(position)
        return moment.astimezone(UTC) if moment and is_aware(moment) else None
    except (ValueError, OverflowError):
        return None


def _day(position: str) -> date | None:
    try:
        return parse_date(position)
    except ValueError:
        return None
