"""One way to draw every form: label above, help, error, field, tied together for readers aloud."""

from django.forms.renderers import TemplatesSetting


class PanaRenderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
