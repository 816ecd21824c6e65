from django.urls import path

from shelters.api import views

app_name = "api"

urlpatterns = [
    path("", views.docs, name="docs"),
    path("schema/", views.SchemaViewSet.as_view({"get": "list"}), name="schema"),
]
