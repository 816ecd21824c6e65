"""The page that is measured: a session, a person, and three queries, one of a shared table."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from shelters.events.models import Event
from shelters.models import ShelterRecord


def page(request: HttpRequest) -> HttpResponse:
    person = request.user
    roles = [grant.role for grant in person.grants.all()]
    events = [
        {"id": event.id, "type": event.type, "by": event.by_name, "at": event.at}
        for event in Event.objects.order_by("-at")[:20]
    ]
    record = ShelterRecord.objects.get(pk=settings.BENCH_SHELTER_ID(request))
    days = record.state_paid_days
    return JsonResponse({"who": person.email, "roles": roles, "events": events, "days": days})


urlpatterns = [path("", page)]
