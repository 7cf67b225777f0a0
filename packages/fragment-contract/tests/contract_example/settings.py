"""A service with two small fragments, for the tests of the package."""

from pathlib import Path

BASE_DIR = Path(__file__).parent

SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
ROOT_URLCONF = "contract_example.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "fragment_contract"]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
    }
]
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_URL = "/static/"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "German")]
USE_TZ = True
CONTEXT_TOKEN_ISSUER = "https://shell.test"
CONTEXT_TOKEN_JWKS_URL = "http://127.0.0.1:1/.well-known/jwks.json"
CONTEXT_TOKEN_AUDIENCE = "greeting"
