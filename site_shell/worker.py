"""The gunicorn worker of production: ``--worker-class site_shell.worker.Worker``."""

import os
from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker  # type: ignore[import-untyped] # it has no types

from .protocol import StrictProtocol


class Worker(UvicornWorker):  # type: ignore[misc] # for the same reason
    """One event loop. Tells nobody what it is.

    It believes ``X-Forwarded-*`` only from the proxies that FORWARDED_ALLOW_IPS names, and by
    default from none. The shell's origin is a setting; the one use of a visitor's address is to
    slow down who guesses passwords of the staff.
    """

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        **UvicornWorker.CONFIG_KWARGS,
        "http": StrictProtocol,
        "ws": "none",
        "proxy_headers": bool(os.environ.get("FORWARDED_ALLOW_IPS")),
        "server_header": False,
    }
