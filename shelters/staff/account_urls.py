from allauth.account import views
from django.urls import path

from shelters.staff.permissions import rule

urlpatterns = [
    path("login/", rule(public=True)(views.login), name="account_login"),
    path("logout/", rule(public=True)(views.logout), name="account_logout"),
]
