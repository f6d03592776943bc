"""Every setting of the project. Without any environment it runs on SQLite and the embedded store."""

import socket
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.lib import env
from portal.lib.vapid import is_private_key

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(env.text("LOCAL_DIR", default=str(BASE_DIR / ".local")))

LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]

DEBUG = env.flag("DEBUG", default=True)
PORT = env.whole("PORT", default=8000, low=1, high=65535)
SITE_URL = env.text("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")

if DEBUG:
    # A development server shows its insides, so it answers this machine only.
    SECRET_KEY = env.text("SECRET_KEY", default="only-for-this-machine-" + "0" * 40)
    ALLOWED_HOSTS = [*LOOPBACK, "testserver"]
    if set(env.words("ALLOWED_HOSTS")) - set(LOOPBACK):
        raise ImproperlyConfigured("ALLOWED_HOSTS names other hosts, but DEBUG is on. Set DEBUG=0 to serve them.")
else:
    SECRET_KEY = env.required("SECRET_KEY", why="Make one of 50 or more random characters and keep it secret.")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the hosts that are served, comma-separated.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
VAPID_PRIVATE_KEY = env.text("VAPID_PRIVATE_KEY")  # empty: it follows from SECRET_KEY, see portal/lib/vapid.py
if VAPID_PRIVATE_KEY and not is_private_key(VAPID_PRIVATE_KEY):
    raise ImproperlyConfigured("VAPID_PRIVATE_KEY is no key. Give 32 bytes in base64url, or leave it out.")

# --- apps -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.accounts",
    "routines",
    "clients",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "portal.lib.frames.in_one_piece",
    "portal.health.Health",
    "portal.middleware.RequestId",
    "portal.lib.uploads.BodyDeadline",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.lib.compression.CompressText",  # below WhiteNoise, whose files are compressed when they are collected
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.lib.character_sets.KnownCharacterSet",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.StaffSessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.middleware.PracticeScope",
    "portal.middleware.Problems",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    },
]
FORM_RENDERER = "portal.forms.FormRenderer"

# --- data -----------------------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL")
if not DEBUG and not DATABASE_URL:
    raise ImproperlyConfigured("DATABASE_URL is not set. Example: postgres://user:password@host:5432/steadyback")
DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{LOCAL_DIR / 'db.sqlite3'}")}
ON_SQLITE = str(DATABASES["default"]["ENGINE"]).endswith("sqlite3")
if ON_SQLITE:
    LOCAL_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,  # seconds a writer waits for another
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600  # seconds; a new connection per request costs two thirds of the speed
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A page asks for few rows. Where the planner expects many, compiling the statement and starting workers for it
    # would take twenty times as long as the answer, and two processors from other pages.
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c jit=off -c max_parallel_workers_per_gather=0",
        **DATABASES["default"].get("OPTIONS", {}),  # what DATABASE_URL says itself
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Nothing that must hold is kept in a cache: limits, sessions and the reminder table live in the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Pictures of exercises are 5 to 20 KB each and made again in a blink: every process keeps its own.
    "figures": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "figures",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 1500},
    },
}

REDIS_URL = env.text("REDIS_URL")
if not DEBUG and not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL is not set. Example: redis://:password@host:6379/0")

# --- people and sessions --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    # 8 is the floor beside a second factor, which every member of staff has (NIST 800-63B-4).
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds; as long as the look of a device is remembered
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
STAFF_IDLE_LIMIT = timedelta(minutes=env.whole("STAFF_IDLE_MINUTES", default=15, low=1, high=480))
STAFF_SESSION_LIMIT = timedelta(hours=12)
CLIENT_SESSION_LIMIT = timedelta(days=90)  # "my own phone"; a shared phone keeps a browser session
SIGN_IN_CODE_LIFE = timedelta(minutes=10)
SIGN_IN_CODE_TRIES = 3
INVITATION_LIFE = timedelta(hours=72)
ROOM_INVITATION_LIFE = timedelta(hours=1)  # a QR code that is shown, not mailed
PASSWORD_RESET_TIMEOUT = 3600  # seconds
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", default=0, low=0, high=5)

