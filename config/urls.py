"""Addresses on a shelter's own host."""

from django.conf import settings
from django.urls import include, path

from shelters.views import choose_home

urlpatterns = [
    path("", choose_home, name="home"),
    path("clients/", include("cases.urls")),
    path("referrals/", include("referrals.urls")),
    path("money/", include("funding.urls")),
    path("api/", include("shelters.api.urls")),
    path("api/cases/", include("cases.api_urls")),
    path("api/referrals/", include("referrals.api_urls")),
    path("api/funding/", include("funding.api_urls")),
    path("staff/me/tokens/", include("shelters.api.token_urls")),
    path("staff/", include("shelters.staff.urls")),
    path("account/", include("shelters.staff.account_urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("_ui/", include("config.ui")))

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
