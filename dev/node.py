"""npm packages that a folder's lock names, installed when they are first needed."""

import subprocess
from pathlib import Path


def install(folder: Path) -> Path:
    """``npm ci``, unless it was done since the lock was last written; the folder of packages."""
    modules = folder / "node_modules"
    lock, done = folder / "package-lock.json", modules / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        arguments = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(arguments, cwd=folder, check=True, timeout=300)
        done.touch()
    return modules
