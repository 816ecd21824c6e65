"""What a viewset of ours brings along: the rule above every verb, pages, and doing things once."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponseBase
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from shelters.api.once import once
from shelters.api.permissions import rule_of_all
from shelters.api.scopes import Area
from shelters.staff.models import User

Made = type[BaseSerializer[Any]]


class ApiViewSet(GenericViewSet[Any]):
    """Each verb carries `@rule`, and asks for rows through `visible_to`.

    `pointers` says where in the request a refusal belongs if it is called otherwise on the page.
    An answer to one of `never_kept` is not kept for a repeated request, because it shows a client.
    """

    area: ClassVar[Area | None] = None
    pointers: ClassVar[dict[str, str]] = {}
    never_kept: ClassVar[frozenset[str]] = frozenset()
    lookup_value_converter = "uuid"

    @classmethod
    def as_view(cls, actions: Any = None, **initkwargs: Any) -> Any:
        view = super().as_view(actions, **initkwargs)
        view.rule = rule_of_all(cls, list(actions.values()))  # type: ignore[attr-defined]
        # A redirect would turn POST into GET, and what was sent would be lost without a word.
        view.should_append_slash = False  # type: ignore[attr-defined]
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        handler = getattr(self, "post", None)
        if handler is not None and self.action_map.get("post") not in self.never_kept:
            self.post = partial(once, handler)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        """Who asks: the rule has already been asked."""
        return cast(User, self.request.user)

    def sent(self, serializer: Made, **options: Any) -> dict[str, Any]:
        """The body, parsed; a problem says what is wrong with it."""
        parsed = serializer(data=self.request.data, context={"request": self.request}, **options)
        parsed.is_valid(raise_exception=True)
        return cast("dict[str, Any]", parsed.validated_data)

    def asked(self, serializer: Made) -> dict[str, Any]:
        """The query, parsed in the same way."""
        parsed = serializer(data=self.request.query_params)
        parsed.is_valid(raise_exception=True)
        return cast("dict[str, Any]", parsed.validated_data)

    def page(self, found: Any, serializer: Made) -> Response:
        rows = self.paginate_queryset(found)
        return self.get_paginated_response(serializer(rows, many=True).data)

    def made(self, row: Any, status: int = 201) -> Response:
        return Response({"id": row.pk}, status=status)
