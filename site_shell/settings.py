"""Settings of the shell. Everything that differs between places is read from the environment,
in the one table below; what is required has no invented default."""

from pathlib import Path

import dj_database_url
import django_cache_url
from environs import Env

from site_shell.composer.page_templates.opening import pages_storage

BASE_DIR = Path(__file__).resolve().parent
ROOT = BASE_DIR.parent
VAR = ROOT / "var"
env = Env()

# -- The environment (docs/shell-operators/settings.md explains each) --------------------------
SECRET_KEY: str = env.str("SECRET_KEY")  # required: signs what the shell gives to browsers
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])  # former keys, still read
DEBUG: bool = env.bool("DEBUG", False)  # error pages with source; never in production
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])  # host names the site answers to
SITE_ORIGIN: str = env.str("SITE_ORIGIN", "http://localhost:8000").rstrip("/")  # public origin
DATABASE_URL: str = env.str("DATABASE_URL", f"sqlite:///{VAR / 'site_shell.sqlite3'}")
# The fragment cache; redis:// in production. Django would keep 300 entries in memory, fewer than
# the slots of a small shop.
CACHE_URL: str = env.str("CACHE_URL", "locmem://?max_entries=10000")
FRAGMENT_REGISTRY: str = env.str("FRAGMENT_REGISTRY", str(VAR / "registry.json"))  # or ssm:/...
FRAGMENT_REGISTRY_COPY: str = env.str("FRAGMENT_REGISTRY_COPY", str(VAR / "registry-copy.json"))
# Within so many seconds a change in Parameter Store is seen.
FRAGMENT_REGISTRY_SECONDS: float = env.float(
    "FRAGMENT_REGISTRY_SECONDS", 15.0, validate=lambda seconds: 1 <= seconds <= 3600
)
# A folder, or s3://bucket/prefix with versions; pages.toml is in it.
PAGE_TEMPLATES: str = env.str("PAGE_TEMPLATES", str(ROOT / "templates"))
PAGE_TEMPLATES_COPY: str = env.str("PAGE_TEMPLATES_COPY", str(VAR / "templates-copy.json"))
# Within so many seconds another version of the templates is seen.
PAGE_TEMPLATES_SECONDS: float = env.float(
    "PAGE_TEMPLATES_SECONDS", 15.0, validate=lambda seconds: 0.05 <= seconds <= 3600
)
# So much memory each process gives to whole pages.
PAGE_MEMORY_MB: int = env.int("PAGE_MEMORY_MB", 64, validate=lambda size: 1 <= size <= 65_536)
# A JWK set with private keys: the first one signs what services are told of visitors, all are
# published. Required: docs/shell-operators/identity.md
CONTEXT_TOKEN_KEYS: str = env.str("CONTEXT_TOKEN_KEYS", "")
# Somebody else vouches for shoppers, by OpenID Connect; empty: they have passwords here.
OIDC_ISSUER: str = env.str("OIDC_ISSUER", "")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", "")
OIDC_SCOPE: str = env.str("OIDC_SCOPE", "openid email profile")
OIDC_END_SESSION_URL: str = env.str("OIDC_END_SESSION_URL", "")  # where it is not published
# After so many days an account goes that nobody uses and whose address nobody has confirmed.
UNCONFIRMED_ACCOUNT_DAYS: int = env.int(
    "UNCONFIRMED_ACCOUNT_DAYS", 90, validate=lambda days: 3 <= days <= 3650
)
EMAIL_HOST: str = env.str("EMAIL_HOST", "")  # empty: letters are files, or lines on the console
EMAIL_PORT: int = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", True)
EMAIL_FILE_PATH: str = env.str("EMAIL_FILE_PATH", "")  # a folder that letters are written into
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "shop@localhost")
FRAGMENT_PURGE_TOKEN: str = env.str("FRAGMENT_PURGE_TOKEN", "")  # empty: nobody may purge
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "")  # empty: only signed-in staff see metrics
# How many visitors measure, decided in their browsers; 0: none, and no page says a word about it.
RUM_SAMPLE_PERCENT: float = env.float(
    "RUM_SAMPLE_PERCENT", 0.0, validate=lambda percent: 0 <= percent <= 100
)
CLOUDFRONT_DISTRIBUTION: str = env.str("CLOUDFRONT_DISTRIBUTION", "")  # is purged, too
ASSET_ORIGINS: list[str] = env.list("ASSET_ORIGINS", [])  # CDN origins of css, js and images
CSP_ALLOWED: list[str] = env.list("CSP_ALLOWED", [])  # what fragments may add: img-src=https://...
TRUSTED_TYPES: bool = env.bool("TRUSTED_TYPES", True)  # no script may make scripts out of texts
SRI_REQUIRED: bool = env.bool("SRI_REQUIRED", False)  # no css or js of other origins without one
REDIRECT_ORIGINS: list[str] = env.list("REDIRECT_ORIGINS", [])  # where fragments may send visitors
# Machines that staff may put in a service's place; https://*.dev.example, http://localhost:*
OVERRIDE_ORIGINS: list[str] = env.list("OVERRIDE_ORIGINS", [])
# No action takes more bytes than this, whatever its service declares.
ACTION_MAX_BYTES: int = env.int(
    "ACTION_MAX_BYTES", 16_777_216, validate=lambda size: 1_048_576 <= size <= 1_073_741_824
)
# Whether search engines may come; where not, robots.txt and every answer say so.
SEARCH_ENGINES: bool = env.bool("SEARCH_ENGINES", True)
# So many actions of one visitor, and from one address, are carried out in a minute; 0: all.
ACTIONS_PER_MINUTE_VISITOR: int = env.int("ACTIONS_PER_MINUTE_VISITOR", 120)
ACTIONS_PER_MINUTE_ADDRESS: int = env.int("ACTIONS_PER_MINUTE_ADDRESS", 600)
STATIC_URL: str = env.str("STATIC_URL", "/static/")  # public URL of collected files
STATIC_ROOT: str = env.str("STATIC_ROOT", str(VAR / "static"))  # of all projects, one folder each
STATIC_HASHES: bool = env.bool("STATIC_HASHES", True)  # hashed file names; needs collectstatic
MEDIA_URL: str = env.str("MEDIA_URL", "/media/")
MEDIA_ROOT: str = env.str("MEDIA_ROOT", str(VAR / "media"))  # of all projects, one folder each
SERVE_MEDIA: bool = env.bool("SERVE_MEDIA", not ASSET_ORIGINS)  # stand in for the CDN
OTEL_EXPORTER_OTLP_ENDPOINT: str = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")  # traces go there
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO").upper()
LOG_FORMAT: str = env.str("LOG_FORMAT", "text", validate=lambda v: v in {"text", "json"})
# ----------------------------------------------------------------------------------------------

