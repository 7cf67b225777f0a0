"""The shell as it runs in production, and bare uvicorn beside it."""

import sys
from pathlib import Path

from site_shell.composer.context_tokens import new_keys

from .server import Server, free_port
from .site import write_pages, write_registry

ROOT = Path(__file__).resolve().parent.parent
_UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--loop", "uvloop"),
    *("--lifespan", "auto", "--no-access-log", "--log-level", "warning", "--host", "127.0.0.1"),
)


def uvicorn(
    application: str,
    *,
    port: int,
    ready: str,
    core: int,
    log: Path,
    env: dict[str, str],
    http: str,
    tree: Path = ROOT,
) -> Server:
    """One worker of uvicorn with uvloop, with the code of a tree; ``http`` is its protocol."""
    path = f"{tree}:{tree / 'packages' / 'fragment-contract' / 'src'}"
    return Server(
        [*_UVICORN, "--http", http, "--port", str(port), application],
        ready_url=f"http://127.0.0.1:{port}{ready}",
        core=core,
        log=log,
        env={"PYTHONPATH": path, **env},
        # Python and uvicorn both look for modules where they are started, before anywhere else.
        cwd=tree,
    )


def protocol(tree: Path = ROOT) -> str:
    """The shell's end of HTTP in a tree; uvicorn's own before the shell had one."""
    is_own = (tree / "site_shell" / "protocol.py").exists()
    return "site_shell.protocol:StrictProtocol" if is_own else "httptools"


def shell_environment(folder: Path, *, fast: str, slow: str) -> dict[str, str]:
    """Write the site into the folder; the settings with which a shell serves it."""
    write_pages(folder / "pages")
    write_registry(folder / "registry.json", fast=fast, slow=slow)
    return {
        "DJANGO_SETTINGS_MODULE": "site_shell.settings",
        "SECRET_KEY": "only-for-measuring-0123456789-abcdefghijklmnopqrstuvwxyz",
        "CONTEXT_TOKEN_KEYS": new_keys(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder / 'shell.sqlite3'}",
        "FRAGMENT_REGISTRY": str(folder / "registry.json"),
        "PAGE_TEMPLATES": str(folder / "pages"),
        "STATIC_HASHES": "false",
        "DEBUG": "false",
    }


def free_origin() -> tuple[int, str]:
    port = free_port()
    return port, f"http://127.0.0.1:{port}"
