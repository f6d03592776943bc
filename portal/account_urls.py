"""The staff door. Of allauth's pages only these are used: no sign-up, no social accounts, no change of addresses."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import path, re_path

from portal import account_views as views
from portal import passkey_views
from portal.account_views import staff_only

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("passkey/", passkey_views.sign_in_as_staff, name="staff_passkey_sign_in"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", staff_only(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", staff_only(views.change_password), name="account_change_password"),
    path("password/reset/", views.PasswordResetView.as_view(), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", staff_only(views.security), name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", staff_only(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/app/", staff_only(views.ActivateTOTPView.as_view()), name="mfa_activate_totp"),
    path("2fa/remove/", staff_only(views.remove_second_factor), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", staff_only(views.recovery_codes), name="mfa_view_recovery_codes"),
]
