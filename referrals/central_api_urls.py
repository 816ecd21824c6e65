from rest_framework.routers import SimpleRouter

from referrals.api import NetworkReferralViewSet

app_name = "referrals_central_api"

router = SimpleRouter(use_regex_path=False)
router.register("", NetworkReferralViewSet, basename="referral")
urlpatterns = router.urls
