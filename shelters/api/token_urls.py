from django.urls import path

from shelters.api import views

app_name = "tokens"

urlpatterns = [
    path("", views.tokens, name="tokens"),
    path("make/", views.token_make, name="make"),
    path("<uuid:token_id>/revoke/", views.token_revoke, name="revoke"),
]
