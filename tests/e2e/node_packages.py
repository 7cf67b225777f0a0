"""The npm packages of this folder, installed when a test first needs them."""

import subprocess
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent


def install() -> Path:
    """``npm ci``, unless it was done since the lock was last written; the folder of packages."""
    modules = HERE / "node_modules"
    lock, done = HERE / "package-lock.json", modules / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        arguments = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(arguments, cwd=HERE, check=True, timeout=300)
        done.touch()
    return modules
