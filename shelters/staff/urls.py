from django.urls import path

from shelters.staff import views

app_name = "staff"

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path(
        "invitations/<uuid:invitation_id>/withdraw/",
        views.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("people/<uuid:person_id>/deactivate/", views.deactivate, name="deactivate"),
    path("people/<uuid:person_id>/reactivate/", views.reactivate, name="reactivate"),
    path("me/", views.me, name="me"),
    path("language/", views.language, name="language"),
]
