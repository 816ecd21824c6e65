from django.urls import path
from rest_framework.routers import SimpleRouter

from funding import api

app_name = "funding_api"

router = SimpleRouter(use_regex_path=False)
router.register("donors", api.DonorViewSet, basename="donor")
router.register("agreements", api.AgreementViewSet, basename="agreement")
router.register("gifts", api.GiftViewSet, basename="gift")
router.register("claims", api.ClaimViewSet, basename="claim")
urlpatterns = [
    path("statement/", api.StatementViewSet.as_view({"get": "show"}), name="statement"),
    *router.urls,
]
