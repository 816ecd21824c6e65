"""A new password: asked for by letter, or changed by the person."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from shelters.events.models import Delivery, Event
from shelters.staff.models import User
from shelters.staff.operations import deactivate
from shelters.staff.passwords import SENTENCES, check_password_choice
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter

PASSWORD, NEW = "correct-horse-7", "three odd words"
ASK, CHANGE = "/account/password/reset/", "/account/password/change/"
SAMAL, TULPAR, CENTRAL = "samal.localhost", "tulpar.localhost", "pana.localhost"
TWIN = UUID("22222222-2222-4222-8222-222222222222")
OVER = "This link no longer works"


@pytest.fixture
def user(samal, person):
    return person(samal, Role.LAWYER, name="Ludmila O'Neil", language="en")


@pytest.fixture
def letter(user, stranger, sent, settings):
    """The letter that follows when a new password is asked for at samal.localhost:8123."""
    settings.PORT = "8123"
    (letter,) = sent(lambda: stranger("samal.localhost:8123").post(ASK, {"email": user.email}))
    return letter


def path_in(letter) -> str:
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def follow(browser, path):
    """Open the link as a browser does; the page where the password is chosen."""
    return browser.get(path, follow=True)


def choose(browser, page, password=NEW, again=None):
    typed = {"password1": password, "password2": again or password}
    return browser.post(page.request["PATH_INFO"], typed, follow=True)


def is_password_of(user, password, shelter) -> bool:
    with in_shelter(shelter):
        return User.objects.get(pk=user.pk).check_password(password)


class TestAskingForOne:
    def test_the_letter_leads_to_the_host_and_port_where_it_was_asked_for(self, letter, user):
        assert letter.to == [user.email]
        assert "http://samal.localhost:8123/account/password/reset/key/" in letter.body
        assert "Ludmila O'Neil" in letter.body
        assert letter.subject == "A new password for Pana"

    def test_the_letter_leads_to_our_port_whatever_the_request_said(self, user, stranger, sent):
        """On another port of the same machine somebody else may wait for the link."""
        (letter,) = sent(lambda: stranger("samal.localhost:6666").post(ASK, {"email": user.email}))

        assert "http://samal.localhost/account/password/reset/key/" in letter.body

    def test_the_letter_names_no_shelter_and_no_role(self, letter):
        said = letter.subject + re.sub(r"http\S+", "", letter.body)
        assert not re.search("samal|lawyer|client", said, re.IGNORECASE)

    @pytest.mark.parametrize("who", ["known", "unknown", "no access"])
    def test_the_page_says_the_same_to_all(self, samal, user, director, stranger, who):
        if who == "no access":
            with in_shelter(samal):
                deactivate(user=user, by=director)
        email = "nobody@samal.example" if who == "unknown" else user.email

        response = stranger().post(ASK, {"email": email}, follow=True)

        assert "If somebody logs in here with this address" in response.text
        assert email not in response.text

    @pytest.mark.parametrize("who", ["unknown", "no access", "other shelter"])
    def test_only_who_has_access_gets_a_letter(self, samal, user, director, stranger, sent, who):
        with in_shelter(samal):
            deactivate(user=user, by=director)
        emails = {
            "unknown": "nobody@samal.example",
            "no access": user.email,
            "other shelter": "director@tulpar.example",
        }

        assert sent(lambda: stranger().post(ASK, {"email": emails[who]})) == []

    def test_known_and_unknown_cost_the_same_statements(self, samal, user, stranger, statements):
        counts = []
        for email in (user.email, "nobody@samal.example"):
            browser = stranger()
            with statements() as made:
                browser.post(ASK, {"email": email})
            counts.append(len(made))

        assert counts[0] == counts[1]

    def test_no_address_and_no_link_is_kept(self, samal, user, letter):
        with in_shelter(samal):
            kept = str([list(m.objects.values()) for m in (Event, Delivery)])

        token = path_in(letter).rstrip("/").rsplit("-", 1)[1]
        assert user.email not in kept
        assert token not in kept

    def test_who_asks_again_and_again_must_wait(self, user, stranger):
        browser = stranger()
        statuses = [browser.post(ASK, {"email": user.email}).status_code for _ in range(4)]

        assert statuses == [302, 302, 302, 429]

    @pytest.mark.parametrize(
        "typed", ["", "nobody", "nul\x00l@samal.example", f"{'x' * 5000}@samal.example"]
    )
    def test_a_malformed_address_comes_back_with_a_sentence(self, samal, stranger, typed):
        response = stranger().post(ASK, {"email": typed})

        assert response.status_code == 200
        assert "Please check this" in response.text


class TestTheLink:
    def test_leads_to_a_new_password(self, samal, user, letter, stranger, sent):
        browser = stranger()
        page = follow(browser, path_in(letter))

        (notice,) = sent(lambda: choose(browser, page))

        assert is_password_of(user, NEW, samal)
        assert notice.subject == "Your password for Pana was changed"
        assert not re.search(r"127\.0\.0\.1|http|samal", notice.body)

    def test_works_once(self, samal, user, letter, stranger):
        browser = stranger()
        choose(browser, follow(browser, path_in(letter)))

        assert OVER in follow(stranger(), path_in(letter)).text

    def test_a_second_press_does_no_harm(self, samal, user, letter, stranger):
        browser = stranger()
        page = follow(browser, path_in(letter))
        choose(browser, page)

        assert OVER in choose(browser, page, "quite other words").text
        assert is_password_of(user, NEW, samal)

    def test_is_over_after_two_hours(self, letter, stranger, monkeypatch):
        later = datetime.now() + timedelta(hours=2, minutes=1)
        monkeypatch.setattr("shelters.staff.tokens.ResetTokens._now", lambda self: later)

        assert OVER in follow(stranger(), path_in(letter)).text

    def test_opens_nothing_once_access_is_taken_away(self, samal, user, director, letter, stranger):
        with in_shelter(samal):
            deactivate(user=user, by=director)

        assert OVER in follow(stranger(), path_in(letter)).text

    @pytest.mark.parametrize("other", [TULPAR, CENTRAL])
    def test_opens_nothing_on_another_host(self, samal, tulpar, person, stranger, sent, other):
        same = {"id": TWIN, "email": "twin@everywhere.example", "name": "Twin"}
        here = person(samal, Role.DIRECTOR, **same)
        there = tulpar if other == TULPAR else None
        twin = person(there, Role.DIRECTOR if there else Role.NETWORK_OPERATOR, **same)
        _set_hash(twin, there, here.password)
        (letter,) = sent(lambda: stranger(SAMAL).post(ASK, {"email": here.email}))

        assert OVER in follow(stranger(other), path_in(letter)).text
        assert OVER not in follow(stranger(SAMAL), path_in(letter)).text

    @pytest.mark.parametrize(
        "key",
        ["x-y", f"{TWIN.hex}-set-password", f"{TWIN.hex}-%00", "9" * 300 + "-a", "z-" + "a" * 3000],
    )
    def test_a_made_up_link_is_over(self, samal, stranger, key):
        assert OVER in follow(stranger(), f"/account/password/reset/key/{key}/").text

    def test_wrong_choices_come_back_with_a_sentence(self, samal, user, letter, stranger):
        browser = stranger()
        page = follow(browser, path_in(letter))

        assert "Use at least 12 characters." in choose(browser, page, "short").text
        assert "The two passwords differ." in choose(browser, page, NEW, "other odd words").text
        assert "Please check this" in choose(browser, page, "x" * 5000).text
        assert "Please check this" in choose(browser, page, "nul\x00l and more words").text
        assert is_password_of(user, PASSWORD, samal)

    def test_the_letter_is_in_the_persons_language_wherever_it_was_asked_for(
        self, samal, person, stranger, sent, monkeypatch
    ):
        seen = []
        monkeypatch.setattr(
            "shelters.staff.mail.render_to_string",
            lambda *args: seen.append(translation.get_language()) or "x",
        )
        user = person(samal, Role.LAWYER, language="kk")

        sent(lambda: stranger().post(ASK, {"email": user.email}))

        assert set(seen) == {"kk"}


class TestChangingOnesOwn:
    def test_needs_the_present_one(self, samal, user, browser_of):
        browser = browser_of(user, SAMAL)
        typed = {"oldpassword": "wrong-horse-77", "password1": NEW, "password2": NEW}

        response = browser.post(CHANGE, typed)

        assert "This is not your present password." in response.text
        assert is_password_of(user, PASSWORD, samal)

    def test_ends_every_other_session_and_keeps_this_one(self, samal, user, browser_of, sent):
        here, elsewhere = browser_of(user, SAMAL), browser_of(user, SAMAL)
        typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

        (notice,) = sent(lambda: here.post(CHANGE, typed))

        assert notice.to == [user.email]
        assert "The new password is saved." in here.get("/staff/me/").text
        assert elsewhere.get("/staff/me/").status_code == 302
        assert is_password_of(user, NEW, samal)
        with in_shelter(samal):
            assert Event.objects.filter(type="staff.password_changed", by_id=user.pk).exists()

    def test_is_not_for_strangers(self, samal, stranger):
        assert stranger().get(CHANGE).status_code == 302

    def test_gives_nobody_access_back_who_lost_it_meanwhile(self, samal, user, director):
        from allauth.account.adapter import get_adapter

        with in_shelter(samal):
            read_before = User.objects.get(pk=user.pk)
            deactivate(user=user, by=director)
            get_adapter().set_password(read_before, NEW)

            assert not User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("qwertyuiopasdfghjkl", None),
        ("123456123456", "password_entirely_numeric"),
        ("administrator", "password_too_common"),
        ("aigerim-bekova", "password_too_similar"),
        (NEW, None),
    ],
)
def test_every_rule_speaks_in_our_words(password, code):
    user = User(email="a@samal.example", name="Aigerim Bekova")
    try:
        check_password_choice(password, user)
        broken = set()
    except ValidationError as refused:
        broken = {error.code for error in refused.error_list}

    assert broken <= set(SENTENCES)
    assert (code in broken) if code else not broken


def _set_hash(user, shelter, password_hash):
    with in_shelter(shelter) if shelter else in_central():
        User.objects.filter(pk=user.pk).update(password=password_hash)
