from django.urls import path

from config.operating import views

app_name = "operating"

urlpatterns = [path("", views.shelters, name="shelters")]
