from django.urls import path

from funding import central_views

app_name = "funding_central"

urlpatterns = [
    path("", central_views.shelters, name="shelters"),
    path("<uuid:shelter_id>/", central_views.statement, name="statement"),
]
