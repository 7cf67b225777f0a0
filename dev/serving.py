"""How each kind of project is served, with the servers of production, on this machine."""

import socket
import sys

from dev.projects import Project


def command(project: Project, listener: socket.socket) -> list[str]:
    """Serves on a socket that is open already: no port to lose to others, and requests that
    come in during a restart wait instead of failing."""
    descriptor = listener.fileno()
    if project.kind == "shell":
        return [
            *(sys.executable, "-m", "uvicorn", f"{project.name}.asgi:application"),
            *("--fd", str(descriptor), "--loop", "uvloop", "--ws", "none"),
            *("--http", f"{project.name}.protocol:StrictProtocol"),
            *("--no-server-header", "--no-proxy-headers"),
            *("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "2"),
        ]
    return [
        *(sys.executable, "-m", "gunicorn", f"{project.name}.wsgi:application"),
        *("--bind", f"fd://{descriptor}", "--worker-class", "gthread", "--threads", "8"),
        *("--no-control-socket", "--log-level", "warning", "--graceful-timeout", "2"),
    ]


def open_listener(port: int) -> socket.socket:
    """Listens on this machine alone; port 0 takes a free one."""
    return socket.create_server(("127.0.0.1", port), backlog=128)


def origin(listener: socket.socket, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{listener.getsockname()[1]}"
