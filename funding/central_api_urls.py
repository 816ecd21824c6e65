from rest_framework.routers import SimpleRouter

from funding.api import NetworkDonorViewSet, NetworkMoneyViewSet

app_name = "funding_central_api"

router = SimpleRouter(use_regex_path=False)
router.register("shelters", NetworkMoneyViewSet, basename="shelter")
router.register("donors", NetworkDonorViewSet, basename="donor")
urlpatterns = router.urls
