"""The gunicorn worker of production: ``--worker-class site_shell.worker.Worker``."""

from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker  # type: ignore[import-untyped] # it has no types

from .protocol import StrictProtocol


class Worker(UvicornWorker):  # type: ignore[misc] # for the same reason
    """One event loop. Tells nobody what it is, and believes no ``X-Forwarded-*``.

    Nothing in the shell needs those: its origin is a setting, and addresses of visitors are used
    nowhere.
    """

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        **UvicornWorker.CONFIG_KWARGS,
        "http": StrictProtocol,
        "ws": "none",
        "proxy_headers": False,
        "server_header": False,
    }
