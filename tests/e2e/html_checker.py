"""The Nu Html Checker, which the W3C uses: many pages in one run, since starting takes longest."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dev import node

HERE: Final = Path(__file__).resolve().parent
MISSING: Final = "java or npm is missing: install default-jre-headless and npm"


def is_there() -> bool:
    """Whether the programs are there that it needs."""
    return bool(shutil.which("java") and shutil.which("npm"))


def problems(pages: Mapping[str, str], folder: Path) -> list[str]:
    """What is wrong with pages, by their addresses; one line each."""
    files: dict[str, str] = {}
    for number, (address, html) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(html, encoding="utf-8")
        files[path.name] = address
    jar = node.install(HERE) / "vnu-jar" / "build" / "dist" / "vnu.jar"
    options = ["--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run(
        ["java", "-Xss1m", "-jar", str(jar), *options, *(str(folder / name) for name in files)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    messages = json.loads(done.stdout)["messages"]
    return [
        f"{files[Path(one['url']).name]}: {one['message']} {one.get('extract', '')!r}"
        for one in messages
    ]
