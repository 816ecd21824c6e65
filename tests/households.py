"""Three shelters full of life, made by the operations that people use. All words can be told apart.

`furnish` fills one shelter with a row of every kind; `Words` gives each text that it writes a mark,
so that a page, a letter or a log that shows one of them gives away where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from cases import operations as case_work
from cases.models import ExploitationTime, PartialBirth, TimeUnit
from funding import operations as money
from funding.models import DonorKind, Evidence, GiftKind, Mistake, Valuation
from referrals import operations as referring
from referrals.models import Referral
from shelters.models import Shelter
from shelters.staff.models import User, new_token
from shelters.staff.operations import invite_person
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter

LETTERS = "abcdefghijklmnop"
DAY = date(2024, 3, 10)
SAME_KIND = {  # names of ids that fit into one place of an address
    "case_id": ("case_id", "sent_case_id", "expected_id"),
    "person_id": ("person_id", "away_id"),
    "gift_id": ("gift_id", "goods_id", "reversed_id"),
    "referral_id": ("referral_id", "incoming_id", "accepted_id"),
}


class Words:
    """Each call for a text gets a word of its own; `said_in` tells which of them a text holds."""

    def __init__(self, first: str = "zq", born: int = 1987) -> None:
        self.first, self.born = first, born
        self.mark = re.compile(rf"{first}([a-p]{{3}})qz", re.IGNORECASE)
        self.meaning: dict[str, str] = {}
        self.secrets: dict[str, str] = {}

    def __call__(self, meaning: str) -> str:
        number = len(self.meaning)
        letters = "".join(LETTERS[number >> shift & 15] for shift in (8, 4, 0))
        self.meaning[letters] = meaning
        return f"{self.first}{letters}qz"

    def also(self, meaning: str, *texts: object) -> None:
        """Texts that are not ours to choose, such as ids and codes."""
        self.secrets |= {str(text): meaning for text in texts}

    def said_in(self, text: str) -> set[str]:
        found = {self.meaning.get(mark.lower(), mark) for mark in self.mark.findall(text)}
        return found | {meaning for secret, meaning in self.secrets.items() if secret in text}


@dataclass
class Household:
    """One shelter's rows; `ids` are named as in the addresses of pages."""

    shelter: Shelter
    director: User
    ids: dict[str, UUID] = field(default_factory=dict)
    token: str = ""

    def ids_for(self, part: str) -> list[UUID]:
        """What fits into an address where it says `part`."""
        return [self.ids[name] for name in SAME_KIND.get(part, (part,)) if name in self.ids]

    def own_ids(self) -> dict[str, UUID]:
        """All but the shelter's own, which everybody may know."""
        return {name: found for name, found in self.ids.items() if name != "shelter_id"}


def furnish(
    shelter: Shelter, neighbour: Shelter, *, person: Callable[..., User], words: Words
) -> Household:
    """A row of every kind in `shelter`; one client was sent to `neighbour`, and waits there."""
    director = person(
        shelter,
        Role.DIRECTOR,
        name=words("name of a colleague"),
        email=f"{words('email of a colleague')}@{shelter.schema}.example",
    )
    home = Household(shelter, director, ids={"shelter_id": shelter.id, "person_id": director.id})
    with in_shelter(shelter):
        invite(home, Role.LAWYER, words)
        _admit(home, words)
        _refer(home, neighbour, words)
        _record_money(home, words)
    return home


def receive(home: Household, sender: Household, *, words: Words) -> None:
    """Two more clients of `sender` are sent to `home`; one waits, the other is on the way."""
    home.ids["incoming_id"] = _sent_to(home, sender, words).id
    taken = _sent_to(home, sender, words)
    with in_shelter(home.shelter):
        referral = Referral.objects.get(pk=taken.pk)
        soon = timezone.now() + timedelta(days=1)
        case = referring.accept_referral(referral=referral, arrive_by=soon, by=home.director)
    home.ids |= {"accepted_id": referral.id, "expected_id": case.id}


def _sent_to(home: Household, sender: Household, words: Words) -> Referral:
    with in_shelter(sender.shelter):
        case = _admitted(sender, f"{words('code name of one who came')} 9", words("their name"))
        return _send(sender, case, home.shelter, words("message that came with them"))


