"""An environment as production has it, for checks that nothing there relies on development."""

import secrets
from pathlib import Path

from dev.projects import SHELL, Project


def production_environment(project: Project, folder: Path) -> dict[str, str]:
    """Everything that a project requires, with databases and files in a folder of the check."""
    values = {
        "DJANGO_SETTINGS_MODULE": f"{project.name}.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "shop.example",
        "DATABASE_URL": f"sqlite:///{folder / project.name}.sqlite3",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "FRAGMENT_PURGE_TOKEN": secrets.token_urlsafe(32),
        "LOG_FORMAT": "json",
    }
    if project is SHELL:
        return values | {
            "SITE_ORIGIN": "https://shop.example",
            "FRAGMENT_REGISTRY": str(folder / "registry.json"),
        }
    return values | {
        "FRAGMENT_PURGE_URL": "https://shop.example/_composer/purge",
        "SHOP_URL": "https://shop.example",
    }
