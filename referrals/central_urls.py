from django.urls import path

from referrals import central_views

app_name = "referrals_central"

urlpatterns = [
    path("", central_views.referrals, name="referrals"),
    path("<uuid:referral_id>/", central_views.referral, name="referral"),
]
