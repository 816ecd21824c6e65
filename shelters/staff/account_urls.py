"""All that is routed of allauth: signing in and out, and passwords. Sign-up does not exist."""

from allauth.account import views
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelters.staff.permissions import rule

a_form = require_http_methods(["GET", "HEAD", "POST"])  # allauth's own would take PUT for POST

urlpatterns = [
    path("login/", rule(public=True)(a_form(views.login)), name="account_login"),
    path("logout/", rule(public=True)(require_POST(views.logout)), name="account_logout"),
    path(
        "password/change/",
        rule(anyone=True)(a_form(views.password_change)),
        name="account_change_password",
    ),
    path(
        "password/reset/",
        rule(public=True)(a_form(views.password_reset)),
        name="account_reset_password",
    ),
    path(
        "password/reset/done/",
        rule(public=True)(require_safe(views.password_reset_done)),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        rule(public=True)(a_form(views.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        rule(public=True)(require_safe(views.password_reset_from_key_done)),
        name="account_reset_password_from_key_done",
    ),
]
