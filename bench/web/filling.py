"""A process with the owner's address: makes the database, the shelters, and what lies in them."""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 only now that the apps are loaded
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.web.cast import PASSWORD, PROGRAM, SHELTERS, Person, people_of  # noqa: E402
from cases import code_names  # noqa: E402
from cases.models import AgeGroup, How  # noqa: E402
from cases.operations import admit_client, write_note  # noqa: E402
from config.preparing import collect_static_files  # noqa: E402
from funding.models import DonorKind, Evidence, GiftKind  # noqa: E402
from funding.operations import add_donor, receive_gift, record_agreement  # noqa: E402
from referrals.models import Need, Reason, Urgency  # noqa: E402
from referrals.operations import send_referral  # noqa: E402
from shelters.api.operations import make_token  # noqa: E402
from shelters.api.scopes import SCOPES  # noqa: E402
from shelters.models import Shelter  # noqa: E402
from shelters.operations import Newcomer, open_shelter  # noqa: E402
from shelters.staff.models import User  # noqa: E402
from shelters.staff.operations import give_roles  # noqa: E402
from shelters.staff.permissions import Role  # noqa: E402
from shelters.staff.sessions import SessionStore  # noqa: E402
from shelters.tenancy import in_shelter  # noqa: E402
from tests.databases import make_database  # noqa: E402

CLIENTS, NOTES, LETTERS, DONORS, GIFTS = 100, 8, 6, 8, 60
WORDS = "Спокойная ночь. Разговор о планах на месяц, договорились о следующей встрече. " * 3


def main() -> None:
    make_database(settings.DATABASES["default"]["NAME"])
    call_command("migrate", verbosity=0)
    call_command("compile_translations", verbosity=0)
    collect_static_files()
    shelters = [_open(word) for word in SHELTERS]
    for shelter in shelters:
        with in_shelter(shelter):
            _let_in(shelter.schema)
            _fill(shelter, shelters, Random(shelter.schema))


def _open(word: str) -> Shelter:
    first = next(people_of(word))
    director = Newcomer(first.email, first.name, PASSWORD, first.language)
    return open_shelter(
        name=SHELTERS[word], schema=word, word=word, director=director, state_paid_days=183
    )


def _let_in(word: str) -> None:
    """A password is costly to hash and everybody has the same one: the first one's hash serves."""
    first, *others = people_of(word)
    by = User.objects.get(email=first.email)
    for person in others:
        user = User.objects.create_user(person.email, name=person.name, language=person.language)
        user.password = by.password
        user.save(update_fields=["password"])
        give_roles(user=user, roles=[Role(person.role)])
        _open_door(person, user)
    _open_door(first, by)


def _open_door(person: Person, user: User) -> None:
    """A program has a token; most people have a session already."""
    if person.work == PROGRAM:
        make_token(token=person.token, name=person.name, days=7, scopes=SCOPES, by=user)
    elif not person.signs_in:
        signed_in = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        SessionStore(person.session).create_model_instance(signed_in).save(force_insert=True)


def _fill(shelter: Shelter, shelters: list[Shelter], lot: Random) -> None:
    team = list(User.objects.filter(grants__role=Role.SOCIAL_WORKER))
    others = [other for other in shelters if other != shelter]
    today = timezone.localdate()
    for number in range(CLIENTS):
        case = _admit(number, lot.choice(team), today, lot)
        if number < LETTERS:
            _send(case, lot.choice(others), lot.choice(team))
    _fill_book(team[0], today, lot)


def _admit(number: int, by: User, today: date, lot: Random):
    due = today + timedelta(days=lot.randint(-3, 20)) if number % 8 else None
    case = admit_client(
        new_id=uuid4(),
        code=code_names.suggest(lot.randrange),
        age_group=AgeGroup.ADULT,
        consent_how=How.SIGNED,
        started_at=timezone.now() - timedelta(days=lot.randint(20, 200)),
        keyworker=by,
        next_step="Позвонить в консульство" if due else "",
        next_step_due=due,
        answers={"name": "Нурбек Есенов", "name_answer": "answered"},
        by=by,
    )
    for ago in range(NOTES):
        day = today - timedelta(days=2 * ago)
        write_note(new_id=uuid4(), case=case, text=WORDS, happened_on=day, by=by)
    return case


def _send(case, recipient: Shelter, by: User) -> None:
    send_referral(
        new_id=uuid4(),
        case=case,
        recipient_id=recipient.id,
        urgency=Urgency.URGENT,
        reason=Reason.COURT,
        needs=[Need.BED, Need.LEGAL],
        sections=[],
        message=WORDS,
        consent_how=How.SIGNED,
        by=by,
    )


def _fill_book(by: User, today: date, lot: Random) -> None:
    for number in range(DONORS):
        donor = add_donor(
            new_id=uuid4(), name=f"Club {number}", kind=DonorKind.CLUB_ASSOCIATION, by=by
        )
        begun = today - timedelta(days=300)
        agreement = record_agreement(
            new_id=uuid4(), donor=donor, title=f"Year {number}", starts_on=begun, by=by
        )
        for _ in range(GIFTS // DONORS):
            receive_gift(
                new_id=uuid4(),
                donor=donor,
                agreement=agreement,
                kind=GiftKind.CASH,
                amount=Decimal(lot.randrange(10_000, 900_000)),
                received_on=today - timedelta(days=lot.randint(0, 280)),
                evidence=Evidence.VOUCHER,
                by=by,
            )


if __name__ == "__main__":
    main()
