from django.urls import path

from funding import views

app_name = "funding"

urlpatterns = [
    path("", views.statement, name="statement"),
    path("download/", views.statement_download, name="statement_download"),
    path("donors/", views.donors, name="donors"),
    path("donors/add/", views.donor_add, name="donor_add"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/add/", views.agreement_add, name="agreement_add"),
    path("agreements/<uuid:agreement_id>/", views.agreement_detail, name="agreement_detail"),
    path(
        "agreements/<uuid:agreement_id>/renewal/",
        views.agreement_renewal,
        name="agreement_renewal",
    ),
    path("gifts/", views.gifts, name="gifts"),
    path("gifts/add/", views.gift_add, name="gift_add"),
    path("gifts/<uuid:gift_id>/", views.gift_detail, name="gift_detail"),
    path("gifts/<uuid:gift_id>/reverse/", views.gift_reverse, name="gift_reverse"),
    path("claims/add/", views.claim_add, name="claim_add"),
    path("claims/<uuid:claim_id>/withdraw/", views.claim_withdraw, name="claim_withdraw"),
]
