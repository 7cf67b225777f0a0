"""What Django can tell about a project as production has it: ``python -m dev.production``.

The project is the one of DJANGO_SETTINGS_MODULE, its environment that of production_environment:
nothing there may rely on development.
"""

import secrets
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command

from dev.environment import signing_keys
from dev.projects import SHELL, Project


def production_environment(project: Project, folder: Path) -> dict[str, str]:
    """Everything that a project requires, with databases and files in a folder of the check."""
    values = {
        "DJANGO_SETTINGS_MODULE": f"{project.name}.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "shop.example",
        "DATABASE_URL": f"sqlite:///{folder / project.name}.sqlite3",
        "STATIC_ROOT": str(folder / "static" / project.name),
        "MEDIA_ROOT": str(folder / "media"),
        "FRAGMENT_PURGE_TOKEN": secrets.token_urlsafe(32),
        "LOG_FORMAT": "json",
    }
    if project is SHELL:
        return values | {
            "SITE_ORIGIN": "https://shop.example",
            "CONTEXT_TOKEN_KEYS": signing_keys(),
            "FRAGMENT_REGISTRY": str(folder / "registry.json"),
        }
    return values | {
        "FRAGMENT_PURGE_URL": "https://shop.example/_composer/purge",
        "SHOP_URL": "https://shop.example",
        "CONTEXT_TOKEN_ISSUER": "https://shop.example",
        "CONTEXT_TOKEN_JWKS_URL": "http://site-shell:8000/.well-known/jwks.json",
        "SERVICE_TOKEN": secrets.token_urlsafe(32),
        "PRODUCT_DETAILS_URL": "http://product-details:8000",
        "CART_URL": "http://cart:8000",
    }


def main() -> None:
    django.setup()
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("check", deploy=True, fail_level="WARNING")
        call_command("makemigrations", check_changes=True, dry_run=True)
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