ACCOUNT_ADAPTER = "portal.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account is made by a practice; the invitation proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # portal.accounts.limits counts in the database, so that limits hold without a cache
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# allauth's own generator writes rows of addresses; Django's knows the one address of a person as well.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  the name of a class
ACCOUNT_FORMS = {
    "login": "portal.account_forms.LoginForm",
    "reauthenticate": "portal.account_forms.ReauthenticateForm",
    "change_password": "portal.account_forms.ChangePasswordForm",
    "reset_password": "portal.account_forms.ResetPasswordForm",
    "reset_password_from_key": "portal.account_forms.NewPasswordForm",
}
MFA_ADAPTER = "portal.account_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp"]  # recovery codes are portal.second_factor's, which keeps only their hashes
MFA_TOTP_ISSUER = "Steadyback"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that a phone's clock may be off
MFA_FORMS = {
    "authenticate": "portal.account_forms.AuthenticateForm",
    "reauthenticate": "portal.account_forms.ReauthenticateCodeForm",
    "activate_totp": "portal.account_forms.ActivateTOTPForm",
}

# --- mail -----------------------------------------------------------------------------------------------------

MAIL_DIR = LOCAL_DIR / "mail"
EMAIL_URL = env.text("EMAIL_URL")
if EMAIL_URL:
    vars().update(env.email("EMAIL_URL", default=EMAIL_URL))
elif DEBUG:
    EMAIL_BACKEND = "portal.lib.mail_folder.EmailBackend"
else:
    raise ImproperlyConfigured("EMAIL_URL is not set. Example: smtp+tls://user:password@mail.example.org:587")
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", default="no-reply@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
UNSUBSCRIBE_MAILBOX = env.text("UNSUBSCRIBE_MAILBOX")

# --- reminders (safety rules 8-15) ----------------------------------------------------------------------------

REMINDER_WINDOW = timedelta(hours=2)  # later than this a reminder is no longer sent
REMINDER_HORIZON = timedelta(hours=48)
REMINDER_LEASE = timedelta(seconds=env.whole("REMINDER_LEASE_SECONDS", default=90, low=2, high=3600))
# What evidence of monitoring is held against, as clients.rules.monitoring.THRESHOLDS; None: those of the shipped table.
MONITORING_THRESHOLDS = env.rows("MONITORING_THRESHOLDS")
REMINDER_BATCH = env.whole("REMINDER_BATCH", default=500, low=1, high=5000)
REMINDER_GROUP = env.whole("REMINDER_GROUP", default=20, low=1, high=20)  # mails between two marks
REMINDER_RATE_PER_MINUTE = env.whole("REMINDER_RATE_PER_MINUTE", default=6000, low=1, high=1_000_000)
DEAD_MAN_URL = env.text("DEAD_MAN_URL")  # an outside watch that is asked for after each run of the sender
REMINDER_BACKOFF_DIVISOR = env.whole("REMINDER_BACKOFF_DIVISOR", default=1, low=1, high=1000)

# --- processes (portal/processes.py) --------------------------------------------------------------------------

BIND = env.text("BIND", default="0.0.0.0")  # noqa: S104  behind a proxy, in a container; DEBUG binds 127.0.0.1
WEB_PROCESSES = env.whole("WEB_PROCESSES", default=3, low=1, high=256)
WORKER_PROCESSES = env.whole("WORKER_PROCESSES", default=2, low=1, high=64)  # 1 on SQLite, which has one writer

# --- web ------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "portal.static_files.TightStaticFiles"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = LOCAL_DIR / "media"

# A clinic switches reviews on for itself; the shared library belongs to none of them, so its operator does.
SHARED_LIBRARY_NEEDS_REVIEW = env.flag("SHARED_LIBRARY_NEEDS_REVIEW", default=False)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Off: browsers get a service worker that takes itself and its caches off the device.
OFFLINE_APP = env.flag("OFFLINE_APP", default=True)

# The same strict policy on every page; a nonce is given to the import map alone.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes of one request body; a day of events is below 100 kB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = ["portal.lib.uploads.LimitedUploads"]  # a view says how much it takes; all others take none
DATA_UPLOAD_MAX_NUMBER_FILES = 4
# For one body with files. A buffering proxy hands it over in less, and a web process is ended after 30 s.
UPLOAD_SECONDS = env.whole("UPLOAD_SECONDS", default=25, low=1, high=29)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.DatabaseThrottle"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problem",
}
API_CALLS_PER_MINUTE = env.whole("API_CALLS_PER_MINUTE", default=240, low=1, high=100_000)
SPECTACULAR_SETTINGS = {
    "TITLE": "Steadyback API",
    "DESCRIPTION": "One's own plan and sessions, and the events that a session sends.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# --- words and time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "portal.lib.formats"
LANGUAGES = [("en-gb", _("English")), ("de", _("German"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]

# --- logs: ids only, never names, addresses, links or bodies --------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", default="INFO")},
    "loggers": {
        "celery": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "ERROR"},
    },
}
HOST_NAME = socket.gethostname()