ROOT_URLCONF = "site_shell.urls"
ASGI_APPLICATION = "site_shell.asgi.application"
WSGI_APPLICATION = "site_shell.wsgi.application"

INSTALLED_APPS = [
    "site_shell.composer",
    "site_shell.gateway",
    "site_shell.operations",
    "site_shell.accounts",
    "site_shell",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django_htmx",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "site_shell.middleware.ShellHeadersMiddleware",
    "site_shell.files.FilesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

# No connection is kept after its request: under ASGI each request has a thread of its own, whose
# connection nobody would find again, nor close.
# https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-database-connections
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the writer, and a writer takes its lock at the start instead of
    # failing in the middle: https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-notes
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

CACHES = {"default": django_cache_url.parse(CACHE_URL)}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "pages": pages_storage(PAGE_TEMPLATES),
    "staticfiles": {
        "BACKEND": "site_shell.lean_files.LeanStaticFilesStorage"
        if STATIC_HASHES
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# The desk of the staff: docs/shell-operators/operations.md. The views that need a session bring it
# (site_shell/operations/staff.py); it is in no middleware, so that no page varies on its cookie.
LOGIN_URL = "/_composer/staff/sign-in/"
LOGIN_REDIRECT_URL = "/_composer/operations/"
_IS_HTTPS = SITE_ORIGIN.startswith("https://")
# Browsers take a __Host- cookie only from this very host, over https and for all of its paths.
SESSION_COOKIE_NAME = "__Host-staff" if _IS_HTTPS else "shell_staff"
CSRF_COOKIE_NAME = "__Host-csrf" if _IS_HTTPS else "shell_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # seconds; a working day
# Encryption may end in front of the shell, and then requests look as if they were not encrypted.
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
CSRF_FAILURE_VIEW = "site_shell.urls.csrf_failure"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

EMAIL_TIMEOUT = 10  # seconds; nobody waits for it, but the letters behind it do
_EMAIL_KIND = "smtp" if EMAIL_HOST else ("filebased" if EMAIL_FILE_PATH else "console")
EMAIL_BACKEND = f"django.core.mail.backends.{_EMAIL_KIND}.EmailBackend"

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "site_shell.formats"
# The first page a visitor sees is in the language of its address: docs/shell-operators/locales.md.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGES_BY_PATH = True
TIME_ZONE = "UTC"
USE_TZ = True

# Of every page: what its browser may fetch before a click (site_shell/speculation.py).
PAGE_HEADERS = {"Speculation-Rules": '"/speculation-rules.json"'}

# The composer redirects page routes to their slash itself, the same way through both its faces.
APPEND_SLASH = False
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SITE_ORIGIN.startswith("https://") else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # cached forms can carry no CSRF token: the gateway proves same origin; the
    # staff's forms carry one, by site_shell/operations/staff.py
    "security.W004",  # HSTS follows SITE_ORIGIN: on for https
    "security.W008",  # encryption ends in front of the shell
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(levelname)s %(name)s: %(message)s"},
        "json": {"()": "site_shell.composer.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "loggers": {
        # Django's own handler would write every line a second time.
        "django": {"handlers": [], "level": LOG_LEVEL},
        # Says "Not Found" of what has a line with its status already.
        "django.request": {"level": "ERROR"},
        # Tell each request, and where credentials were found.
        "httpx": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
