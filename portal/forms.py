"""How Django forms come out: our field component, errors linked to their fields."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Renders forms, fields and error lists with the templates of the design system."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
