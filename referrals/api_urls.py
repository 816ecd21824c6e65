from rest_framework.routers import SimpleRouter

from referrals.api import ReferralViewSet

app_name = "referrals_api"

router = SimpleRouter(use_regex_path=False)
router.register("", ReferralViewSet, basename="referral")
urlpatterns = router.urls
