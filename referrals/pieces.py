"""What referrals put on the pages of a client's case and on Today."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.summary import Section, show
from referrals.kept.models import Received, Sent
from referrals.models import Referral
from referrals.operations import may_be_sent
from shelters.registry import shelter_names
from shelters.slots import Piece
from shelters.staff.models import User
from shelters.staff.permissions import P

ON_TODAY = 10
NOT_TAKEN_OVER = (Section.SAFETY_AND_NEEDS, Section.PLAN)
EVENTS: dict[str, str | Promise] = {
    "referral.sent": _("Sent to another shelter"),
    "referral.withdrawn": _("Referral withdrawn"),
    "received_referral.withdrawn": _("The other shelter withdrew the referral"),
    "sent_referral.accepted": _("The other shelter accepted"),
    "sent_referral.declined": _("The other shelter declined"),
    "sent_referral.arrived": _("Arrived at the other shelter"),
    "sent_referral.not_arrived": _("Did not arrive at the other shelter"),
}


def on_today(request: HttpRequest, about: Any) -> Iterable[Piece]:
    """Referrals that wait here, the longest overdue first, and clients whom nobody took."""
    mine = Referral.objects.visible_to(_user(request)).incoming().open().by_clock()
    found = list(mine.with_shelters()[: ON_TODAY + 1])
    if found:
        context = {"referrals": found[:ON_TODAY], "has_more": len(found) > ON_TODAY}
        yield Piece("referrals/_today.html", context)
    yield from _without_a_place(_user(request))


def _without_a_place(user: User) -> Iterable[Piece]:
    """Clients here whom the other shelter did not take: nobody may be forgotten between two."""
    kept = Sent.objects.without_a_place().visible_to(user).select_related("case__client")
    if found := list(kept.order_by("ended_at")):
        names = shelter_names()
        lines = [(sent, names.get(sent.recipient_id)) for sent in found]
        yield Piece("referrals/_without_a_place.html", {"lines": lines})


def among_actions(request: HttpRequest, case: Case) -> Iterable[Piece]:
    user = _user(request)
    if user.may(P.REFERRAL_SEND) and may_be_sent(case):
        yield Piece("referrals/_send_action.html", {"case": case})
    if case.by_referral_id and case.status == "expected" and user.may(P.REFERRAL_ARRIVE):
        yield Piece("referrals/_arrive_action.html", {"referral_id": case.by_referral_id})


def on_the_case(request: HttpRequest, case: Case) -> Iterable[Piece]:
    """The summary with which the client came, and where the client was sent."""
    user = _user(request)
    received = Received.objects.visible_to(user).filter(case=case).first()
    sent = list(Sent.objects.visible_to(user).filter(case=case))
    names = shelter_names() if received or sent else {}
    if sent:
        lines = [(one, names.get(one.recipient_id)) for one in sent]
        yield Piece("referrals/_case_sent.html", {"lines": lines})
    if received:
        context = {
            "received": received,
            "sender": names.get(received.sender_id),
            "facts": _not_in_the_case(received),
        }
        yield Piece("referrals/_case_received.html", context)


def _not_in_the_case(received: Received) -> list[tuple[str | Promise, str]]:
    """What the sender wrote on safety and the plan; the case has taken over all other answers."""
    summary = received.summary
    parts = {part.value: summary[part] for part in NOT_TAKEN_OVER if part in summary}
    return [fact for section in show(parts) for fact in section.facts]


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
