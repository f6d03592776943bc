"""The forms of the staff door, on top of allauth's: bounded passwords, and codes that are counted in the database."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from portal import second_factor
from portal.account_adapter import may_try_password
from portal.accounts.models import User

LONGEST_PASSWORD = 1024  # characters; hashing a longer one would let strangers keep the processor busy


class BoundedPasswords(forms.Form):
    """Refuses a password that is longer than any person's before it is hashed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.attrs.pop("placeholder", None)
                field.help_text = ""
                field.validators.append(
                    MaxLengthValidator(LONGEST_PASSWORD, _("This password is too long. Use at most 1024 characters."))
                )


class LoginForm(BoundedPasswords, account_forms.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.EmailField(
            label=_("E\N{NON-BREAKING HYPHEN}mail address"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        )
        self.order_fields(["login", "password"])


class ReauthenticateForm(BoundedPasswords, account_forms.ReauthenticateForm):
    """The password again."""


class ChangePasswordForm(BoundedPasswords, account_forms.ChangePasswordForm):
    """The old password and a new one."""

    def clean_oldpassword(self) -> str:
        adapter = get_adapter()
        if not may_try_password(adapter.request, self.user.email):
            raise adapter.validation_error("too_many_login_attempts")
        return super().clean_oldpassword()


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """The address that a link is sent to, where it belongs to a member of staff."""

    email = forms.EmailField(
        label=_("E\N{NON-BREAKING HYPHEN}mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )

    users: list[User]  # of this address; found by the base

    def clean_email(self) -> str:
        email = super().clean_email().strip().lower()
        self.users = [user for user in self.users if user.is_staff]
        return email


class NewPasswordForm(BoundedPasswords, account_forms.ResetPasswordKeyForm):
    """A new password, after a mailed link."""


class CountedCode(forms.Form):
    """Takes a code of the app or a recovery code once, and counts every try."""

    user: Any
    authenticator: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            max_length=20,
            help_text=_("From your authenticator app, or one of your recovery codes."),
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        )

    def clean_code(self) -> str:
        if not second_factor.may_try(self.user):
            raise get_adapter().validation_error("too_many_login_attempts")
        typed: str = self.cleaned_data["code"]
        authenticator = second_factor.take_code(self.user, typed)
        if authenticator is None:
            raise get_adapter().validation_error("incorrect_code")
        authenticator.user = self.user
        self.authenticator = authenticator
        return typed


class AuthenticateForm(CountedCode, mfa_forms.AuthenticateForm):
    """The second step of signing in."""


class ReauthenticateCodeForm(CountedCode, mfa_forms.ReauthenticateForm):
    """The second factor again."""


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """The first code of a new app, which is thereby used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code of the app"),
            max_length=20,
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        )

    def clean_code(self) -> str:
        if not second_factor.may_try(self.user):
            raise get_adapter().validation_error("too_many_login_attempts")
        self.cleaned_data["code"] = second_factor.clean(self.cleaned_data["code"])
        code: str = super().clean_code()
        if not second_factor.take_app_code(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code
