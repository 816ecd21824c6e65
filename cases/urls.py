from django.urls import path

from cases.views import admission, casework, lists

app_name = "cases"

urlpatterns = [
    path("", lists.clients, name="clients"),
    path("today/", lists.today, name="today"),
    path("admit/", admission.admit, name="admit"),
    path("earlier/", admission.earlier, name="earlier"),
    path("<uuid:case_id>/", casework.case, name="case"),
    path("<uuid:case_id>/note/", casework.note, name="note"),
    path("<uuid:case_id>/next-step/", casework.next_step, name="next_step"),
    path("<uuid:case_id>/plan/", casework.plan, name="plan"),
    path("<uuid:case_id>/intake/", casework.intake, name="intake"),
    path("<uuid:case_id>/consent/", casework.consent, name="consent"),
    path("<uuid:case_id>/close/", casework.close, name="close"),
    path(
        "consents/<uuid:consent_id>/withdraw/", casework.consent_withdraw, name="consent_withdraw"
    ),
]
