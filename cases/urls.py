from django.urls import path

from cases import views

app_name = "cases"

urlpatterns = [
    path("", views.clients, name="clients"),
    path("today/", views.today, name="today"),
    path("admit/", views.admit, name="admit"),
    path("earlier/", views.earlier, name="earlier"),
    path("<uuid:case_id>/", views.case, name="case"),
    path("<uuid:case_id>/note/", views.note, name="note"),
    path("<uuid:case_id>/next-step/", views.next_step, name="next_step"),
    path("<uuid:case_id>/plan/", views.plan, name="plan"),
    path("<uuid:case_id>/intake/", views.intake, name="intake"),
    path("<uuid:case_id>/consent/", views.consent, name="consent"),
    path("<uuid:case_id>/close/", views.close, name="close"),
    path("consents/<uuid:consent_id>/withdraw/", views.consent_withdraw, name="consent_withdraw"),
]
