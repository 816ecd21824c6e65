from rest_framework.routers import SimpleRouter

from cases.api import CaseViewSet

app_name = "cases_api"

router = SimpleRouter(use_regex_path=False)
router.register("", CaseViewSet, basename="case")
urlpatterns = router.urls
