"""Addresses on the central host, where nobody sees a client."""

from django.urls import include, path

from shelters.views import choose_home

urlpatterns = [
    path("", choose_home, name="home"),
    path("referrals/", include("referrals.central_urls")),
    path("money/", include("funding.central_urls")),
    path("shelters/", include("config.operating.urls")),
    path("api/", include("shelters.api.urls")),
    path("api/referrals/", include("referrals.central_api_urls")),
    path("api/funding/", include("funding.central_api_urls")),
    path("staff/me/tokens/", include("shelters.api.token_urls")),
    path("staff/", include("shelters.staff.urls")),
    path("account/", include("shelters.staff.account_urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
