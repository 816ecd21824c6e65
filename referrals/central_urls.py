app_name = "referrals_central"
urlpatterns: list = []
