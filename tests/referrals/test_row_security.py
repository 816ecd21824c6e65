"""What the database itself refuses, asked as the app's role and past the operations."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from referrals.models import STEPS, Envelope, Referral, Release, Side, Status
from shelters.models import Shelter
from shelters.tenancy import in_central, in_shelter
from shelters.tenancy.migrate import as_owner
from shelters.vault.fields import CannotOpen
from shelters.vault.letters import open_letter, seal_letter

SUMMARY = b'{"version": 1}'
DAY = timedelta(days=1)


def referral_of(sender: Shelter, recipient: Shelter, **other: Any) -> Referral:
    now = timezone.now()
    usual: dict[str, Any] = {
        "code": f"R-{letters(uuid4().int)}",
        "sender_id": sender.id,
        "recipient_id": recipient.id,
        "urgency": "emergency_24h",
        "reason": "safety",
        "needs": ["bed", "legal"],
        "age_group": "adult",
        "sent_at": now,
        "answer_by": now + DAY,
    }
    return Referral(**(usual | other))


def names_of(changed: Any) -> str:
    """Ids of cases without times, which differ from run to run."""
    return ",".join(changed) if isinstance(changed, dict) else str(changed)


def letters(number: int) -> str:
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(alphabet[number // len(alphabet) ** place % 30] for place in range(4))


def release_of(referral: Referral, **other: Any) -> Release:
    usual: dict[str, Any] = {
        "referral_id": referral.id,
        "recipient_id": referral.recipient_id,
        "sections": ["identity", "plan"],
        "until": timezone.now() + 30 * DAY,
    }
    return Release(**(usual | other))


def envelope_of(referral: Referral) -> Envelope:
    sealed = seal_letter(SUMMARY, recipient_id=referral.recipient_id, letter_id=referral.id)
    return Envelope(referral_id=referral.id, sealed=sealed)


@pytest.fixture
def letter(samal, tulpar) -> Referral:
    """Samal has sent a referral to Tulpar, with release and envelope."""
    with in_shelter(samal):
        return put_letter(samal, tulpar)


def put_letter(sender: Shelter, recipient: Shelter, **release: Any) -> Referral:
    referral = referral_of(sender, recipient)
    referral.save(force_insert=True)
    release_of(referral, **release).save(force_insert=True)
    envelope_of(referral).save(force_insert=True)
    return referral


def refused(attempt: Callable[[], object], error: type[DatabaseError] = ProgrammingError) -> str:
    with pytest.raises(error) as caught, transaction.atomic():
        attempt()
    return str(caught.value)


def step(letter: Referral, to: str, **written: Any) -> None:
    """Write the step straight into the table, with everything that belongs to it."""
    now = timezone.now()
    needed = {
        "accepted": {"answered_at": now, "arrive_by": now + DAY},
        "declined": {"answered_at": now, "ended_at": now, "decline_reason": "full"},
        "withdrawn": {"ended_at": now},
        "arrived": {"arrived_at": now, "ended_at": now},
        "not_arrived": {"ended_at": now},
        "sent": {},
    }[to]
    changed = Referral.objects.filter(pk=letter.pk).update(status=to, **(needed | written))
    assert changed == 1


def the_sealed_text(letter: Referral) -> bytes | None:
    found = Envelope.objects.filter(pk=letter.pk).first()
    return open_letter(bytes(found.sealed), letter_id=letter.pk) if found else None


def test_sender_and_recipient_see_the_referral_and_nobody_else_does(letter, samal, tulpar, aidyn):
    for shelter, sees in ((samal, True), (tulpar, True), (aidyn, False)):
        with in_shelter(shelter):
            assert Referral.objects.filter(pk=letter.pk).exists() is sees
            assert Release.objects.filter(pk=letter.pk).exists() is sees


def test_nobody_reads_the_envelope_before_it_is_accepted(letter, samal, tulpar, aidyn):
    for shelter in (samal, tulpar, aidyn):
        with in_shelter(shelter):
            assert not Envelope.objects.exists()


def test_only_the_recipient_reads_the_envelope(letter, samal, tulpar, aidyn):
    with in_shelter(tulpar):
        step(letter, "accepted")
        assert the_sealed_text(letter) == SUMMARY
    for shelter in (samal, aidyn):
        with in_shelter(shelter):
            assert not Envelope.objects.exists()


def test_central_sees_the_referral_but_has_no_right_on_release_and_envelope(
    letter, in_central_host
):
    assert Referral.objects.get().code == letter.code
    assert "permission denied" in refused(lambda: Release.objects.exists())
    assert "permission denied" in refused(lambda: Envelope.objects.exists())


def test_central_changes_nothing(letter, in_central_host, samal, tulpar):
    assert "permission denied" in refused(lambda: step(letter, "withdrawn"))
    assert "permission denied" in refused(
        lambda: referral_of(samal, tulpar).save(force_insert=True)
    )


def test_a_withdrawn_release_closes_the_envelope(letter, samal, tulpar):
    with in_shelter(tulpar):
        step(letter, "accepted")
    with in_shelter(samal):
        assert Release.objects.filter(pk=letter.pk).update(withdrawn_at=timezone.now()) == 1

    with in_shelter(tulpar):
        assert the_sealed_text(letter) is None


def test_a_release_past_its_time_closes_the_envelope(samal, tulpar):
    with in_shelter(samal):
        letter = put_letter(samal, tulpar, until=timezone.now() + timedelta(seconds=1))
    with in_shelter(tulpar):
        step(letter, "accepted")
        assert the_sealed_text(letter) == SUMMARY

        time.sleep(1.1)
        assert the_sealed_text(letter) is None


def test_nobody_accepts_what_is_no_longer_released(samal, tulpar):
    with in_shelter(samal):
        letter = put_letter(samal, tulpar, until=timezone.now() - timedelta(seconds=1))

    with in_shelter(tulpar):
        said = refused(lambda: step(letter, "accepted"), IntegrityError)
    assert "consent" in said


def test_a_release_is_withdrawn_once_by_its_sender_and_otherwise_never_changed(
    letter, samal, tulpar
):
    with in_shelter(samal):
        for change in ({"until": timezone.now() + 60 * DAY}, {"sections": ["identity"]}):
            refused(lambda c=change: Release.objects.update(**c), DatabaseError)
        Release.objects.update(withdrawn_at=timezone.now())
        assert Release.objects.update(withdrawn_at=None) == 0
    with in_shelter(tulpar):
        assert Release.objects.update(withdrawn_at=timezone.now()) == 0


def test_the_recipient_withdraws_no_release(letter, tulpar):
    with in_shelter(tulpar):
        assert Release.objects.update(withdrawn_at=timezone.now()) == 0


@pytest.mark.parametrize(
    ("side", "ending"),
    [
        ("recipient", ["declined"]),
        ("sender", ["withdrawn"]),
        ("recipient", ["accepted", "arrived"]),
        ("recipient", ["accepted", "not_arrived"]),
    ],
    ids=str,
)
def test_the_envelope_is_destroyed_when_the_referral_ends(
    committed, letter, samal, tulpar, side, ending
):
    with in_shelter(samal if side == "sender" else tulpar):
        for to in ending:
            step(letter, to)

    with as_owner() as cursor:
        cursor.execute("SELECT count(*) FROM public.referrals_envelope")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", ["referral", "release", "envelope"])
def test_nobody_deletes(letter, samal, tulpar, table):
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM public.referrals_{table}")

    for unit in (in_shelter(samal), in_shelter(tulpar), in_central()):
        with unit:
            assert "permission denied" in refused(run)


def test_nobody_changes_an_envelope(letter, samal, tulpar):
    for shelter in (samal, tulpar):
        with in_shelter(shelter):
            assert "permission denied" in refused(lambda: Envelope.objects.update(sealed=b"x"))


@pytest.mark.parametrize(
    "change",
    [
        {"sender_id": uuid4()},
        {"recipient_id": uuid4()},
        {"urgency": "normal_2w"},
        {"needs": ["bed"]},
        {"code": "R-2222"},
        {"sent_at": timezone.now()},
        {"answer_by": timezone.now()},
        {"reason": "other"},
        {"languages": ["kk"]},
    ],
    ids=names_of,
)
def test_nobody_changes_what_was_sent(letter, samal, tulpar, change):
    for shelter, to in ((samal, "withdrawn"), (tulpar, "accepted")):
        with in_shelter(shelter):
            refused(lambda: Referral.objects.update(**change), DatabaseError)
            refused(lambda t=to: step(letter, t, **change), DatabaseError)
            assert Referral.objects.get().status == "sent"


def test_a_step_writes_only_its_own_times(letter, tulpar):
    now = timezone.now()
    with in_shelter(tulpar):
        step(letter, "accepted")
        for other in ({"answered_at": now}, {"arrive_by": now + 9 * DAY}):
            said = refused(lambda o=other: step(letter, "arrived", **o), IntegrityError)
            assert "must stay as it was sent" in said


def steps_that_are_not() -> list[tuple[str, str]]:
    return [
        (str(old), str(new)) for old in Status for new in Status if new not in STEPS.get(old, {})
    ]


WAY_TO: dict[str, list[tuple[str, str]]] = {
    "sent": [],
    "accepted": [("recipient", "accepted")],
    "declined": [("recipient", "declined")],
    "withdrawn": [("sender", "withdrawn")],
    "arrived": [("recipient", "accepted"), ("recipient", "arrived")],
    "not_arrived": [("recipient", "accepted"), ("recipient", "not_arrived")],
}


def walk(letter: Referral, to: str, sides: dict[str, Shelter]) -> None:
    for side, status in WAY_TO[to]:
        with in_shelter(sides[side]):
            step(letter, status)


@pytest.mark.parametrize(("old", "new"), steps_that_are_not(), ids=str)
def test_no_state_is_skipped_repeated_or_taken_back(letter, samal, tulpar, old, new):
    sides = {"sender": samal, "recipient": tulpar}
    walk(letter, old, sides)

    for shelter in sides.values():
        with in_shelter(shelter):
            said = refused(lambda: step(letter, new), IntegrityError)
            assert f"does not go from {old} to {new}" in said


@pytest.mark.parametrize(
    ("old", "new", "side"),
    [(old, new, side) for old, steps in STEPS.items() for new, side in steps.items()],
    ids=str,
)
def test_each_step_is_one_sides_and_not_the_others(letter, samal, tulpar, aidyn, old, new, side):
    sides = {"sender": samal, "recipient": tulpar}
    walk(letter, old, sides)
    other = sides[Side.RECIPIENT if side == Side.SENDER else Side.SENDER]

    with in_shelter(other):
        assert "other shelter" in refused(lambda: step(letter, new))
    with in_shelter(aidyn):
        assert Referral.objects.filter(pk=letter.pk).update(status=new) == 0
    with in_shelter(sides[side]):
        step(letter, new)
        assert Referral.objects.get(pk=letter.pk).status == new


def test_nobody_sends_in_anothers_name_or_to_oneself(samal, tulpar, in_samal):
    assert "row-level security" in refused(referral_of(tulpar, samal).save)
    assert "row-level security" in refused(referral_of(samal, samal).save)


def test_nobody_sends_to_a_shelter_that_is_not_there(in_samal, samal):
    stranger = Shelter(id=uuid4(), name="Nowhere")

    assert "row-level security" in refused(referral_of(samal, stranger).save)


def test_nothing_is_sent_to_an_archived_shelter(committed, samal, aidyn):
    with as_owner() as cursor:
        cursor.execute("UPDATE shelters_shelter SET state = 'archived' WHERE id = %s", [aidyn.id])
    try:
        with in_shelter(samal):
            assert "row-level security" in refused(referral_of(samal, aidyn).save)
    finally:
        with as_owner() as cursor:
            cursor.execute("UPDATE shelters_shelter SET state = 'open' WHERE id = %s", [aidyn.id])


def test_nothing_begins_half_way(in_samal, samal, tulpar):
    now = timezone.now()
    begun = referral_of(samal, tulpar, status="accepted", answered_at=now, arrive_by=now + DAY)

    assert "row-level security" in refused(begun.save)


def test_no_release_or_envelope_for_anothers_referral(letter, tulpar, aidyn):
    with in_shelter(tulpar):
        theirs = referral_of(tulpar, aidyn)
        theirs.save(force_insert=True)

    for shelter in (tulpar, aidyn):
        with in_shelter(shelter):
            other = Referral(id=uuid4(), recipient_id=aidyn.id)
            for referral in (letter, other):
                assert "row-level security" in refused(
                    lambda r=referral: release_of(r).save(force_insert=True)
                )
                assert "row-level security" in refused(
                    lambda r=referral: envelope_of(r).save(force_insert=True)
                )


def test_a_release_names_the_recipient_of_its_referral(in_samal, samal, tulpar, aidyn):
    referral = referral_of(samal, tulpar)
    referral.save(force_insert=True)

    release = release_of(referral, recipient_id=aidyn.id)
    assert "row-level security" in refused(lambda: release.save(force_insert=True))


def test_no_second_envelope_once_the_first_is_destroyed(letter, samal, tulpar):
    with in_shelter(tulpar):
        step(letter, "declined")

    with in_shelter(samal):
        assert "row-level security" in refused(lambda: envelope_of(letter).save(force_insert=True))


@pytest.mark.parametrize(
    "broken",
    [
        {"needs": ["Aigerim"]},
        {"needs": []},
        {"languages": ["Aigerim"]},
        {"sex": "Aigerim"},
        {"age_group": "both"},
        {"reason": "because"},
        {"code": "Birch 12"},
        {"urgency": "urgent_72h"},
        {"answer_by": timezone.now() + 90 * DAY},
        {"answered_at": timezone.now()},
        {"decline_reason": "full"},
        {"ended_at": timezone.now()},
    ],
    ids=names_of,
)
def test_facts_about_a_referral_hold_in_the_database(in_samal, samal, tulpar, broken):
    assert "violates check" in refused(referral_of(samal, tulpar, **broken).save, IntegrityError)


@pytest.mark.parametrize(
    ("to", "broken"),
    [
        ("accepted", {"arrive_by": None}),
        ("accepted", {"answered_at": timezone.now() - 30 * DAY}),
        ("declined", {"decline_reason": "ugly"}),
        ("declined", {"decline_reason": ""}),
        ("declined", {"ended_at": None}),
    ],
    ids=names_of,
)
def test_a_step_is_taken_whole(letter, tulpar, to, broken):
    with in_shelter(tulpar):
        assert "violates check" in refused(lambda: step(letter, to, **broken), IntegrityError)


def test_nobody_arrives_before_being_sent_or_in_the_future(letter, tulpar):
    with in_shelter(tulpar):
        step(letter, "accepted")
        for at in (letter.sent_at - DAY, timezone.now() + DAY):
            assert "violates check" in refused(
                lambda a=at: step(letter, "arrived", arrived_at=a), IntegrityError
            )


def test_the_other_half_of_the_key_does_not_open_the_envelope(letter, tulpar, aidyn):
    """Even with the bytes in hand: they open for the recipient, as this letter, and nobody else."""
    with in_shelter(tulpar):
        step(letter, "accepted")
        sealed = bytes(Envelope.objects.get().sealed)
        with pytest.raises(CannotOpen):
            open_letter(sealed, letter_id=uuid4())
    with in_shelter(aidyn), pytest.raises(CannotOpen):
        open_letter(sealed, letter_id=letter.pk)
