"""The settings that the composer reads, and what counts where a project defines none.

The shell's own settings.py has all of them, out of the environment. Any other project needs none:
``docs/elsewhere.md`` lists these. Django's own settings are read through here as well.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings as _django


def _beside_manage_py(name: str) -> str:
    """In the folder that ``startproject`` calls BASE_DIR, or where the process was started."""
    return str(Path(getattr(_django, "BASE_DIR", ".")) / name)


# Callables are called at each reading: what they say depends on the project.
DEFAULTS: Final[Mapping[str, Any]] = {
    "ASSET_ORIGINS": (),
    "CLOUDFRONT_DISTRIBUTION": "",
    "CONTEXT_TOKEN_KEYS": "",
    "CSP_ALLOWED": (),
    "FRAGMENT_PURGE_TOKEN": "",
    "FRAGMENT_REGISTRY": lambda: _beside_manage_py("fragments.json"),
    "FRAGMENT_REGISTRY_COPY": lambda: _beside_manage_py("fragments-copy.json"),
    "FRAGMENT_REGISTRY_SECONDS": 15.0,
    "LANGUAGES_BY_PATH": False,
    "LOG_FORMAT": "text",
    "LOG_LEVEL": "INFO",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "",
    "OVERRIDE_ORIGINS": (),
    "PAGE_HEADERS": {},
    "PAGE_MEMORY_MB": 64,
    "PAGE_TEMPLATES": "",
    "PAGE_TEMPLATES_COPY": lambda: _beside_manage_py("templates-copy.json"),
    "PAGE_TEMPLATES_SECONDS": 15.0,
    "REDIRECT_ORIGINS": (),
    "RUM_SAMPLE_PERCENT": 0.0,
    "SEARCH_ENGINES": True,
    "SITE_ORIGIN": "http://localhost:8000",
    "SRI_REQUIRED": False,
    "TRUSTED_TYPES": False,
}


class Configuration:
    """Django's settings, with defaults behind them."""

    def __getattr__(self, name: str) -> Any:
        if hasattr(_django, name) or name not in DEFAULTS:
            return getattr(_django, name)
        default = DEFAULTS[name]
        return default() if callable(default) else default

    def defines(self, name: str) -> bool:
        """Whether the project itself says something about a setting."""
        return hasattr(_django, name)


settings: Final = Configuration()
