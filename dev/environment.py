"""Development settings of every project, so that nothing has to be exported by hand.

Only `manage.py` and `make run` read this; images hold no `dev` folder, and there every required
variable has to be set. What the caller's environment says wins: first ``REVIEWS_DATABASE_URL``
(any variable, for one project), then ``DATABASE_URL``.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import ECKey

from dev.atomic import write_atomically
from dev.projects import PROJECTS, ROOT, SERVICES, SHELL, Project

DEFAULT_PORT = 8000
PRIVATE = 0o600
KEYS = "CONTEXT_TOKEN_KEYS"
NOWHERE = "http://127.0.0.1:9"  # the port that discards: nobody listens


def var_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where everything that a running site writes lies: ``var``, or ``VAR_DIR``."""
    return Path(environ.get("VAR_DIR") or ROOT / "var").resolve()


def secret_values(var: Path) -> dict[str, str]:
    """This machine's own secrets, made up once; new names are added as projects come."""
    path = var / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    names = [f"{project.name}:SECRET_KEY" for project in PROJECTS]
    names += ["FRAGMENT_PURGE_TOKEN", "SERVICE_TOKEN"]
    missing = {name: secrets.token_urlsafe(48) for name in names if name not in known}
    if KEYS not in known:
        missing[KEYS] = signing_keys()
    if missing:
        known |= missing
        write_atomically(path, json.dumps(known, indent=1), mode=PRIVATE)
    return known


def signing_keys() -> str:
    """A new key with which the shell signs what services are told of visitors, as a JWK set."""
    key = ECKey.generate_key("P-256", private=True)
    return json.dumps({"keys": [{**key.as_dict(private=True), "kid": key.thumbprint()}]})


def demo_password(var: Path) -> Path:
    """The file with the password of the demo's editor, moderator and operator, made up once."""
    path = var / "demo-password"
    if not path.exists():
        write_atomically(path, secrets.token_urlsafe(12) + "\n", mode=PRIVATE)
    return path


def site_origin(var: Path) -> str:
    """Where the site runs, or ran last: commands like a shell's ``purge`` have to reach it."""
    path = var / "origin"
    return path.read_text().strip() if path.exists() else f"http://localhost:{DEFAULT_PORT}"


def service_origins(var: Path) -> dict[str, str]:
    """Where the services run, or ran last: nowhere, before they were started for the first time."""
    path = var / "site.json"
    known = json.loads(path.read_text())["services"] if path.exists() else {}
    return {service.name: known.get(service.name, NOWHERE) for service in SERVICES}


def development(
    project: Project, var: Path, origin: str, services: Mapping[str, str]
) -> dict[str, str]:
    """What a project needs to know on a developer's machine."""
    known = secret_values(var)
    values = {
        "SECRET_KEY": known[f"{project.name}:SECRET_KEY"],
        "DEBUG": "true",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": f"sqlite:///{var / project.name}.sqlite3",
        "FRAGMENT_PURGE_TOKEN": known["FRAGMENT_PURGE_TOKEN"],
        "DEMO_PASSWORD": demo_password(var).read_text().strip(),
    }
    if project is SHELL:
        return values | {
            "STATIC_ROOT": str(var / "static"),
            "MEDIA_ROOT": str(var / "media"),
            "FRAGMENT_REGISTRY": str(var / "registry.json"),
            "SITE_ORIGIN": origin,
            KEYS: known[KEYS],
            "RUM_SAMPLE_PERCENT": "100",
            "OVERRIDE_ORIGINS": "http://localhost:*,http://127.0.0.1:*",
        }
    return values | {
        "STATIC_ROOT": str(var / "static" / project.name),
        "MEDIA_ROOT": str(var / "media" / project.name),
        "FRAGMENT_PURGE_URL": f"{origin}/_composer/purge",
        "SHOP_URL": origin,
        "CONTEXT_TOKEN_ISSUER": origin,
        "CONTEXT_TOKEN_JWKS_URL": f"{origin}/.well-known/jwks.json",
        "SERVICE_TOKEN": known["SERVICE_TOKEN"],
        # CART_URL and so on: services that ask each other know where.
        **{f"{name.upper()}_URL": url for name, url in services.items()},
    }


def environment(
    project: Project,
    environ: Mapping[str, str] = os.environ,
    *,
    origin: str | None = None,
    services: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The caller's environment, completed for one project of a site at ``origin``, whose
    services are at the given origins."""
    var = var_folder(environ)
    prefix = f"{project.name.upper()}_"
    own = {
        name.removeprefix(prefix): value
        for name, value in environ.items()
        if name.startswith(prefix)
    }
    return {
        **development(project, var, origin or site_origin(var), services or service_origins(var)),
        **environ,
        **own,
        "DJANGO_SETTINGS_MODULE": f"{project.name}.settings",
    }
