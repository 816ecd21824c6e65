"""Pages by a cursor: what is added meanwhile moves nothing, and no page is counted."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_aware
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class Pages(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("pk",)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor is a moment or a day; anything else was not made here."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _is_when(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """As the list itself says; it must begin with a moment or a day."""
        return tuple(queryset.query.order_by or queryset.model._meta.ordering)


def _is_when(position: str) -> bool:
    try:
        moment = parse_datetime(position)
        return parse_date(position) is not None or (moment is not None and is_aware(moment))
    except ValueError:
        return False
