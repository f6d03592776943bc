"""System checks over all rooms."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.admin import site
from django.core.checks import CheckMessage, Error, Warning, register
from django.http.request import validate_host

from clients.analytics.monitoring import thresholds
from portal.accounts.tenant_admin import TenantAdmin


@register()
def every_admin_stands_on_the_tenant_base(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E001 for each registered admin, of ours or of a library, that is not a TenantAdmin."""
    return [
        Error(
            f"The admin of {model._meta.label} is not built on TenantAdmin.",
            hint="Build it on portal.accounts.tenant_admin.TenantAdmin, or unregister it.",
            obj=model,
            id="portal.E001",
        )
        for model, model_admin in site._registry.items()
        if not isinstance(model_admin, TenantAdmin)
    ]


@register()
def the_settings_of_production_fit_one_another(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E002 to E005 and portal.W001, W002: settings that can start but do not work together."""
    if settings.DEBUG:
        return []
    site_url = urlsplit(settings.SITE_URL)
    misfits = [
        (
            settings.SECURE_SSL_REDIRECT and site_url.scheme != "https",
            Error(
                f"SITE_URL is {settings.SITE_URL}, but pages are served over HTTPS only.",
                hint="Set SITE_URL to the https:// address that people use.",
                id="portal.E002",
            ),
        ),
        (
            not validate_host(site_url.hostname or "", settings.ALLOWED_HOSTS),
            Error(
                f"SITE_URL names the host {site_url.hostname}, which ALLOWED_HOSTS does not serve: links in mail fail.",
                hint="Name the same host in both.",
                id="portal.E003",
            ),
        ),
        (
            settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES,
            Error(
                "HTTPS is asked for, but no proxy is trusted to say how a request came: pages redirect for ever.",
                hint="Set TRUSTED_PROXIES to the number of proxies before the portal; they must set X-Forwarded-Proto.",
                id="portal.E004",
            ),
        ),
        (
            parseaddr(settings.DEFAULT_FROM_EMAIL)[1].endswith("@localhost"),
            Error(
                f"Mail would come from {settings.DEFAULT_FROM_EMAIL}, which other mail servers refuse.",
                hint="Set MAIL_FROM to an address of a domain that your mail server may send for.",
                id="portal.E005",
            ),
        ),
        (
            settings.REMINDER_LEASE.total_seconds() < 3 * settings.EMAIL_TIMEOUT,
            Warning(
                "REMINDER_LEASE_SECONDS is shorter than three waits for the mail server: a slow one is asked twice.",
                hint=f"Set it to {3 * settings.EMAIL_TIMEOUT} or more.",
                id="portal.W001",
            ),
        ),
        (
            settings.ON_SQLITE,
            Warning(
                "The database is SQLite: one writer at a time, one sender, and no second machine.",
                hint="Set DATABASE_URL to a PostgreSQL database where more than one clinic works at a time.",
                id="portal.W002",
            ),
        ),
    ]
    return [message for applies, message in misfits if applies]


@register()
def the_thresholds_of_monitoring_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E006 for a MONITORING_THRESHOLDS that is no list of thresholds."""
    try:
        thresholds()
    except ValueError as error:
        return [
            Error(
                f"MONITORING_THRESHOLDS cannot be read. {error}",
                hint="Write rows like those of clients/rules/monitoring.py, or leave the variable empty.",
                id="portal.E006",
            )
        ]
    return []
