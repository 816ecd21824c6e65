from django.urls import path

from referrals import views

app_name = "referrals"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("sent/", views.outgoing, name="outgoing"),
    path("past/", views.past, name="past"),
    path("send/<uuid:case_id>/", views.send, name="send"),
    path("<uuid:referral_id>/", views.referral, name="referral"),
    path("<uuid:referral_id>/accept/", views.accept, name="accept"),
    path("<uuid:referral_id>/decline/", views.decline, name="decline"),
    path("<uuid:referral_id>/arrive/", views.arrive, name="arrive"),
    path("<uuid:referral_id>/not-arrived/", views.not_arrived, name="not_arrived"),
    path("<uuid:referral_id>/sent/", views.sent, name="sent"),
    path("<uuid:referral_id>/withdraw/", views.withdraw, name="withdraw"),
]
