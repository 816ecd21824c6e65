"""Foreign keys and unique constraints see rows that row security hides: what can be learnt so?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from funding.models import Claim, Donor, DonorKind, Receipt, ReceiptNote, Renewal
from referrals.models import Envelope, Release
from shelters.models import Domain, Shelter
from shelters.staff.models import RoleGrant
from shelters.tenancy.placement import Place, models_in
from shelters.vault.models import SealingKey

# Unique in all shelters together, and no UUID among its columns.
GUESSABLE = {
    "shelters_shelter name": "every shelter may read every row",
    "shelters_shelter schema": "every shelter may read every row",
    "shelters_domain host": "every shelter may read every row",
    "referrals_referral code": "made at random; that a letter bears it does not tell whose it is",
}
DUPLICATE = "23505"  # unique_violation
REFUSED = "42501"  # by a policy, before any constraint is asked


def shared_tables() -> list[str]:
    shared = [model for model in models_in(Place.PUBLIC) if hasattr(model, "shared")]
    return [model._meta.db_table for model in shared]


@pytest.mark.usefixtures("in_samal")
def test_nothing_that_can_be_guessed_is_unique_over_all_shelters():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname || ' ' || string_agg(attname, ', ' ORDER BY attname) FROM pg_index"
            " JOIN pg_class AS c ON c.oid = indrelid"
            " JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)"
            " WHERE indisunique AND c.relnamespace = 'public'::regnamespace AND relname = ANY(%s)"
            " GROUP BY indexrelid, c.relname HAVING bool_and(atttypid <> 'uuid'::regtype)",
            [shared_tables()],
        )
        found = {name for (name,) in cursor.fetchall()}

    assert found == set(GUESSABLE)


@pytest.mark.usefixtures("in_samal")
def test_every_shared_row_is_named_by_a_uuid():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_index ON indrelid = pg_class.oid AND indisprimary"
            " JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)"
            " WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)"
            " AND atttypid = 'uuid'::regtype",
            [shared_tables()],
        )
        found = [name for (name,) in cursor.fetchall()]

    assert sorted(found) == sorted(shared_tables())
    assert len(found) > 10


def answer_to(attempt: Callable[[], object]) -> str | None:
    try:
        with transaction.atomic():
            attempt()
    except DatabaseError as error:
        return str(error.__cause__.sqlstate)
    return None


def gift(shelter: UUID, donor: UUID, **more: Any) -> Receipt:
    usual = {"kind": "cash", "amount": Decimal("5.00"), "received_on": date(2024, 3, 1)}
    usual |= {"evidence": "voucher", "entered_by_id": uuid4()}
    return Receipt(shelter_id=shelter, donor_id=donor, **(usual | more))


def pointing_at(kind: str, row: UUID, own: UUID, donor: UUID) -> Model:
    """A row of Samal's that points at `row`, which is Tulpar's or nobody's."""
    day = date(2024, 3, 1)
    return {
        "donor_id": lambda: gift(own, row),
        "agreement_id": lambda: gift(own, donor, agreement_id=row),
        "gift_id": lambda: ReceiptNote(receipt_id=row, shelter_id=own, text="x"),
        "renewed_id": lambda: Renewal(
            agreement_id=row, shelter_id=own, state="verbal", as_of=day, entered_by_id=uuid4()
        ),
        "released_id": lambda: Release(referral_id=row, recipient_id=own, until=timezone.now()),
        "enclosed_id": lambda: Envelope(referral_id=row, sealed=b"x"),
    }[kind]()


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("donor_id", "donor_id"),
        ("agreement_id", "agreement_id"),
        ("gift_id", "gift_id"),
        ("renewed_id", "agreement_id"),
        ("released_id", "incoming_id"),
        ("enclosed_id", "incoming_id"),
    ],
)
def test_a_foreign_key_does_not_tell_whether_the_row_is_there(tulpars, in_samal, samal, kind, of):
    donor = Donor(name="Own", kind=DonorKind.INDIVIDUAL, shelter_id=samal.id)
    donor.save(force_insert=True)
    theirs, nobodys = tulpars.own_ids()[of], uuid4()

    def pointed(row: UUID) -> str | None:
        made = pointing_at(kind, row, samal.id, donor.id)
        return answer_to(lambda: made.save(force_insert=True))

    assert pointed(theirs) == pointed(nobodys) == REFUSED


def test_in_the_own_schema_a_person_of_another_shelter_is_nobody(in_samal, person, tulpar):
    with transaction.atomic():
        stranger = person(tulpar, "director")

    def grant(user: UUID) -> str | None:
        row = RoleGrant(user_id=user, role="director")
        return answer_to(lambda: row.save(force_insert=True))

    assert grant(stranger.pk) == grant(uuid4()) == "23503"  # foreign_key_violation


def test_who_knows_an_id_learns_that_it_is_taken_and_no_more(tulpars, in_samal, samal):
    """A UUID cannot be guessed; this is what is left to who has seen it."""
    theirs = tulpars.own_ids()["claim_id"]
    claim = Claim(id=theirs, shelter_id=samal.id, as_of=date(2024, 3, 1), entered_by_id=uuid4())

    assert answer_to(lambda: claim.save(force_insert=True)) == DUPLICATE
    assert answer_to(lambda: Claim.objects.filter(pk=theirs).update(statement="x")) is None
    assert not Claim.objects.filter(pk=theirs).exists()


def test_what_all_may_read_is_what_the_list_says():
    assert {Shelter._meta.db_table, Domain._meta.db_table} == {
        name.split()[0] for name, why in GUESSABLE.items() if "every row" in why
    }
    assert [rule.using for rule in SealingKey.shared.shelters] == ["true"]
