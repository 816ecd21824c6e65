from django.urls import path

from funding import central_views

app_name = "funding_central"

urlpatterns = [
    path("", central_views.shelters, name="shelters"),
    path("donors/", central_views.donors, name="donors"),
    path("donors/<uuid:donor_id>/", central_views.donor_detail, name="donor_detail"),
    path("<uuid:shelter_id>/", central_views.statement, name="statement"),
    path(
        "<uuid:shelter_id>/download/", central_views.statement_download, name="statement_download"
    ),
]
