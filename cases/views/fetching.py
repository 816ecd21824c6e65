"""Who asks, and what they may see."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from cases.models import Case, Consent
from shelters.staff.models import User


def user_of(request: HttpRequest) -> User:
    """The signed-in person: the page's rule has already been asked."""
    return cast(User, request.user)


def fetch_case(request: HttpRequest, case_id: UUID) -> Case:
    found = Case.objects.visible_to(user_of(request)).select_related("client", "keyworker")
    return get_object_or_404(found, pk=case_id)


def fetch_consent(request: HttpRequest, consent_id: UUID) -> Consent:
    cases = Case.objects.visible_to(user_of(request))
    found = Consent.objects.filter(case__in=cases).select_related("case__client")
    return get_object_or_404(found, pk=consent_id)
