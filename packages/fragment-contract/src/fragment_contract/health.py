"""Whether a service lives, and whether it can serve."""

import logging

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

_NO_DATABASE = "django.db.backends.dummy"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. Looks at nothing else, since a restart mends nothing else."""
    return _answer("ok", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: every database answers."""
    for alias in connections:
        if connections.settings[alias]["ENGINE"] == _NO_DATABASE:
            continue
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            # Details may hold a host or a user name: they are for the log alone.
            logger.exception("database %s does not answer", alias)
            return _answer(f"database {alias} does not answer", 503)
    return _answer("ready", 200)


def _answer(text: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response.headers["cache-control"] = "no-store"
    return response
