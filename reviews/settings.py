"""Settings of the reviews service. Everything that differs between places is read from the
environment, in the one table below; what is required has no invented default."""

from pathlib import Path

import dj_database_url
from django.templatetags.static import static
from environs import Env

BASE_DIR = Path(__file__).resolve().parent
VAR = BASE_DIR.parent / "var"
env = Env()

# -- The environment -------------------------------------------------------------------------
SECRET_KEY: str = env.str("SECRET_KEY")  # required: signs the moderators' sessions
DEBUG: bool = env.bool("DEBUG", False)  # error pages with source; never in production
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])  # host names this service answers to
DATABASE_URL: str = env.str("DATABASE_URL", f"sqlite:///{VAR / 'reviews.sqlite3'}")
STATIC_URL: str = env.str("STATIC_URL", "/static/reviews/")  # public URL of collected files
STATIC_ROOT: str = env.str("STATIC_ROOT", str(VAR / "static" / "reviews"))
STATIC_HASHES: bool = env.bool("STATIC_HASHES", True)  # hashed file names; needs collectstatic
MEDIA_URL: str = env.str("MEDIA_URL", "/media/reviews/")  # public URL of shoppers' photos
MEDIA_ROOT: str = env.str("MEDIA_ROOT", str(VAR / "media" / "reviews"))
FRAGMENT_PURGE_URL: str = env.str("FRAGMENT_PURGE_URL", "")  # the shell's purge; empty: none
FRAGMENT_PURGE_TOKEN: str = env.str("FRAGMENT_PURGE_TOKEN", "")  # shared with the shell
CONTEXT_TOKEN_ISSUER: str = env.str("CONTEXT_TOKEN_ISSUER", "")  # the shop's origin, in its tokens
CONTEXT_TOKEN_JWKS_URL: str = env.str("CONTEXT_TOKEN_JWKS_URL", "")  # the shell's public keys
SERVICE_TOKEN: str = env.str("SERVICE_TOKEN", "")  # shared by the services that ask each other
CART_URL: str = env.str("CART_URL", "")  # knows who bought what; empty: nobody is verified
PRODUCT_DETAILS_URL: str = env.str("PRODUCT_DETAILS_URL", "")  # is told ratings; empty: it is not
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO")
LOG_FORMAT: str = env.str("LOG_FORMAT", "text", validate=lambda v: v in {"text", "json"})
# --------------------------------------------------------------------------------------------

CONTEXT_TOKEN_AUDIENCE = "reviews"  # for whom the tokens of the shell have to be
ROOT_URLCONF = "reviews.urls"
WSGI_APPLICATION = "reviews.wsgi.application"

INSTALLED_APPS = [
    "reviews",  # before unfold, so that our admin templates and static files win
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
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
            ]
        },
    }
]

DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the writer, and a writer takes its lock at the start instead of
    # failing in the middle: https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-notes
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
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

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "reviews.formats"
# Of our own words; reviews are in whatever people write.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
TIME_ZONE = "UTC"
USE_TZ = True

SESSION_COOKIE_NAME = "reviews_sessionid"  # cookies know no ports: several admins on one host
CSRF_COOKIE_NAME = "reviews_csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
X_FRAME_OPTIONS = "DENY"
# A review is at most 6 kB of text; photos count apart, and by themselves (darkroom.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 3
# Encryption ends in front of the shell; services are reached from inside only.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='7' fill='%23a0452a'/%3E%3C/svg%3E"
)
UNFOLD = {
    "SITE_TITLE": "Reviews",
    "SITE_HEADER": "Reviews",
    "SITE_SUBHEADER": "Lumen & Loam moderation",
    "SITE_SYMBOL": "reviews",
    # Without one browsers ask for /favicon.ico, which nobody has.
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: ICON}],
    "SHOW_HISTORY": True,
    "STYLES": [lambda request: static("reviews/desk.css")],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(levelname)s %(name)s: %(message)s"},
        "json": {"()": "reviews.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # It notes every request, such as each of a hundred ratings.
    "loggers": {"httpx": {"level": "WARNING"}},
}
