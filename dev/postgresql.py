"""A PostgreSQL server of our own for the time of some tests.

It has a new cluster in a temporary folder and a socket there, so it needs no port, no password
and nothing of a server that the machine may already run.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

# PostgreSQL refuses to run as root; Debian's package brings this user.
USER: Final = "postgres"
MISSING: Final = "postgresql is missing: install PostgreSQL's server (initdb and pg_ctl)"

# Debian keeps the server's programs away from PATH, in a folder for each version.
_DEBIAN: Final = Path("/usr/lib/postgresql")
# What a crash would lose is thrown away at the end in any case.
_SERVER: Final = "-c listen_addresses='' -c fsync=off -c full_page_writes=off"


def programs(path: str | None = None, debian: Path = _DEBIAN) -> Path | None:
    """The folder with the server's programs, the newest where there are several."""
    found = shutil.which("initdb", path=path)
    if found:
        return Path(found).resolve().parent
    versions = [file.parent for file in debian.glob("*/bin/initdb")]
    return max(versions, key=lambda folder: float(folder.parent.name), default=None)


@contextmanager
def private_server(folder_of_programs: Path) -> Iterator[str]:
    """Start a server, give its DATABASE_URL, and stop it whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
        as_user = ["runuser", "-u", USER, "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(folder_of_programs / program), "-D", str(folder / "data")]
        # Into a file: the server keeps its standard output open after pg_ctl has ended.
        with (folder / "output").open("ab") as output:
            done = subprocess.run(
                [*command, *arguments], cwd=folder, stdout=output, stderr=subprocess.STDOUT
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{(folder / 'output').read_text()}")

    try:
        # Whoever may enter the folder may connect, and that is its owner (and root) alone.
        run("initdb", "--no-sync", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8")
        try:
            run("pg_ctl", "start", "-w", "-o", f"{_SERVER} -k {folder}")
            yield f"postgres://{USER}@{quote(str(folder), safe='')}/postgres"
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                run("pg_ctl", "stop", "-w", "-m", "fast")
    finally:
        shutil.rmtree(folder)
