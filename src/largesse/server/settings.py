"""Django's settings, from the environment; `environment.py` names the variables."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from largesse.pages import unfold
from largesse.server.database import database_settings
from largesse.server.environment import days, is_on, listed, one_of, said, seconds
from largesse.server.logs import logging_settings
from largesse.server.mail import TIMEOUT, mail_server

HERE = Path(__file__).resolve().parent

PRODUCTION = one_of("ENVIRONMENT", "development", "production") == "production"
DEBUG = is_on("DEBUG")
DEVELOPMENT_KEY = "development-only-" + "0" * 40
SECRET_KEY = said("SECRET_KEY") or DEVELOPMENT_KEY
SECRET_KEY_FALLBACKS = listed("OLD_SECRET_KEYS")
LINK_RETENTION = timedelta(days=days("LINK_RETENTION_DAYS"))
ALLOWED_HOSTS = listed("HOSTS") or ([] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])

SCHEMA = said("SCHEMA")
DATABASES = {"default": database_settings(said("DATABASE"), SCHEMA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "business.User"

INSTALLED_APPS = [
    # Before what it dresses: its templates are found first.
    "largesse.backoffice",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "simple_history",
    "largesse.ledger",
    "largesse.business",
    "largesse.catalog",
    "largesse.crm",
    "largesse.offers",
    "largesse.orders",
    "largesse.pages",
    "largesse.api",
    "largesse.shop",
    "largesse.till",
    "largesse.rep",
    "largesse.server",
]
MIDDLEWARE = [
    "largesse.server.requests.RequestIds",
    "largesse.api.edge.ApiEdge",
    "largesse.server.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "largesse.server.zone.BusinessTime",
]
ROOT_URLCONF = "largesse.server.urls"
WSGI_APPLICATION = "largesse.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "largesse.pages.theme.theme",
            ],
        },
    },
]

FORM_RENDERER = "largesse.pages.widgets.PagesRenderer"
UNFOLD = unfold.SETTINGS

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = "largesse.backoffice.formats"
LOGIN_URL = "/back-office/login/"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

(
    EMAIL_BACKEND,
    EMAIL_HOST,
    EMAIL_PORT,
    EMAIL_HOST_USER,
    EMAIL_HOST_PASSWORD,
    EMAIL_USE_TLS,
    EMAIL_USE_SSL,
) = mail_server(said("MAIL"))
EMAIL_TIMEOUT = TIMEOUT
DEFAULT_FROM_EMAIL = said("MAIL_FROM")

# --- what browsers are told ------------------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
# Asked from inside, without the proxy that speaks HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$"]
SECURE_HSTS_SECONDS = seconds("HSTS_SECONDS")
if is_on("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SILENCED_SYSTEM_CHECKS = [
    # How long, and for which other names of the domain, is the owner's to say, not the program's.
    "security.W004",
    "security.W005",
    "security.W021",
]

LOGGING = logging_settings(
    json=one_of("LOG", "", "json", "console") == "json" or (PRODUCTION and not said("LOG")),
    level=one_of("LOG_LEVEL", "", "debug", "info", "warning", "error")
    or ("info" if PRODUCTION else "warning"),
)
LOGGING_CONFIG = "largesse.server.logs.set_up"