def invite(home: Household, role: Role, words: Words) -> None:
    home.token = new_token()
    invitation, _ = invite_person(
        token=home.token,
        email=f"{words('email of a newcomer')}@{home.shelter.schema}.example",
        name=words("name of a newcomer"),
        roles=[role],
        language="ru",
        by=home.director,
    )
    home.ids["invitation_id"] = invitation.id


def _admit(home: Household, words: Words) -> None:
    case = _admitted(home, f"{words('code name')} 12", words("name of a client"), words.born)
    by = home.director
    case_work.set_next_step(case=case, text=words("next step"), due=DAY, by=by)
    case_work.write_note(new_id=uuid4(), case=case, text=words("note"), by=by)
    home.ids |= {"case_id": case.id, "client_id": case.client_id}
    home.ids["consent_id"] = case.consents.get().id
    words.also("birth of a client", f"03.{words.born}", f"{words.born}-03")


def _admitted(home: Household, code: str, name: str, born: int = 2000) -> Any:
    return case_work.admit_client(
        new_id=uuid4(),
        code=code,
        age_group="adult",
        consent_how="signed",
        answers={
            "name": name,
            "birth": PartialBirth(born, 3),
            "sex": "female",
            "exploitation_time": ExploitationTime(8, TimeUnit.MONTHS, True),
        },
        by=home.director,
    )


def _refer(home: Household, neighbour: Shelter, words: Words) -> None:
    case = _admitted(
        home, f"{words('code name of one sent')} 7", words("name of a client who was sent")
    )
    referral = _send(home, case, neighbour, words("message in the summary"))
    home.ids |= {"referral_id": referral.id, "sent_case_id": case.id}
    words.also("code of a referral", referral.code)


def _send(home: Household, case: Any, neighbour: Shelter, message: str) -> Referral:
    return referring.send_referral(
        new_id=uuid4(),
        case=case,
        recipient_id=neighbour.id,
        urgency="urgent_72h",
        reason="capacity_full",
        needs=["bed"],
        sections=["name_and_birth"],
        message=message,
        consent_how="signed",
        by=home.director,
    )


def _record_money(home: Household, words: Words) -> None:
    by = home.director
    donor = money.add_donor(
        new_id=uuid4(), name=words("name of a donor"), kind=DonorKind.UN_AGENCY, by=by
    )
    friend = money.add_donor(
        new_id=uuid4(), name=words("name of a private donor"), kind=DonorKind.INDIVIDUAL, by=by
    )
    agreement = money.record_agreement(
        new_id=uuid4(), donor=donor, title=words("title of an agreement"), starts_on=DAY, by=by
    )
    gift = _gift(home, donor, words("note on a gift"), agreement=agreement)
    goods = _gift(
        home,
        donor,
        words("note on a gift of goods"),
        kind=GiftKind.GOODS,
        description=words("what a gift is"),
        valuation=Valuation.DONOR,
    )
    wrong = _gift(home, friend, words("note on a private gift"))
    reversal = money.reverse_gift(
        receipt=wrong, mistake=Mistake.OTHER, note=words("note on a mistake"), new_id=uuid4(), by=by
    )
    claim = _claim(home, words)
    withdrawn = _claim(home, words)
    money.withdraw_claim(claim=withdrawn, reason=words("reason to withdraw a claim"), by=by)
    home.ids |= {
        "donor_id": donor.id,
        "agreement_id": agreement.id,
        "gift_id": gift.id,
        "goods_id": goods.id,
        "reversed_id": wrong.id,
        "reversal_id": reversal.id,
        "claim_id": claim.id,
    }


def _gift(home: Household, donor: Any, note: str, **other: Any) -> Any:
    usual = {
        "new_id": uuid4(),
        "kind": GiftKind.CASH,
        "amount": Decimal("1234567.89"),
        "received_on": timezone.localdate(),
        "evidence": Evidence.VOUCHER,
    }
    return money.receive_gift(donor=donor, note=note, by=home.director, **(usual | other))


def _claim(home: Household, words: Words) -> Any:
    return money.record_claim(
        new_id=uuid4(),
        statement=words("what a claim says"),
        said_by=words("who made a claim"),
        source=words("where a claim was made"),
        as_of=DAY,
        by=home.director,
    )
