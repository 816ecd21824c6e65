"""The rule of each verb, asked once it is known who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from shelters.api.models import Token
from shelters.staff.permissions import Rule

if TYPE_CHECKING:
    from shelters.api.viewsets import ApiViewSet


class TheRule(BasePermission):
    """Signed in, allowed by the same rule as the page, and within the scopes of the token."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        if view.action not in view.action_map.values():
            return True  # no such verb here, which is the next thing to be said
        return rule_of(type(view), view.action).allows(request.user) and _in_scope(request, view)


def rule_of(viewset: type[Any], action: str) -> Rule:
    """What `@rule` declares above the verb."""
    declared: Rule | None = getattr(getattr(viewset, action), "rule", None)
    if declared is None:
        raise ImproperlyConfigured(f"{viewset.__qualname__}.{action} declares no rule.")
    return declared


def rule_of_all(viewset: type[Any], actions: list[str]) -> Rule:
    """Who may do anything at all at one address; each verb asks again for itself."""
    rules = [rule_of(viewset, action) for action in actions]
    return Rule(
        permissions=frozenset().union(*(each.permissions for each in rules)),
        anyone=any(each.anyone for each in rules),
        by_view=True,
    )


def _in_scope(request: Request, view: ApiViewSet) -> bool:
    if not isinstance(request.auth, Token):
        return True
    return request.auth.allows(view.area, writing=request.method not in SAFE_METHODS)
