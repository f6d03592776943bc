"""The roof as a Django app, so that its checks, commands and template tags are found."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

LIBRARY_APPS = {"auth", "account", "mfa", "sessions", "sites"}


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"
    verbose_name = "Steadyback"

    def ready(self) -> None:
        from portal import checks, sign_in_audit  # noqa: F401  registers the system checks and the audit of sign-ins


class PortalAdminConfig(AdminConfig):
    """Django admin with the one AdminSite of the product."""

    default_site = "portal.admin_site.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib import admin

        # Libraries register their own admins, which know no practice.
        for model in [model for model in admin.site._registry if model._meta.app_label in LIBRARY_APPS]:
            admin.site.unregister(model)
