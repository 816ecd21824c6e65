from django.urls import path

from shelters import views

app_name = "shelters"

urlpatterns = [path("", views.shelter_list, name="shelters")]
