"""Forms that were sent and are wrong: what a service refused beside its fields, and the status of the answer."""

from django import forms

from clients.errors import Invalid


def show_errors(form: forms.BaseForm, error: Invalid) -> None:
    """Put a service's errors beside the fields they name."""
    for name, sentence in error.errors.items():
        form.add_error(name if name in form.fields else None, sentence)


def status_of(form: forms.BaseForm) -> int:
    """400 for a form that was sent and is wrong."""
    return 400 if form.is_bound and not form.is_valid() else 200
