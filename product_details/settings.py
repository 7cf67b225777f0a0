"""Settings of the product_details service. Everything that differs between places is read from
the environment, in the one table below; what is required has no invented default."""

from pathlib import Path

import dj_database_url
from django.templatetags.static import static
from environs import Env
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent
VAR = BASE_DIR.parent / "var"
env = Env()

# -- The environment -------------------------------------------------------------------------
SECRET_KEY: str = env.str("SECRET_KEY")  # required: signs the editors' sessions
DEBUG: bool = env.bool("DEBUG", False)  # error pages with source; never in production
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])  # host names this service answers to
DATABASE_URL: str = env.str("DATABASE_URL", f"sqlite:///{VAR / 'product_details.sqlite3'}")
STATIC_URL: str = env.str("STATIC_URL", "/static/product_details/")  # public URL of our files
STATIC_ROOT: str = env.str("STATIC_ROOT", str(VAR / "static" / "product_details"))
STATIC_HASHES: bool = env.bool("STATIC_HASHES", True)  # hashed file names; needs collectstatic
MEDIA_URL: str = env.str("MEDIA_URL", "/media/product_details/")  # public URL of photographs
MEDIA_ROOT: str = env.str("MEDIA_ROOT", str(VAR / "media" / "product_details"))
SHOP_URL: str = env.str("SHOP_URL", "http://localhost:8000")  # where shoppers see the shop
SHOP_NAME: str = env.str("SHOP_NAME", "Lumen & Loam")  # in page titles and structured data
FRAGMENT_PURGE_URL: str = env.str("FRAGMENT_PURGE_URL", "")  # the shell's purge; empty: none
FRAGMENT_PURGE_TOKEN: str = env.str("FRAGMENT_PURGE_TOKEN", "")  # shared with the shell
SERVICE_TOKEN: str = env.str("SERVICE_TOKEN", "")  # shared by the services; empty: no API
CONTEXT_TOKEN_ISSUER: str = env.str("CONTEXT_TOKEN_ISSUER", "")  # the shop's origin, in its tokens
CONTEXT_TOKEN_JWKS_URL: str = env.str("CONTEXT_TOKEN_JWKS_URL", "")  # the shell's public keys
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO")
LOG_FORMAT: str = env.str("LOG_FORMAT", "text", validate=lambda v: v in {"text", "json"})
# --------------------------------------------------------------------------------------------

CONTEXT_TOKEN_AUDIENCE = "product_details"  # for whom the tokens of the shell have to be
ROOT_URLCONF = "product_details.urls"
WSGI_APPLICATION = "product_details.wsgi.application"

INSTALLED_APPS = [
    "product_details",  # before unfold, so that our admin templates and static files win
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django_prose_editor",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "fragment_contract",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # the admin's files, on the service's own port
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

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
                "product_details.addresses.shop",
            ]
        },
    }
]

DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the writer, and a writer takes its lock at the start instead of
    # failing in the middle: https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-notes
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_HASHES
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Without hashed names, files are served from where they are written.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or not STATIC_HASHES
# Nothing asks for the others, and compressing them takes as long again.
WHITENOISE_KEEP_ONLY_HASHED_FILES = not DEBUG  # with it, Django names them without hashes
# Maps of scripts are megabytes that only developers of the text editor ever load.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "British English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

SESSION_COOKIE_NAME = "product_details_sessionid"  # cookies know no ports: admins share a host
CSRF_COOKIE_NAME = "product_details_csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
X_FRAME_OPTIONS = "DENY"
# Photographs are larger and go to a temporary file; this is for the form's other fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# Encryption ends in front of the shell; services are reached from inside only.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='7' fill='%23b46a0b'/%3E%3C/svg%3E"
)
UNFOLD = {
    "SITE_TITLE": "Catalogue",
    "SITE_HEADER": "Catalogue",
    "SITE_SUBHEADER": SHOP_NAME,
    "SITE_SYMBOL": "storefront",
    "SITE_URL": SHOP_URL,
    # Without one browsers ask for /favicon.ico, which nobody has.
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: ICON}],
    "SHOW_HISTORY": True,
    "STYLES": [lambda request: static("product_details/desk.css")],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(levelname)s %(name)s: %(message)s"},
        "json": {"()": "product_details.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"httpx": {"level": "WARNING"}},  # a line for each purge tells nobody anything
}
