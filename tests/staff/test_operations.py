"""Who comes, who goes, who may do what: asked of the database itself."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from shelters.events.models import Event
from shelters.refusals import Refusal
from shelters.staff import operations
from shelters.staff.models import Invitation, RoleGrant, User, hash_token, new_token
from shelters.staff.permissions import P, Role
from shelters.tenancy import in_shelter

PASSWORD = "three odd words"
IN_A_YEAR = date(2099, 1, 1)


def accept(token: str, **other: str) -> User:
    usual = {"name": "New Person", "password": PASSWORD, "language": "kk"}
    return operations.accept_invitation(token=token, **(usual | other))


def roles_of(user: User) -> list[Role]:
    return User.objects.get(pk=user.pk).roles


def events(name: str) -> int:
    return Event.objects.filter(type=name).count()


class TestInviting:
    pytestmark = pytest.mark.usefixtures("in_samal")

    def test_an_invited_person_becomes_a_user_with_these_roles(self, invited):
        _, token = invited(roles=[Role.LAWYER, Role.DIRECTOR])

        user = accept(token)

        assert user.roles == [Role.DIRECTOR, Role.LAWYER]
        assert user.check_password(PASSWORD)
        assert (user.email, user.language) == ("new@person.example", "kk")

    def test_a_link_works_once(self, invited):
        _, token = invited()
        accept(token)

        with pytest.raises(operations.InvitationOver):
            accept(token, name="Second Person")
        assert User.objects.filter(email="new@person.example").count() == 1

    def test_only_the_hash_of_the_token_is_kept(self, invited):
        invitation, token = invited()

        row = Invitation.objects.filter(pk=invitation.pk).values().get()
        assert row["token_hash"] == hash_token(token)
        assert token not in str(row)
        assert token not in str(list(Event.objects.values()))

    def test_a_second_press_finds_the_first_invitation(self, invited):
        first, token = invited()

        second, _ = invited(token=token)

        assert second == first
        assert events("staff.invited") == 1

    def test_an_open_invitation_is_not_doubled(self, invited):
        invited()

        with pytest.raises(operations.AlreadyInvited):
            invited(email="NEW@person.example")
        assert Invitation.objects.count() == 1

    def test_who_has_an_account_is_not_invited(self, invited):
        with pytest.raises(operations.AlreadyInvited):
            invited(email="Director@Samal.example")

    @pytest.mark.parametrize("how", ["too old", "withdrawn"])
    def test_a_link_that_is_over_lets_nobody_in_and_a_new_one_can_be_sent(
        self, invited, director, how
    ):
        invitation, token = invited()
        if how == "too old":
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        else:
            operations.withdraw_invitation(invitation=invitation, by=director)

        with pytest.raises(operations.InvitationOver):
            accept(token)
        _, fresh = invited()
        assert accept(fresh).email == "new@person.example"

    def test_withdrawing_twice_is_one_withdrawal(self, invited, director):
        invitation, _ = invited()

        operations.withdraw_invitation(invitation=invitation, by=director)
        operations.withdraw_invitation(invitation=invitation, by=director)

        assert events("staff.invitation_withdrawn") == 1

    def test_what_was_used_cannot_be_withdrawn(self, invited, director):
        invitation, token = invited()
        accept(token)

        with pytest.raises(operations.InvitationOver, match="used already"):
            operations.withdraw_invitation(invitation=invitation, by=director)

    @pytest.mark.parametrize(
        "role", [Role.COORDINATOR, Role.FUNDING_OFFICER, Role.NETWORK_OPERATOR]
    )
    def test_a_shelter_gives_no_role_of_the_central_host(self, invited, director, role):
        with pytest.raises(operations.WrongHostForRole):
            invited(roles=[Role.DIRECTOR, role])
        with pytest.raises(operations.WrongHostForRole):
            operations.change_roles(user=director, roles=[role], by=director)

    def test_at_least_one_role_is_given(self, invited):
        with pytest.raises(operations.NoRole):
            invited(roles=[])

    def test_a_volunteer_needs_an_end(self, invited):
        with pytest.raises(operations.VolunteerNeedsDate):
            invited(roles=[Role.VOLUNTEER])
        _, token = invited(roles=[Role.VOLUNTEER, Role.LAWYER], volunteer_until=IN_A_YEAR)

        ends = dict(accept(token).grants.values_list("role", "until"))
        assert ends == {"volunteer": IN_A_YEAR, "lawyer": None}


def test_the_central_host_gives_no_role_of_a_shelter(in_central_host, operator):
    with pytest.raises(operations.WrongHostForRole):
        operations.change_roles(user=operator, roles=[Role.DIRECTOR], by=operator)


class TestRoles:
    pytestmark = pytest.mark.usefixtures("in_samal")

    def test_the_person_holds_the_new_roles_and_no_others(self, samal, person, director):
        user = person(samal, Role.LAWYER, Role.NIGHT_DUTY)

        operations.change_roles(
            user=user,
            roles=[Role.LAWYER, Role.VOLUNTEER],
            volunteer_until=IN_A_YEAR,
            by=director,
        )

        assert roles_of(user) == [Role.LAWYER, Role.VOLUNTEER]
        assert events("staff.roles_changed") == 1

    def test_saving_the_same_roles_again_is_no_event(self, samal, person, director):
        user = person(samal, Role.VOLUNTEER, until=IN_A_YEAR)

        operations.change_roles(
            user=user, roles=[Role.VOLUNTEER], volunteer_until=IN_A_YEAR, by=director
        )

        assert events("staff.roles_changed") == 0

    def test_a_volunteers_role_ends_after_its_last_day(self, samal, person):
        today = timezone.localdate()
        last_day = person(samal, Role.VOLUNTEER, until=today)
        over = person(samal, Role.VOLUNTEER, until=today - timedelta(days=1))

        assert last_day.may(P.STAFF_READ)
        assert over.roles == []
        assert not over.may(P.STAFF_READ)


class TestTheLastDirector:
    pytestmark = pytest.mark.usefixtures("in_samal")

    def test_keeps_access(self, director):
        with pytest.raises(operations.LastOne, match="last director"):
            operations.deactivate(user=director, by=director)
        assert User.objects.get(pk=director.pk).is_active

    def test_keeps_the_role(self, director):
        with pytest.raises(operations.LastOne):
            operations.change_roles(user=director, roles=[Role.LAWYER], by=director)
        assert roles_of(director) == [Role.DIRECTOR]

    def test_may_take_on_a_second_role(self, director):
        operations.change_roles(user=director, roles=[Role.DIRECTOR, Role.LAWYER], by=director)

        assert roles_of(director) == [Role.DIRECTOR, Role.LAWYER]

    def test_is_still_the_last_beside_one_without_access(self, samal, person, director):
        other = person(samal, Role.DIRECTOR)
        operations.deactivate(user=other, by=director)

        with pytest.raises(operations.LastOne):
            operations.deactivate(user=director, by=director)

    def test_may_go_when_there_is_another(self, samal, person, director):
        other = person(samal, Role.DIRECTOR)

        operations.change_roles(user=director, roles=[Role.LAWYER], by=other)
        operations.deactivate(user=director, by=other)

        with pytest.raises(operations.LastOne):
            operations.deactivate(user=other, by=other)


def test_the_last_operator_stays_too(in_central_host, operator):
    with pytest.raises(operations.LastOperator, match="last network operator"):
        operations.deactivate(user=operator, by=operator)


@pytest.mark.parametrize("way", ["access", "role"])
def test_two_directors_who_remove_each_other_at_once_leave_one(
    committed, samal, person, director, way
):
    other = person(samal, Role.DIRECTOR)
    both_are_in = threading.Barrier(2)
    outcomes: list[str] = []

    def remove(victim: User, by: User) -> None:
        try:
            with in_shelter(samal):
                both_are_in.wait(10)
                if way == "access":
                    operations.deactivate(user=victim, by=by)
                else:
                    operations.change_roles(user=victim, roles=[Role.LAWYER], by=by)
            outcomes.append("removed")
        except Refusal:
            outcomes.append("refused")
        finally:
            connections.close_all()

    pairs = [(director, other), (other, director)]
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with in_shelter(samal):
        left = RoleGrant.objects.filter(role=Role.DIRECTOR, user__is_active=True).count()
        _put_back(director)
    assert (sorted(outcomes), left) == (["refused", "removed"], 1)


def _put_back(director: User) -> None:
    """The director of the fixtures outlives this test."""
    User.objects.filter(pk=director.pk).update(is_active=True)
    director.grants.all().delete()
    operations.give_roles(user=director, roles=[Role.DIRECTOR])


class TestAccess:
    pytestmark = pytest.mark.usefixtures("in_samal")

    def test_taking_it_away_ends_every_session_and_nobody_elses(
        self, samal, person, director, browser_of
    ):
        user, colleague = person(samal, Role.LAWYER), person(samal, Role.LAWYER)
        for who in (user, user, colleague):
            browser_of(who, "samal.localhost")

        operations.deactivate(user=user, by=director)

        left = [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()]
        assert left == [str(colleague.pk)]

    def test_invitations_of_somebody_without_access_open_nothing(
        self, samal, person, director, invited
    ):
        other = person(samal, Role.DIRECTOR)
        _, token = invited(by=other)

        operations.deactivate(user=other, by=director)

        with pytest.raises(operations.InvitationOver):
            accept(token)

    def test_a_second_press_changes_nothing(self, samal, person, director):
        user = person(samal, Role.LAWYER)

        for _ in range(2):
            operations.deactivate(user=user, by=director)
        for _ in range(2):
            operations.reactivate(user=user, by=director)

        assert (events("staff.deactivated"), events("staff.reactivated")) == (1, 1)
        assert User.objects.get(pk=user.pk).is_active


def test_allauths_own_table_of_addresses_follows_every_way_in(
    samal, in_samal, director, operator, invited
):
    _, token = invited()
    joined = accept(token)

    for user in (director, joined):
        row = EmailAddress.objects.get(user=user)
        assert (row.email, row.verified, row.primary) == (user.email, True, True)


def test_tokens_are_long_and_never_the_same():
    tokens = {new_token() for _ in range(50)}

    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}
